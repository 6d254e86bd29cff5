//! Runs that are stopped, and runs that meet on one lake.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Said, Sandbox};
use crate::tables::{Table, export_all};

/// Documents for a run of some length, in a few processes and with an outcome each.
fn documents(prefix: &str, count: usize) -> String {
    let document = |number: usize| {
        let status = if number.is_multiple_of(3) {
            "ok"
        } else {
            "error"
        };
        format!(
            "{{\"file_token\":\"{prefix}-{number}\",\"date\":\"2031-01-{:02}T10:{:02}:00Z\",\
             \"total_time_ms\":{number},\"summary\":{{\"code\":1400,\"status\":\"{status}\"}},\
             \"user_data\":{{\"convenio\":\"client {prefix} {}\",\"procesoConvenioGuid\":\"{prefix} process {}\"}}}}\n",
            1 + number % 28,
            number % 60,
            number % 11,
            number / 3,
        )
    };
    (0..count).map(document).collect()
}

/// Waits for something that another process does, for a minute at most.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("waited a minute for {what}");
}

/// Waits until a process ends, for a minute at most.
fn end_of(child: &mut Child) -> ExitStatus {
    let mut status = None;
    wait_until("the process to end", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.unwrap()
}

/// Sends the signal that Ctrl-C sends.
fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
}

fn words<'a>(source: &'a str, lake: &'a str) -> Vec<&'a str> {
    vec![
        "run",
        source,
        "--lake",
        lake,
        "--key-file",
        "team.key",
        "--json",
    ]
}

/// A run that stands still at a named place, or waits there for a time.
fn spawn_at(sandbox: &Sandbox, words: &[&str], failpoint: &str) -> Child {
    sandbox
        .process(words)
        .env("FAILPOINTS", failpoint)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A run that stands still just before it is published.
fn spawn_held(sandbox: &Sandbox, words: &[&str]) -> Child {
    let marker = sandbox.path().join("marker");
    let place = format!("publish-before=return({})", marker.display());
    let child = spawn_at(sandbox, words, &place);
    wait_until("the run to stand still", || marker.exists());
    child
}

fn rest(child: &mut Child) -> String {
    let mut text = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn last_run(sandbox: &Sandbox, lake: &str) -> Value {
    let runs = sandbox.run_ok(&["runs", "--lake", lake, "--json"]);
    let mut runs: Vec<Value> = serde_json::from_str(&runs.out).unwrap();
    runs.pop().unwrap()
}

fn has_commit(lake: &Path, table: &str, version: u32) -> bool {
    lake.join(format!("{table}/_delta_log/{version:020}.json"))
        .exists()
}

#[test]
fn a_run_that_waits_for_its_input_stops_when_asked() {
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .process(&words("-", "lake"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The pipe stays open, in the middle of a document, until after the run has ended.
    let mut input = child.stdin.take().unwrap();
    input.write_all(documents("a", 40).as_bytes()).unwrap();
    input.write_all(b"{\"file_token\":\"a-cut\",").unwrap();
    let lake = sandbox.path().join("lake");
    wait_until("the run to begin", || has_commit(&lake, "runs", 1));
    interrupt(&child);
    assert_eq!(end_of(&mut child).code(), Some(130));
    drop(input);
    let said = Said::of(child.wait_with_output().unwrap());
    assert!(
        said.err.contains("nothing of this run is published"),
        "{said:?}"
    );
    assert_eq!(said.out, "");

    assert_eq!(last_run(&sandbox, "lake")["status"], "interrupted");
    let staging = Table::export(&sandbox, "staging", &["--lake", "lake"]);
    assert_eq!(staging.rows.len(), 0);
    let listed = sandbox.run_ok(&["quarantine", "list", "--json", "--lake", "lake"]);
    assert_eq!(
        listed.out.trim(),
        "[]",
        "what was only half read is not put aside"
    );

    // A stream has no place to go on from: all of it again, and it is a clean run.
    let again = sandbox
        .command(&words("-", "lake"))
        .write_stdin(documents("a", 45))
        .output()
        .unwrap();
    let again = Said::of(again);
    assert_eq!(again.code, Some(0), "{again:?}");
    sandbox.write("all.ndjson", &documents("a", 45));
    sandbox.run_ok(&words("all.ndjson", "clean"));
    assert_eq!(
        export_all(&sandbox, &["--lake", "lake"]),
        export_all(&sandbox, &["--lake", "clean"])
    );
}

#[test]
fn a_run_that_waits_for_its_first_byte_stops_too() {
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .process(&words("-", "lake"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    let lake = sandbox.path().join("lake");
    wait_until("the run to begin", || has_commit(&lake, "runs", 1));
    interrupt(&child);
    let status = end_of(&mut child);
    assert_eq!(status.code(), Some(130), "{}", rest(&mut child));
    drop(input);
    assert_eq!(last_run(&sandbox, "lake")["status"], "interrupted");
}

#[test]
fn a_run_that_was_stopped_goes_on_by_the_same_command() {
    let sandbox = Sandbox::new();
    // More than a first batch and all that may be under way behind it: three chunks of 512
    // documents for each processor.
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let count = 10_000 + 512 * (3 * processors + 4);
    sandbox.write("long.ndjson", &documents("a", count));
    sandbox.run_ok(&words("long.ndjson", "clean"));

    // It lingers before its first batch: time to ask it to stop, and much still to read.
    let mut child = spawn_at(
        &sandbox,
        &words("long.ndjson", "lake"),
        "batch-before-staging=1*sleep(3000)",
    );
    let lake = sandbox.path().join("lake");
    wait_until("numbers of the first batch", || {
        has_commit(&lake, "registry", 1)
    });
    interrupt(&child);
    assert_eq!(end_of(&mut child).code(), Some(130), "{}", rest(&mut child));
    let run = last_run(&sandbox, "lake");
    assert_eq!(run["status"], "interrupted");
    let read = run["counts"]["read"].as_u64().unwrap();
    assert!(read >= 8_192 && read < count as u64, "{read}");
    let staging = Table::export(&sandbox, "staging", &["--lake", "lake"]);
    assert_eq!(staging.rows.len(), 0, "nothing is published");

    let again = sandbox.run_ok(&words("long.ndjson", "lake"));
    assert!(again.err.contains("going on with run"), "{}", again.err);
    let summary: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(summary["run_id"], run["run_id"]);
    assert_eq!(summary["read"], count);
    assert_eq!(summary["inserted"], count);
    assert_eq!(
        export_all(&sandbox, &["--lake", "lake"]),
        export_all(&sandbox, &["--lake", "clean"])
    );
}

#[test]
fn asked_twice_a_run_ends_at_once() {
    let sandbox = Sandbox::new();
    sandbox.write("a.ndjson", &documents("a", 20));
    // It stands still and would never end by itself.
    let mut child = spawn_held(&sandbox, &words("a.ndjson", "lake"));
    interrupt(&child);
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains("once more to stop at once")));
    assert!(
        child.try_wait().unwrap().is_none(),
        "asked once, it finishes what it does"
    );
    interrupt(&child);
    assert_eq!(end_of(&mut child).code(), Some(130));
    let staging = Table::export(&sandbox, "staging", &["--lake", "lake"]);
    assert_eq!(staging.rows.len(), 0);
    let again = sandbox.run_ok(&words("a.ndjson", "lake"));
    let summary: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(summary["inserted"], 20);
}

#[test]
fn a_second_run_says_who_holds_the_lake() {
    let sandbox = Sandbox::new();
    sandbox.write("a.ndjson", &documents("a", 20));
    sandbox.write("b.ndjson", &documents("b", 20));
    let mut first = spawn_held(&sandbox, &words("a.ndjson", "lake"));
    let holder = format!("`veriscope run` (process {})", first.id());
    for second in [
        &["run", "b.ndjson"][..],
        &["stage", "b.ndjson"],
        &["anonymize", "b.ndjson", "--out", "b.csv"],
    ] {
        let options = ["--lake", "lake", "--key-file", "team.key", "--wait", "0"];
        let said = sandbox.run(&[second, &options].concat());
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(said.err.contains(&holder), "{said:?}");
    }
    // Readers wait for no one.
    assert_eq!(
        Table::export(&sandbox, "staging", &["--lake", "lake"])
            .rows
            .len(),
        0
    );
    assert_eq!(last_run(&sandbox, "lake")["status"], "started");
    first.kill().unwrap();
    first.wait().unwrap();
}

/// Lets a second run wait for a first one that is then killed; returns what the second said.
fn second_after_killed(sandbox: &Sandbox, source: &str) -> (String, Value) {
    let mut first = spawn_held(sandbox, &words("a.ndjson", "lake"));
    let mut second = sandbox
        .process(&[&words(source, "lake")[..], &["--wait", "30"]].concat())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(second.stderr.take().unwrap());
    let mut waiting = String::new();
    said.read_line(&mut waiting).unwrap();
    assert!(waiting.contains("waiting for `veriscope run`"), "{waiting}");
    assert!(waiting.contains(&first.id().to_string()), "{waiting}");
    assert!(second.try_wait().unwrap().is_none());
    first.kill().unwrap();
    first.wait().unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    let output = second.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{rest}");
    (rest, serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn a_second_run_over_other_sources_takes_the_killed_ones_work_back() {
    let sandbox = Sandbox::new();
    sandbox.write("a.ndjson", &documents("a", 20));
    sandbox.write("b.ndjson", &documents("b", 25));
    let (said, summary) = second_after_killed(&sandbox, "b.ndjson");
    assert!(!said.contains("going on"), "{said}");
    assert_eq!([&summary["read"], &summary["inserted"]], [25, 25]);
    sandbox.run_ok(&words("b.ndjson", "clean"));
    let clean = export_all(&sandbox, &["--lake", "clean"]);
    assert_eq!(export_all(&sandbox, &["--lake", "lake"]), clean);

    // What was taken back comes by its own sources again.
    sandbox.run_ok(&words("a.ndjson", "lake"));
    sandbox.run_ok(&words("a.ndjson", "clean"));
    let clean = export_all(&sandbox, &["--lake", "clean"]);
    assert_eq!(export_all(&sandbox, &["--lake", "lake"]), clean);
}

#[test]
fn a_second_run_over_the_same_sources_goes_on_with_the_killed_ones_work() {
    let sandbox = Sandbox::new();
    sandbox.write("a.ndjson", &documents("a", 20));
    let (said, summary) = second_after_killed(&sandbox, "a.ndjson");
    assert!(said.contains("going on with run"), "{said}");
    assert_eq!([&summary["read"], &summary["inserted"]], [20, 20]);
    sandbox.run_ok(&words("a.ndjson", "clean"));
    let clean = export_all(&sandbox, &["--lake", "clean"]);
    assert_eq!(export_all(&sandbox, &["--lake", "lake"]), clean);
}
