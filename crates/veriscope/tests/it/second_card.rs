//! A card of quite another API goes through every command: nothing of the built-in one is in
//! the engine.

use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::tables::{TABLES, Table, is_token};

const CARD: &str = include_str!("../../../card/tests/cards/ocr.yaml");

/// Options of every command: the card, and the key that all lakes of a test share.
const CARD_AND_KEY: [&str; 4] = ["--card", "ocr.yaml", "--key-file", "team.key"];

fn documents() -> Vec<Value> {
    let head = |request: &str, received: &str, folder: Value, office: Value, holder: &str| {
        json!({"request": request, "received": received, "folder": folder, "office": office,
            "holder": holder, "model": "m1"})
    };
    let page = |w: u32, h: u32, deskew: Value| json!({"page": {"size": {"w": w, "h": h}, "deskew": deskew}});
    let first = json!("north@20240229T115900");
    vec![
        // Read at once. Its date has no offset: two hours east, as the card says.
        json!({
            "head": head("r1", "2024-02-29T12:00:30", first.clone(), json!("central"), "71000001"),
            "outcome": [{"verdict": "ok", "result.code": "0010"}, {"verdict": "fail"}],
            "took": 100,
            "scan": page(1240, 1754, json!({"ms": 2.5, "wait": 0.5})),
            "stages": [{"ms": 10.4}, {"ms": 20.25, "wait": 1.5}, {"ms": 3}],
            "text": {"confidence": 0.875},
            "rules": {"least": 0.5, "stamps": true},
        }),
        // The same folder again, eight hours west: the last attempt, and a blurred one.
        json!({
            "head": head("r2", "2024-02-29T23:30:00-08:00", first, json!("central"), "71000001"),
            "outcome": [{"verdict": "fail", "result.code": 21}],
            "took": 5,
            "scan": page(4961, 7016, json!({"ms": 7})),
        }),
        // The reader was down; the office is a number, and half a millisecond is rounded.
        json!({
            "head": head("r3", "2024-03-01T08:00:00Z", json!("south@20240301T075950"), json!(12), "71000002"),
            "outcome": [{"verdict": "fail", "result.code": "90"}],
            "took": 80.5,
            "scan": page(100, 100, json!({})),
            "stages": [{"ms": 4}, {"wait": 2.5}],
        }),
        // The same folder, an earlier attempt, read later.
        json!({
            "head": head("r4", "2024-03-01T07:59:59.999999Z", json!("south@20240301T075950"), json!(12), "71000002"),
            "outcome": [{"verdict": "ok", "result.code": "10"}],
            "took": 9,
        }),
        // No folder and an empty one: each a process of its own.
        json!({
            "head": head("r5", "2024-03-02T00:00:00", Value::Null, json!("central"), ""),
            "outcome": [{"verdict": "ok", "result.code": "10"}],
            "scan": page(1753, 1240, json!({"wait": 1})),
        }),
        json!({
            "head": head("r6", "2024-03-02T00:00:00", json!(""), json!("harbour"), "71000003"),
            "outcome": [],
            "took": 0,
            "stages": [{"ms": 1}, {"ms": 2}, {"ms": -3}],
            "text": {"confidence": 1},
        }),
        // No such day, and a duration that is none.
        json!({"head": head("r7", "2024-02-30T12:00:00", Value::Null, json!("central"), "71000004")}),
        json!({
            "head": head("r8", "2024-02-28T12:00:00", Value::Null, json!("central"), "71000005"),
            "took": true,
        }),
    ]
}

const STAGING: &str = "\
request_id,received_at,verdict,result,folder,office,holder,elapsed_ms,page_height,page_width,\
deskew_ms_page,deskew_wait_ms_page,layout_ms,reader_ms,reader_wait_ms,stamps_ms,confidence
r1,2024-02-29T12:00:30.000000+02:00,ok,10,{token},office_1,{token},100,1754,1240,2.5,0.5,10.4,20.25,1.5,3.0,0.875
r2,2024-02-29T23:30:00.000000-08:00,fail,21,{token},office_1,{token},5,7016,4961,7.0,,,,,,
r4,2024-03-01T07:59:59.999999+00:00,ok,10,{token},office_2,{token},9,,,,,,,,,
r3,2024-03-01T08:00:00.000000+00:00,fail,90,{token},office_2,{token},81,100,100,,,4.0,,2.5,,
r5,2024-03-02T00:00:00.000000+02:00,ok,10,,office_1,,,1240,1753,,1.0,,,,,
r6,2024-03-02T00:00:00.000000+02:00,,,,office_3,{token},0,,,,,1.0,2.0,,-3.0,1.0
";

// A missing time counts -5, as the card says. In r1: deskew 3 + 1, layout 10, reader 20 + 2,
// stamps 3. In r2: 7 - 5, -5, -5 - 5, -5. In r3: -5 - 5, 4, -5 + 3, -5. In r4 nothing but
// -5s, six of them. In r5: -5 + 1, -5, -10, -5. In r6: -10, 1, 2 - 5, -3.
const TRANSFORM: &str = "\
received_at,request_id,verdict,result,folder,office,holder,page_class,page_orientation,confidence,\
weekday,hour,deskew_total_ms,layout_total_ms,reader_total_ms,stamps_total_ms,all_total_ms,rest_ms,elapsed_ms
2024-02-29T12:00:30.000000+02:00,r1,ok,10,{token},office_1,{token},SHEET,PORTRAIT,0.875,Thursday,12,4,10,22,3,39,61,100
2024-02-29T23:30:00.000000-08:00,r2,fail,21,{token},office_1,{token},POSTER,PORTRAIT,-9.0,Thursday,23,2,-5,-10,-5,-18,23,5
2024-03-01T07:59:59.999999+00:00,r4,ok,10,{token},office_2,{token},,,-9.0,Friday,7,-10,-5,-10,-5,-30,39,9
2024-03-01T08:00:00.000000+00:00,r3,fail,90,{token},office_2,{token},SCRAP,SQUARE,-9.0,Friday,8,-10,4,-2,-5,-13,94,81
2024-03-02T00:00:00.000000+02:00,r5,ok,10,,office_1,,SCRAP,LANDSCAPE,-9.0,Saturday,0,-4,-5,-10,-5,-24,19,-5
2024-03-02T00:00:00.000000+02:00,r6,,,,office_3,{token},,,1.0,Saturday,0,-10,1,-3,-3,-15,15,0
";

/// The rows of last attempts: of the first folder r2, of the second r3, the others alone.
const LAST: [&str; 4] = ["r2", "r3", "r5", "r6"];

/// The sandbox with card and documents, and words with the options that every command needs.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("ocr.yaml", CARD);
    let lines: Vec<String> = documents().iter().map(Value::to_string).collect();
    sandbox.write("pages.ndjson", &lines.join("\n"));
    sandbox
}

fn with_card<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &CARD_AND_KEY].concat()
}

fn check(found: &Table, expected: &str) {
    let expected = Table::parse(expected);
    assert_eq!(found.columns, expected.columns);
    assert_eq!(found.rows.len(), expected.rows.len());
    for (found_row, expected_row) in found.rows.iter().zip(&expected.rows) {
        for ((name, cell), wanted) in found.columns.iter().zip(found_row).zip(expected_row) {
            let is_right = match wanted.as_str() {
                "{token}" => is_token(name, cell),
                wanted => cell == wanted,
            };
            assert!(
                is_right,
                "{name}: {cell} and not {wanted} in {expected_row:?}"
            );
        }
    }
}

#[test]
fn another_card_gives_its_own_tables_and_the_same_again() {
    let sandbox = sandbox();
    let ran = sandbox.run(&with_card(&["run", "pages.ndjson", "--json"]));
    assert_eq!(ran.code, Some(6), "{ran:?}");
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        [
            &summary["read"],
            &summary["inserted"],
            &summary["quarantined"]["total"]
        ],
        [8, 6, 2]
    );
    assert_eq!(
        summary["quarantined"]["by_reason"],
        json!({"unreadable-date": 1, "wrong-type": 1})
    );
    // Four processes. No card says which verdict accepts, so the code's class decides.
    assert_eq!(
        summary["acceptance"]["transactions"],
        json!({"accepted": 3, "total": 6})
    );
    assert_eq!(
        summary["acceptance"]["last_attempts"],
        json!({"accepted": 1, "total": 4})
    );
    // (20.25 + 1.5) and 2 ms: the reader ran in two; r3 only waited for it.
    assert_eq!(summary["slowest_microservice"]["name"], "reader");
    assert_eq!(summary["slowest_microservice"]["mean_ms"], 11.875);

    let export = || TABLES.map(|table| Table::export(&sandbox, table, &["--card", "ocr.yaml"]));
    let tables = export();
    let [staging, transform, no_retries] = &tables;
    check(staging, STAGING);
    check(transform, TRANSFORM);
    let last: Vec<&Vec<String>> = transform
        .rows
        .iter()
        .filter(|row| LAST.contains(&row[1].as_str()))
        .collect();
    assert_eq!(no_retries.rows.iter().collect::<Vec<_>>(), last);
    // One folder and one person have one token each.
    let folders = staging.column("folder");
    assert_eq!((folders[0], folders[2]), (folders[1], folders[3]));
    assert_ne!(folders[0], folders[2]);

    let again = sandbox.run(&with_card(&["run", "pages.ndjson", "--json"]));
    assert_eq!(again.code, Some(6), "{again:?}");
    let summary: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(
        [
            &summary["inserted"],
            &summary["updated"],
            &summary["unchanged"]
        ],
        [0, 0, 6]
    );
    assert_eq!(export(), tables);
}

#[test]
fn another_card_goes_through_the_other_commands() {
    let sandbox = sandbox();
    let ran = sandbox.run(&with_card(&["stage", "pages.ndjson", "--max-rejects", "2"]));
    assert_eq!(ran.code, Some(0), "{ran:?}");

    let written = with_card(&["anonymize", "pages.ndjson", "--out", "pages.csv"]);
    assert_eq!(sandbox.run(&written).code, Some(6));
    let anonymized = Table::parse(&sandbox.read("pages.csv"));
    let staging = Table::export(&sandbox, "staging", &["--card", "ocr.yaml"]);
    let sorted = |table: &Table| {
        let mut rows = table.rows.clone();
        rows.sort();
        rows
    };
    assert_eq!(anonymized.columns, staging.columns);
    assert_eq!(sorted(&anonymized), sorted(&staging));

    let runs = sandbox.run_ok(&["runs", "--json", "--card", "ocr.yaml"]);
    let runs: Value = serde_json::from_str(&runs.out).unwrap();
    let told =
        |run: &Value| ["command", "status"].map(|field| run[field].as_str().unwrap().to_owned());
    assert_eq!(
        runs.as_array()
            .unwrap()
            .iter()
            .map(told)
            .collect::<Vec<_>>(),
        [["stage", "published"], ["anonymize", "published"]]
    );

    let listed = sandbox.run_ok(&["quarantine", "list", "--json", "--card", "ocr.yaml"]);
    let entries: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    let places: Vec<_> = entries
        .iter()
        .map(|entry| (entry["position"].as_u64(), entry["path"].as_str()))
        .collect();
    assert_eq!(
        places,
        [(Some(6), Some("head.received")), (Some(7), Some("took"))]
    );
    let id = entries[1]["id"].as_str().unwrap();
    let shown = sandbox.run_ok(&with_card(&["quarantine", "show", id]));
    assert_eq!(shown.out.trim(), documents()[7].to_string());

    let explained = ["answer", "why", "--where", "outcome = 'accepted'", "--json"];
    let explained = sandbox.run_ok(&[&explained[..], &["--card", "ocr.yaml"]].concat());
    let explained: Value = serde_json::from_str(&explained.out).unwrap();
    // Three of six, so nothing is claimed.
    assert_eq!(explained["selection"]["n"], 3);
    assert_eq!(explained["found"], json!([]));
    let left_out = explained["left_out"].as_array().unwrap();
    assert!(left_out.contains(&json!("verdict")), "{left_out:?}");

    sandbox.run_ok(&["transform", "--materialize", "out", "--card", "ocr.yaml"]);
    for (name, rows) in [("lectura_derivada", 6), ("lectura_ultimo_intento", 4)] {
        let file = std::fs::File::open(sandbox.path().join(format!("out/{name}.parquet"))).unwrap();
        let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
        let builder = builder.unwrap();
        let columns = builder.schema().fields().iter();
        let columns: Vec<String> = columns.map(|field| field.name().clone()).collect();
        assert_eq!(columns, Table::parse(TRANSFORM).columns);
        let read: usize = builder
            .build()
            .unwrap()
            .map(|batch| batch.unwrap().num_rows())
            .sum();
        assert_eq!(read, rows, "{name}");
    }
}

#[test]
fn a_lake_of_another_card_is_refused() {
    let sandbox = sandbox();
    sandbox.write(
        "one.json",
        r#"{"file_token": "t", "date": "2031-01-01T00:00:00Z"}"#,
    );
    sandbox.run_ok(&["run", "one.json", "--key-file", "team.key"]);
    let before = Table::export(&sandbox, "staging", &[]);
    for words in [
        &["run", "pages.ndjson"][..],
        &["anonymize", "pages.ndjson", "--out", "pages.csv"],
        &["export", "staging", "--out", "staging.csv"],
        &["runs"],
        &["quarantine", "list"],
        &["transform", "--materialize", "out"],
    ] {
        let said = sandbox.run(&with_card(words));
        assert_eq!(said.code, Some(3), "{words:?}: {said:?}");
        assert!(
            said.err.contains("lectura") && said.err.contains("veriface"),
            "{words:?}: {said:?}"
        );
    }
    assert_eq!(Table::export(&sandbox, "staging", &[]), before);
    assert!(
        !sandbox
            .names()
            .iter()
            .any(|name| name.ends_with(".csv") || name == "out")
    );
}
