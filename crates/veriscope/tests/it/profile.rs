//! `profile`: reports of the lake's tables and of files, and what never stands in them.

use serde_json::{Value, json};

use crate::support::{Said, Sandbox};

/// Documents of twelve persons, of whom every third is refused; a person comes back each day.
fn documents() -> Vec<Value> {
    let one = |number: usize| {
        let person = number % 12;
        let (status, code) = if person.is_multiple_of(3) {
            ("error", "0302")
        } else {
            ("ok", "1400")
        };
        json!({
            "file_token": format!("transaction-{number:04}"),
            "date": format!("2031-0{}-{:02}T10:{:02}:00-05:00", 1 + number % 2, 1 + number / 12, number % 60),
            "summary": {"status": status, "code": code, "desc": "a text"},
            "total_time_ms": 900 + 10 * person,
            "user_data": {
                "procesoConvenioGuid": format!("process-{number}"),
                "convenio": format!("Bank {}", person % 2),
                "user_name": "Ana <b>",
                "documento": format!("7100{person:04}"),
            },
        })
    };
    (0..120).map(one).collect()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let lines: Vec<String> = documents().iter().map(Value::to_string).collect();
    sandbox.write("logs.ndjson", &lines.join("\n"));
    sandbox
}

fn report(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_str(&sandbox.read(name)).unwrap()
}

fn column<'a>(report: &'a Value, name: &str) -> &'a Value {
    let columns = report["columns"].as_array().unwrap();
    columns.iter().find(|one| one["name"] == name).unwrap()
}

fn refused(said: &Said, code: i32) -> &str {
    assert_eq!(said.code, Some(code), "{said:?}");
    &said.err
}

/// The same, but for the last bits of sums over rows in another order.
fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * one.abs().max(1.0)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, one)| other.get(key).is_some_and(|other| alike(one, other)))
        }
        (one, other) => one == other,
    }
}

#[test]
fn a_run_ends_with_a_page_for_each_table_that_needs_nothing_else() {
    let sandbox = sandbox();
    let said = sandbox.run_ok(&["run", "logs.ndjson", "--profile", "reports"]);
    assert!(
        said.err
            .contains("wrote reports/transform.html: 120 rows, 67 columns"),
        "{said:?}"
    );
    for (name, table) in [
        ("staging", "etl_staging_table_final_workshop"),
        ("transform", "etl_transform_table_final_workshop"),
        (
            "no-retries",
            "etl_transform_no_retries_table_final_workshop",
        ),
    ] {
        let page = sandbox.read(&format!("reports/{name}.html"));
        assert!(page.starts_with("<!doctype html>"), "{name}");
        assert!(page.contains(table), "{name}");
        for outside in [
            "src=\"http",
            "href=\"http",
            "url(http",
            "src=\"/",
            "href=\"/",
        ] {
            assert!(!page.contains(outside), "{name}: {outside}");
        }
        assert!(!page.contains("/*REPORT*/"), "{name} holds no data");
    }
}

#[test]
fn no_identity_stands_in_a_report_and_tokens_are_whole_only_where_asked_for() {
    let sandbox = sandbox();
    sandbox.run_ok(&["run", "logs.ndjson"]);
    sandbox.run_ok(&["profile", "all", "--out", "safe", "--json"]);
    let tokens = sandbox.run_ok(&[
        "sql",
        "SELECT DISTINCT documento FROM attempts",
        "--format",
        "json",
    ]);
    let tokens: Vec<Value> = serde_json::from_str(&tokens.out).unwrap();
    assert_eq!(tokens.len(), 12);
    for name in ["staging", "transform", "no-retries"] {
        for ending in ["html", "json"] {
            let text = sandbox.read(&format!("safe/{name}.{ending}"));
            for document in documents() {
                let person = &document["user_data"];
                for identity in [&person["documento"], &person["procesoConvenioGuid"]] {
                    let identity = format!("\"{}\"", identity.as_str().unwrap());
                    assert!(!text.contains(&identity), "{name}.{ending}");
                }
                let person = person["documento"].as_str().unwrap();
                assert!(!text.contains(person), "{name}.{ending}");
            }
            for token in &tokens {
                assert!(
                    !text.contains(token["documento"].as_str().unwrap()),
                    "{name}.{ending}"
                );
            }
        }
    }
    sandbox.run_ok(&["profile", "transform", "--out", "full", "--full", "--json"]);
    let full = sandbox.read("full/transform.json");
    assert!(full.contains(tokens[0]["documento"].as_str().unwrap()));
}

#[test]
fn the_same_table_gives_the_same_figures_from_the_lake_and_from_files() {
    let sandbox = sandbox();
    sandbox.run_ok(&["run", "logs.ndjson"]);
    sandbox.run_ok(&["profile", "transform", "--json", "--out", "lake"]);
    let lake = report(&sandbox, "lake/transform.json");
    assert_eq!(lake["provenance"]["snapshot"], 1);
    let total = column(&lake, "total_time_ms");
    // Ten transactions of each of twelve persons, 900 to 1,010 ms.
    assert_eq!(total["number"]["mean"], 955.0);
    for file in ["rows.csv", "rows.parquet", "rows.ndjson"] {
        sandbox.run_ok(&["export", "transform", "--out", file]);
        sandbox.run_ok(&["profile", file, "--json", "--out", "file"]);
        let of_file = report(&sandbox, "file/rows.json");
        assert_eq!(of_file["overview"]["rows"], 120, "{file}");
        assert_eq!(of_file["provenance"]["table"], file);
        let same = column(&of_file, "total_time_ms");
        for part in ["number", "counts"] {
            assert!(alike(&same[part], &total[part]), "{file}: {part}");
        }
        assert_eq!(of_file["outcomes"], lake["outcomes"], "{file}");
    }
    let said = sandbox.run_ok(&["profile", "rows.csv", "rows.parquet", "--out", "both"]);
    assert!(said.err.contains("wrote both/rows.html"), "{said:?}");
    assert!(
        said.err.contains("wrote both/rows.parquet.html"),
        "{said:?}"
    );
}

#[test]
fn rows_are_chosen_by_conditions_and_set_side_by_side_by_values() {
    let sandbox = sandbox();
    sandbox.run_ok(&["run", "logs.ndjson"]);
    let words = [
        "profile",
        "transform",
        "--json",
        "--where",
        "outcome = 'rejected'",
    ];
    sandbox.run_ok(&[&words[..], &["--from", "2031-01-01", "--to", "2031-01-31"]].concat());
    let chosen = report(&sandbox, "veriscope-profile/transform.json");
    // Every third person is refused; of those every other comes in January.
    assert_eq!(chosen["overview"]["rows"], 20);
    assert_eq!(
        chosen["provenance"]["filters"],
        json!(["outcome = 'rejected'", "from 2031-01-01", "to 2031-01-31"])
    );
    sandbox.run_ok(&[
        "profile",
        "no-retries",
        "--json",
        "--compare",
        "month=2031-01,2031-02",
    ]);
    let compared = report(&sandbox, "veriscope-profile/no-retries.json");
    assert_eq!(
        compared["overview"]["rows"], 120,
        "the whole stands beside its parts"
    );
    let parts = compared["comparison"]["parts"].as_array().unwrap();
    let parts: Vec<(&Value, &Value)> = parts
        .iter()
        .map(|one| (&one["name"], &one["rows"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&json!("2031-01"), &json!(60)),
            (&json!("2031-02"), &json!(60))
        ]
    );
}

#[test]
fn what_does_not_go_together_is_refused_with_what_to_do() {
    let sandbox = sandbox();
    sandbox.run_ok(&["run", "logs.ndjson"]);
    sandbox.write("rows.csv", "a,b\n1,2\n");
    sandbox.write("ragged.csv", "a,b\n1,2\n71000001\n");
    let said = sandbox.run(&["profile", "transfrom"]);
    assert!(
        refused(&said, 2).contains("`transfrom` is no table"),
        "{said:?}"
    );
    let said = sandbox.run(&["profile", "gone.csv"]);
    assert!(
        refused(&said, 4).contains("there is no file gone.csv"),
        "{said:?}"
    );
    let said = sandbox.run(&["profile", "ragged.csv"]);
    let told = refused(&said, 4);
    assert!(
        told.contains("failed to read ragged.csv") && !told.contains("71000001"),
        "{said:?}"
    );
    let said = sandbox.run(&["profile", "transform", "--compare", "rows.csv"]);
    assert!(
        refused(&said, 2).contains("by the values of a column"),
        "{said:?}"
    );
    let said = sandbox.run(&["profile", "rows.csv", "--compare", "a=1,2"]);
    assert!(
        refused(&said, 2).contains("compared with another file"),
        "{said:?}"
    );
    let said = sandbox.run(&["profile", "rows.csv", "--where", "a = 1"]);
    assert!(refused(&said, 2).contains("not of files"), "{said:?}");
    let said = sandbox.run(&["profile", "transform", "--compare", "month=2031-01,2031-07"]);
    assert!(
        refused(&said, 2).contains("no row to compare in the part `2031-07`"),
        "{said:?}"
    );
    let said = sandbox.run(&["profile", "transform", "--compare", "colour=red,blue"]);
    assert!(
        refused(&said, 2).contains("`attempts` has no column `colour`"),
        "{said:?}"
    );
    assert!(
        !sandbox
            .names()
            .contains(&"veriscope-profile/ragged.html".to_owned())
    );
}
