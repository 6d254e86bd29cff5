//! `export` and `transform` where nothing gets as far as a table.

use crate::support::Sandbox;

#[test]
fn an_unknown_ending_exits_2_before_the_lake_is_looked_for() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["export", "staging", "--out", "staging.xlsx"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains(".csv, .parquet, .ndjson or .jsonl"),
        "{said:?}"
    );
    let excel = sandbox.run(&["export", "staging", "--out", "a.parquet", "--excel", "es"]);
    assert_eq!(excel.code, Some(2), "{excel:?}");
}

#[test]
fn a_lake_that_is_not_there_exits_3_and_is_not_made() {
    let sandbox = Sandbox::new();
    for words in [
        &["export", "staging", "--out", "a.csv"][..],
        &["transform", "--materialize", "tables"],
    ] {
        let said = sandbox.run(words);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(
            said.err
                .starts_with("error: there is no lake at veriscope-lake"),
            "{said:?}"
        );
    }
    assert!(sandbox.names().is_empty(), "{:?}", sandbox.names());
}

#[test]
fn a_malformed_configuration_exits_3_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("config.yaml", "database:\n  pasword: \"s3cret\"\n");
    let said = sandbox.run(&["export", "staging", "--out", "a.csv"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(
        said.err
            .starts_with("error: config.yaml:2:3: unknown key `pasword`"),
        "{said:?}"
    );
    assert!(!said.err.contains("s3cret"));
}
