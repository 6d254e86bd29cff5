//! Rows of the anonymised CSV: columns by name, the same conversions and rejections.

use std::sync::Arc;

use veriscope_extract::{Extracted, Rejected};
use veriscope_source::{CsvHeader, RejectReason};

use crate::support::{CARD, Cell, cell, csv_document, extract, row};

const NAMES: [&str; 8] = [
    "date",
    "file_token",
    "total_time_ms",
    "score_liqe_near_img",
    "summary_desc",
    "documento",
    "unknown_column",
    "http_code",
];
const GOOD: [&[u8]; 8] = [
    b"2025-01-08 22:10:36.542487-05:00",
    b"t-1",
    b"590.0",
    b"2.8209",
    b"nan",
    b"documento_7",
    b"whatever",
    b"200",
];

fn extracted(change: &[(usize, &'static [u8])]) -> Extracted {
    let header = Arc::new(CsvHeader::new(NAMES.map(str::to_owned).to_vec()));
    let mut fields = GOOD;
    for (at, value) in change {
        fields[*at] = value;
    }
    extract(&[csv_document(5, &header, &fields)])
}

fn rejected(change: &[(usize, &'static [u8])]) -> Rejected {
    let [rejected] = extracted(change).rejected.try_into().unwrap();
    rejected
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let batch = extracted(&[]).batch;
    assert_eq!(batch.schema(), CARD.raw_schema());
    let at = |column| cell(&batch, 0, column);
    // 2025-01-09T03:10:36.542487Z.
    assert_eq!(at("date"), Cell::Instant(1_736_392_236_542_487));
    assert_eq!(at("_utc_offset_min"), Cell::Int(-300));
    assert_eq!(at("file_token"), Cell::text("t-1"));
    assert_eq!(at("total_time_ms"), Cell::Int(590));
    assert_eq!(at("score_liqe_near_img"), Cell::Float(2.8209));
    // In a column of text this is text.
    assert_eq!(at("summary_desc"), Cell::text("nan"));
    assert_eq!(at("documento"), Cell::text("documento_7"));
    assert_eq!(at("http_code"), Cell::Int(200));
    assert_eq!(at("api_hash"), Cell::Null);
    assert_eq!(at("_position"), Cell::Int(5));
}

#[test]
fn context_features_and_what_is_derived_are_null_without_a_note() {
    let extracted = extracted(&[]);
    assert_eq!(extracted.notes.0.len(), 0);
    for feature in &CARD.context {
        assert_eq!(
            cell(&extracted.batch, 0, &feature.name),
            Cell::Null,
            "{}",
            feature.name
        );
    }
}

#[test]
fn an_empty_cell_is_null_and_so_are_the_words_of_pandas_outside_text() {
    for word in [&b""[..], b" ", b"nan", b"NaN", b"None"] {
        let batch = extracted(&[(2, word), (3, word), (7, word)]).batch;
        for column in ["total_time_ms", "score_liqe_near_img", "http_code"] {
            assert_eq!(cell(&batch, 0, column), Cell::Null, "{column}");
        }
    }
    let batch = extracted(&[(4, b""), (5, b"")]).batch;
    assert_eq!(cell(&batch, 0, "summary_desc"), Cell::Null);
    assert_eq!(cell(&batch, 0, "documento"), Cell::Null);
}

#[test]
fn a_bad_cell_rejects_its_row_and_names_its_column() {
    let cases: [(usize, &'static [u8], RejectReason); 8] = [
        (1, b"", RejectReason::NoTransactionId),
        (0, b"", RejectReason::UnreadableDate),
        (
            0,
            b"2025-02-30 10:00:00-05:00",
            RejectReason::UnreadableDate,
        ),
        (2, b"soon", RejectReason::WrongType),
        (7, b"200.5", RejectReason::WrongType),
        (3, b"1e400", RejectReason::OutOfRange),
        (2, b"99999999999999999999", RejectReason::OutOfRange),
        (4, b"\xff", RejectReason::BrokenCsv),
    ];
    for (at, value, reason) in cases {
        let rejected = rejected(&[(at, value)]);
        assert_eq!(rejected.reason, reason);
        assert_eq!(rejected.path.as_deref(), Some(NAMES[at]));
    }
}

#[test]
fn a_row_of_another_width_is_broken() {
    let header = Arc::new(CsvHeader::new(NAMES.map(str::to_owned).to_vec()));
    let [rejected] = extract(&[csv_document(0, &header, &GOOD[..7])])
        .rejected
        .try_into()
        .unwrap();
    assert_eq!(rejected.reason, RejectReason::BrokenCsv);
    assert_eq!(
        rejected.detail,
        "the header has 8 columns, the row 7 fields"
    );
}

#[test]
fn headers_may_change_between_rows() {
    let first = Arc::new(CsvHeader::new(vec!["file_token".into(), "date".into()]));
    let second = Arc::new(CsvHeader::new(vec!["date".into(), "file_token".into()]));
    let date: &[u8] = b"2025-01-08 22:10:36-05:00";
    let batch = extract(&[
        csv_document(0, &first, &[b"a", date]),
        csv_document(1, &second, &[date, b"b"]),
        csv_document(2, &first, &[b"c", date]),
    ])
    .batch;
    let tokens: Vec<Cell> = (0..3).map(|at| cell(&batch, at, "file_token")).collect();
    assert_eq!(tokens, ["a", "b", "c"].map(Cell::text));
    assert_eq!(row(&batch, 0).len(), CARD.all_features().count() + 3);
}
