//! No raw identity leaves: planted ones stop a run, or never reach a file.

use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::support::{Said, Sandbox};
use crate::tables::Table;

const DOCUMENT_NUMBER: &str = "1032456789";
const PROCESS: &str = "1032456789_2031-05-06_07:08:09";
const CLIENT: &str = "harbour-bank-0042";
const USER: &str = "kiosk-account-7";
const ADDRESS: &str = "203.0.113.77";

/// All that must not be found anywhere.
const IDENTITIES: [&str; 5] = [DOCUMENT_NUMBER, PROCESS, CLIENT, USER, ADDRESS];

fn document(token: &str) -> Value {
    json!({
        "file_token": token, "date": "2031-05-06T07:08:30-05:00", "user_name": USER,
        "summary": {"code": "1400", "status": "ok", "desc": "all fine"}, "total_time_ms": 700,
        "user_data": {
            "procesoConvenioGuid": PROCESS, "convenio": CLIENT, "documento": DOCUMENT_NUMBER,
            "trazabilidad": {"City": "Riverton", "Country": "CO", "Ip": ADDRESS,
                "NumDoc": DOCUMENT_NUMBER, "ProcessGuid": PROCESS, "Error": ""},
        },
    })
}

/// Runs documents of one file.
fn run(sandbox: &Sandbox, name: &str, documents: &[Value]) -> Said {
    let lines: Vec<String> = documents.iter().map(Value::to_string).collect();
    sandbox.write(name, &lines.join("\n"));
    sandbox.run(&["run", name, "--key-file", "team.key"])
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Every cell of a Parquet file as text, binary ones also as the text that they may hold.
fn cells(path: &Path) -> Vec<(String, String)> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap());
    let batches: Vec<RecordBatch> = builder
        .unwrap()
        .build()
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let options = FormatOptions::default();
    let mut cells = Vec::new();
    for batch in &batches {
        let schema = batch.schema();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let formatter = ArrayFormatter::try_new(array, &options).unwrap();
            for row in 0..array.len() {
                cells.push((field.name().clone(), formatter.value(row).to_string()));
            }
            if let Some(binary) = array.as_binary_opt::<i32>() {
                let texts = binary.iter().flatten().map(String::from_utf8_lossy);
                cells.extend(texts.map(|text| (field.name().clone(), text.into_owned())));
            }
        }
    }
    cells
}

/// Asserts that none of the values stands in any file below a folder: not in its bytes, and
/// not in what they decode to. Returns how many Parquet cells were looked at.
fn assert_nowhere(folder: &Path, values: &[&str]) -> usize {
    let mut looked_at = 0;
    for path in files(folder) {
        let bytes = std::fs::read(&path).unwrap();
        for value in values {
            let is_there = memmem(&bytes, value.as_bytes());
            assert!(!is_there, "{value} in the bytes of {}", path.display());
        }
        if path.extension().is_some_and(|ending| ending == "parquet") {
            let cells = cells(&path);
            looked_at += cells.len();
            for (column, cell) in cells {
                let found = values.iter().find(|value| cell.contains(**value));
                assert_eq!(found, None, "in {column} of {}", path.display());
            }
        }
    }
    looked_at
}

fn memmem(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn assert_untold(said: &Said, values: &[&str]) {
    for value in values {
        assert!(
            !said.out.contains(value) && !said.err.contains(value),
            "{value}: {said:?}"
        );
    }
}

fn last_status(sandbox: &Sandbox) -> String {
    let runs = sandbox.run_ok(&["runs", "--json"]);
    let runs: Vec<Value> = serde_json::from_str(&runs.out).unwrap();
    runs.last().unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn an_identity_in_a_kept_column_stops_the_run_and_nothing_of_it_is_left() {
    let sandbox = Sandbox::new();
    let first = run(&sandbox, "first.ndjson", &[document("t-1")]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let before = Table::export(&sandbox, "staging", &[]);

    // Among many, inside longer text, so that it lies in a compressed column.
    let mut documents: Vec<Value> = (2..300).map(|n| document(&format!("t-{n}"))).collect();
    documents[150]["summary"]["desc"] = json!(format!("no match for {DOCUMENT_NUMBER}, try again"));
    let leaking = run(&sandbox, "leaking.ndjson", &documents);
    assert_eq!(leaking.code, Some(7), "{leaking:?}");
    assert!(leaking.err.contains("`summary_desc`"), "{leaking:?}");
    assert!(leaking.err.contains("`documento`"), "{leaking:?}");
    assert_untold(&leaking, &IDENTITIES);
    assert_eq!(leaking.out, "");

    assert_eq!(Table::export(&sandbox, "staging", &[]), before);
    assert_eq!(last_status(&sandbox), "failed");
    let lake = sandbox.path().join("veriscope-lake");
    assert!(assert_nowhere(&lake, &IDENTITIES) > 100);

    // Mended, the same documents get in.
    documents[150]["summary"]["desc"] = json!("no match, try again");
    let mended = run(&sandbox, "leaking.ndjson", &documents);
    assert_eq!(mended.code, Some(0), "{mended:?}");
    assert_eq!(Table::export(&sandbox, "staging", &[]).rows.len(), 299);
    assert!(assert_nowhere(&lake, &IDENTITIES) > 299 * 79);
}

#[test]
fn the_very_first_run_that_leaks_leaves_an_empty_table() {
    let sandbox = Sandbox::new();
    let mut document = document("t-1");
    document["service"] = json!(CLIENT.to_ascii_uppercase());
    let leaking = run(&sandbox, "leaking.ndjson", &[document]);
    assert_eq!(leaking.code, Some(7), "{leaking:?}");
    assert!(leaking.err.contains("`service`"), "{leaking:?}");
    assert!(
        !leaking.err.to_ascii_lowercase().contains(CLIENT),
        "{leaking:?}"
    );
    let staging = Table::export(&sandbox, "staging", &[]);
    assert_eq!((staging.columns.len(), staging.rows.len()), (79, 0));
    let upper = CLIENT.to_ascii_uppercase();
    assert_nowhere(
        &sandbox.path().join("veriscope-lake"),
        &[CLIENT, &upper, DOCUMENT_NUMBER],
    );
}

#[test]
fn anonymize_stops_at_a_leak_too_and_leaves_no_file() {
    let sandbox = Sandbox::new();
    let mut document = document("t-1");
    document["summary"]["desc"] = json!(PROCESS);
    sandbox.write("leaking.ndjson", &document.to_string());
    let words = [
        "anonymize",
        "leaking.ndjson",
        "--out",
        "out.csv",
        "--key-file",
        "team.key",
    ];
    let leaking = sandbox.run(&words);
    assert_eq!(leaking.code, Some(7), "{leaking:?}");
    assert!(leaking.err.contains("`summary_desc`"), "{leaking:?}");
    assert_untold(&leaking, &IDENTITIES);
    assert!(
        !sandbox.names().iter().any(|name| name.contains("csv")),
        "{:?}",
        sandbox.names()
    );
    assert_nowhere(&sandbox.path().join("veriscope-lake"), &IDENTITIES);
}

#[test]
fn an_identity_in_the_front_ends_error_is_blotted_out() {
    let sandbox = Sandbox::new();
    let mut document = document("t-1");
    document["user_data"]["trazabilidad"]["Error"] =
        json!(format!("camera failed for {DOCUMENT_NUMBER} at {ADDRESS}"));
    let ran = run(&sandbox, "one.json", &[document]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lake = sandbox.path().join("veriscope-lake");
    assert!(assert_nowhere(&lake, &IDENTITIES) > 79);
    let stored: Vec<String> = files(&lake)
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
        .flat_map(|path| cells(path))
        .filter(|(column, _)| column == "_front_end_error")
        .map(|(_, cell)| cell)
        .collect();
    assert_eq!(stored, ["camera failed for … at …"]);
}

#[test]
fn a_city_that_is_called_like_its_country_stops_nothing() {
    let sandbox = Sandbox::new();
    let mut document = document("t-1");
    for place in ["City", "Country", "Subdivision"] {
        document["user_data"]["trazabilidad"][place] = json!("Singapore");
    }
    let ran = run(&sandbox, "one.json", &[document]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    // In a column that has nothing to do with places, it does.
    let mut document = self::document("t-2");
    document["user_data"]["trazabilidad"]["City"] = json!("Singapore");
    document["service"] = json!("Singapore");
    let leaking = run(&sandbox, "two.json", &[document]);
    assert_eq!(leaking.code, Some(7), "{leaking:?}");
    assert_untold(&leaking, &["Singapore"]);
}

#[test]
fn identities_of_documents_in_quarantine_stand_nowhere_in_clear() {
    let sandbox = Sandbox::new();
    let mut undated = document("t-1");
    undated["date"] = json!(format!("2031-02-30 {DOCUMENT_NUMBER}"));
    let mut mistyped = document("t-2");
    mistyped["total_time_ms"] = json!({ DOCUMENT_NUMBER: [CLIENT] });
    let truncated = document("t-3").to_string();
    let truncated = &truncated[..truncated.len() - 3];
    let lines = format!("{undated}\n{mistyped}\n{}\n{truncated}", document("t-4"));
    sandbox.write("bad.ndjson", &lines);
    let ran = sandbox.run(&["run", "bad.ndjson", "--key-file", "team.key", "-vv"]);
    assert_eq!(ran.code, Some(6), "{ran:?}");
    assert_untold(&ran, &IDENTITIES);
    for words in [
        &["quarantine", "list"][..],
        &["quarantine", "list", "--json"],
        &["runs", "--json"],
    ] {
        assert_untold(&sandbox.run_ok(words), &IDENTITIES);
    }
    let replayed = sandbox.run(&["quarantine", "replay", "--key-file", "team.key"]);
    assert_eq!(replayed.code, Some(6), "{replayed:?}");
    assert_untold(&replayed, &IDENTITIES);
    assert!(assert_nowhere(&sandbox.path().join("veriscope-lake"), &IDENTITIES) > 79);

    // They are there, sealed: whoever has the key can look.
    let listed = sandbox.run_ok(&["quarantine", "list", "--json"]);
    let entries: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(entries.len(), 3);
    let id = entries[0]["id"].as_str().unwrap();
    let shown = sandbox.run_ok(&["quarantine", "show", id, "--key-file", "team.key"]);
    assert!(shown.out.contains(DOCUMENT_NUMBER));
}

#[test]
fn the_key_stands_in_its_file_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("one.json", &format!("{}\n{{\"broken\": ", document("t-1")));
    let mut said = vec![sandbox.run(&["run", "one.json", "-vv"])];
    assert_eq!(said[0].code, Some(6), "{said:?}");
    let keys = files(&sandbox.path().join("config"));
    assert_eq!(keys.len(), 1, "one key, outside of the lake: {keys:?}");
    let text = std::fs::read_to_string(&keys[0]).unwrap();
    let hex = text
        .lines()
        .find(|line| line.len() == 64)
        .unwrap()
        .to_owned();

    for words in [
        &["run", "one.json", "--json"][..],
        &["anonymize", "one.json", "--out", "out.csv"],
        &["runs", "--json"],
        &["quarantine", "list", "--json"],
        &["quarantine", "replay"],
        &["export", "staging", "--out", "out.parquet"],
    ] {
        said.push(sandbox.run(words));
    }
    let secret: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    let encoded = data_encoding::BASE64.encode(&secret);
    let halves = [&hex[..32], &hex[32..], encoded.trim_end_matches('=')];
    for said in &said {
        assert_untold(said, &halves);
    }
    let lake = sandbox.path().join("veriscope-lake");
    assert_nowhere(&lake, &halves);
    for path in files(sandbox.path())
        .iter()
        .filter(|path| **path != keys[0])
    {
        let bytes = std::fs::read(path).unwrap();
        assert!(
            !memmem(&bytes, &secret) && !memmem(&bytes, hex.as_bytes()),
            "{path:?}"
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&keys[0]).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
