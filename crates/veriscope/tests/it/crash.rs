//! SIGKILL at every named place, then the same command again: as if nothing had happened.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::support::Sandbox;

/// Two sources of different encodings, so that a run has two batches.
const SOURCES: [&str; 2] = ["a.ndjson", "b.csv"];

/// Places of the first batch, of the second (`1*off` lets the first one pass), and after.
const PLACES: [&str; 12] = [
    "run-started=return",
    "registry-before-commit=return",
    "registry-after-commit=return",
    "policies-after-commit=return",
    "quarantine-after-commit=return",
    "batch-before-staging=return",
    "staging-before-commit=return",
    "staging-after-commit=return",
    "staging-before-commit=1*off->return",
    "staging-after-commit=1*off->return",
    "publish-before=return",
    "publish-after=return",
];

fn sources(sandbox: &Sandbox) {
    let examples = include_str!("../../../../examples/transactions.ndjson");
    let lines: Vec<&str> = examples.lines().collect();
    let (first, second) = lines.split_at(40);
    let broken = "{\"file_token\": \"lost\", \"date\":";
    sandbox.write("a.ndjson", &format!("{}\n{broken}\n", first.join("\n")));
    sandbox.write("rest.ndjson", &second.join("\n"));
    sandbox.run_ok(&["key", "new", "--out", "team.key"]);
    sandbox.run_ok(&[
        "anonymize",
        "rest.ndjson",
        "--out",
        "b.csv",
        "--lake",
        "other",
        "--key-file",
        "team.key",
    ]);
}

fn words(lake: &str) -> Vec<&str> {
    let mut words = vec!["run"];
    words.extend(SOURCES);
    words.extend(["--lake", lake, "--key-file", "team.key", "--json"]);
    words
}

/// What a user sees of a lake: the three tables, byte for byte, and the quarantine.
fn state(sandbox: &Sandbox, lake: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for table in ["staging", "transform", "no-retries"] {
        sandbox.run_ok(&["export", table, "--lake", lake, "--out", "seen.csv"]);
        seen.push(sandbox.read("seen.csv"));
    }
    let listed = sandbox.run_ok(&["quarantine", "list", "--lake", lake, "--json"]);
    let entries: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    for entry in entries.as_array().unwrap() {
        seen.push(format!(
            "{} {} {}",
            entry["id"], entry["source"], entry["position"]
        ));
    }
    seen
}

/// Waits until the process stands at the place, and no longer than a minute.
fn wait_for(marker: &Path, child: &mut Child) {
    for _ in 0..1_200 {
        if marker.exists() {
            return;
        }
        if let Some(status) = child.try_wait().unwrap() {
            panic!("the run ended with {status} before it came to the place");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the run did not come to the place within a minute");
}

#[test]
fn a_run_that_is_killed_anywhere_and_started_again_equals_one_clean_run() {
    let sandbox = Sandbox::new();
    sources(&sandbox);
    let clean = sandbox.run(&words("clean"));
    assert_eq!(clean.code, Some(6), "{clean:?}");
    let expected = state(&sandbox, "clean");
    assert_eq!(
        expected.len(),
        4,
        "three tables and one document in quarantine"
    );

    for (index, place) in PLACES.iter().enumerate() {
        let lake = format!("lake-{index}");
        let marker = sandbox.path().join(format!("marker-{index}"));
        let mut child = sandbox
            .process(&words(&lake))
            .env("FAILPOINTS", format!("{place}({})", marker.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for(&marker, &mut child);
        child.kill().unwrap();
        child.wait().unwrap();

        let again = sandbox.run(&words(&lake));
        assert_eq!(again.code, Some(6), "{place}: {again:?}");
        assert_eq!(state(&sandbox, &lake), expected, "{place}");
        let summary: serde_json::Value = serde_json::from_str(&again.out).unwrap();
        assert_eq!(
            summary["read"], 61,
            "{place}: a resumed run counts what its first try read"
        );
    }
}
