//! The bytes of single rows, against the documented format.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    StringViewArray, TimestampMicrosecondArray,
};
use bytes::BytesMut;

use super::{EPOCH_US, EncodeError, MIN_INSTANT, SqlType, begin, columns, end, row, without_nul};

fn encoded(wanted: &[(&str, SqlType)], batch: &RecordBatch) -> Result<Vec<u8>, EncodeError> {
    let cells = columns(wanted, batch)?;
    let mut out = BytesMut::new();
    for at in 0..batch.num_rows() {
        row(wanted, &cells, at, &mut out)?;
    }
    Ok(out.to_vec())
}

fn one(name: &str, array: impl arrow_array::Array + 'static) -> RecordBatch {
    RecordBatch::try_from_iter([(name, Arc::new(array) as ArrayRef)]).unwrap()
}

#[test]
fn each_type_has_the_documented_form() {
    let cases: Vec<(SqlType, RecordBatch, Vec<u8>)> = vec![
        (
            SqlType::BigInt,
            one("c", Int64Array::from(vec![-2])),
            [&[0, 1, 0, 0, 0, 8][..], &[0xff; 7], &[0xfe]].concat(),
        ),
        (
            SqlType::BigInt,
            one("c", Int32Array::from(vec![-300])),
            [&[0, 1, 0, 0, 0, 8][..], &[0xff; 6], &[0xfe, 0xd4]].concat(),
        ),
        (
            SqlType::Double,
            one("c", Float64Array::from(vec![1.0])),
            vec![0, 1, 0, 0, 0, 8, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
        ),
        (
            SqlType::Boolean,
            one("c", BooleanArray::from(vec![true])),
            vec![0, 1, 0, 0, 0, 1, 1],
        ),
        (
            SqlType::Text,
            one("c", StringArray::from(vec!["é"])),
            vec![0, 1, 0, 0, 0, 2, 0xc3, 0xa9],
        ),
        (
            SqlType::Text,
            one("c", StringViewArray::from(vec![None::<&str>])),
            vec![0, 1, 0xff, 0xff, 0xff, 0xff],
        ),
        (
            SqlType::TimestampTz,
            one(
                "c",
                TimestampMicrosecondArray::from(vec![EPOCH_US + 1]).with_timezone("UTC"),
            ),
            vec![0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1],
        ),
    ];
    for (sql_type, batch, bytes) in cases {
        assert_eq!(encoded(&[("c", sql_type)], &batch).unwrap(), bytes);
    }
}

#[test]
fn a_copy_begins_with_the_signature_and_ends_with_minus_one() {
    let mut out = BytesMut::new();
    begin(&mut out);
    end(&mut out);
    assert_eq!(&out[..], b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0\xff\xff");
}

#[test]
fn nul_becomes_the_replacement_character() {
    assert_eq!(without_nul("a\0b\0"), "a\u{fffd}b\u{fffd}");
    let batch = one("c", StringArray::from(vec!["\0"]));
    let bytes = encoded(&[("c", SqlType::Text)], &batch).unwrap();
    assert_eq!(bytes, [0, 1, 0, 0, 0, 3, 0xef, 0xbf, 0xbd]);
}

#[test]
fn a_batch_of_another_schema_is_refused_by_column() {
    let batch = one("other", Int64Array::from(vec![1]));
    let error = encoded(&[("c", SqlType::BigInt)], &batch).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column c of the rows is other Int64, not bigint"
    );
    let error = encoded(&[("other", SqlType::Text)], &batch).unwrap_err();
    assert!(error.to_string().contains("not text"), "{error}");
    let wanted = [("other", SqlType::BigInt), ("more", SqlType::Text)];
    let error = encoded(&wanted, &batch).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    let error = encoded(&[], &batch).unwrap_err();
    assert!(error.to_string().contains("other"), "{error}");
}

#[test]
fn an_instant_beyond_the_calendar_is_refused_without_its_value() {
    // A microsecond before the first that the database has; the last that Arrow has is in it.
    let before_first = MIN_INSTANT + EPOCH_US - 1;
    for instant in [i64::MIN, before_first] {
        let array = TimestampMicrosecondArray::from(vec![instant]).with_timezone("UTC");
        let error = encoded(&[("at", SqlType::TimestampTz)], &one("at", array)).unwrap_err();
        assert!(matches!(error, EncodeError::Instant { .. }), "{error}");
    }
}
