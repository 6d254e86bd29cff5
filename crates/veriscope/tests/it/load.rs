//! `load`, and `run` with a database: what arrives in PostgreSQL.

use serde_json::Value;
use veriscope_postgres_testing::{Database, Server};

use crate::bad_input::{document, document_with, lines};
use crate::support::{Said, Sandbox};
use crate::tables::{TABLES, Table};

/// The published names, in the order of [`TABLES`].
pub(crate) const NAMES: [&str; 3] = [
    "etl_staging_table_final_workshop",
    "etl_transform_table_final_workshop",
    "etl_transform_no_retries_table_final_workshop",
];

/// A sandbox whose `config.yaml` names an empty database.
pub(crate) fn with_database() -> (Sandbox, Database) {
    let (sandbox, database) = (Sandbox::new(), Server::shared().database());
    configure(&sandbox, &database, "");
    (sandbox, database)
}

/// Writes a `config.yaml` that names a database; `further` lines come after.
pub(crate) fn configure(sandbox: &Sandbox, database: &Database, further: &str) {
    let server = database.server();
    sandbox.write(
        "config.yaml",
        &format!(
            "database:\n  user: \"{}\"\n  password: \"{}\"\n  host: \"{}\"\n  port: {}\n  \
             name: \"{}\"\n{further}",
            server.superuser(),
            server.password(),
            server.host(),
            server.port(),
            database.name()
        ),
    );
}

/// Writes simulated documents.
pub(crate) fn simulate(sandbox: &Sandbox, file: &str, transactions: u32, seed: u32) {
    let (transactions, seed) = (transactions.to_string(), seed.to_string());
    sandbox.run_ok(&[
        "simulate",
        "--no-landmarks",
        "--quiet",
        "--transactions",
        &transactions,
        "--seed",
        &seed,
        "--out",
        file,
    ]);
}

/// A run that may put documents aside.
pub(crate) fn run(sandbox: &Sandbox, words: &[&str]) -> Said {
    let said = sandbox.run(&[&["run", "--json", "--max-rejects", "100%"], words].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    said
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

/// Microseconds since 1970 of a date as CSV shows it.
fn instant(cell: &str) -> String {
    let date = chrono::DateTime::parse_from_rfc3339(cell).unwrap();
    date.timestamp_micros().to_string()
}

/// Asserts that a table of the database is what `export` writes, cell by cell.
fn assert_exported(sandbox: &Sandbox, database: &Database) {
    for (table, name) in TABLES.iter().zip(NAMES) {
        let exported = Table::export(sandbox, table, &[]);
        let columns: Vec<String> = exported
            .columns
            .iter()
            .map(|column| match column.as_str() {
                "date" => "(extract(epoch FROM date) * 1000000)::bigint".to_owned(),
                column => format!("\"{column}\"::text"),
            })
            .collect();
        let found = database.sql(&format!(
            "SELECT {} FROM {name} ORDER BY date, file_token COLLATE \"C\"",
            columns.join(", ")
        ));
        assert_eq!(found.len(), exported.rows.len(), "{name}");
        for (found, wanted) in found.iter().zip(&exported.rows) {
            for ((found, wanted), column) in found.iter().zip(wanted).zip(&exported.columns) {
                let found = found.clone().unwrap_or_default();
                let is_same = match column.as_str() {
                    "date" => found == instant(wanted),
                    _ if found.eq_ignore_ascii_case(wanted) => true,
                    // One number may be written in two ways.
                    _ => match (found.parse::<f64>(), wanted.parse::<f64>()) {
                        (Ok(found), Ok(wanted)) => found.to_bits() == wanted.to_bits(),
                        _ => false,
                    },
                };
                assert!(is_same, "{name} {column}: {found} and not {wanted}");
            }
        }
    }
}

#[test]
fn a_run_with_a_database_loads_what_export_writes() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 400, 1);
    let summary = json(&run(&sandbox, &["a.ndjson"]));
    let loaded = &summary["database"];
    assert_eq!(loaded["sent"], "everything", "{summary}");
    assert_eq!(loaded["why"], "first load");
    assert_eq!(loaded["tables"][0]["inserted"], 400);
    assert_exported(&sandbox, &database);

    // The same again changes nothing, a second file adds to it.
    let again = json(&run(&sandbox, &["a.ndjson"]));
    assert_eq!(again["database"]["sent"], "nothing", "{again}");
    simulate(&sandbox, "b.ndjson", 300, 2);
    let more = json(&run(&sandbox, &["b.ndjson"]));
    assert_eq!(more["database"]["sent"], "changes", "{more}");
    assert_eq!(more["database"]["tables"][0]["inserted"], 300);
    assert_exported(&sandbox, &database);

    let verified = sandbox.run_ok(&["load", "--verify"]);
    assert!(verified.out.contains("nothing to load"), "{verified:?}");
    assert!(
        verified.out.contains("the same in lake and database"),
        "{verified:?}"
    );
    let full = json(&sandbox.run_ok(&["load", "--full", "--verify", "--json"]));
    assert_eq!(full["sent"], "everything");
    assert_eq!(full["why"], "asked for");
    assert_eq!(full["verification"]["same"], true);
    for table in full["tables"].as_array().unwrap() {
        assert_eq!(
            (&table["inserted"], &table["updated"], &table["deleted"]),
            (&Value::from(0), &Value::from(0), &Value::from(0)),
            "{full}"
        );
    }
}

#[test]
fn changed_documents_and_several_runs_are_loaded_at_once() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 200, 1);
    run(&sandbox, &["a.ndjson"]);
    // Two runs without the database, one of which changes documents.
    let config = sandbox.read("config.yaml");
    sandbox.write("config.yaml", "");
    let changed: Vec<String> = sandbox
        .read("a.ndjson")
        .lines()
        .take(20)
        .map(|line| {
            let mut document: Value = serde_json::from_str(line).unwrap();
            document["total_time_ms"] = 77_777.into();
            document.to_string()
        })
        .collect();
    sandbox.write("changed.ndjson", &changed.join("\n"));
    simulate(&sandbox, "b.ndjson", 100, 2);
    let summary = json(&run(&sandbox, &["changed.ndjson"]));
    assert_eq!(summary["database"], Value::Null);
    let updated = summary["updated"].as_u64().unwrap();
    assert!(updated >= 15, "{summary}");
    run(&sandbox, &["b.ndjson"]);
    sandbox.write("config.yaml", &config);

    let loaded = json(&sandbox.run_ok(&["load", "--json", "--verify"]));
    assert_eq!(loaded["sent"], "changes", "{loaded}");
    assert_eq!(loaded["tables"][0]["updated"], updated);
    assert_eq!(loaded["tables"][0]["inserted"], 100);
    assert_eq!(loaded["verification"]["same"], true, "{loaded}");
    assert_exported(&sandbox, &database);
}

#[test]
fn differences_end_with_exit_code_7_and_are_listed() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 60, 1);
    run(&sandbox, &["a.ndjson"]);
    let token = database.value(&format!("SELECT min(file_token) FROM {}", NAMES[0]));
    database.sql(&format!(
        "UPDATE {} SET total_time_ms = 1 WHERE file_token = '{token}'",
        NAMES[0]
    ));
    let said = sandbox.run(&["load", "--verify"]);
    assert_eq!(said.code, Some(7), "{said:?}");
    assert!(said.out.contains("lake and database differ"), "{said:?}");
    let line = format!("total_time_ms differs in 1 rows: {token}");
    assert!(said.out.contains(&line), "{said:?}");
    assert!(said.out.contains("load --full"), "{said:?}");
    sandbox.run_ok(&["load", "--full", "--verify"]);
}

#[test]
fn a_load_that_fails_keeps_the_run_and_says_so() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 30, 1);
    // Nothing listens on port 1.
    let said = Said::of(
        sandbox
            .command(&["run", "a.ndjson", "--max-rejects", "100%"])
            .env("VERISCOPE_DATABASE__PORT", "1")
            .output()
            .unwrap(),
    );
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("cannot be reached"), "{said:?}");
    assert!(
        said.err.contains("published in the lake as snapshot 1"),
        "{said:?}"
    );
    assert!(said.err.contains("`veriscope load` loads it"), "{said:?}");
    assert!(said.out.contains("30"), "{said:?}");
    sandbox.run_ok(&["load", "--verify"]);
    assert_exported(&sandbox, &database);
}

#[test]
fn what_is_replayed_out_of_the_quarantine_is_loaded_too() {
    let (sandbox, database) = with_database();
    let large = document_with("b", serde_json::json!({ "unused": "x".repeat(3_000) }));
    sandbox.write("in.ndjson", &lines(&[document("a"), large]));
    let tokens = || database.sql(&format!("SELECT file_token FROM {} ORDER BY 1", NAMES[1]));
    let some = ["run", "in.ndjson", "--max-document-size", "2kB"];
    assert_eq!(sandbox.run(&some).code, Some(6));
    assert_eq!(tokens(), [[Some("a".to_owned())]]);
    let replayed = json(&sandbox.run_ok(&["quarantine", "replay", "--json"]));
    assert_eq!(replayed["database"]["sent"], "changes", "{replayed}");
    assert_eq!(tokens(), ["a", "b"].map(|token| [Some(token.to_owned())]));
}

#[test]
fn a_wrong_password_is_exit_code_3_and_shown_nowhere() {
    let (sandbox, _database) = with_database();
    simulate(&sandbox, "a.ndjson", 10, 1);
    sandbox.write("empty.yaml", "");
    run(&sandbox, &["a.ndjson", "--config", "empty.yaml"]);
    for words in [&["load"][..], &["load", "-vv"], &["load", "--json"]] {
        let said = Said::of(
            sandbox
                .command(words)
                .env("VERISCOPE_DATABASE__PASSWORD", "open-sesame-1")
                .output()
                .unwrap(),
        );
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.err.contains("refused the password"), "{said:?}");
        assert!(!format!("{said:?}").contains("sesame"), "{said:?}");
    }
}

#[test]
fn a_database_of_another_lake_is_exit_code_3() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 10, 1);
    run(&sandbox, &["a.ndjson"]);
    let other = Sandbox::new();
    configure(&other, &database, "");
    simulate(&other, "b.ndjson", 10, 2);
    let said = other.run(&["run", "b.ndjson", "--max-rejects", "100%"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("was filled from lake"), "{said:?}");
    let said = other.run(&["load"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("hint: nothing was touched"), "{said:?}");
    // In a schema of its own there is room.
    configure(
        &other,
        &database,
        "  schema: \"second\"\n  sslmode: disable\n",
    );
    other.run_ok(&["load", "--verify"]);
    sandbox.run_ok(&["load", "--verify"]);
}

#[test]
fn tables_of_the_original_scripts_are_moved_aside_on_request() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 20, 1);
    sandbox.write("empty.yaml", "");
    run(&sandbox, &["a.ndjson", "--config", "empty.yaml"]);
    // As pandas writes a data frame: its index first, no key, types of its own.
    for (table, name) in TABLES.iter().zip(NAMES) {
        let columns = Table::export(&sandbox, table, &[]).columns;
        let columns: Vec<String> = columns.iter().map(|c| format!("\"{c}\" text")).collect();
        database.sql(&format!(
            "CREATE TABLE {name} (index bigint, {}); INSERT INTO {name} (index) VALUES (0), (0)",
            columns.join(", ")
        ));
    }
    let said = sandbox.run(&["load"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(
        said.err.contains("the original scripts leave such ones"),
        "{said:?}"
    );
    assert!(said.err.contains("veriscope load --adopt"), "{said:?}");
    let adopted = json(&sandbox.run_ok(&["load", "--adopt", "--verify", "--json"]));
    assert_eq!(adopted["verification"]["same"], true);
    for moved in adopted["moved_aside"].as_array().unwrap() {
        let aside = moved[1].as_str().unwrap();
        assert!(aside.contains("_before_2"), "{adopted}");
        assert_eq!(
            database.value(&format!("SELECT count(*) FROM {aside}")),
            "2"
        );
    }
    assert_exported(&sandbox, &database);
}

#[test]
fn without_a_database_load_says_how_to_name_one() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["load"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("no database is configured"), "{said:?}");
    assert!(said.err.contains("VERISCOPE_DATABASE__HOST"), "{said:?}");
    // What is missing is said before anything is read.
    sandbox.write("config.yaml", "database:\n  host: localhost\n");
    let said = sandbox.run(&["run", "missing.json"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("`user` is missing"), "{said:?}");
}

#[test]
fn stage_and_demo_leave_the_database_alone() {
    let (sandbox, database) = with_database();
    simulate(&sandbox, "a.ndjson", 10, 1);
    sandbox.run_ok(&["stage", "a.ndjson", "--max-rejects", "100%"]);
    let tables = database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'etl%'");
    assert_eq!(tables, "0");
    sandbox.run_ok(&["load", "--verify"]);
}
