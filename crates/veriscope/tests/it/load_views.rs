//! The views in PostgreSQL against the lake's own, cell by cell: the same card columns, once as
//! SQL and once as plans of the engine.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use serde_json::json;
use veriscope_card::Card;
use veriscope_card::views::{ColumnType, View};
use veriscope_lake::Lake;
use veriscope_postgres_testing::Database;

use crate::load::{configure, run, simulate, with_database};
use crate::support::Sandbox;

const OCR: &str = include_str!("../../../card/tests/cards/ocr.yaml");

/// Rows as text, null as none.
type Rows = Vec<Vec<Option<String>>>;

/// One cell as text: instants as microseconds, the rest as both engines write them.
fn text(name: &str, column_type: ColumnType, is_postgres: bool) -> String {
    match (column_type, is_postgres) {
        (ColumnType::Instant | ColumnType::LocalTime, true) => {
            format!("(extract(epoch FROM \"{name}\") * 1000000)::bigint::text")
        }
        (ColumnType::Instant | ColumnType::LocalTime, false) => {
            format!("CAST(CAST(\"{name}\" AS BIGINT) AS VARCHAR)")
        }
        (_, true) => format!("\"{name}\"::text"),
        (_, false) => format!("CAST(\"{name}\" AS VARCHAR)"),
    }
}

fn query(card: &Card, view: View, is_postgres: bool) -> String {
    let columns: Vec<String> = card
        .view_docs(view)
        .iter()
        .map(|doc| {
            let cell = text(&doc.name, doc.column_type, is_postgres);
            format!("{cell} AS \"{}\"", doc.name)
        })
        .collect();
    format!("SELECT {} FROM {}", columns.join(", "), view.name())
}

fn of_lake(sandbox: &Sandbox, card: &Card, view: View) -> Rows {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let batches: Vec<RecordBatch> = runtime.block_on(async {
        let lake = Lake::open(&sandbox.path().join("veriscope-lake"), card).unwrap();
        let snapshot = lake.snapshot().await.unwrap();
        let session = snapshot.session().unwrap();
        let staging = snapshot.staging(&session).await.unwrap();
        veriscope_transform::register(&session, card, staging).unwrap();
        let frame = session.sql(&query(card, view, false)).await.unwrap();
        frame.collect().await.unwrap()
    });
    let mut rows = Rows::new();
    for batch in batches {
        let columns: Vec<Arc<dyn Array>> = batch
            .columns()
            .iter()
            .map(|column| arrow_cast::cast(column, &arrow_schema::DataType::Utf8).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cell = |column: &Arc<dyn Array>| {
                let texts = column.as_string::<i32>();
                texts.is_valid(row).then(|| texts.value(row).to_owned())
            };
            rows.push(columns.iter().map(cell).collect());
        }
    }
    rows
}

/// Rows in an order of their own, numbers in one way of writing.
fn in_order(card: &Card, view: View, mut rows: Rows) -> Rows {
    let docs = card.view_docs(view);
    for row in &mut rows {
        for (cell, doc) in row.iter_mut().zip(&docs) {
            if let (Some(text), ColumnType::Float) = (cell.as_mut(), doc.column_type) {
                *text = format!("{:?}", text.parse::<f64>().unwrap());
            }
        }
    }
    rows.sort();
    rows
}

fn assert_same_views(sandbox: &Sandbox, database: &Database, card: &Card) {
    for view in View::ALL {
        let lake = in_order(card, view, of_lake(sandbox, card, view));
        let found = in_order(card, view, database.sql(&query(card, view, true)));
        assert_eq!(lake.len(), found.len(), "{}", view.name());
        assert!(!lake.is_empty(), "{}", view.name());
        let docs = card.view_docs(view);
        for (ours, theirs) in lake.iter().zip(&found) {
            for ((ours, theirs), doc) in ours.iter().zip(theirs).zip(&docs) {
                assert_eq!(ours, theirs, "{}.{}", view.name(), doc.name);
            }
        }
    }
}

#[test]
fn the_views_say_what_those_of_the_lake_say() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 700, 5);
    run(&sandbox, &["a.ndjson"]);
    assert_same_views(&sandbox, &database, &Card::builtin().unwrap());
}

#[test]
fn another_card_has_its_own_tables_and_the_same_views() {
    let (sandbox, database) = with_database();
    configure(&sandbox, &database, "  schema: \"public\"\n");
    sandbox.write("ocr.yaml", OCR);
    let mut lines = Vec::new();
    for number in 0..60_u32 {
        // Dates, folders and outcomes in several mixtures; some measured, some not.
        let verdict = ["ok", "fail", "fail"][usize::try_from(number % 3).unwrap()];
        let code = [json!("0010"), json!(21), json!("90"), json!(null)]
            [usize::try_from(number % 4).unwrap()]
        .clone();
        let mut document = json!({
            "head": {
                "request": format!("r{number}"),
                "received": format!("2024-02-29T{:02}:{:02}:30.{:03}-08:00", number % 24, number % 7, number * 7),
                "folder": match number % 5 {
                    0 => json!(null),
                    1 => json!(""),
                    other => json!(format!("north{other}@20240229T115900")),
                },
                "office": "central",
                "holder": format!("7100{:04}", number % 9),
                "model": "m1",
            },
            "outcome": [{"verdict": verdict, "result.code": code}],
            "took": number * 10,
            "scan": {"page": {"size": {"w": 100 + number * 40, "h": 1500}, "deskew": {"ms": 2.5, "wait": 0.25}}},
            "stages": [{"ms": f64::from(number) + 0.5}, {"ms": 20.25, "wait": 1.5}],
            "text": {"confidence": f64::from(number) / 30.0},
        });
        if number % 6 == 0 {
            document["outcome"] = json!([]);
            document.as_object_mut().unwrap().remove("stages");
        }
        lines.push(document.to_string());
    }
    sandbox.write("pages.ndjson", &lines.join("\n"));
    run(&sandbox, &["pages.ndjson", "--card", "ocr.yaml"]);
    sandbox.run_ok(&["load", "--verify", "--card", "ocr.yaml"]);
    assert_same_views(&sandbox, &database, &Card::parse(OCR).unwrap());
}
