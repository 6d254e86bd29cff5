//! What a user is promised of sources and of exported files.

use std::io::Write;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use veriscope_card::Card;

use crate::support::{Said, Sandbox};
use crate::tables::{TABLES, Table, export_all};

/// A transaction of a client, with text and numbers of every kind.
fn document(token: &str, client: &str) -> Value {
    json!({
        "file_token": token, "date": "2031-07-08T09:10:11.5+02:00", "user_name": format!("app {client}"),
        "summary": {"code": "1400", "status": "ok", "desc": "=1+1, \"quoted\"; and more"},
        "http_code": 200, "total_time_ms": 1234,
        "metadata": {"near_img": {
            "integrity_dims": {"results": {"raw_img_size": [640, 480]}},
            "topiq": {"results": {"predictions": {"score": -1, "time_ms": 7}}},
            "liqe": {"results": {"predictions": {"score": 2.125}}}}},
        "user_data": {"convenio": client, "documento": format!("77001 {client}"),
            "procesoConvenioGuid": format!("process {token}")},
    })
}

fn run(sandbox: &Sandbox, sources: &[&str], lake: &str) -> Value {
    let options = ["--lake", lake, "--key-file", "team.key", "--json"];
    let ran = sandbox.run_ok(&[&["run"], sources, &options].concat());
    serde_json::from_str(&ran.out).unwrap()
}

/// Transaction and client of each row.
fn clients(sandbox: &Sandbox, lake: &str) -> Vec<String> {
    let staging = Table::export(sandbox, "staging", &["--lake", lake]);
    let tokens = staging.column("file_token").into_iter();
    let cells = tokens.zip(staging.column("convenio"));
    cells
        .map(|(token, client)| format!("{token} {client}"))
        .collect()
}

fn labels(summary: &Value) -> Vec<(&str, u64)> {
    let sources = summary["sources"].as_array().unwrap().iter();
    let label = |source: &'_ Value| source["documents"].as_u64().unwrap();
    sources
        .map(|source| (source["label"].as_str().unwrap(), label(source)))
        .collect()
}

/// Two files of one client each, and a third with both.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path().join("logs")).unwrap();
    let (a, b) = (
        document("t-a", "amber-client"),
        document("t-b", "basalt-client"),
    );
    sandbox.write("logs/1.json", &a.to_string());
    sandbox.write("logs/2.json", &json!([b]).to_string());
    let both = format!(
        "{}\n{}\n",
        document("t-c", "basalt-client"),
        document("t-d", "chalk-client")
    );
    sandbox.write("other.ndjson", &both);
    sandbox
}

#[test]
fn files_are_read_as_named_and_patterns_in_order_of_their_paths() {
    let sandbox = sandbox();
    let summary = run(&sandbox, &["other.ndjson", "logs/*.json"], "lake");
    assert_eq!(
        labels(&summary),
        [("other.ndjson", 2), ("1.json", 1), ("2.json", 1)]
    );
    assert_eq!(summary["inserted"], 4);
    // Clients are numbered as they are met: basalt, chalk, amber.
    assert_eq!(
        clients(&sandbox, "lake"),
        [
            "t-a convenio_3",
            "t-b convenio_1",
            "t-c convenio_1",
            "t-d convenio_2"
        ]
    );
    run(
        &sandbox,
        &["logs/1.json", "logs/2.json", "other.ndjson"],
        "another",
    );
    assert_eq!(
        clients(&sandbox, "another"),
        [
            "t-a convenio_1",
            "t-b convenio_2",
            "t-c convenio_2",
            "t-d convenio_3"
        ]
    );
    // A number once given stays, whatever is met first later.
    run(&sandbox, &["logs/2.json", "logs/1.json"], "another");
    assert_eq!(
        clients(&sandbox, "another")[..2],
        ["t-a convenio_1", "t-b convenio_2"]
    );
}

#[test]
fn a_file_that_is_named_twice_is_unchanged_the_second_time() {
    let sandbox = sandbox();
    let summary = run(&sandbox, &["other.ndjson", "other.ndjson"], "lake");
    assert_eq!(labels(&summary), [("other.ndjson", 2), ("other.ndjson", 2)]);
    let counts = ["read", "inserted", "updated", "unchanged"].map(|name| summary[name].clone());
    assert_eq!(counts, [4, 2, 0, 2]);
}

#[test]
fn standard_input_is_a_source_among_others() {
    let sandbox = sandbox();
    let words = [
        "run",
        "logs/1.json",
        "-",
        "--lake",
        "lake",
        "--key-file",
        "team.key",
        "--json",
    ];
    let gz = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let packed = gz(&sandbox.read("other.ndjson"));
    let output = sandbox
        .command(&words)
        .write_stdin(packed)
        .output()
        .unwrap();
    let ran = Said::of(output);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(labels(&summary), [("1.json", 1), ("-", 2)]);

    run(&sandbox, &["logs/1.json", "other.ndjson"], "files");
    assert_eq!(
        export_all(&sandbox, &["--lake", "lake"]),
        export_all(&sandbox, &["--lake", "files"])
    );
    let twice = sandbox.run(&["run", "-", "-"]);
    assert_eq!(twice.code, Some(2), "{twice:?}");
}

/// Bytes of a table of the lake `lake`, exported to a file.
fn file(sandbox: &Sandbox, table: &str, name: &str, options: &[&str]) -> Vec<u8> {
    file_of("lake", sandbox, table, name, options)
}

fn file_of(lake: &str, sandbox: &Sandbox, table: &str, name: &str, options: &[&str]) -> Vec<u8> {
    let export = ["export", table, "--lake", lake, "--out", name];
    sandbox.run_ok(&[&export, options].concat());
    std::fs::read(sandbox.path().join(name)).unwrap()
}

#[test]
fn an_export_is_the_same_bytes_each_time() {
    let sandbox = sandbox();
    run(&sandbox, &["other.ndjson", "logs/*.json"], "lake");
    // The same content by another way: other runs, other files in the lake.
    run(&sandbox, &["other.ndjson"], "in-parts");
    run(&sandbox, &["logs/1.json"], "in-parts");
    run(&sandbox, &["logs/2.json", "logs/1.json"], "in-parts");
    for table in TABLES {
        for name in ["out.csv", "out.parquet", "out.ndjson"] {
            let first = file(&sandbox, table, name, &[]);
            let other = file_of("in-parts", &sandbox, table, name, &[]);
            assert_eq!(other, first, "{table} as {name}, in parts");
        }
    }
    for (name, options) in [
        ("out.csv", &[][..]),
        ("out.parquet", &[]),
        ("es.csv", &["--excel", "es"]),
    ] {
        let first = file(&sandbox, "transform", name, options);
        let again = file(&sandbox, "transform", name, options);
        assert_eq!(again, first, "{name}");
    }
}

#[test]
fn parquet_has_the_published_columns_and_types() {
    let sandbox = sandbox();
    run(&sandbox, &["other.ndjson"], "lake");
    let card = Card::parse(include_str!("../../../../cards/veriface.yaml")).unwrap();
    let published = [
        card.published_staging_schema(),
        card.published_transform_schema(),
        card.published_transform_schema(),
    ];
    for (table, published) in TABLES.into_iter().zip(published) {
        file(&sandbox, table, "out.parquet", &[]);
        let file = std::fs::File::open(sandbox.path().join("out.parquet")).unwrap();
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        assert_eq!(builder.schema().fields(), published.fields(), "{table}");
        let rows = builder
            .build()
            .unwrap()
            .map(|batch| batch.unwrap().num_rows());
        assert_eq!(rows.sum::<usize>(), 2, "{table}");
    }
}

#[test]
fn ndjson_has_every_column_in_order_and_says_the_same_as_csv() {
    let sandbox = sandbox();
    run(&sandbox, &["other.ndjson"], "lake");
    for table in TABLES {
        let text = String::from_utf8(file(&sandbox, table, "out.ndjson", &[])).unwrap();
        let csv = Table::export(&sandbox, table, &["--lake", "lake"]);
        let rows: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows.len(), csv.rows.len());
        for (row, cells) in rows.iter().zip(&csv.rows) {
            let row = row.as_object().unwrap();
            assert!(row.keys().eq(&csv.columns), "{table}");
            for ((name, value), cell) in row.iter().zip(cells) {
                let said = match value {
                    Value::Null => String::new(),
                    Value::Bool(yes) => if *yes { "True" } else { "False" }.to_owned(),
                    // Text that a spreadsheet would run is guarded in CSV alone.
                    Value::String(text) if text.starts_with('=') => format!("'{text}"),
                    Value::String(text) => text.clone(),
                    number => number.to_string(),
                };
                assert_eq!(&said, cell, "{name} of {table}");
            }
        }
    }
}

#[test]
fn a_spanish_spreadsheet_gets_semicolons_commas_and_a_byte_order_mark() {
    let sandbox = sandbox();
    run(&sandbox, &["logs/1.json"], "lake");
    let text = String::from_utf8(file(&sandbox, "staging", "out.csv", &["--excel", "es"])).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert!(text.starts_with("api_hash;user_name;file_token;"), "{text}");
    assert_eq!(
        text.matches("\r\n").count(),
        2,
        "a header and a row: {text}"
    );
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| &row[names.iter().position(|known| known == name).unwrap()];
    assert_eq!(names.len(), 79);
    assert_eq!(cell("score_liqe_near_img"), "2,125");
    assert_eq!(cell("score_topiq_near_img"), "-1,0");
    assert_eq!(cell("total_time_ms"), "1234");
    assert_eq!(cell("date"), "2031-07-08 09:10:11");
    assert_eq!(cell("summary_desc"), "'=1+1, \"quoted\"; and more");
    let transform = file(&sandbox, "transform", "out.csv", &["--excel", "es"]);
    let transform = String::from_utf8(transform).unwrap();
    assert!(transform.contains(";-2,0;"), "{transform}");
}
