//! `metrics` of the real binary: the same numbers as worked by hand from the documents.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::Sandbox;

/// One call: transaction, process, person, client, status, code, local time, total time.
type Call = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u64,
);

/// Two processes of an amber client, the first with a retry and a repeat, and one of basalt.
const CALLS: [Call; 6] = [
    (
        "t1",
        "p1",
        "7700001",
        "amber",
        "error",
        "1402",
        "2031-07-08T23:59:00",
        100,
    ),
    (
        "t2",
        "p1",
        "7700001",
        "amber",
        "ok",
        "0",
        "2031-07-09T00:01:00",
        200,
    ),
    (
        "t3",
        "p1",
        "7700001",
        "amber",
        "ok",
        "0",
        "2031-07-09T00:02:00",
        300,
    ),
    (
        "t4",
        "p2",
        "7700002",
        "amber",
        "ok",
        "0",
        "2031-07-09T10:00:00",
        400,
    ),
    (
        "t5",
        "p3",
        "7700003",
        "basalt",
        "error",
        "0301",
        "2031-07-10T10:00:00",
        500,
    ),
    (
        "t6",
        "p3",
        "7700003",
        "basalt",
        "error",
        "1402",
        "2031-07-10T10:01:00",
        700,
    ),
];

fn document(call: &Call) -> Value {
    let (token, process, person, client, status, code, time, total) = call;
    json!({
        "file_token": token, "date": format!("{time}-05:00"), "http_code": 200,
        "summary": {"code": code, "status": status, "desc": "d"}, "total_time_ms": total,
        "metadata": {"near_img": {"liqe": {"results": {"predictions": {
            "score": 2.5, "time_ms": total / 10, "queue_time_ms": total / 100}}}}},
        "user_data": {"convenio": client, "documento": person, "procesoConvenioGuid": process},
    })
}

/// A lake of those calls, and of more persons so that numbers are shown: each of `more` has
/// one accepted call at basalt.
fn sandbox(more: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    let mut lines = String::new();
    for call in &CALLS {
        writeln!(lines, "{}", document(call)).unwrap();
    }
    for at in 0..more {
        let mut extra = document(&("", "", "", "basalt", "ok", "0", "2031-07-11T10:00:00", 600));
        extra["file_token"] = json!(format!("x{at}"));
        extra["user_data"]["documento"] = json!(format!("88{at:05}"));
        extra["user_data"]["procesoConvenioGuid"] = json!(format!("px{at}"));
        writeln!(lines, "{extra}").unwrap();
    }
    sandbox.write("calls.ndjson", &lines);
    sandbox.run_ok(&["run", "calls.ndjson"]);
    sandbox
}

fn get(sandbox: &Sandbox, words: &[&str]) -> Value {
    let said = sandbox.run_ok(&[&["metrics", "get"], words, &["--json"]].concat());
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn numbers_are_as_worked_by_hand() {
    let sandbox = sandbox(40);
    let got = get(&sandbox, &["acceptance", "--by", "convenio"]);
    let answer = &got["answers"][0];
    assert_eq!(answer["by"], json!(["convenio"]));
    let rows = answer["rows"].as_array().unwrap();
    // Amber came first: 3 of its 4 calls were accepted, of 2 persons: too few to show.
    assert_eq!(rows[0]["dimensions"], json!(["convenio_1"]));
    assert_eq!(
        (&rows[0]["value"], &rows[0]["too_few"]),
        (&json!(null), &json!(true))
    );
    assert_eq!((&rows[0]["n"], &rows[0]["persons"]), (&json!(4), &json!(2)));
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-12;
    assert!(near(&rows[1]["value"], 40.0 / 42.0), "{answer}");
    assert!(near(&answer["total"]["value"], 43.0 / 46.0), "{answer}");
    let (low, high) = (&answer["total"]["low"], &answer["total"]["high"]);
    assert!(low.as_f64().unwrap() < 43.0 / 46.0 && high.as_f64().unwrap() > 43.0 / 46.0);
}

#[test]
fn counts_are_of_views_made_from_the_documents() {
    let sandbox = sandbox(0);
    let expected = [
        ("transactions", 6.0),
        ("processes", 3.0),
        ("persons", 3.0),
        ("clients", 2.0),
        ("accepted", 3.0),
        // By the dictionary, 0301 is an error of the API.
        ("rejected", 2.0),
        ("technical_errors", 1.0),
        ("retries", 2.0),
        ("repeats", 1.0),
        ("failed_first", 2.0),
        ("gone_after_first", 0.0),
        ("never_accepted", 1.0),
        ("http_errors", 0.0),
        ("microservice_runs", 6.0),
    ];
    let got = get(&sandbox, &expected.map(|(id, _)| id));
    for (answer, (id, value)) in got["answers"].as_array().unwrap().iter().zip(expected) {
        assert_eq!(answer["metric"], json!(id));
        assert_eq!(answer["total"]["value"], json!(value), "{id}");
    }
    let total = |words: &[&str]| {
        let got = get(&sandbox, &[&["transactions"], words].concat());
        got["answers"][0]["total"]["value"].clone()
    };
    // Days are local: t1 is of the 8th though it is the 9th in UTC.
    assert_eq!(total(&["--to", "2031-07-08"]), json!(1.0));
    assert_eq!(
        total(&["--from", "2031-07-09", "--to", "2031-07-09"]),
        json!(3.0)
    );
    assert_eq!(total(&["--where", "summary_code = '0301'"]), json!(1.0));
    assert_eq!(
        total(&["--where", "kind = 'retry' and convenio = 'convenio_1'"]),
        json!(1.0)
    );
}

#[test]
fn the_terminal_shows_an_aligned_table_without_codes() {
    let sandbox = sandbox(0);
    let said = sandbox.run_ok(&["metrics", "get", "transactions", "--by", "convenio"]);
    assert_eq!(
        said.out,
        "Transactions\n\
         convenio    value  n  persons\n\
         convenio_1      4  4        2\n\
         convenio_2      2  2        1\n\
         total           6  6        3\n"
    );
}

#[test]
fn a_page_may_be_spanish_and_explain_itself() {
    let sandbox = sandbox(40);
    let words = ["metrics", "get", "acceptance", "--lang", "es", "--explain"];
    let said = sandbox.run_ok(&words);
    assert!(
        said.out.starts_with("Aceptación\nProporción de todas"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("attempts: count() where outcome = 'accepted' / count()")
    );
    assert!(said.out.contains("93,5 %"), "{}", said.out);
}

#[test]
fn csv_and_markdown_hold_the_same_numbers() {
    let sandbox = sandbox(0);
    let csv = sandbox.run_ok(&[
        "metrics",
        "get",
        "transactions",
        "--by",
        "convenio",
        "--csv",
    ]);
    assert_eq!(
        csv.out,
        "metric,row,convenio,value,low,high,n,persons,too_few,approximate\n\
         transactions,group,convenio_1,4,,,4,2,false,false\n\
         transactions,group,convenio_2,2,,,2,1,false,false\n\
         transactions,total,,6,,,6,3,false,false\n"
    );
    let md = sandbox.run_ok(&["metrics", "get", "transactions", "--by", "convenio", "--md"]);
    assert_eq!(
        md.out,
        "## Transactions\n\n\
         | convenio | value | n | persons |\n\
         |---|--:|--:|--:|\n\
         | convenio\\_1 | 4 | 4 | 2 |\n\
         | convenio\\_2 | 2 | 2 | 1 |\n\
         | total | 6 | 6 | 3 |\n"
    );
}

#[test]
fn exclusions_of_the_configuration_hold_and_are_told() {
    let sandbox = sandbox(0);
    sandbox.write(
        "config.yaml",
        "exclude:\n  - client: convenio_1\n    reason: our own tests\n",
    );
    let said = sandbox.run_ok(&["metrics", "get", "transactions"]);
    assert!(
        said.out
            .starts_with("left out, rows of attempts: 4 (client convenio_1; our own tests)\n"),
        "{}",
        said.out
    );
    let got = get(&sandbox, &["transactions"]);
    assert_eq!(got["answers"][0]["total"]["n"], json!(2));
    assert_eq!(got["answers"][0]["excluded"][0]["rows"], json!(4));
    let whole = get(&sandbox, &["transactions", "--no-exclusions"]);
    assert_eq!(whole["answers"][0]["total"]["n"], json!(6));
}

#[test]
fn a_person_behind_an_outsize_share_is_named_before_the_numbers() {
    let sandbox = Sandbox::new();
    let mut lines = String::new();
    for at in 0..60 {
        let mut call = document(&(
            "",
            "",
            "7700001",
            "amber",
            "ok",
            "0",
            "2031-07-08T10:00:00",
            1,
        ));
        call["file_token"] = json!(format!("t{at}"));
        call["user_data"]["procesoConvenioGuid"] = json!(format!("p{at}"));
        if at >= 30 {
            call["user_data"]["documento"] = json!(format!("88{at:05}"));
        }
        writeln!(lines, "{call}").unwrap();
    }
    sandbox.write("calls.ndjson", &lines);
    sandbox.run_ok(&["run", "calls.ndjson"]);
    let said = sandbox.run_ok(&["metrics", "get", "acceptance"]);
    assert!(
        said.out
            .starts_with("one person has 30 processes, 50.0 % of all, and bends every rate; to leave it out: exclude: [{person: documento_"),
        "{}",
        said.out
    );
}

#[test]
fn wrong_use_is_told_before_a_lake_is_looked_for() {
    let sandbox = Sandbox::new();
    for (words, expected) in [
        (&["accptance"][..], "there is no metric `accptance`"),
        (
            &["acceptance", "--where", "convenio like 'x'"],
            "a pattern (like) can't stand in a condition",
        ),
        (
            &["acceptance", "--where", "cliente = 'x'"],
            "has no column `cliente`",
        ),
    ] {
        let said = sandbox.run(&[&["metrics", "get"], words].concat());
        assert_eq!(said.code, Some(2), "{words:?}: {said:?}");
        assert!(said.err.contains(expected), "{}", said.err);
    }
}

#[test]
fn a_lake_that_is_not_there_is_an_error_of_its_own() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["metrics", "get", "acceptance"]);
    assert_ne!(said.code, Some(0));
    assert!(said.err.contains("veriscope-lake"), "{}", said.err);
}

#[test]
fn list_and_show_need_no_lake() {
    let sandbox = Sandbox::new();
    let list = sandbox.run_ok(&["metrics", "list", "acceptance"]);
    let first = list.out.lines().nth(1).unwrap();
    assert!(first.starts_with("acceptance "), "{}", list.out);
    let show = sandbox.run_ok(&["metrics", "show", "acceptance"]);
    for part in [
        "SELECT",
        "DIVIDE(",
        "count() where outcome = 'accepted' / count()",
    ] {
        assert!(show.out.contains(part), "{}", show.out);
    }
    let es = sandbox.run_ok(&["metrics", "show", "acceptance", "--lang", "es"]);
    assert!(es.out.starts_with("Aceptación\n"), "{}", es.out);
}

#[test]
fn a_wrong_exclusion_is_told_with_its_place() {
    let sandbox = sandbox(0);
    sandbox.write("config.yaml", "exclude:\n  - cliente: convenio_1\n");
    let said = sandbox.run(&["metrics", "get", "transactions"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("config.yaml:2:"), "{}", said.err);
    sandbox.write("config.yaml", "exclude:\n  - reason: nothing else\n");
    let said = sandbox.run(&["metrics", "get", "transactions"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(
        said.err.contains("an exclusion names nothing"),
        "{}",
        said.err
    );
}
