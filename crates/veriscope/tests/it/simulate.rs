//! `simulate` of the real binary: bytes, forms, truth and scenarios.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use serde_json::Value;

use crate::support::{Said, Sandbox};
use crate::tables::export_all;

/// A simulation without landmarks; `words` are further options.
fn simulate(sandbox: &Sandbox, words: &[&str]) -> Said {
    let simulate = ["simulate", "--no-landmarks"];
    sandbox.run_ok(&[&simulate[..], words].concat())
}

fn bytes(sandbox: &Sandbox, name: &str) -> Vec<u8> {
    std::fs::read(sandbox.path().join(name)).unwrap()
}

fn documents(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The tables of a lake of its own, under a key that all lakes of the sandbox share.
fn tables_of(sandbox: &Sandbox, file: &str) -> Vec<String> {
    let lake = format!("lake of {file}");
    sandbox.run_ok(&["run", file, "--lake", &lake, "--key-file", "team.key"]);
    export_all(sandbox, &["--lake", &lake])
}

#[test]
fn all_forms_of_the_same_documents_give_the_same_tables() {
    let sandbox = Sandbox::new();
    // Dates that are instants: each form writes those in its own way.
    sandbox.write("instants.yaml", "date_form: instant\n");
    let simulated = |form: &str| {
        let file = format!("month.{form}");
        let words = ["--transactions", "40", "--format", form, "--out", &file];
        simulate(
            &sandbox,
            &[&words[..], &["--scenario", "instants.yaml"]].concat(),
        );
        file
    };
    let expected = tables_of(&sandbox, &simulated("ndjson"));
    assert_eq!(expected[0].lines().count(), 41, "a header and 40 rows");
    let mut seen = BTreeSet::from([bytes(&sandbox, "month.ndjson")]);
    for form in ["json", "ejson", "ejson-relaxed", "ejson-legacy", "bson"] {
        let file = simulated(form);
        seen.insert(bytes(&sandbox, &file));
        assert_eq!(tables_of(&sandbox, &file), expected, "{form}");
    }
    assert_eq!(seen.len(), 6, "no two forms are the same bytes");
}

#[test]
fn landmarks_are_most_of_the_bytes_and_in_no_table() {
    let sandbox = Sandbox::new();
    let words = ["--transactions", "12", "--out"];
    simulate(&sandbox, &[&words[..], &["short.ndjson"]].concat());
    sandbox.run_ok(&[&["simulate"], &words[..], &["full.ndjson"]].concat());
    let (short, full) = (sandbox.read("short.ndjson"), sandbox.read("full.ndjson"));
    assert!(full.len() > 5 * short.len());
    assert!(full.contains("\"landmarks\""), "landmarks by their name");
    assert_eq!(
        tables_of(&sandbox, "full.ndjson"),
        tables_of(&sandbox, "short.ndjson")
    );
}

#[test]
fn the_ending_of_the_file_tells_the_compression() {
    let sandbox = Sandbox::new();
    for file in ["plain.ndjson", "a.ndjson.gz", "a.zst"] {
        simulate(&sandbox, &["--transactions", "30", "--out", file]);
    }
    let plain = bytes(&sandbox, "plain.ndjson");
    let mut gunzipped = Vec::new();
    flate2::read::GzDecoder::new(&bytes(&sandbox, "a.ndjson.gz")[..])
        .read_to_end(&mut gunzipped)
        .unwrap();
    assert_eq!(gunzipped, plain);
    assert_eq!(
        zstd::decode_all(&bytes(&sandbox, "a.zst")[..]).unwrap(),
        plain
    );
}

#[test]
fn stdout_gets_the_documents_and_nothing_else() {
    let sandbox = Sandbox::new();
    let to_file = simulate(&sandbox, &["--transactions", "30", "--out", "a.ndjson"]);
    assert_eq!(to_file.out, "");
    assert!(
        to_file.err.contains("wrote 30 transactions of"),
        "{to_file:?}"
    );
    let to_stdout = simulate(&sandbox, &["--transactions", "30", "--out", "-"]);
    assert_eq!(to_stdout.out, sandbox.read("a.ndjson"));
    assert_eq!(to_stdout.err, "");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
    let sandbox = Sandbox::new();
    let of_seed = |seed: &str| {
        let words = ["--transactions", "30", "--seed", seed, "--out", "-"];
        simulate(&sandbox, &words).out
    };
    let first = of_seed("7");
    assert_eq!(of_seed("7"), first);
    assert_ne!(of_seed("8"), first);
}

#[test]
fn the_truth_counts_what_was_written() {
    let sandbox = Sandbox::new();
    let out = ["--transactions", "200", "--out", "a.ndjson"];
    let said = simulate(
        &sandbox,
        &[&out[..], &["--truth", "truth.json", "--json"]].concat(),
    );
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let truth: Value = serde_json::from_str(&sandbox.read("truth.json")).unwrap();
    let documents = documents(&sandbox.read("a.ndjson"));

    let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
    let mut processes = BTreeSet::new();
    for document in &documents {
        let code = document["summary"]["code"].as_str().unwrap();
        *by_code.entry(code).or_default() += 1;
        processes.insert(document["user_data"]["procesoConvenioGuid"].to_string());
    }
    assert_eq!(documents.len(), 200);
    assert_eq!(truth["counts"]["transactions"], 200);
    assert_eq!(truth["counts"]["processes"], processes.len());
    assert_eq!(truth["by_code"], serde_json::to_value(by_code).unwrap());
    assert_eq!(told["transactions"], 200);
    assert_eq!(told["processes"], processes.len());
    assert_eq!(told["bytes"], sandbox.read("a.ndjson").len());
    assert_eq!(told["truth"], "truth.json");
}

#[test]
fn a_scenario_and_options_over_it_change_what_is_written() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "quiet.yaml",
        "base: null_month\nstart: 2031-02-03\ndays: 2\npipeline: serial\n\
         releases: [{ hash: feedbee, from_day: 0 }]\n",
    );
    let words = |more: &[&str]| {
        let words = [
            "--transactions",
            "60",
            "--scenario",
            "quiet.yaml",
            "--truth",
            "t.json",
        ];
        let said = simulate(&sandbox, &[&words[..], &["--out", "-"], more].concat());
        let truth: Value = serde_json::from_str(&sandbox.read("t.json")).unwrap();
        (documents(&said.out), truth)
    };
    let days = |documents: &[Value]| -> BTreeSet<String> {
        let dates = documents.iter().map(|each| each["date"].as_str().unwrap());
        dates.map(|date| date[..10].to_owned()).collect()
    };
    let (documents, truth) = words(&[]);
    assert_eq!(
        days(&documents),
        BTreeSet::from(["2031-02-03", "2031-02-04"].map(str::to_owned))
    );
    assert!(documents.iter().all(|each| each["api_hash"] == "feedbee"));
    assert_eq!(truth["pipeline"], "serial");

    let (documents, truth) = words(&[
        "--from",
        "2032-05-06",
        "--days",
        "1",
        "--pipeline",
        "parallel",
    ]);
    assert_eq!(days(&documents), BTreeSet::from(["2032-05-06".to_owned()]));
    assert_eq!(truth["pipeline"], "parallel");
}

#[test]
fn a_wrong_scenario_exits_3_with_its_file_and_line() {
    let sandbox = Sandbox::new();
    for (text, complaint) in [
        ("days: 3\nstrat: 2031-01-01\n", "line 2 of the scenario"),
        ("deck: many\n", "line 1 of the scenario"),
        ("days: 3\nclients: { client_1: { id: [ } }\n", "no YAML"),
        ("base: another_month\n", "`base` is one of"),
        ("# so late\ndays: 0\n", "line 2, `days` of the scenario"),
    ] {
        sandbox.write("wrong.yaml", text);
        let words = ["simulate", "--scenario", "wrong.yaml", "--out", "a.ndjson"];
        let said = sandbox.run(&words);
        assert_eq!(said.code, Some(3), "{text}: {said:?}");
        assert!(said.err.contains("wrong.yaml"), "{text}: {said:?}");
        assert!(said.err.contains(complaint), "{text}: {said:?}");
        assert_eq!(sandbox.names(), ["wrong.yaml"], "nothing is written");
    }
    let missing = sandbox.run(&["simulate", "--scenario", "none.yaml", "--out", "a.ndjson"]);
    assert_eq!(missing.code, Some(3), "{missing:?}");
}

#[test]
fn wrong_options_exit_2_and_a_folder_that_is_not_there_5() {
    let sandbox = Sandbox::new();
    for words in [
        &["simulate"][..],
        &["simulate", "--out", "-", "--format", "xml"],
        &["simulate", "--out", "-", "--pipeline", "diagonal"],
        &["simulate", "--out", "-", "--days", "0"],
        &["simulate", "--out", "-", "--from", "yesterday"],
        &["simulate", "--out", "-", "--transactions", "-1"],
    ] {
        let said = sandbox.run(words);
        assert_eq!(said.code, Some(2), "{words:?}: {said:?}");
        assert_eq!(said.out, "", "{words:?}");
    }
    for words in [
        &["simulate", "--out", "none/a.ndjson"][..],
        &["simulate", "--out", "a.ndjson", "--truth", "none/t.json"],
    ] {
        let said = sandbox.run(words);
        assert_eq!(said.code, Some(5), "{words:?}: {said:?}");
    }
    assert!(sandbox.names().is_empty(), "{:?}", sandbox.names());
}

#[test]
fn no_transactions_are_an_empty_file_or_an_empty_array() {
    let sandbox = Sandbox::new();
    for (form, expected) in [("ndjson", Value::Null), ("json", serde_json::json!([]))] {
        let words = ["--transactions", "0", "--format", form, "--out", "-"];
        let said = simulate(&sandbox, &words);
        let found = match said.out.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        assert_eq!(found, expected, "{form}");
    }
}
