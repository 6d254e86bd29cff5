//! Collections of MongoDB, read by the binary.

use std::process::Stdio;

use serde_json::Value;
use veriscope_mongo::testing::bson::{Bson, Document, doc};
use veriscope_mongo::testing::{Server, TestClient};

use crate::bad_input;
use crate::support::{Said, Sandbox};
use crate::tables::Table;

/// The collection of all tests.
pub(crate) const CALLS: &str = "logs.calls";

/// Documents of lines of Extended JSON.
pub(crate) fn documents(lines: &[String]) -> Vec<Document> {
    let parse = |line: &String| serde_json::from_str::<Document>(line).unwrap();
    lines.iter().map(parse).collect()
}

pub(crate) fn document(id: impl Into<Bson>, token: &str) -> Document {
    let mut document = documents(&[bad_input::document(token).to_string()]).remove(0);
    document.insert("_id", id);
    document
}

/// A command with the key and the lake of the sandbox.
pub(crate) fn words<'a>(first: &[&'a str]) -> Vec<&'a str> {
    let mut words = first.to_vec();
    words.extend(["--lake", "lake", "--key-file", "team.key", "--json"]);
    words
}

pub(crate) fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run_ok(&["key", "new", "--out", "team.key"]);
    sandbox
}

fn counts(said: &Said) -> [u64; 4] {
    let summary: Value = serde_json::from_str(&said.out).unwrap();
    ["read", "inserted", "updated", "unchanged"].map(|name| summary[name].as_u64().unwrap())
}

fn run(sandbox: &Sandbox, first: &[&str]) -> [u64; 4] {
    counts(&sandbox.run_ok(&words(first)))
}

#[test]
fn a_later_run_reads_what_is_new_and_publishes_it() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, argument) = (sandbox(), server.argument(CALLS));
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[document(1, "a"), document(2, "b")])
        .unwrap();
    assert_eq!(run(&sandbox, &["run", &argument]), [2, 2, 0, 0]);
    assert_eq!(run(&sandbox, &["run", &argument]), [0, 0, 0, 0]);
    client
        .insert(CALLS, &[document(3, "c"), document("text", "d")])
        .unwrap();
    assert_eq!(run(&sandbox, &["run", &argument]), [2, 2, 0, 0]);
    let touch = doc! { "$set": { "http_code": 500 } };
    client
        .wait(
            client
                .collection(CALLS)
                .update_one(doc! { "_id": 1 }, touch),
        )
        .unwrap();
    assert_eq!(
        run(&sandbox, &["run", &argument]),
        [0, 0, 0, 0],
        "an update is not seen so"
    );
    assert_eq!(
        run(&sandbox, &["run", &argument, "--since", "30d"]),
        [4, 0, 1, 3]
    );
    let by_query = ["run", &argument, "--query", r#"{"file_token": "d"}"#];
    assert_eq!(
        run(&sandbox, &by_query),
        [1, 0, 0, 1],
        "another query has a mark of its own"
    );
    assert_eq!(run(&sandbox, &by_query), [0, 0, 0, 0]);
}

#[test]
fn a_run_that_is_killed_is_gone_on_with_after_its_last_commit() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, argument) = (sandbox(), server.argument(CALLS));
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[document(1, "a"), document(2, "b")])
        .unwrap();
    let marker = sandbox.path().join("marker");
    let mut child = sandbox
        .process(&words(&["run", &argument]))
        .env(
            "FAILPOINTS",
            format!("publish-before=return({})", marker.display()),
        )
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..3_000 {
        if marker.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(
        marker.exists(),
        "it did not come to its publication within a minute"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    client.insert(CALLS, &[document(3, "c")]).unwrap();
    let again = sandbox.run_ok(&words(&["run", &argument]));
    assert_eq!(counts(&again), [3, 3, 0, 0]);
    assert!(again.err.contains("after 2 documents"), "{}", again.err);
    assert_eq!(run(&sandbox, &["run", &argument]), [0, 0, 0, 0]);
}

#[test]
fn a_server_that_goes_away_keeps_what_was_read_for_the_next_run() {
    let mut server = Server::start(&[]).unwrap();
    let sandbox = sandbox();
    let argument = format!("{}&serverSelectionTimeoutMS=300", server.argument(CALLS));
    server
        .client()
        .unwrap()
        .insert(CALLS, &[document(1, "a")])
        .unwrap();
    assert_eq!(run(&sandbox, &["run", &argument]), [1, 1, 0, 0]);
    server.stop().unwrap();
    let away = sandbox.run(&words(&["run", &argument]));
    assert_eq!(away.code, Some(4), "{away:?}");
    assert!(away.err.contains("did not answer"), "{}", away.err);
    server.restart(&[]).unwrap();
    server
        .client()
        .unwrap()
        .insert(CALLS, &[document(2, "b")])
        .unwrap();
    assert_eq!(run(&sandbox, &["run", &argument]), [1, 1, 0, 0]);
}

#[test]
fn credentials_come_from_environment_or_configuration_and_are_never_shown() {
    let mut server = Server::start(&[]).unwrap();
    let (sandbox, argument) = (sandbox(), server.argument(CALLS));
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[document("79842613-x", "a")])
        .unwrap();
    let user = doc! {
        "createUser": "reader", "pwd": "hunter2:/@", "roles": [{ "role": "read", "db": "logs" }],
    };
    client.command("admin", user).unwrap();
    drop(client);
    server.restart(&["--auth"]).unwrap();

    let as_user = |password: &str| {
        let mut command = sandbox.command(&[words(&["run", &argument]), vec!["-vv"]].concat());
        command.env("VERISCOPE_MONGODB__USER", "reader");
        command.env("VERISCOPE_MONGODB__PASSWORD", password);
        Said::of(command.output().unwrap())
    };
    let mut said = vec![
        sandbox.run(&words(&["run", &argument])),
        as_user("hunter3"),
        sandbox.run(&words(&[
            "run",
            "mongodb://reader:hunter2@127.0.0.1/logs.calls",
        ])),
    ];
    assert_eq!(
        [said[0].code, said[1].code, said[2].code],
        [Some(3), Some(3), Some(2)]
    );
    assert!(
        !sandbox.path().join("lake").exists(),
        "refused before a lake was made"
    );
    said.push(as_user("hunter2:/@"));
    assert_eq!(said[3].code, Some(0), "{:?}", said[3]);
    sandbox.write(
        "config.yaml",
        "mongodb:\n  user: reader\n  password: hunter2:/@\n",
    );
    said.push(sandbox.run_ok(&words(&["run", &argument])));
    sandbox.write(
        "config.yaml",
        &format!(
            "mongodb:\n  uri: mongodb://reader:hunter2%3A%2F%40@127.0.0.1:{}/\n",
            server.port()
        ),
    );
    said.push(sandbox.run_ok(&words(&["run", "mongodb:///logs.calls"])));
    said.push(sandbox.run_ok(&["runs", "--lake", "lake", "--json"]));
    for said in said {
        let shown = format!("{}{}", said.out, said.err);
        assert!(
            !shown.contains("hunter") && !shown.contains("79842613"),
            "{shown}"
        );
    }
}

#[test]
fn wrong_use_is_told_before_anything_is_read() {
    let sandbox = sandbox();
    sandbox.write("a.json", "[]");
    for (arguments, said) in [
        (vec!["run", "mongodb://h/db"], "db.collection"),
        (vec!["run", "mongodb:///db.c"], "VERISCOPE_MONGODB__URI"),
        (vec!["run", "a.json", "--since", "3d"], "--since"),
        (
            vec!["run", "a.json", "mongodb://h/db.c", "--follow"],
            "one collection",
        ),
        (
            vec!["run", "mongodb://h/db.c", "--query", "[79842613]"],
            "no JSON object",
        ),
        (
            vec!["run", "mongodb://h/db.c", "--follow", "--until", "1d"],
            "--until",
        ),
    ] {
        let refused = sandbox.run(&words(&arguments));
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.err.contains(said), "{}", refused.err);
    }
}

#[test]
fn files_and_collections_are_read_in_one_run_in_their_order() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, argument) = (sandbox(), server.argument(CALLS));
    let client: TestClient = server.client().unwrap();
    client
        .insert(CALLS, &[document(1, "a"), document(2, "b")])
        .unwrap();
    sandbox.write(
        "first.ndjson",
        &bad_input::lines(&[bad_input::document("f")]),
    );
    sandbox.write(
        "last.ndjson",
        &bad_input::lines(&[bad_input::document("b")]),
    );
    let all = sandbox.run_ok(&words(&["run", "first.ndjson", &argument, "last.ndjson"]));
    assert_eq!(counts(&all), [4, 3, 0, 1]);
    let summary: Value = serde_json::from_str(&all.out).unwrap();
    let sources: Vec<String> = summary["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| format!("{} {}", source["label"], source["documents"]))
        .collect();
    assert_eq!(
        sources,
        [
            "\"first.ndjson\" 1",
            "\"logs.calls\" 2",
            "\"last.ndjson\" 1"
        ]
    );
}

#[test]
fn anonymize_reads_a_collection_whole_and_leaves_its_mark_alone() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, argument) = (sandbox(), server.argument(CALLS));
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[document(1, "a"), document(2, "b")])
        .unwrap();
    let anonymize = |out: &str, further: &[&str]| {
        let first = ["anonymize", &argument, "--out", out];
        sandbox.run_ok(&words(&[&first[..], further].concat()));
        let written = Table::parse(&sandbox.read(out));
        written.column("file_token").join(" ")
    };
    assert_eq!(anonymize("before.csv", &[]), "a b");
    assert_eq!(
        run(&sandbox, &["run", &argument]),
        [2, 2, 0, 0],
        "a file is no reason not to read them into the lake"
    );
    client.insert(CALLS, &[document(3, "c")]).unwrap();
    assert_eq!(anonymize("after.csv", &[]), "a b c");
    let query = ["--query", r#"{"file_token": "b"}"#];
    assert_eq!(anonymize("some.csv", &query), "b");
    assert_eq!(run(&sandbox, &["run", &argument]), [1, 1, 0, 0]);
}
