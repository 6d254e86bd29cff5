//! Following a collection with the binary: runs one after the other, restarts of both sides.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use veriscope_mongo::testing::bson::doc;
use veriscope_mongo::testing::{Server, TestClient};

use crate::mongo::{CALLS, document, sandbox, words};
use crate::support::Sandbox;
use crate::tables::export_all;

/// Waits for what other processes do, for two minutes or so at most.
pub(crate) fn wait_until(what: &str, is_so: impl FnMut() -> bool) {
    look(what, 1_200, Duration::from_millis(100), is_so);
}

fn look(what: &str, times: u32, pause: Duration, mut is_so: impl FnMut() -> bool) {
    for _ in 0..times {
        if is_so() {
            return;
        }
        std::thread::sleep(pause);
    }
    panic!("waited too long for {what}");
}

/// Starts to follow; what it says goes to a file.
pub(crate) fn follow(sandbox: &Sandbox, server: &Server, log: &str) -> Child {
    let argument = server.argument(CALLS);
    let out = File::create(sandbox.path().join(log)).unwrap();
    let errors = File::create(sandbox.path().join(format!("{log}.err"))).unwrap();
    sandbox
        .process(&words(&[
            "run",
            &argument,
            "--follow",
            "--commit-within",
            "1s",
        ]))
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        .spawn()
        .unwrap()
}

/// Documents that the runs of a log counted.
fn counted(sandbox: &Sandbox, log: &str, what: &str) -> u64 {
    let lines = sandbox.read(log);
    let counted = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|run| run[what].as_u64().unwrap());
    counted.sum()
}

pub(crate) fn is_following(sandbox: &Sandbox, log: &str) -> bool {
    sandbox
        .read(&format!("{log}.err"))
        .contains("following logs.calls")
}

pub(crate) fn insert(client: &TestClient, numbers: std::ops::Range<i32>) {
    let documents: Vec<_> = numbers
        .map(|number| document(number, &format!("t{number}")))
        .collect();
    client.insert(CALLS, &documents).unwrap();
}

#[test]
fn changes_are_published_as_they_happen_and_an_interrupt_ends_cleanly() {
    let server = Server::start(&[]).unwrap();
    let sandbox = sandbox();
    let client = server.client().unwrap();
    insert(&client, 0..3);
    let mut follower = follow(&sandbox, &server, "log");
    wait_until("what is there", || {
        counted(&sandbox, "log", "inserted") == 3
    });
    wait_until("the following", || is_following(&sandbox, "log"));
    insert(&client, 3..5);
    let touch = doc! { "$set": { "http_code": 500 } };
    client
        .wait(
            client
                .collection(CALLS)
                .update_one(doc! { "_id": 0 }, touch),
        )
        .unwrap();
    wait_until("inserts and updates", || {
        counted(&sandbox, "log", "inserted") == 5 && counted(&sandbox, "log", "updated") == 1
    });
    let pid = follower.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(
        follower.wait().unwrap().code(),
        Some(0),
        "{}",
        sandbox.read("log.err")
    );
    assert_eq!(rows(&sandbox), 5);

    // The place was kept: nothing comes twice, and nothing that came meanwhile is lost.
    insert(&client, 5..6);
    let mut again = follow(&sandbox, &server, "again");
    wait_until("what came meanwhile", || {
        counted(&sandbox, "again", "inserted") == 1
    });
    assert_eq!(counted(&sandbox, "again", "read"), 1);
    again.kill().unwrap();
    again.wait().unwrap();
}

fn rows(sandbox: &Sandbox) -> usize {
    let said = sandbox.run_ok(&[
        "export", "staging", "--lake", "lake", "--out", "-", "--format", "ndjson",
    ]);
    said.out.lines().count()
}

#[test]
fn restarts_of_both_sides_lose_nothing_and_repeat_nothing() {
    let durable = ["--sync-on-commit"];
    let mut server = Server::start(&durable).unwrap();
    let sandbox = sandbox();
    let mut client = server.client().unwrap();
    for round in 0..4 {
        let log = format!("round-{round}");
        let mut follower = follow(&sandbox, &server, &log);
        let first = round * 40;
        insert(&client, first..first + 20);
        if round == 1 {
            wait_until("the following", || is_following(&sandbox, &log));
            server.kill();
            server.restart(&durable).unwrap();
            client = server.client().unwrap();
        }
        for number in first..first + 10 {
            let older = number * 7 % (first + 20);
            let touch = doc! { "$set": { "http_code": 200 + number } };
            let calls = client.collection(CALLS);
            let update = calls.update_one(doc! { "_id": older }, touch);
            client.wait(update).unwrap();
        }
        insert(&client, first + 20..first + 40);
        if round == 3 {
            let argument = server.argument(CALLS);
            let once = ["run", &argument, "--lake", "once", "--key-file", "team.key"];
            sandbox.run_ok(&once);
            let expected = export_all(&sandbox, &["--lake", "once"]);
            look("the same tables", 60, Duration::from_secs(1), || {
                export_all(&sandbox, &["--lake", "lake"]) == expected
            });
            assert_eq!(rows(&sandbox), 160);
        } else {
            // Somewhere in its work: what it had not published is read again.
            wait_until("a run", || counted(&sandbox, &log, "read") > 0);
        }
        follower.kill().unwrap();
        follower.wait().unwrap();
    }
    let again = sandbox.run_ok(&words(&["run", &server.argument(CALLS)]));
    let summary: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(
        (&summary["inserted"], &summary["updated"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn a_server_that_can_not_be_followed_is_told_with_what_is_needed() {
    let server = Server::start(&["--standalone"]).unwrap();
    let sandbox = sandbox();
    let refused = sandbox.run(&words(&["run", &server.argument(CALLS), "--follow"]));
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(refused.err.contains("replica set"), "{}", refused.err);
}
