//! Tables at the edges: no rows, one row, nothing but nulls, very wide, very long values.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, NullArray, RecordBatch, new_null_array};
use arrow_schema::ArrowError;
use veriscope_profile::{AlertCode, Cell, ColumnKind, Knowledge, Severity, html, json, profile};

use crate::support::{Table, column, every_type, full, safe};

#[test]
fn a_table_without_rows_has_a_report_that_says_so() {
    let none: [Result<RecordBatch, ArrowError>; 0] = [];
    let profiled = profile(&every_type(), none, &Knowledge::default(), &safe()).unwrap();
    let report = &profiled.report;
    assert_eq!(report.overview.rows, 0);
    assert!(
        report
            .columns
            .iter()
            .all(|column| column.kind == ColumnKind::Empty)
    );
    let codes: Vec<AlertCode> = report.alerts.iter().map(|alert| alert.code).collect();
    assert_eq!(codes, [AlertCode::NoRows]);
    assert!(html(report).unwrap().contains("\"rows\":0"));
}

#[test]
fn a_table_without_columns_has_a_report() {
    let none: [Result<RecordBatch, ArrowError>; 0] = [];
    let schema = arrow_schema::Schema::empty();
    let profiled = profile(&schema, none, &Knowledge::default(), &safe()).unwrap();
    assert!(json(&profiled.report).unwrap().starts_with('{'));
}

#[test]
fn one_row_is_all_constants() {
    let profiled = Table::default()
        .numbers("score", &[Some(2.5)])
        .texts("colour", &[Some("red")])
        .booleans("flag", &[Some(true)])
        .instants("at", &[Some(1_700_000_000_000_000)])
        .full();
    assert!(
        profiled
            .report
            .columns
            .iter()
            .all(|column| column.kind == ColumnKind::Constant)
    );
    let score = column(&profiled, "score").number.as_ref().unwrap();
    assert_eq!(
        (score.sd, score.skewness, score.mean, score.mad),
        (None, None, 2.5, 0.0)
    );
    assert_eq!(profiled.report.sample.first.len(), 1);
    assert!(profiled.report.sample.last.is_empty());
}

#[test]
fn nothing_but_nulls_is_empty_whatever_the_type() {
    let mut table = Table::default();
    for field in every_type().fields() {
        table = table.with(field.name(), new_null_array(field.data_type(), 7));
    }
    let profiled = table.safe();
    for column in &profiled.report.columns {
        assert_eq!(column.kind, ColumnKind::Empty, "{}", column.name);
        assert_eq!(
            (column.counts.rows, column.counts.missing),
            (7, 7),
            "{}",
            column.name
        );
        assert_eq!(column.counts.gaps, 7);
    }
    assert_eq!(profiled.report.overview.missing_cells, 7 * 6);
    let empty = profiled
        .report
        .alerts
        .iter()
        .filter(|alert| alert.code == AlertCode::Empty);
    assert!(
        empty
            .clone()
            .all(|alert| alert.severity == Severity::Warning)
    );
    assert_eq!(empty.count(), 6);
    assert_eq!(profiled.report.duplicates.rows, 6);
}

#[test]
fn two_thousand_columns_make_a_small_file() {
    let rows = 500;
    let mut table = Table::default();
    for place in 0..2000_u32 {
        let values = (0..rows).map(|row| f64::from((row * (place + 7)) % 251) * 1.25);
        let array: ArrayRef = Arc::new(Float64Array::from_iter_values(values));
        table = table.with(&format!("measure {place}"), array);
    }
    let profiled = table.safe();
    let size = html(&profiled.report).unwrap().len();
    assert!(size < 3_000_000, "{size} bytes");
    assert_eq!(profiled.report.columns.len(), 2000);
    assert!(profiled.report.points.as_ref().unwrap().columns.len() <= 60);
}

#[test]
fn long_values_and_emoji_are_cut_between_characters() {
    let long = "😀".repeat(300_000);
    let profiled = Table::default()
        .texts("note", &[Some(long.as_str()), Some("é"), Some(""), None])
        .full();
    let note = column(&profiled, "note");
    let text = note.text.as_ref().unwrap();
    assert_eq!((text.lengths.min, text.lengths.max), (0, 300_000));
    assert_eq!(text.characters, 300_001);
    assert_eq!(note.counts.empty_text, 1);
    let shown = &note.common.as_ref().unwrap().values;
    let cut = format!("{}…", "😀".repeat(120));
    assert!(
        shown
            .iter()
            .any(|value| value.value == Cell::Text(cut.clone()))
    );
    assert!(json(&profiled.report).unwrap().len() < 20_000);
}

#[test]
fn names_with_markup_stay_inside_their_place() {
    let name = "</script><script>alert(\"1\")</script>";
    let profiled = Table::default()
        .texts(name, &[Some("<!--"), Some("<b>")])
        .full();
    let page = html(&profiled.report).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<!--\""));
    assert!(page.contains("\\u003c/script>"));
    assert_eq!(column(&profiled, name).name, name);
}

#[test]
fn columns_of_one_name_are_told_apart() {
    let profiled = Table::default()
        .numbers("x", &[Some(1.0), Some(2.0)])
        .numbers("x", &[None, Some(7.0)])
        .full();
    let counts: Vec<u64> = profiled
        .report
        .columns
        .iter()
        .map(|column| column.counts.missing)
        .collect();
    assert_eq!(counts, [0, 1]);
}

#[test]
fn an_error_of_the_reader_ends_the_report() {
    let table = Table::default().numbers("x", &[Some(1.0)]);
    let broken = vec![
        Ok(table.batch()),
        Err(ArrowError::ParseError("broken".to_owned())),
    ];
    let error = profile(&table.schema(), broken, &Knowledge::default(), &full()).unwrap_err();
    assert_eq!(error.class(), veriscope_base::ErrorClass::Source);
}

#[test]
fn a_batch_of_another_shape_is_refused() {
    let table = Table::default().numbers("x", &[Some(1.0)]);
    let other = Table::default()
        .numbers("x", &[Some(1.0)])
        .with("y", Arc::new(NullArray::new(1)));
    let rows: [Result<RecordBatch, ArrowError>; 1] = [Ok(other.batch())];
    let error = profile(&table.schema(), rows, &Knowledge::default(), &full()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("2 columns where the table has 1")
    );
}
