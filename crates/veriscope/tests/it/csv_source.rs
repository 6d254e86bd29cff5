//! The anonymised CSV as a source: the same cells, under pseudonyms of their own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::Sandbox;
use crate::tables::{TABLES, Table, is_token};

/// The columns whose values are pseudonyms.
const PSEUDONYMS: [&str; 4] = ["user_name", "procesoConvenioGuid", "convenio", "documento"];

/// A raw lake, and a lake of what `anonymize` wrote, under one key.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let examples = include_str!("../../../../examples/transactions.ndjson");
    sandbox.write("raw.ndjson", examples);
    for words in [
        &["run", "raw.ndjson", "--lake", "raw"][..],
        &[
            "anonymize",
            "raw.ndjson",
            "--out",
            "published.csv",
            "--lake",
            "raw",
        ],
        &["run", "published.csv", "--lake", "again"],
    ] {
        sandbox.run_ok(&[words, &["--key-file", "team.key"]].concat());
    }
    sandbox
}

#[test]
fn anonymize_gives_the_numbers_and_tokens_that_run_gives() {
    let sandbox = sandbox();
    let staging = Table::export(&sandbox, "staging", &["--lake", "raw"]);
    let written = Table::parse(&sandbox.read("published.csv"));
    assert_eq!(written.columns, staging.columns);
    let rows = |table: &Table| table.rows.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(rows(&written), rows(&staging));
    assert_eq!(written.rows.len(), staging.rows.len());
}

#[test]
fn a_published_csv_gives_the_same_tables_under_pseudonyms_of_its_own() {
    let sandbox = sandbox();
    for name in TABLES {
        let raw = Table::export(&sandbox, name, &["--lake", "raw"]);
        let again = Table::export(&sandbox, name, &["--lake", "again"]);
        assert_eq!(
            again.without(&PSEUDONYMS),
            raw.without(&PSEUDONYMS),
            "{name}"
        );
        for column in PSEUDONYMS {
            let (before, after) = (raw.column(column), again.column(column));
            let pairs: BTreeMap<&str, &str> = before.iter().copied().zip(after).collect();
            let images: BTreeSet<&str> = pairs.values().copied().collect();
            assert_eq!(pairs.len(), images.len(), "{column} of {name}: one to one");
            for (raw_value, new_value) in pairs {
                if raw_value.is_empty() {
                    assert_eq!(new_value, "", "{column}: nothing stays nothing");
                } else if is_token(column, raw_value) {
                    assert!(
                        is_token(column, new_value) && new_value != raw_value,
                        "{column}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_csv_that_lacks_columns_exits_4_and_names_them() {
    let sandbox = Sandbox::new();
    let examples = include_str!("../../../../examples/transactions.ndjson");
    sandbox.write("raw.ndjson", examples);
    let words = ["anonymize", "raw.ndjson", "--out", "published.csv"];
    sandbox.run_ok(&[&words[..], &["--key-file", "team.key"]].concat());
    let whole = Table::parse(&sandbox.read("published.csv"));
    let cut = whole.without(&["http_code", "prob_ibeta2_clip_far_img"]);
    sandbox.write("cut.csv", &text(&cut));
    let said = sandbox.run(&[
        "run",
        "cut.csv",
        "--lake",
        "other",
        "--key-file",
        "team.key",
    ]);
    assert_eq!(said.code, Some(4), "{said:?}");
    let named = "lacks 2 column(s): http_code, prob_ibeta2_clip_far_img";
    assert!(said.err.contains(named), "{said:?}");
    assert_eq!(said.out, "");
}

#[test]
fn columns_may_stand_in_another_order_and_cells_be_nan_or_empty() {
    let sandbox = sandbox();
    let mut table = Table::parse(&sandbox.read("published.csv"));
    let missing = table.index("score_liqe_near_img");
    let mut nulls = 0;
    // What pandas writes of a frame with holes, and whole numbers that became floats.
    for (row, cells) in table.rows.iter_mut().enumerate() {
        let empty: Vec<usize> = (missing..cells.len())
            .filter(|at| cells[*at].is_empty())
            .collect();
        nulls += empty.len();
        for at in empty {
            cells[at] = ["nan", "NaN", "None", ""][row % 4].to_owned();
        }
        for at in [4, 7, 8] {
            if !cells[at].is_empty() {
                cells[at].push_str(".0");
            }
        }
        cells.reverse();
    }
    table.columns.reverse();
    assert!(nulls > 100, "{nulls}");
    assert_eq!(table.index("http_code"), 78 - 7);
    sandbox.write("pandas.csv", &text(&table));
    let words = [
        "run",
        "pandas.csv",
        "--lake",
        "again",
        "--key-file",
        "team.key",
        "--json",
    ];
    let ran = sandbox.run_ok(&words);
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        summary["unchanged"], 60,
        "the same content, written otherwise"
    );
    assert_eq!(summary["notes"], serde_json::json!([]));
}

#[test]
fn raw_documents_and_their_published_form_are_told_apart_in_one_lake() {
    let sandbox = sandbox();
    let words = [
        "run",
        "published.csv",
        "--lake",
        "raw",
        "--key-file",
        "team.key",
        "--json",
    ];
    let before = Table::export(&sandbox, "staging", &["--lake", "raw"]);
    let ran = sandbox.run_ok(&words);
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    // The same transactions with other pseudonyms: other content, and no leak.
    assert_eq!(summary["updated"], 60);
    let after = Table::export(&sandbox, "staging", &["--lake", "raw"]);
    assert_eq!(after.without(&PSEUDONYMS), before.without(&PSEUDONYMS));
    let clients = |table: &Table| {
        let column = table.column("convenio").into_iter();
        column.map(str::to_owned).collect::<BTreeSet<String>>()
    };
    assert!(clients(&before).is_disjoint(&clients(&after)));
}

/// A table as CSV text.
fn text(table: &Table) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.columns).unwrap();
    for row in &table.rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
