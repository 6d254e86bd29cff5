//! Arguments become sources, or all their problems are told at once.

use std::fs;
use std::path::Path;

use veriscope_base::ErrorClass;
use veriscope_source::{Location, SourceError, resolve};

fn in_folder(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

fn labels(arguments: &[String]) -> Vec<String> {
    resolve(arguments)
        .unwrap()
        .into_iter()
        .map(|spec| spec.label)
        .collect()
}

#[test]
fn patterns_are_expanded_and_sorted_and_repeats_stay() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.json", "a.json", "c.txt"] {
        fs::write(folder.path().join(name), "[]").unwrap();
    }
    fs::create_dir(folder.path().join("d.json")).unwrap();
    let pattern = in_folder(folder.path(), "*.json");
    let first = in_folder(folder.path(), "a.json");
    let arguments = [first.clone(), pattern.clone(), "-".to_owned()];
    assert_eq!(labels(&arguments), ["a.json", "a.json", "b.json", "-"]);
    let specs = resolve(&arguments).unwrap();
    assert_eq!(specs[1].argument, pattern);
    assert_eq!(specs[1].location, Location::File(first.into()));
    assert_eq!(specs[1].size_bytes, Some(2));
    assert_eq!(specs[3].location, Location::Stdin);
    assert_eq!(specs[3].size_bytes, None);
}

#[test]
fn a_file_with_the_name_of_a_pattern_is_that_file() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["log[1].json", "log1.json"] {
        fs::write(folder.path().join(name), "[]").unwrap();
    }
    assert_eq!(
        labels(&[in_folder(folder.path(), "log[1].json")]),
        ["log[1].json"]
    );
}

#[test]
fn every_problem_of_every_argument_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| in_folder(folder.path(), name);
    fs::write(at("there.json"), "[]").unwrap();
    let arguments = [
        at("missing.json"),
        at("there.json"),
        folder.path().display().to_string(),
        at("there.json/below.json"),
        at("*.csv"),
        at("***"),
        "mongodb://user:secret@host/db".to_owned(),
    ];
    let error = resolve(&arguments).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Source);
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[0].contains("missing.json` does not exist"), "{text}");
    assert!(
        lines[1].contains("is a directory: name its files, e.g. `"),
        "{text}"
    );
    assert!(lines[1].ends_with("/*.json`"), "{text}");
    assert!(lines[2].contains("below.json` can't be read"), "{text}");
    assert!(lines[3].contains("fits no file"), "{text}");
    assert!(lines[4].contains("no valid pattern"), "{text}");
    assert!(
        lines[5].contains("`mongodb://` is no source that is known here"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
}

#[cfg(unix)]
#[test]
fn dangling_links_and_sockets_are_no_sources() {
    let folder = tempfile::tempdir().unwrap();
    let link = in_folder(folder.path(), "link.json");
    std::os::unix::fs::symlink(folder.path().join("gone.json"), &link).unwrap();
    let socket = in_folder(folder.path(), "socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let text = resolve(&[link, socket]).unwrap_err().to_string();
    assert!(text.contains("link.json` does not exist"), "{text}");
    assert!(text.contains("socket` is no file"), "{text}");
}

#[test]
fn standard_input_is_read_once() {
    let twice = ["-".to_owned(), "-".to_owned()];
    let error = resolve(&twice).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    let SourceError::Unresolved { problems } = error else {
        panic!("{error}")
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(resolve(&[]).unwrap_err().class(), ErrorClass::Usage);
}

#[test]
fn a_collection_of_an_archive_is_named_behind_a_hash() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.archive", "b.archive", "odd#x.y"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let named = |name: &str| {
        let specs = resolve(&[in_folder(folder.path(), name)]).unwrap();
        let brief = |spec: veriscope_source::SourceSpec| (spec.label, spec.collection);
        specs.into_iter().map(brief).collect::<Vec<_>>()
    };
    let calls = Some("logs.calls".to_owned());
    let one = ("a.archive#logs.calls".to_owned(), calls.clone());
    let two = ("b.archive#logs.calls".to_owned(), calls.clone());
    let both = [one, two];
    assert_eq!(named("a.archive#logs.calls"), both[..1]);
    assert_eq!(named("*.archive#logs.calls"), both);
    assert_eq!(named("odd#x.y"), [("odd#x.y".to_owned(), None)]);
    assert_eq!(
        named("odd#x.y#logs.calls"),
        [("odd#x.y#logs.calls".to_owned(), calls.clone())]
    );
    assert_eq!(named("a.archive"), [("a.archive".to_owned(), None)]);
    let stdin = resolve(&["-#logs.calls".to_owned()]).unwrap();
    assert_eq!(stdin[0].location, Location::Stdin);
    assert_eq!(stdin[0].collection, calls);
    let missing = resolve(&[in_folder(folder.path(), "c.archive#logs.calls")]);
    assert_eq!(missing.unwrap_err().class(), ErrorClass::Source);
}
