//! The mechanical part of the house style, checked over every file of the workspace.
//!
//! Patterns that a rule looks for are put together from parts here, so that this file
//! passes its own rules.

use anyhow::bail;
use veriscope_base::ErrorClass;

use crate::workspace::{self, SourceFile};

const MOST_LINES: usize = 500;
const MOST_LINES_OF_A_DECISION: usize = 40;

const UNFINISHED: [&str; 3] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];

/// Beginnings of paths that exist on one developer's machine alone.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:", "\\Users"),
];

/// Homes of the invented people whom tests and pages use.
const EXAMPLE_HOMES: [&str; 2] = [concat!("/ho", "me/ana"), concat!("/ho", "me/me/")];

/// # Errors
/// Lists every breach, with its file and, where it has one, its line.
pub(crate) fn check() -> anyhow::Result<()> {
    let files = workspace::files()?;
    let breaches = breaches(&files);
    if !breaches.is_empty() {
        bail!("`tidy` failed:\n  {}", breaches.join("\n  "));
    }
    eprintln!("[tidy] {} files are tidy", files.len());
    Ok(())
}

fn breaches(files: &[SourceFile]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        if file.has_extension("rs") {
            rust(file, &mut breaches);
        }
        if file.path.ends_with("/Cargo.toml") && !takes_workspace_lints(&file.text) {
            breaches.push(format!(
                "{}: say `[lints]` with `workspace = true`",
                file.path
            ));
        }
        if file.path.starts_with("docs/decisions/")
            && file.text.lines().count() > MOST_LINES_OF_A_DECISION
        {
            breaches.push(format!(
                "{}: a decision takes {MOST_LINES_OF_A_DECISION} lines at most",
                file.path
            ));
        }
        lines(file, &mut breaches);
    }
    match files.iter().find(|file| file.path == "docs/errors.md") {
        Some(file) => errors_page(&file.text, &mut breaches),
        None => breaches.push("docs/errors.md is missing".to_owned()),
    }
    breaches
}

fn rust(file: &SourceFile, breaches: &mut Vec<String>) {
    if !file.text.starts_with("//! ") {
        breaches.push(format!(
            "{}: start with `//! ` and what the file is for",
            file.path
        ));
    }
    let num_lines = file.text.lines().count();
    if num_lines > MOST_LINES {
        breaches.push(format!(
            "{}: {num_lines} lines, {MOST_LINES} at most: split it",
            file.path
        ));
    }
}

fn lines(file: &SourceFile, breaches: &mut Vec<String>) {
    let is_rust = file.has_extension("rs");
    let is_code = is_rust
        || ["toml", "yaml", "yml", "py", "sh"]
            .iter()
            .any(|&end| file.has_extension(end));
    // Documents of other people's machines may stand in data.
    let is_data = ["ndjson", "json", "csv"]
        .iter()
        .any(|&end| file.has_extension(end));
    for (index, line) in file.text.lines().enumerate() {
        let mut breach = |what: &str| breaches.push(format!("{}:{}: {what}", file.path, index + 1));
        if is_code && line.ends_with([' ', '\t']) {
            breach("trailing blank");
        }
        if is_rust
            && UNFINISHED
                .iter()
                .any(|unfinished| line.contains(unfinished))
        {
            breach("unfinished or left from debugging");
        }
        if !is_data && MACHINE_PATHS.iter().any(|path| has_path(line, path)) {
            breach("a path of one machine");
        }
    }
}

/// Says whether an absolute path stands in the line: not as a part of a longer path.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let rest = line.get(at..).unwrap_or_default();
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let is_inside =
            before.is_some_and(|letter| letter.is_alphanumeric() || "_-.}~*".contains(letter));
        !is_inside && !EXAMPLE_HOMES.iter().any(|home| rest.starts_with(home))
    })
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let mut remaining = manifest
        .lines()
        .map(str::trim)
        .skip_while(|&line| line != "[lints]");
    remaining.next().is_some()
        && remaining
            .take_while(|line| !line.starts_with('['))
            .any(|line| line == "workspace = true")
}

/// Every failure class needs a row with its exit code, HTTP status and slug.
fn errors_page(page: &str, breaches: &mut Vec<String>) {
    for class in ErrorClass::BY_PRECEDENCE {
        let (exit_code, status, slug) = class.contract();
        let row = format!("| {exit_code} | {status} | `{slug}` |");
        if !page.lines().any(|line| line.starts_with(&row)) {
            breaches.push(format!("docs/errors.md: no row begins `{row}` ({class:?})"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{breaches, check};
    use crate::workspace::SourceFile;

    #[test]
    fn the_workspace_is_tidy() {
        check().unwrap();
    }

    fn breaches_of(path: &str, text: &str) -> String {
        let file = SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let found = breaches(&[file]);
        found
            .into_iter()
            .filter(|each| each.starts_with(path))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn a_rust_file_needs_a_head_and_may_not_be_long() {
        assert_eq!(
            breaches_of("crates/a/src/b.rs", "//! Does b.\nfn b() {}\n"),
            ""
        );
        assert!(breaches_of("crates/a/src/b.rs", "fn b() {}\n").contains("start with"));
        let long = format!("//! Long.\n{}", "\n".repeat(500));
        assert!(breaches_of("crates/a/src/b.rs", &long).contains("501 lines"));
    }

    #[test]
    fn leftovers_are_found_with_their_line() {
        let left = format!("//! B.\nfn b() {{ {}) }}\n", concat!("todo", "!("));
        assert!(breaches_of("b.rs", &left).starts_with("b.rs:2: unfinished"));
        assert!(breaches_of("a.toml", "a = 1 \n").contains("a.toml:1: trailing blank"));
        assert_eq!(breaches_of("a.md", "two blanks break a line  \n"), "");
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_a_path_of_the_project_is_not() {
        let path = concat!("/ro", "ot/x");
        assert!(breaches_of("a.md", &format!("see {path}")).contains("a path of one machine"));
        assert_eq!(breaches_of("a.md", &format!("see docs{path}")), "");
        let example = concat!("/ho", "me/ana/lake.key");
        assert_eq!(breaches_of("a.md", &format!("see `{example}`")), "");
    }

    #[test]
    fn a_crate_must_take_the_workspace_lints() {
        let with = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n";
        assert_eq!(breaches_of("crates/a/Cargo.toml", with), "");
        let without = "[package]\nname = \"a\"\n[lints]\n[dependencies]\nworkspace = true\n";
        assert!(breaches_of("crates/a/Cargo.toml", without).contains("[lints]"));
    }

    #[test]
    fn the_page_of_errors_must_list_each_class_with_its_codes() {
        let page = "| 1 | 500 | `defect` | a defect |\n| 2 | 500 | `usage` | wrong |\n";
        let found = breaches_of("docs/errors.md", page);
        assert!(!found.contains("Defect"));
        assert!(found.contains("`| 2 | 400 | `usage` |` (Usage)"));
    }

    #[test]
    fn a_decision_is_short() {
        assert!(breaches_of("docs/decisions/a.md", &"line\n".repeat(41)).contains("40 lines"));
        assert_eq!(breaches_of("docs/decisions/a.md", &"line\n".repeat(40)), "");
    }
}
