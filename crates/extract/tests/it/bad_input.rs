//! Documents that cannot be taken: each with its reason and path, none with a value.

use bytes::Bytes;
use serde_json::{Value, json};
use veriscope_source::{Broken, Content, Document, RejectReason};

use crate::fixture;
use crate::support::{Cell, cell, extract, extract_text, json_document, rejection, set, taken};

fn with(path: &str, value: Value) -> String {
    let mut document = fixture::full(0);
    set(&mut document, path, value);
    document.to_string()
}

fn reason(text: impl Into<Vec<u8>>) -> RejectReason {
    rejection(text).reason
}

/// A document with `inner` where nobody looks.
fn around(inner: &str) -> String {
    format!(r#"{{"file_token":"t","date":1740841200,"metadata":{{"other":{inner}}}}}"#)
}

#[test]
fn a_transaction_id_that_is_missing_null_or_empty_is_named() {
    let mut without = fixture::full(0);
    without.as_object_mut().unwrap().remove("file_token");
    for text in [
        without.to_string(),
        with("file_token", json!(null)),
        with("file_token", json!("")),
    ] {
        let rejected = rejection(text);
        assert_eq!(rejected.reason, RejectReason::NoTransactionId);
        assert_eq!(rejected.path.as_deref(), Some("file_token"));
    }
    assert_eq!(
        reason(with("file_token", json!(["t"]))),
        RejectReason::WrongType
    );
}

#[test]
fn a_date_that_is_missing_or_unreadable_is_named() {
    for date in [
        json!(null),
        json!("2025-02-30T10:00:00Z"),
        json!("2025-03-01"),
        json!(""),
        json!({"$date": "x"}),
    ] {
        let rejected = rejection(with("date", date.clone()));
        assert_eq!(rejected.reason, RejectReason::UnreadableDate, "{date}");
        assert_eq!(rejected.path.as_deref(), Some("date"));
    }
    assert_eq!(
        reason(r#"{"file_token":"t"}"#),
        RejectReason::UnreadableDate
    );
    assert_eq!(reason(with("date", json!(true))), RejectReason::WrongType);
}

#[test]
fn a_published_feature_of_a_wrong_type_rejects_and_names_its_path() {
    let near = "metadata.near_img.integrity_dims.results";
    let width = format!("{near}.raw_img_size.0");
    for (path, value, named) in [
        ("http_code", json!("two hundred"), "http_code"),
        ("summary.code", json!(1400.5), "summary.code"),
        ("summary", json!("ok"), "summary.code"),
        ("summary", json!([]), "summary.code"),
        ("user_data.documento", json!(1.5), "user_data.documento"),
        (
            &format!("{near}.raw_img_size"),
            json!({"0": 640}),
            width.as_str(),
        ),
        (
            &format!("{near}.raw_img_size"),
            json!("640x480"),
            width.as_str(),
        ),
        (&width, json!([640]), width.as_str()),
        ("user_name", json!({"$oid": "ab", "more": 1}), "user_name"),
    ] {
        let rejected = rejection(with(path, value));
        assert_eq!(rejected.reason, RejectReason::WrongType, "{path}");
        assert_eq!(rejected.path.as_deref(), Some(named), "{path}");
    }
}

#[test]
fn a_number_beyond_its_type_is_out_of_range() {
    let exact = |literal: &str| with("total_time_ms", json!("@")).replace("\"@\"", literal);
    let score = with(
        "metadata.near_img.liqe.results.predictions.score",
        json!("@"),
    );
    assert_eq!(
        reason(score.replace("\"@\"", "1e400")),
        RejectReason::OutOfRange
    );
    assert_eq!(reason(exact("1e400")), RejectReason::OutOfRange);
    assert_eq!(
        reason(exact("9223372036854775808")),
        RejectReason::OutOfRange
    );
    assert_eq!(reason(exact(&"9".repeat(5000))), RejectReason::OutOfRange);
    let batch = extract_text(exact("9007199254740993")).batch;
    assert_eq!(
        cell(&batch, 0, "total_time_ms"),
        Cell::Int(9_007_199_254_740_993)
    );
    let batch = extract_text(score.replace("\"@\"", "-0")).batch;
    let Cell::Float(zero) = cell(&batch, 0, "score_liqe_near_img") else {
        panic!("no float")
    };
    assert!(zero.is_sign_negative());
}

#[test]
fn nesting_is_counted_over_the_whole_document() {
    let nested = |count: usize| around(&format!("{}{}", "[".repeat(count), "]".repeat(count)));
    // The document and `metadata` are two of the 200.
    assert_eq!(extract_text(nested(198)).rejected, []);
    let rejected = rejection(nested(199));
    assert_eq!(rejected.reason, RejectReason::TooDeep);
    assert_eq!(rejected.path, None);
    assert_eq!(reason(nested(10_000)), RejectReason::TooDeep);
    assert_eq!(
        reason(around(&"{\"a\":".repeat(10_000))),
        RejectReason::TooDeep
    );
    let wanted = format!(r#"{{"file_token":{}"#, "[".repeat(10_000));
    assert_eq!(reason(wanted), RejectReason::TooDeep);
    let wrapped = format!(r#"{{"date":{}"#, r#"{"$date":"#.repeat(10_000));
    assert_eq!(reason(wrapped), RejectReason::TooDeep);
}

#[test]
fn bytes_that_are_no_json_are_broken_also_where_nobody_looks() {
    for inner in [
        "[1,]",
        "{\"a\":}",
        "[NaN]",
        "NaN",
        "[Infinity]",
        "-Infinity",
        "[01]",
        "01",
        "nul",
        "tru",
        "\"\\ud800\"",
        "[\"\\udc00x\"]",
        "\"\\q\"",
        "[1 2]",
        "{\"a\" 1}",
        "\"\u{1}\"",
        "[\"\t\"]",
        "NumberLong(5)",
        "'a'",
        "[1}",
        "",
    ] {
        assert_eq!(reason(around(inner)), RejectReason::BrokenJson, "{inner}");
    }
    assert_eq!(reason(around("1") + "x"), RejectReason::BrokenJson);
    assert_eq!(reason(around("1") + "{}"), RejectReason::BrokenJson);
    assert_eq!(extract_text(around("1") + " \r\n").rejected, []);
    assert_eq!(
        reason(r#"{"file_token":"\ud800"}"#),
        RejectReason::BrokenJson
    );
}

#[test]
fn a_document_cut_anywhere_is_broken() {
    let whole = around(r#"[1.5e3, {"a": "b\u00e9", "c": [true, null]}]"#);
    for end in 0..whole.len() {
        assert_eq!(reason(&whole[..end]), RejectReason::BrokenJson, "{end}");
    }
}

#[test]
fn invalid_utf8_is_broken_also_where_nobody_looks() {
    let text = around("[\"@\"]").into_bytes();
    let at = text.iter().position(|byte| *byte == b'@').unwrap();
    for bytes in [
        &b"\xff"[..],
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
    ] {
        let mut broken = text.clone();
        broken.splice(at..=at, bytes.iter().copied());
        let rejected = rejection(broken);
        assert_eq!(rejected.reason, RejectReason::BrokenJson);
        assert_eq!(
            rejected.detail,
            format!("invalid UTF-8 at byte {at} of the document")
        );
    }
}

#[test]
fn json_that_is_no_object_is_no_document() {
    for text in [
        "[1, 2]",
        "7",
        "\"text\"",
        "null",
        "true",
        "[{\"file_token\":\"t\"}]",
    ] {
        assert_eq!(reason(text), RejectReason::NotADocument, "{text}");
    }
    assert_eq!(reason("[1, 2"), RejectReason::BrokenJson);
}

#[test]
fn a_broken_document_keeps_the_reason_of_its_source() {
    let broken = Broken {
        reason: RejectReason::TooLarge,
        detail: "over the limit".into(),
        bytes: Bytes::from_static(b"{"),
        size_bytes: 99,
        sha256: None,
    };
    let documents = [
        json_document(0, fixture::full(0).to_string()),
        Document {
            ordinal: 1,
            offset: 9,
            content: Content::Broken(broken),
        },
        json_document(2, fixture::full(2).to_string()),
    ];
    let extracted = extract(&documents);
    assert_eq!(extracted.rejected.len(), 1);
    assert_eq!(extracted.rejected[0].index, 1);
    assert_eq!(extracted.rejected[0].reason, RejectReason::TooLarge);
    assert_eq!(extracted.rejected[0].detail, "over the limit");
    assert_eq!(cell(&extracted.batch, 1, "_position"), Cell::Int(2));
}

#[test]
fn no_rejection_holds_a_value_of_its_document() {
    let secret = "55512399";
    for text in [
        with("http_code", json!(secret.to_owned() + "x")),
        with("date", json!(secret.to_owned() + "x")),
        with("summary", json!(secret)),
        with("user_data.documento", json!([secret])),
        with("total_time_ms", json!(secret.to_owned() + "e99")),
        around(&format!("[\"{secret}\\q\"]")),
        around(&format!("{{\"{secret}\":01}}")),
        format!("\"{secret}\""),
    ] {
        let rejected = rejection(text);
        let said = format!("{:?} {}", rejected.path, rejected.detail);
        assert!(!said.contains("555"), "{said}");
    }
}

#[test]
fn a_client_that_looks_like_code_is_only_text() {
    for client in [
        "'; DROP TABLE x; --",
        "<script>alert(1)</script>",
        "=1+1",
        "\u{202e}abc",
    ] {
        let mut document = fixture::full(0);
        set(&mut document, "user_data.convenio", json!(client));
        let batch = taken(&document).batch;
        assert_eq!(cell(&batch, 0, "convenio"), Cell::text(client));
    }
}
