//! `demo` of the real binary, with a small month: figures as planted, and nothing outside its
//! folder.

use serde_json::Value;

use crate::support::{Said, Sandbox};
use crate::tables::export_all;

const TRANSACTIONS: &str = "150";

fn demo(sandbox: &Sandbox, words: &[&str]) -> Said {
    let demo = ["demo", "--transactions", TRANSACTIONS];
    sandbox.run_ok(&[&demo[..], words].concat())
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn it_tells_what_was_planted_in_the_month() {
    let sandbox = Sandbox::new();
    let words = ["simulate", "--transactions", TRANSACTIONS, "--out", "m.gz"];
    sandbox.run_ok(&[&words[..], &["--truth", "truth.json"]].concat());
    let truth: Value = serde_json::from_str(&sandbox.read("truth.json")).unwrap();
    let planted = &truth["counts"];

    let told = json(&demo(&sandbox, &["--json"]));
    assert_eq!(told["read"], 150);
    assert_eq!(told["inserted"], 150);
    assert_eq!(told["quarantined"]["total"], 0);
    assert_eq!(told["transactions"], planted["transactions"]);
    assert_eq!(told["processes"], planted["processes"]);
    let acceptance = &told["acceptance"];
    assert_eq!(acceptance["transactions"]["accepted"], planted["accepted"]);
    assert_eq!(acceptance["last_attempts"]["total"], planted["processes"]);
    assert_eq!(
        acceptance["last_attempts"]["accepted"],
        planted["last_accepted"]
    );

    // The very path of `run`: the same tables as the same bytes from a file.
    let run = ["run", "m.gz", "--lake", "of-file"];
    sandbox.run_ok(&[&run[..], &["--key-file", "veriscope-demo/demo.key"]].concat());
    assert_eq!(
        export_all(&sandbox, &["--lake", "veriscope-demo/lake"]),
        export_all(&sandbox, &["--lake", "of-file"])
    );
}

#[test]
fn a_person_is_told_the_headlines_and_what_to_ask_next() {
    let sandbox = Sandbox::new();
    let said = demo(&sandbox, &["--dir", "look"]);
    for expected in [
        "In the lake",
        "transactions                   150",
        "accepted, of last attempts",
        "slowest microservice",
        "lake  look/lake, snapshot 1",
        "made now: look/demo.key",
        "veriscope metrics get acceptance_first",
    ] {
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
    }
    assert!(
        said.err.contains("simulating a month of 150 transactions"),
        "{said:?}"
    );
    assert_eq!(sandbox.names(), ["look"], "nothing lies outside its folder");
}

#[test]
fn each_command_that_it_proposes_works() {
    let sandbox = Sandbox::new();
    let told = json(&demo(&sandbox, &["--json"]));
    let steps = told["next_steps"].as_array().unwrap();
    assert!(steps.len() > 2, "{steps:?}");
    for step in steps {
        // One argument of one of them stands between apostrophes.
        let parts = step.as_str().unwrap().split('\'').enumerate();
        let words: Vec<&str> = parts
            .flat_map(|(index, part)| match index % 2 {
                0 => part.split_whitespace().collect(),
                _ => vec![part],
            })
            .collect();
        assert_eq!(words.first(), Some(&"veriscope"));
        sandbox.run_ok(&words[1..]);
    }
    assert!(sandbox.names().contains(&"no-retries.csv".to_owned()));
}

#[test]
fn again_in_the_same_folder_everything_is_unchanged() {
    let sandbox = Sandbox::new();
    let first = json(&demo(&sandbox, &["--json"]));
    let again = json(&demo(&sandbox, &["--json"]));
    assert_eq!(again["unchanged"], 150);
    assert_eq!(again["inserted"], 0);
    assert_eq!(again["updated"], 0);
    for same in ["transactions", "processes", "acceptance", "key_id"] {
        assert_eq!(again[same], first[same], "{same}");
    }
}

#[test]
fn a_lake_of_the_users_is_refused_and_a_folder_that_cannot_be_made_exits_5() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["demo", "--lake", "mine"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("--dir"), "{said:?}");
    assert!(sandbox.names().is_empty(), "{:?}", sandbox.names());

    sandbox.write("a-file", "");
    let said = sandbox.run(&["demo", "--dir", "a-file/demo"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert_eq!(sandbox.names(), ["a-file"]);
}
