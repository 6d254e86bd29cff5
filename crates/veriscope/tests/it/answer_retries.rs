//! `answer retries` of the real binary: worked by hand, and against what was planted.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::Sandbox;

/// One call: process (empty: none), person, client, status, code, local time.
type Call = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// p1 fails, passes, and comes once more; p2 fails and is left; two calls of one person have
/// no process, each a process of its own, the second accepted; p3 fails five minutes before
/// p4, the last of all, passes.
const CALLS: [Call; 8] = [
    (
        "p1",
        "7700001",
        "amber",
        "error",
        "0302",
        "2031-07-08T10:00:00",
    ),
    (
        "p1",
        "7700001",
        "amber",
        "ok",
        "1400",
        "2031-07-08T10:02:00",
    ),
    (
        "p1",
        "7700001",
        "amber",
        "error",
        "0406",
        "2031-07-08T10:03:00",
    ),
    (
        "p2",
        "7700002",
        "amber",
        "error",
        "0406",
        "2031-07-09T23:59:00",
    ),
    (
        "",
        "7700003",
        "basalt",
        "error",
        "0302",
        "2031-07-10T10:00:00",
    ),
    ("", "7700003", "basalt", "ok", "1400", "2031-07-10T10:01:00"),
    (
        "p3",
        "7700004",
        "basalt",
        "error",
        "0302",
        "2031-07-12T09:55:00",
    ),
    (
        "p4",
        "7700005",
        "basalt",
        "ok",
        "1400",
        "2031-07-12T10:00:00",
    ),
];

fn by_hand() -> Sandbox {
    let sandbox = Sandbox::new();
    let mut lines = String::new();
    for (place, (process, person, client, status, code, time)) in CALLS.iter().enumerate() {
        let call = json!({
            "file_token": format!("t{place}"), "date": format!("{time}-05:00"),
            "http_code": 200, "total_time_ms": 1000 + place,
            "summary": {"code": code, "status": status, "desc": "d"},
            "user_data": {
                "convenio": client, "documento": person, "procesoConvenioGuid": process,
            },
        });
        writeln!(lines, "{call}").unwrap();
    }
    sandbox.write("calls.ndjson", &lines);
    sandbox.run_ok(&["run", "calls.ndjson"]);
    sandbox
}

fn ask(sandbox: &Sandbox, words: &[&str]) -> Value {
    let said = sandbox.run_ok(&[&["answer", "retries", "--json"], words].concat());
    serde_json::from_str(&said.out).unwrap()
}

fn counts(answer: &Value) -> [u64; 5] {
    ["n", "accepted", "gone", "open", "retries"]
        .map(|name| answer["processes"][name].as_u64().unwrap())
}

#[test]
fn a_failure_just_before_the_end_is_open_and_repeats_stand_apart() {
    let sandbox = by_hand();
    let answer = ask(&sandbox, &[]);
    // Accepted: p1, p4 and the second call without a process; left: p2 and the first.
    assert_eq!(counts(&answer), [6, 3, 2, 1, 1]);
    assert_eq!(answer["horizon_rule"], json!("default"));
    assert_eq!(answer["repeats"]["n"], json!(1));
    assert_eq!(answer["repeats"]["rejected"], json!(1));
    // The repeat's code is no reason to mend: 0406 failed once, in p2.
    let fix: Vec<_> = answer["to_fix"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let count = |name: &str| one[name].as_u64().unwrap();
            let code = one["code"].as_str().unwrap();
            (
                code,
                count("failures"),
                count("lost"),
                count("lost_for_good"),
                count("extra_attempts"),
            )
        })
        .collect();
    assert_eq!(fix, [("302", 3, 1, 0, 1), ("406", 1, 1, 1, 0)]);
    assert_eq!(answer["codes"][0]["text"], json!("0302"));
    assert_eq!(answer["codes"][0]["reason"], json!("person"));
    // p1's retry took 1001 ms of 8028, two minutes after the failure.
    assert_eq!(answer["cost"]["api_ms"], json!(1001.0));
    assert_eq!(answer["cost"]["person_minutes"], json!(2.0));
}

#[test]
fn conditions_select_processes_with_all_their_attempts() {
    let sandbox = by_hand();
    // The last code of p1 is that of its repeat; its first attempt and its retry come along.
    let of_code = ask(&sandbox, &["--where", "last_code = '0406'"]);
    assert_eq!(counts(&of_code), [2, 1, 1, 0, 1]);
    assert_eq!(of_code["basis"]["transactions"], json!(4));
    // Calls without a process are selected one by one.
    let alone = ask(
        &sandbox,
        &[
            "--where",
            "\"procesoConvenioGuid\" is null and last_code = '0302'",
        ],
    );
    assert_eq!(counts(&alone), [1, 0, 1, 0, 0]);
    // The data end with the snapshot, not with what is selected: p2 was left, p3 is open.
    let early = ask(&sandbox, &["--to", "2031-07-09"]);
    assert_eq!(counts(&early), [2, 1, 1, 0, 1]);
    let late = ask(
        &sandbox,
        &["--from", "2031-07-12", "--where", "not is_accepted"],
    );
    assert_eq!(counts(&late), [1, 0, 0, 1, 0]);
    // So do exclusions.
    sandbox.write("config.yaml", "exclude:\n  - client: convenio_1\n");
    let excluded = ask(&sandbox, &[]);
    assert_eq!(counts(&excluded), [4, 2, 1, 1, 0]);
    assert_eq!(excluded["basis"]["excluded"][0]["rows"], json!(2));
    assert_eq!(
        counts(&ask(&sandbox, &["--no-exclusions"])),
        [6, 3, 2, 1, 1]
    );
}

#[test]
fn the_page_names_codes_by_the_dictionary_and_shows_no_share_of_a_few() {
    let sandbox = by_hand();
    let said = sandbox.run_ok(&["answer", "retries"]);
    let words = said.out.replace('\n', " ");
    for sentence in [
        "1 of 6 processes took more than one attempt",
        "for 24.0 h (a default",
        "1 that failed closer to the end of the data is open",
        "1 of 8 transactions came after an acceptance",
        "First to mend: 0302 blur/haze (image quality heuristics; the person can mend",
    ] {
        assert!(words.contains(sentence), "{sentence}: {}", said.out);
    }
    let shares = words.replace("95 %", "").replace("99 %", "");
    assert!(!shares.contains(" %"), "{}", said.out);
    let spanish = sandbox.run_ok(&["answer", "retries", "--lang", "es"]);
    assert!(
        spanish.out.contains("1 de 6 procesos necesitaron"),
        "{}",
        spanish.out
    );
    let csv = sandbox.run_ok(&[
        "answer",
        "retries",
        "--table",
        "after_first_failure",
        "--csv",
    ]);
    assert_eq!(
        csv.out,
        "code,description,n,accepted,same,other,gone,open\n\
         0302,blur/haze,3,,,,,\n\
         0406,non-frontal,1,,,,,\n"
    );
}

#[test]
fn nobody_gives_nothing() {
    let sandbox = by_hand();
    let said = sandbox.run_ok(&["answer", "retries", "--where", "attempts > 100"]);
    assert!(said.out.contains("There is no process"), "{}", said.out);
}

/// Independent draws of one kind of traffic, in which three of ten leave after 0302 and half
/// of the others come again with it.
const PLANTED: &str = "base: null_month
persistence: { \"0302\": 0.5 }
segments:
  phone:
    codes: { \"0302\": { attempts: 1370, last: 411 } }
";

fn row<'a>(rows: &'a Value, code: &str) -> &'a Value {
    let rows = rows.as_array().unwrap();
    rows.iter().find(|row| row["code"] == json!(code)).unwrap()
}

fn near(found: f64, planted: f64, n: f64) {
    let three_errors = 3.0 * (planted * (1.0 - planted) / n).sqrt();
    assert!(
        (found - planted).abs() < three_errors,
        "{found}, planted {planted}"
    );
}

#[test]
fn what_was_planted_is_found() {
    let sandbox = Sandbox::new();
    sandbox.write("planted.yaml", PLANTED);
    sandbox.run_ok(&[
        "simulate",
        "--no-landmarks",
        "--transactions",
        "5000",
        "--seed",
        "2",
        "--scenario",
        "planted.yaml",
        "--truth",
        "truth.json",
        "--out",
        "month.ndjson",
    ]);
    sandbox.run_ok(&["run", "month.ndjson"]);
    let answer = ask(&sandbox, &[]);
    let truth: Value = serde_json::from_str(&sandbox.read("truth.json")).unwrap();

    // Counts to the last one.
    let attempts = &truth["attempts"];
    assert_eq!(answer["processes"]["n"], truth["counts"]["processes"]);
    assert_eq!(answer["processes"]["retries"], attempts["retries"]);
    assert_eq!(answer["processes"]["accepted"], attempts["ever_accepted"]);
    assert_eq!(answer["repeats"]["n"], attempts["repeats"]);
    let [_, _, gone, open, _] = counts(&answer);
    let abandoned = attempts["abandoned"].as_u64().unwrap();
    // The simulator knows who would have gone on after the end; the data do not.
    assert!(gone + open >= abandoned, "{gone} {open} {abandoned}");
    assert!(gone + open <= abandoned + attempts["cut_off"].as_u64().unwrap());

    // Parameters within three standard errors.
    let codes = &truth["segments"]["phone"]["codes"];
    let planted = |code: &str, name: &str| codes[code][name].as_f64().unwrap();
    for (code, number) in [("0302", "302"), ("0406", "406")] {
        let left = row(&answer["abandonment"], number);
        let stop = planted(code, "stop");
        // One in a hundred of those who come back does so after the horizon.
        let expected = stop + (1.0 - stop) * 0.01;
        let n = left["n"].as_f64().unwrap();
        near(left["share"].as_f64().unwrap(), expected, n);

        let on = 1.0 - stop;
        let afresh = 1.0 - planted(code, "persistence");
        let after = row(&answer["transitions"], number);
        let known = n - after["open"].as_f64().unwrap();
        let share = |name: &str| after[name].as_f64().unwrap() / known;
        near(
            share("accepted"),
            on * afresh * planted("1400", "fresh"),
            known,
        );
        let again = planted(code, "persistence") + afresh * planted(code, "fresh");
        near(share("same"), on * again, known);
        near(share("gone"), stop, known);
    }
}
