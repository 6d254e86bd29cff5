//! What BSON documents give: hand-worked rows and rejections.

use bson::{Bson, Document as Tree, doc};
use veriscope_extract::{Extracted, Note, Rejected};
use veriscope_source::RejectReason;

use crate::support::{Cell, bson_document, cell, extract};

/// 2025-03-01T15:00:00.25Z.
const DATE: i64 = 1_740_841_200_250_000;
const SCORE: &str = "metadata.near_img.liqe.results.predictions.score";
const SIZE: &str = "metadata.near_img.integrity_dims.results.raw_img_size";

fn base() -> Tree {
    doc! {"file_token": "t", "date": bson::DateTime::from_millis(DATE / 1000)}
}

fn with(path: &str, value: impl Into<Bson>) -> Tree {
    let mut whole = base();
    let (above, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut at = &mut whole;
    for step in above.split('.').filter(|step| !step.is_empty()) {
        at = at
            .entry(step.to_owned())
            .or_insert_with(|| Bson::Document(Tree::new()))
            .as_document_mut()
            .unwrap();
    }
    at.insert(last, value);
    whole
}

fn extract_bytes(bytes: Vec<u8>) -> Extracted {
    extract(&[bson_document(0, bytes)])
}

fn taken(tree: &Tree) -> Extracted {
    let extracted = extract_bytes(tree.to_vec().unwrap());
    assert_eq!(extracted.rejected, [], "{tree}");
    extracted
}

fn rejected(bytes: Vec<u8>) -> Rejected {
    let extracted = extract_bytes(bytes);
    assert_eq!(extracted.batch.num_rows(), 0);
    let [rejected] = extracted.rejected.try_into().unwrap();
    rejected
}

fn reason(path: &str, value: impl Into<Bson>) -> RejectReason {
    rejected(with(path, value).to_vec().unwrap()).reason
}

fn at(path: &str, value: impl Into<Bson>, column: &str) -> Cell {
    cell(&taken(&with(path, value)).batch, 0, column)
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap())
}

/// A document from its elements, given as bytes.
fn raw(elements: &[u8]) -> Vec<u8> {
    let length = i32::try_from(elements.len() + 5).unwrap();
    [&length.to_le_bytes()[..], elements, &[0]].concat()
}

fn text_element(key: &str, text: &[u8]) -> Vec<u8> {
    let length = i32::try_from(text.len() + 1).unwrap();
    [
        &[2],
        key.as_bytes(),
        &[0],
        &length.to_le_bytes()[..],
        text,
        &[0],
    ]
    .concat()
}

fn base_elements() -> Vec<u8> {
    let bytes = base().to_vec().unwrap();
    bytes[4..bytes.len() - 1].to_vec()
}

#[test]
fn every_numeric_type_is_an_integer_where_it_is_whole() {
    for (value, expected) in [
        (Bson::Int32(1402), 1402),
        (Bson::Int64(9_007_199_254_740_993), 9_007_199_254_740_993),
        (Bson::Int64(i64::MIN), i64::MIN),
        (Bson::Double(1402.0), 1402),
        (Bson::Double(-0.0), 0),
        (decimal("1402"), 1402),
        (decimal("1.402E+3"), 1402),
        (decimal("9007199254740993.000"), 9_007_199_254_740_993),
        (decimal("9223372036854775807"), i64::MAX),
        (Bson::String("0301".into()), 301),
        (Bson::Symbol("7".into()), 7),
    ] {
        let found = at("http_code", value.clone(), "http_code");
        assert_eq!(found, Cell::Int(expected), "{value:?}");
    }
    for value in [Bson::Null, Bson::Undefined] {
        assert_eq!(at("http_code", value, "http_code"), Cell::Null);
    }
    assert_eq!(cell(&taken(&base()).batch, 0, "http_code"), Cell::Null);
}

#[test]
fn a_fraction_is_rounded_of_a_duration_alone() {
    for value in [Bson::Double(2100.5), decimal("2100.5")] {
        assert_eq!(reason("http_code", value.clone()), RejectReason::WrongType);
        let extracted = taken(&with("total_time_ms", value));
        assert_eq!(cell(&extracted.batch, 0, "total_time_ms"), Cell::Int(2101));
        assert_eq!(
            extracted
                .notes
                .count(Note::RoundedDuration, "total_time_ms"),
            1
        );
    }
}

#[test]
fn every_numeric_type_is_a_float() {
    let score = |value: Bson| at(SCORE, value, "score_liqe_near_img");
    assert_eq!(score(Bson::Double(2.5)), Cell::Float(2.5));
    assert_eq!(score(Bson::Int32(2)), Cell::Float(2.0));
    assert_eq!(score(Bson::Int64(-3)), Cell::Float(-3.0));
    assert_eq!(score(decimal("0.1")), Cell::Float(0.1));
    let Cell::Float(zero) = score(Bson::Double(-0.0)) else {
        panic!("no float")
    };
    assert!(zero.is_sign_negative());
    for value in [Bson::Double(f64::NAN), decimal("NaN")] {
        let extracted = taken(&with(SCORE, value));
        assert_eq!(cell(&extracted.batch, 0, "score_liqe_near_img"), Cell::Null);
        let count = extracted
            .notes
            .count(Note::NotANumber, "score_liqe_near_img");
        assert_eq!(count, 1);
    }
}

#[test]
fn what_is_beyond_a_type_is_out_of_range() {
    for value in [
        Bson::Double(f64::INFINITY),
        decimal("-Infinity"),
        decimal("1E+6000"),
    ] {
        assert_eq!(reason(SCORE, value.clone()), RejectReason::OutOfRange);
        assert_eq!(reason("http_code", value), RejectReason::OutOfRange);
    }
    for value in [Bson::Double(1e19), decimal("9223372036854775808")] {
        assert_eq!(reason("http_code", value), RejectReason::OutOfRange);
    }
    assert_eq!(reason("http_code", f64::NAN), RejectReason::WrongType);
}

#[test]
fn text_is_text_symbol_integer_or_object_id() {
    let documento = |value: Bson| at("user_data.documento", value, "documento");
    let id = bson::oid::ObjectId::parse_str("0123456789abcdef01234567").unwrap();
    assert_eq!(documento("a\u{e9}".into()), Cell::text("a\u{e9}"));
    assert_eq!(documento(Bson::Symbol("s".into())), Cell::text("s"));
    assert_eq!(documento(Bson::Int32(77_001)), Cell::text("77001"));
    assert_eq!(documento(Bson::Int64(-5)), Cell::text("-5"));
    assert_eq!(documento(id.into()), Cell::text("0123456789abcdef01234567"));
    assert_eq!(documento("".into()), Cell::Null);
    for value in [Bson::Double(1.5), Bson::Boolean(true), decimal("1.5")] {
        assert_eq!(
            reason("user_data.documento", value),
            RejectReason::WrongType
        );
    }
    let extracted = taken(&with("summary.desc", "a\0b"));
    assert_eq!(
        cell(&extracted.batch, 0, "summary_desc"),
        Cell::text("a\u{fffd}b")
    );
    assert_eq!(extracted.notes.count(Note::NulReplaced, "summary_desc"), 1);
}

#[test]
fn a_category_of_context_takes_any_number_and_a_boolean_takes_its_words() {
    let capture = |value: Bson| at("user_data.trazabilidad.Tiempo", value, "capture_time");
    assert_eq!(capture(Bson::Double(0.5)), Cell::text("0.5"));
    assert_eq!(capture(Bson::Double(2.0)), Cell::text("2.0"));
    assert_eq!(capture(Bson::Boolean(true)), Cell::text("true"));
    let resized = |value: Bson| {
        let path = "metadata.near_img.integrity_dims.results.resized";
        at(path, value, "resized_near_img")
    };
    assert_eq!(resized(Bson::Boolean(false)), Cell::Bool(false));
    assert_eq!(resized(Bson::Int32(1)), Cell::Bool(true));
    assert_eq!(resized(Bson::Double(0.0)), Cell::Bool(false));
    assert_eq!(resized("True".into()), Cell::Bool(true));
}

#[test]
fn a_date_is_an_instant_of_years_1_to_9999_in_any_form() {
    let date = |value: Bson| at("date", value, "date");
    let millis = |value| Bson::DateTime(bson::DateTime::from_millis(value));
    for (value, expected) in [
        (millis(DATE / 1000), DATE),
        // 1900-01-01, 2262-04-12 (beyond nanoseconds of 64 bits), the first and the last.
        (millis(-2_208_988_800_000), -2_208_988_800_000_000),
        (millis(9_223_372_800_000), 9_223_372_800_000_000),
        (millis(-62_135_596_800_000), -62_135_596_800_000_000),
        (millis(253_402_300_799_999), 253_402_300_799_999_000),
        (Bson::Int64(DATE / 1000), DATE),
        (Bson::Double(1_740_841_200.25), DATE),
        (decimal("1740841200.25"), DATE),
        ("2025-03-01T10:00:00.25-05:00".into(), DATE),
    ] {
        assert_eq!(date(value.clone()), Cell::Instant(expected), "{value:?}");
    }
    for value in [
        millis(253_402_300_800_000),
        millis(-62_135_596_800_001),
        millis(i64::MAX),
        millis(i64::MIN),
        Bson::Double(f64::NAN),
        Bson::Null,
        Bson::Undefined,
        "2025-02-30T10:00:00Z".into(),
    ] {
        assert_eq!(
            reason("date", value.clone()),
            RejectReason::UnreadableDate,
            "{value:?}"
        );
    }
    let extracted = taken(&base());
    assert_eq!(
        cell(&extracted.batch, 0, "_utc_offset_min"),
        Cell::Int(-300)
    );
}

#[test]
fn types_that_no_feature_has_are_wrong_everywhere() {
    let regex = bson::Regex {
        pattern: "^a".try_into().unwrap(),
        options: "i".try_into().unwrap(),
    };
    let binary = bson::Binary {
        subtype: bson::spec::BinarySubtype::Generic,
        bytes: vec![0, 1],
    };
    let timestamp = bson::Timestamp {
        time: 1,
        increment: 1,
    };
    for value in [
        Bson::RegularExpression(regex),
        Bson::Binary(binary),
        Bson::Timestamp(timestamp),
        Bson::JavaScriptCode("f()".into()),
        Bson::MinKey,
        Bson::MaxKey,
        Bson::Document(doc! {"a": 1}),
        Bson::Array(vec![Bson::Int32(1)]),
    ] {
        for path in ["http_code", "date", "file_token", "summary.status", SCORE] {
            let rejected = rejected(with(path, value.clone()).to_vec().unwrap());
            assert_eq!(
                rejected.reason,
                RejectReason::WrongType,
                "{path}: {value:?}"
            );
            assert_eq!(rejected.path.as_deref(), Some(path));
        }
    }
}

#[test]
fn a_path_that_runs_into_a_value_is_wrong_and_into_a_null_is_null() {
    let id = bson::oid::ObjectId::from_bytes([1; 12]);
    for value in [Bson::Int32(5), "ok".into(), Bson::Array(vec![]), id.into()] {
        let rejected = rejected(with("summary", value).to_vec().unwrap());
        assert_eq!(rejected.reason, RejectReason::WrongType);
        assert_eq!(rejected.path.as_deref(), Some("summary.code"));
    }
    for value in [Bson::Null, Bson::Undefined] {
        assert_eq!(at("summary", value, "summary_code"), Cell::Null);
    }
}

#[test]
fn an_array_is_read_by_order_and_is_no_document() {
    let size = |value: Bson| {
        let batch = taken(&with(SIZE, value)).batch;
        let at = |column| cell(&batch, 0, column);
        (
            at("img_size_near_img_width"),
            at("img_size_near_img_height"),
        )
    };
    let array = vec![Bson::Int32(640), Bson::Int64(480), Bson::Null];
    assert_eq!(size(Bson::Array(array)), (Cell::Int(640), Cell::Int(480)));
    assert_eq!(size(Bson::Array(vec![])), (Cell::Null, Cell::Null));
    assert_eq!(
        reason(SIZE, doc! {"0": 640, "1": 480}),
        RejectReason::WrongType
    );
    // Two elements under keys that are no indexes, as careless writers leave them.
    let mut bytes = with(SIZE, vec![640, 480]).to_vec().unwrap();
    let place = bytes
        .windows(3)
        .position(|window| window == b"\x101\0")
        .unwrap();
    bytes[place + 1] = b'x';
    let batch = extract_bytes(bytes).batch;
    assert_eq!(cell(&batch, 0, "img_size_near_img_height"), Cell::Int(480));
}

#[test]
fn of_repeated_keys_the_last_wins_with_its_whole_subtree() {
    let summary = |inner: &[u8]| [b"\x03summary\0", &raw(inner)[..]].concat();
    let first = [
        text_element("status", b"ok"),
        b"\x10code\0\x01\0\0\0".to_vec(),
    ]
    .concat();
    let elements = [
        text_element("file_token", b"first"),
        base_elements(),
        b"\x10summary\0\x05\0\0\0".to_vec(),
        summary(&first),
        summary(b"\x10code\0\x02\0\0\0\x10code\0\x03\0\0\0"),
        text_element("file_token", b"last"),
    ];
    let extracted = extract_bytes(raw(&elements.concat()));
    assert_eq!(extracted.rejected, []);
    let at = |column| cell(&extracted.batch, 0, column);
    assert_eq!(at("file_token"), Cell::text("last"));
    assert_eq!(at("summary_code"), Cell::Int(3));
    assert_eq!(at("summary_status"), Cell::Null);
}

#[test]
fn a_document_that_spells_a_value_is_that_value() {
    let spelled = doc! {"$numberLong": "1402"};
    assert_eq!(at("http_code", spelled, "http_code"), Cell::Int(1402));
    for date in [
        doc! {"$date": "2025-03-01T15:00:00.250Z"},
        doc! {"$date": 1_740_841_200_250_i64},
        doc! {"$date": {"$numberLong": "1740841200250"}},
    ] {
        assert_eq!(at("date", date, "date"), Cell::Instant(DATE));
    }
    let more = doc! {"$numberLong": "1402", "more": 1};
    assert_eq!(reason("http_code", more), RejectReason::WrongType);
}

#[test]
fn what_is_misframed_where_paths_lead_is_broken() {
    let base = base_elements();
    for broken in [
        // A length, a type, a value without an end, an end too soon.
        b"\x02user_name\0\xff\0\0\0a\0".to_vec(),
        b"\x02user_name\0\0\0\0\0".to_vec(),
        b"\x44user_name\0a".to_vec(),
        b"\x10user_name\0\x01".to_vec(),
        b"\0\x10user_name\0\x01\0\0\0".to_vec(),
        b"\x10user_name".to_vec(),
        // Text without NUL, text and keys that are no UTF-8, wanted or not; a boolean of 2.
        b"\x02user_name\0\x02\0\0\0ab".to_vec(),
        text_element("user_name", b"\xff"),
        text_element("nobody_wants", b"\xff"),
        b"\x10\xff\xfe\0\x01\0\0\0".to_vec(),
        b"\x08with_iqa\0\x02".to_vec(),
        // A document that ends elsewhere than it says, or not with NUL.
        b"\x03summary\0\x09\0\0\0\0".to_vec(),
        b"\x03summary\0\x05\0\0\0\x01".to_vec(),
        b"\x03summary\0\x0c\0\0\0\x10a\0\x01\0\0\0".to_vec(),
        b"\x03nobody_wants\0\x05\0\0\0\x01".to_vec(),
    ] {
        let rejected = rejected(raw(&[base.clone(), broken.clone()].concat()));
        assert_eq!(rejected.reason, RejectReason::BrokenBson, "{broken:?}");
        assert_eq!(rejected.path, None);
        assert!(
            rejected.detail.ends_with(" of the document"),
            "{}",
            rejected.detail
        );
    }
    let whole = raw(&base);
    for bytes in [
        &whole[..whole.len() - 1],
        &whole[..4],
        &[],
        &[&whole[..], &[0]].concat(),
    ] {
        assert_eq!(rejected(bytes.to_vec()).reason, RejectReason::BrokenBson);
    }
}

#[test]
fn what_no_path_leads_into_is_stepped_over() {
    // A landmark of unknown type, and nesting without end, are nobody's.
    let inner = raw(b"\x44x\0a");
    let other = [b"\x03other\0".to_vec(), inner].concat();
    let extracted = extract_bytes(raw(&[base_elements(), other].concat()));
    assert_eq!(extracted.rejected, []);
    let deep = (0..3000).fold(raw(b""), |inner, _| {
        raw(&[b"\x03a\0".to_vec(), inner].concat())
    });
    let other = [b"\x03other\0".to_vec(), deep].concat();
    let extracted = extract_bytes(raw(&[base_elements(), other].concat()));
    assert_eq!(extracted.rejected, []);
}
