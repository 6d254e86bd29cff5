//! Bad values: what a document's members may hold, and what becomes of it.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::bad_input::{Ran, document, document_with, lines, quarantine, row, rows, take, tokens};
use crate::support::Sandbox;

/// Reason and path of each document in quarantine, by position.
fn faults(sandbox: &Sandbox) -> Vec<(u64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    quarantine(sandbox)
        .iter()
        .map(|entry| {
            let position = entry["position"].as_u64().unwrap();
            (position, text(&entry["reason"]), text(&entry["path"]))
        })
        .collect()
}

fn seen(faults: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    faults
        .iter()
        .map(|(position, reason, path)| (*position, (*reason).to_owned(), (*path).to_owned()))
        .collect()
}

/// Rows of a CSV export: file token, and one more column.
fn csv_column(sandbox: &Sandbox, table: &str, column: &str) -> Vec<(String, String)> {
    let exported = sandbox.run_ok(&["export", table, "--out", "-"]).out;
    let mut reader = csv::Reader::from_reader(exported.as_bytes());
    let place = |name: &str| {
        let header = csv::Reader::from_reader(exported.as_bytes())
            .headers()
            .unwrap()
            .clone();
        header.iter().position(|found| found == name).unwrap()
    };
    let (token, column) = (place("file_token"), place(column));
    reader
        .records()
        .map(|record| record.unwrap())
        .map(|record| (record[token].to_owned(), record[column].to_owned()))
        .collect()
}

#[test]
fn a_nul_is_replaced_everywhere_and_counted() {
    let members = json!({
        "service": "one\u{0}two\u{0}",
        "user_data": {
            "convenio": "client\u{0}",
            "documento": "5550001\u{0}",
            "trazabilidad": { "Device": "phone\u{0}" },
        },
    });
    let (sandbox, ran) = take(lines(&[document_with("a", members), document("b")]), &[]);
    ran.ended(0, [2, 2, 0, 0, 0]);
    for feature in ["service", "convenio", "documento", "device"] {
        assert_eq!(ran.notes("nul-replaced", feature), 1, "{feature}");
    }
    assert_eq!(row(&sandbox, "a")["service"], "one\u{fffd}two\u{fffd}");
    let cells = csv_column(&sandbox, "staging", "service");
    assert_eq!(
        cells[0],
        ("a".to_owned(), "one\u{fffd}two\u{fffd}".to_owned())
    );
    let batch = parquet(&sandbox);
    let services = batch.column_by_name("service").unwrap();
    assert_eq!(
        services.as_string::<i32>().value(0),
        "one\u{fffd}two\u{fffd}"
    );
}

/// The staging table as Parquet.
fn parquet(sandbox: &Sandbox) -> arrow_array::RecordBatch {
    sandbox.run_ok(&["export", "staging", "--out", "staging.parquet"]);
    let file = std::fs::File::open(sandbox.path().join("staging.parquet")).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    builder.build().unwrap().next().unwrap().unwrap()
}

#[test]
fn of_a_repeated_key_the_last_one_holds() {
    let text = r#"{"file_token":"first","date":1930400100,"total_time_ms":"soon","summary":{"code":1402,"status":"error"},"file_token":"a","total_time_ms":5,"summary":{"status":"ok"}}"#;
    let (sandbox, ran) = take(text, &[]);
    ran.ended(0, [1, 1, 0, 0, 0]);
    let row = row(&sandbox, "a");
    assert_eq!(row["total_time_ms"], 5);
    assert_eq!(row["summary_status"], "ok");
    assert_eq!(
        row["summary_code"],
        Value::Null,
        "the whole object is replaced"
    );
}

#[test]
fn numbers_are_exact_or_put_aside() {
    let texts = [
        r#"{"file_token":"a","date":1930400100,"total_time_ms":9007199254740993}"#,
        r#"{"file_token":"b","date":1930400100,"total_time_ms":9223372036854775807}"#,
        r#"{"file_token":"c","date":1930400100,"total_time_ms":-0,"metadata":{"near_img":{"liqe":{"results":{"predictions":{"score":-0.0}}}}}}"#,
        r#"{"file_token":"d","date":1930400100,"total_time_ms":12.5}"#,
        r#"{"file_token":"x","date":1930400100,"total_time_ms":1e400}"#,
        r#"{"file_token":"x","date":1930400100,"metadata":{"near_img":{"liqe":{"results":{"predictions":{"score":1e400}}}}}}"#,
        r#"{"file_token":"x","date":1930400100,"total_time_ms":9223372036854775808}"#,
        r#"{"file_token":"x","date":1930400100,"total_time_ms":NaN}"#,
        r#"{"file_token":"x","date":1930400100,"http_code":200.5}"#,
        r#"{"file_token":"x","date":1930400100,"total_time_ms":true}"#,
    ];
    let (sandbox, ran) = take(texts.join("\n"), &[]);
    ran.ended(6, [10, 4, 0, 0, 6]);
    assert_eq!(ran.notes("rounded-duration", "total_time_ms"), 1);
    assert_eq!(
        faults(&sandbox),
        seen(&[
            (4, "out-of-range", "total_time_ms"),
            (
                5,
                "out-of-range",
                "metadata.near_img.liqe.results.predictions.score"
            ),
            (6, "out-of-range", "total_time_ms"),
            (7, "broken-json", ""),
            (8, "wrong-type", "http_code"),
            (9, "wrong-type", "total_time_ms"),
        ])
    );
    let expected = [
        ("a", "9007199254740993"),
        ("b", "9223372036854775807"),
        ("c", "0"),
        ("d", "13"),
    ];
    let expected = expected.map(|(token, cell)| (token.to_owned(), cell.to_owned()));
    for table in ["staging", "transform"] {
        assert_eq!(csv_column(&sandbox, table, "total_time_ms"), expected);
    }
    let exact = row(&sandbox, "a");
    assert_eq!(exact["total_time_ms"], 9_007_199_254_740_993_u64);
    let zero = row(&sandbox, "c")["score_liqe_near_img"].as_f64().unwrap();
    assert!(zero == 0.0 && zero.is_sign_negative());
    let batch = parquet(&sandbox);
    let times = batch.column_by_name("total_time_ms").unwrap();
    let times = times.as_primitive::<Int64Type>().values().to_vec();
    assert_eq!(times, [9_007_199_254_740_993, i64::MAX, 0, 13]);
}

#[test]
fn a_transaction_without_an_id_is_put_aside_and_a_repeated_one_counted() {
    let mut missing = document("");
    missing.as_object_mut().unwrap().remove("file_token");
    let documents = [
        missing,
        document_with("", json!({ "file_token": null })),
        document(""),
        document_with("", json!({ "file_token": { "a": 1 } })),
        document("a"),
        document("a"),
        document("b"),
        document_with("b", json!({ "service": "later" })),
        document_with(
            "",
            json!({ "file_token": { "$oid": "65aa00000000000000000001" } }),
        ),
    ];
    let (sandbox, ran) = take(lines(&documents), &[]);
    ran.ended(6, [9, 3, 1, 1, 4]);
    assert_eq!(
        faults(&sandbox),
        seen(&[
            (0, "no-transaction-id", "file_token"),
            (1, "no-transaction-id", "file_token"),
            (2, "no-transaction-id", "file_token"),
            (3, "wrong-type", "file_token"),
        ])
    );
    assert_eq!(tokens(&sandbox), ["65aa00000000000000000001", "a", "b"]);
    assert_eq!(row(&sandbox, "b")["service"], "later");
}

#[test]
fn dates_are_read_in_every_form_and_others_put_aside() {
    let dated = |token: &str, date: Value| document_with(token, json!({ "date": date }));
    let mut missing = document("x");
    missing.as_object_mut().unwrap().remove("date");
    let documents = [
        dated("none", json!("2031-03-04T10:15:00")),
        dated("own", json!("2031-03-04 10:15:00.1234567+02:00")),
        dated("seconds", json!(1_930_403_700)),
        dated("millis", json!(1_930_403_700_123_u64)),
        dated("text", json!({ "$date": "2031-03-04T15:15:00Z" })),
        dated(
            "long",
            json!({ "$date": { "$numberLong": "1930403700123" } }),
        ),
        dated("legacy", json!({ "$date": 1_930_403_700_123_u64 })),
        dated("old", json!("1969-12-31T23:59:59Z")),
        dated("x", json!("2031-02-30T10:15:00-05:00")),
        dated("x", json!("2031-03-04")),
        dated("x", json!("yesterday")),
        dated("x", json!("")),
        dated("x", Value::Null),
        missing,
        dated("x", json!(true)),
    ];
    let (sandbox, ran) = take(lines(&documents), &[]);
    ran.ended(6, [15, 8, 0, 0, 7]);
    let mut expected: Vec<(u64, &str, &str)> = (8..14)
        .map(|position| (position, "unreadable-date", "date"))
        .collect();
    expected.push((14, "wrong-type", "date"));
    assert_eq!(faults(&sandbox), seen(&expected));
    let dates: Vec<(String, String)> = rows(&sandbox)
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (text("file_token"), text("date"))
        })
        .collect();
    let expected = [
        ("old", "1969-12-31T23:59:59.000000+00:00"),
        ("own", "2031-03-04T10:15:00.123456+02:00"),
        ("none", "2031-03-04T10:15:00.000000-05:00"),
        ("seconds", "2031-03-04T10:15:00.000000-05:00"),
        ("text", "2031-03-04T10:15:00.000000-05:00"),
        ("legacy", "2031-03-04T10:15:00.123000-05:00"),
        ("long", "2031-03-04T10:15:00.123000-05:00"),
        ("millis", "2031-03-04T10:15:00.123000-05:00"),
    ];
    let expected = expected.map(|(token, date)| (token.to_owned(), date.to_owned()));
    assert_eq!(dates, expected);
}

#[test]
fn a_picture_size_is_read_as_far_as_it_goes() {
    let sized = |token: &str, size: Value| {
        let near = json!({ "integrity_dims": { "results": { "raw_img_size": size } } });
        document_with(token, json!({ "metadata": { "near_img": near } }))
    };
    let documents = [
        sized("empty", json!([])),
        sized("negative", json!([-640, -480])),
        sized("null", Value::Null),
        sized("one", json!([640])),
        sized("text", json!(["640", "480"])),
        sized("x", json!(["wide", 480])),
        sized("x", json!(640)),
        sized("x", json!({ "0": 640 })),
        sized("x", json!([640, [480]])),
    ];
    let (sandbox, ran) = take(lines(&documents), &[]);
    ran.ended(6, [9, 5, 0, 0, 4]);
    for feature in ["img_size_near_img_width", "img_size_near_img_height"] {
        assert_eq!(ran.notes("outside-valid-range", feature), 1);
    }
    let path = "metadata.near_img.integrity_dims.results.raw_img_size";
    let (width, height) = (format!("{path}.0"), format!("{path}.1"));
    assert_eq!(
        faults(&sandbox),
        seen(&[
            (5, "wrong-type", &width),
            (6, "wrong-type", &width),
            (7, "wrong-type", &width),
            (8, "wrong-type", &height),
        ])
    );
    let sizes: Vec<[Value; 2]> = rows(&sandbox)
        .iter()
        .map(|row| {
            [
                row["img_size_near_img_width"].clone(),
                row["img_size_near_img_height"].clone(),
            ]
        })
        .collect();
    let expected = [
        json!([null, null]),
        json!([-640, -480]),
        json!([null, null]),
        json!([640, null]),
        json!([640, 480]),
    ];
    assert_eq!(json!(sizes), json!(expected));
    let qualities = csv_column(&sandbox, "transform", "aspect_ratio_near_img");
    assert_eq!(qualities[3].1, "", "half a size has no orientation");
    assert_eq!(qualities[4].1, "LANDSCAPE");
}

#[test]
fn a_client_id_of_any_text_becomes_a_number_and_appears_nowhere() {
    let ids = [
        "'; DROP TABLE etl_staging_table_final_workshop; --",
        "<script>alert('x')</script>",
        "=HYPERLINK(\"http://example.org\")",
        "convenio_1",
    ];
    let documents: Vec<Value> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| {
            let user_data = json!({ "convenio": id, "documento": format!("555000{index}") });
            document_with(&format!("t{index}"), json!({ "user_data": user_data }))
        })
        .collect();
    let (sandbox, ran) = take(lines(&documents), &[]);
    ran.ended(0, [4, 4, 0, 0, 0]);
    let clients: Vec<Value> = rows(&sandbox)
        .iter()
        .map(|row| row["convenio"].clone())
        .collect();
    let expected = ["convenio_1", "convenio_2", "convenio_3", "convenio_4"];
    assert_eq!(clients, expected, "numbered in the order of the documents");
    for table in ["staging", "transform", "no-retries"] {
        for format in ["csv", "ndjson"] {
            let words = ["export", table, "--out", "-", "--format", format];
            let text = sandbox.run_ok(&words).out;
            for raw in ["DROP TABLE", "<script", "HYPERLINK", "5550001"] {
                assert!(!text.contains(raw), "{raw} in {table}.{format}");
            }
        }
    }
}

#[test]
fn a_kept_text_that_looks_like_a_formula_is_harmless_in_csv() {
    let texts = ["=1+1", "@SUM(A1)", "+A1", "-A1*2", "-token_A", "plain"];
    let documents: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| document_with(&format!("t{index}"), json!({ "service": text })))
        .collect();
    let (sandbox, ran) = take(lines(&documents), &[]);
    ran.ended(0, [6, 6, 0, 0, 0]);
    let cells: Vec<String> = csv_column(&sandbox, "staging", "service")
        .into_iter()
        .map(|(_, cell)| cell)
        .collect();
    assert_eq!(
        cells,
        ["'=1+1", "'@SUM(A1)", "'+A1", "'-A1*2", "-token_A", "plain"]
    );
    let kept: Vec<Value> = rows(&sandbox)
        .iter()
        .map(|row| row["service"].clone())
        .collect();
    assert_eq!(kept, texts, "no other format changes them");
}

#[test]
fn a_feature_that_is_null_in_the_first_batch_may_be_there_later() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "first.ndjson",
        &lines(&[json!({ "file_token": "a", "date": 1_930_400_100 })]),
    );
    let near =
        json!({ "liqe": { "results": { "predictions": { "score": 4.25, "time_ms": 31 } } } });
    let later = document_with(
        "b",
        json!({ "service": "s", "http_code": 200, "metadata": { "near_img": near } }),
    );
    sandbox.write("later.ndjson", &lines(&[later]));
    Ran::of(&sandbox, &["run", "first.ndjson"]).ended(0, [1, 1, 0, 0, 0]);
    let first = row(&sandbox, "a");
    let filled = first.as_object().unwrap().values();
    assert_eq!(filled.filter(|value| !value.is_null()).count(), 2);

    Ran::of(&sandbox, &["run", "later.ndjson"]).ended(0, [1, 1, 0, 0, 0]);
    assert_eq!(row(&sandbox, "a"), first);
    let later = row(&sandbox, "b");
    assert_eq!(later["service"], "s");
    assert_eq!(later["http_code"], 200);
    assert_eq!(later["score_liqe_near_img"], 4.25);
    assert_eq!(later["time_ms_liqe_near_img"], 31);
    assert_eq!(later["convenio"], "convenio_1");
    let transform = csv_column(&sandbox, "transform", "score_liqe_near_img");
    assert_eq!(transform[0].1, "-2.0", "the sentinel of a missing score");
    assert_eq!(transform[1].1, "4.25");
}
