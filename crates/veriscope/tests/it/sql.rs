//! `sql`: queries over the real lake, in every form, and what is refused.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use serde_json::{Value, json};

use crate::support::{Said, Sandbox};

/// Two processes: `p` is accepted at its second attempt after 30 s and tries once more; `q` is
/// rejected once. A second picture was never measured, and -1 is no score.
fn sandbox() -> Sandbox {
    let document = |token: &str, process: &str, date: &str, status: &str, code: &str, ms: i64| {
        json!({
            "file_token": token,
            "date": date,
            "summary": {"status": status, "code": code, "desc": "a text, \"quoted\""},
            "total_time_ms": ms,
            "user_data": {"procesoConvenioGuid": process, "convenio": process, "documento": "71000001"},
            "metadata": {"near_img": {
                "topiq": {"results": {"predictions": {"score": -1, "time_ms": 40, "queue_time_ms": 2}}},
            }},
        })
    };
    let documents = [
        document("a", "p", "2031-03-01T23:59:30-05:00", "error", "0302", 100),
        document("b", "p", "2031-03-02T00:00:00-05:00", "ok", "1400", 200),
        document("c", "p", "2031-03-02T00:00:10.5-05:00", "ok", "1400", 300),
        document("d", "q", "2031-03-02T00:00:00Z", "error", "1402", 50),
    ];
    let sandbox = Sandbox::new();
    let lines = documents.map(|document| document.to_string());
    sandbox.write("logs.ndjson", &lines.join("\n"));
    sandbox.run_ok(&["run", "logs.ndjson"]);
    sandbox
}

fn refused(said: &Said) -> &str {
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.starts_with("error: "), "{said:?}");
    &said.err
}

#[test]
fn views_and_published_tables_answer_in_every_form() {
    let sandbox = sandbox();
    let sql = "SELECT file_token, attempt, kind, outcome, previous_code, gap_ms, \
               score_topiq_near_img, day, date FROM attempts ORDER BY file_token";
    let csv = sandbox.run_ok(&["sql", sql]).out;
    assert_eq!(
        csv,
        "file_token,attempt,kind,outcome,previous_code,gap_ms,score_topiq_near_img,day,date\n\
         a,1,first,rejected,,,,2031-03-01,2031-03-02T04:59:30.000000+00:00\n\
         b,2,retry,accepted,302,30000,,2031-03-02,2031-03-02T05:00:00.000000+00:00\n\
         c,3,repeat,accepted,1400,10500,,2031-03-02,2031-03-02T05:00:10.500000+00:00\n\
         d,1,first,rejected,,,,2031-03-02,2031-03-02T00:00:00.000000+00:00\n"
    );

    let sql = "SELECT attempts, repeats, accepted_at, span_ms FROM processes ORDER BY attempts";
    let expected = json!([
        {"attempts": 1, "repeats": 0, "accepted_at": null, "span_ms": 0},
        {"attempts": 3, "repeats": 1, "accepted_at": 2, "span_ms": 40_500},
    ]);
    for words in [&["--json"][..], &["--format", "json"]] {
        let said = sandbox.run_ok(&[&["sql", sql], words].concat());
        assert_eq!(serde_json::from_str::<Value>(&said.out).unwrap(), expected);
    }
    let ndjson = sandbox.run_ok(&["sql", sql, "--format", "ndjson"]).out;
    let lines: Vec<Value> = ndjson
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Value::Array(lines), expected);
    let table = sandbox.run_ok(&["sql", sql, "--format", "table"]);
    assert_eq!(
        table.out,
        "attempts  repeats  accepted_at  span_ms\n\
        \u{20}      1        0         null        0\n\
        \u{20}      3        1            2    40500\n"
    );
    assert_eq!(table.err, "2 rows\n");

    // Names in capitals need no quotes, short names stand for the published ones, and in the
    // published table the score is what the API sent.
    let sql = "SELECT count(DISTINCT procesoConvenioGuid) AS n, min(score_topiq_near_img) AS low \
               FROM etl_transform_table_final_workshop";
    assert_eq!(sandbox.run_ok(&["sql", sql]).out, "n,low\n2,-1.0\n");
    let sql = "SELECT \"file_token\" FROM no_retries EXCEPT SELECT file_token FROM processes";
    assert_eq!(sandbox.run_ok(&["sql", sql]).out, "file_token\n");
    let sql = "SELECT microservice, picture, service_ms, queue_ms FROM microservice_times LIMIT 1";
    assert_eq!(
        sandbox.run_ok(&["sql", sql]).out,
        "microservice,picture,service_ms,queue_ms\ntopiq,near,40,2\n"
    );
}

#[test]
fn codes_policies_and_runs_can_be_asked_too() {
    let sandbox = sandbox();
    let sql = "SELECT c.code, c.description, count(*) AS n FROM attempts a \
               JOIN codes c ON c.number = a.summary_code GROUP BY c.code, c.description ORDER BY c.code";
    assert_eq!(
        sandbox.run_ok(&["sql", sql]).out,
        "code,description,n\n0302,blur/haze,1\n1400,real image,2\n1402,spoof image,1\n"
    );
    let sql = "SELECT command, status, snapshot, read, inserted, quarantined FROM runs";
    assert_eq!(
        sandbox.run_ok(&["sql", sql]).out,
        "command,status,snapshot,read,inserted,quarantined\nrun,published,1,4,4,0\n"
    );
    let sql = "SELECT count(*) AS n FROM policies";
    assert_eq!(sandbox.run_ok(&["sql", sql]).out, "n\n0\n");
}

#[test]
fn a_file_is_written_whole_with_its_types_and_told_of() {
    let sandbox = sandbox();
    sandbox.write("count.sql", "-- how many\nSELECT outcome, count(*) AS n, max(day) AS day\nFROM attempts GROUP BY outcome ORDER BY n, outcome;\n");
    let said = sandbox.run_ok(&["sql", "--file", "count.sql", "--out", "count.parquet"]);
    assert_eq!(said.out, "");
    assert_eq!(said.err, "wrote 2 rows of the result to count.parquet\n");
    let file = std::fs::File::open(sandbox.path().join("count.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
    let batches: Vec<_> = reader
        .unwrap()
        .build()
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        batches[0].column(1).as_primitive::<Int64Type>().values(),
        &[2, 2]
    );
    assert_eq!(
        *batches[0].column(2).data_type(),
        arrow_schema::DataType::Date32
    );

    for name in ["out.json", "out.jsonl", "out.csv"] {
        sandbox.run_ok(&[
            "sql",
            "SELECT 1 AS one, 'ñ' AS text WHERE 1 = 1",
            "--out",
            name,
        ]);
    }
    assert_eq!(
        sandbox.read("out.json"),
        "[\n{\"one\":1,\"text\":\"ñ\"}\n]\n"
    );
    assert_eq!(sandbox.read("out.jsonl"), "{\"one\":1,\"text\":\"ñ\"}\n");
    assert_eq!(sandbox.read("out.csv"), "one,text\n1,ñ\n");
    let empty = sandbox.run_ok(&["sql", "SELECT 1 AS one WHERE false", "--format", "json"]);
    assert_eq!(empty.out, "[]\n");

    let unknown = sandbox.run(&["sql", "SELECT 1", "--out", "out.xlsx"]);
    assert!(refused(&unknown).contains("tells no format"));
    let table = sandbox.run(&["sql", "SELECT 1", "--format", "table", "--out", "out.txt"]);
    assert!(refused(&table).contains("a table is for the terminal"));
}

#[test]
fn a_query_may_come_from_standard_input() {
    let sandbox = sandbox();
    let mut command = sandbox.command(&["sql", "--file", "-"]);
    let said = Said::of(
        command
            .write_stdin("SELECT count(*) AS n FROM staging")
            .output()
            .unwrap(),
    );
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "n\n4\n"),
        "{said:?}"
    );
    let missing = sandbox.run(&["sql", "--file", "no.sql"]);
    assert!(refused(&missing).contains("failed to read the query no.sql"));
}

#[test]
fn whatever_would_write_is_refused_and_changes_nothing() {
    let sandbox = sandbox();
    let before = sandbox.names();
    for sql in [
        "DROP TABLE attempts",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'logs.ndjson'",
        "INSERT INTO runs SELECT * FROM runs",
        "DELETE FROM runs",
        "UPDATE runs SET command = 'x'",
        "COPY (SELECT 1) TO 'out.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'",
        "SET datafusion.execution.batch_size = 1",
        "BEGIN",
        "PREPARE p AS SELECT 1",
    ] {
        let said = sandbox.run(&["sql", sql]);
        let told = refused(&said);
        assert!(told.contains("the statement is no query"), "{sql}: {told}");
        assert!(told.contains("hint: "), "{told}");
    }
    assert_eq!(sandbox.names(), before);
    // Files of the machine are no tables.
    let file = sandbox.run(&["sql", "SELECT * FROM 'logs.ndjson'"]);
    assert!(refused(&file).contains("not found"));
}

#[test]
fn queries_that_only_look_are_run() {
    let sandbox = sandbox();
    for sql in [
        "EXPLAIN SELECT * FROM attempts",
        "EXPLAIN ANALYZE SELECT count(*) FROM processes",
        "SHOW TABLES",
        "DESCRIBE attempts",
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT 2",
        "SELECT DISTINCT ON (outcome) outcome, file_token FROM attempts ORDER BY outcome, date",
        "SELECT outcome, count(*) FILTER (WHERE is_last) AS n FROM attempts GROUP BY outcome;",
    ] {
        let said = sandbox.run_ok(&["sql", sql]);
        assert!(said.out.lines().count() > 1, "{sql}: {said:?}");
    }
}

#[test]
fn a_mistake_is_shown_at_its_place() {
    let sandbox = sandbox();
    let said = sandbox.run(&["sql", "SELECT file_token,\n  atempt FROM attempts"]);
    let told = refused(&said);
    assert!(
        told.starts_with(
            "error: line 2, column 3: column 'atempt' not found\n    atempt FROM attempts\n    ^^^^^^\n"
        ),
        "{told}"
    );
    assert!(
        told.contains("hint: possible column attempts.attempt"),
        "{told}"
    );
    let said = sandbox.run(&["sql", "SELEC 1"]);
    let told = refused(&said);
    assert!(told.starts_with("error: line 1, column 1: "), "{told}");
    assert!(told.contains("\n  SELEC 1\n  ^"), "{told}");
    let said = sandbox.run(&["sql", "SELECT 1 FROM nothing_such"]);
    let told = refused(&said);
    assert!(
        told.starts_with("error: line 1, column 15: table 'nothing_such' not found\n"),
        "{told}"
    );
    let unended = sandbox.run(&["sql", "SELECT 'open"]);
    assert!(refused(&unended).starts_with("error: line 1, column 8: "));
    for (sql, said) in [
        ("", "the query is empty"),
        ("/* nothing */ ;", "the query is empty"),
        ("SELECT 1; SELECT 2", "there are several statements"),
        ("SELECT sum(kind) FROM attempts", "sum"),
        ("SELECT no_such(1)", "no_such"),
    ] {
        let told = sandbox.run(&["sql", sql]);
        assert!(refused(&told).contains(said), "{sql}: {told:?}");
    }
}

#[test]
fn no_cell_is_in_the_error_of_a_query_that_fails_on_the_way() {
    let sandbox = sandbox();
    let said = sandbox.run(&["sql", "SELECT cast(summary_desc AS int) AS n FROM staging"]);
    let told = refused(&said);
    assert!(told.contains("the query failed: "), "{told}");
    assert!(told.contains("try_cast"), "{told}");
    assert!(!told.contains("quoted"), "{told}");
    let said = sandbox.run(&[
        "sql",
        "SELECT total_time_ms / (attempt - attempt) AS n FROM attempts",
    ]);
    assert!(refused(&said).to_lowercase().contains("divide by zero"));
    // A file that was being written is not left behind.
    let words = [
        "sql",
        "SELECT cast(summary_desc AS int) AS n FROM staging",
        "--out",
        "n.csv",
    ];
    refused(&sandbox.run(&words));
    assert!(
        !sandbox
            .names()
            .iter()
            .any(|name| name.contains("csv") || name.contains("part"))
    );
}

#[test]
fn a_table_shows_so_many_rows_and_tells_of_the_others() {
    let sandbox = sandbox();
    let sql = "SELECT value FROM generate_series(1, 1000)";
    let said = sandbox.run_ok(&["sql", sql, "--format", "table"]);
    assert_eq!(said.out.lines().count(), 101);
    assert_eq!(
        said.err,
        "100 of 1,000 rows, 900 more; --max-rows 0 shows all, --out FILE writes all\n"
    );
    let all = sandbox.run_ok(&["sql", sql, "--format", "table", "--max-rows", "0"]);
    assert_eq!(
        (all.out.lines().count(), all.err.as_str()),
        (1_001, "1,000 rows\n")
    );
    // So many more that they are counted and not read.
    let sql = "SELECT value FROM generate_series(1, 500000)";
    let said = sandbox.run_ok(&["sql", sql, "--format", "table", "--max-rows", "3"]);
    assert_eq!(said.out, "value\n    1\n    2\n    3\n");
    assert!(
        said.err.starts_with("3 of 500,000 rows, 499,997 more"),
        "{said:?}"
    );
}

#[test]
fn tables_are_described_without_a_lake_in_both_languages() {
    let sandbox = Sandbox::new();
    let list = sandbox.run_ok(&["sql", "--describe"]).out;
    for name in [
        "attempts",
        "processes",
        "microservice_times",
        "staging",
        "etl_transform_table_final_workshop",
        "no_retries",
        "policies",
        "codes",
        "runs",
    ] {
        assert!(list.contains(name), "{name}: {list}");
    }
    let attempts = sandbox.run_ok(&["sql", "--describe", "attempts"]).out;
    let gap = attempts
        .lines()
        .find(|line| line.starts_with("gap_ms "))
        .unwrap();
    let words: Vec<&str> = gap.split_whitespace().collect();
    assert_eq!(words[..5], ["gap_ms", "int", "ms", "Time", "since"]);
    let spanish = sandbox
        .run_ok(&["sql", "--describe", "attempts", "--lang", "es"])
        .out;
    assert!(spanish.contains("Tiempo desde el intento anterior del proceso"));
    let long = sandbox.run_ok(&[
        "sql",
        "--describe",
        "etl_staging_table_final_workshop",
        "--json",
    ]);
    let described: Value = serde_json::from_str(&long.out).unwrap();
    assert_eq!(described["name"], "staging");
    assert_eq!(described["columns"].as_array().unwrap().len(), 79);
    let unknown = sandbox.run(&["sql", "--describe", "nothing"]);
    assert!(refused(&unknown).contains("there is no table `nothing`"));
    assert!(sandbox.names().is_empty());
}

#[test]
fn described_columns_are_those_of_the_tables() {
    let sandbox = sandbox();
    let described = sandbox.run_ok(&["sql", "--describe", "--json"]).out;
    let tables: Vec<Value> = serde_json::from_str(&described).unwrap();
    assert_eq!(tables.len(), 9);
    for table in tables {
        let name = table["name"].as_str().unwrap();
        let columns = table["columns"].as_array().unwrap().iter();
        let names: Vec<&str> = columns
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        let sql = format!("SELECT * FROM {name} LIMIT 0");
        let header = sandbox.run_ok(&["sql", &sql]).out;
        assert_eq!(
            header.trim_end().split(',').collect::<Vec<_>>(),
            names,
            "{name}"
        );
    }
}

/// Starts a query and interrupts it as soon as it listens for that.
#[cfg(target_os = "linux")]
#[test]
fn a_query_that_takes_long_stops_when_it_is_interrupted() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let sandbox = sandbox();
    // More than a lifetime of work, and no row before its end.
    let sql = "SELECT max(value * value % 7) FROM generate_series(1, 9000000000000000)";
    let mut child = sandbox
        .process(&["sql", sql])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let wait_until = |what: &str, is_so: &mut dyn FnMut() -> bool| {
        for _ in 0..6_000 {
            if is_so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("waited two minutes for {what}");
    };
    let status = format!("/proc/{}/status", child.id());
    wait_until("the query to listen", &mut || {
        let status = std::fs::read_to_string(&status).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
        // SIGINT is signal 2, and so the second bit.
        caught & 0b10 != 0
    });
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    let mut ended = false;
    wait_until("the query to stop", &mut || {
        ended = child.try_wait().unwrap().is_some();
        ended
    });
    let said = Said::of(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(130), "{said:?}");
    assert_eq!(said.out, "");
    assert!(said.err.contains("error: interrupted"), "{said:?}");
}

#[test]
fn one_way_to_ask_is_needed_and_no_more() {
    let sandbox = Sandbox::new();
    for words in [
        &["sql"][..],
        &["sql", "SELECT 1", "--file", "a.sql"],
        &["sql", "--describe", "attempts", "--out", "a.csv"],
        &["sql", "SELECT 1", "--lang", "es"],
    ] {
        assert_eq!(sandbox.run(words).code, Some(2), "{words:?}");
    }
    let said = sandbox.run(&["sql", "SELECT 1"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(
        said.err.starts_with("error: there is no lake at"),
        "{said:?}"
    );
}
