//! Wrong use, help, completions.

use crate::support::Sandbox;

#[test]
fn wrong_use_exits_2_and_says_how() {
    let sandbox = Sandbox::new();
    for words in [
        &["frobnicate"][..],
        &["run"],
        &["export", "staging"],
        &["export", "nothing", "--out", "a.csv"],
        &["run", "a.json", "--max-rejects", "many"],
        &["run", "a.json", "--max-document-size", "0"],
        &["runs", "--quiet", "-v"],
        &["card", "show", "--json", "--markdown"],
    ] {
        let said = sandbox.run(words);
        assert_eq!(said.code, Some(2), "{words:?}: {said:?}");
        assert!(said.err.starts_with("error: "), "{words:?}: {said:?}");
        assert_eq!(said.out, "", "{words:?}");
    }
}

#[test]
fn no_command_shows_the_help_and_exits_2() {
    let said = Sandbox::new().run(&[]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("Usage: veriscope"), "{said:?}");
}

#[test]
fn help_and_version_go_to_stdout() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(&["export", "--help"]);
    assert_eq!(help.code, Some(0));
    assert!(
        help.out.contains("Examples:\n  veriscope export"),
        "{help:?}"
    );
    assert_eq!(help.err, "");
    let version = sandbox.run(&["--version"]);
    assert_eq!(
        version.out,
        format!("veriscope {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn completions_are_written_for_each_shell() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = sandbox.run(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{shell}");
        assert!(said.out.contains("quarantine"), "{shell}");
    }
}

#[test]
fn output_without_a_terminal_has_no_colours() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["card", "show"]);
    let failed = sandbox.run(&["card", "check", "none.yaml"]);
    assert!(!said.out.contains('\u{1b}') && !failed.err.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let sandbox = Sandbox::new();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("veriscope"))
        .args(["card", "show", "--markdown"])
        .current_dir(sandbox.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything is read.
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_stdout_that_cannot_be_written_exits_5() {
    use std::process::Command;
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Command::new(assert_cmd::cargo::cargo_bin!("veriscope"))
        .args(["completions", "bash"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
}
