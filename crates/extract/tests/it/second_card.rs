//! A card of quite another API: nothing of the built-in one is in the extractor.

use serde_json::json;
use veriscope_card::{Card, Derivation, Feature, Kind, PathKey, Privacy, ValueType};
use veriscope_extract::{ExtractError, Extracted, Extractor, Note};
use veriscope_source::RejectReason;

use crate::support::{CARD, Cell, cell, json_document};

fn feature(name: &str, path: &[&str], value_type: ValueType, kind: Kind) -> Feature {
    let step = |step: &&str| {
        step.parse()
            .map_or_else(|_| PathKey::Key((*step).to_owned()), PathKey::Index)
    };
    Feature {
        name: name.to_owned(),
        path: path.iter().map(step).collect(),
        value_type,
        kind,
        unit: None,
        valid: None,
        privacy: Privacy::Keep,
        derived: None,
        image: None,
        policy: false,
        may_equal: Vec::new(),
        description: String::new(),
    }
}

/// Scans of paper: one picture, pages in an array, dates far east.
fn card() -> Card {
    let mut card = CARD.clone();
    card.name = "scans".into();
    card.roles.transaction = "scan".into();
    card.roles.date = "received".into();
    card.dates.default_offset_minutes = 540;
    card.features = vec![
        feature(
            "received",
            &["when", "in"],
            ValueType::Datetime,
            Kind::Instant,
        ),
        feature("scan", &["scan", "a.b"], ValueType::String, Kind::Id),
        feature(
            "printed",
            &["when", "printed"],
            ValueType::Datetime,
            Kind::Instant,
        ),
        feature(
            "second_page",
            &["pages", "1", "words"],
            ValueType::Int,
            Kind::Number,
        ),
        feature("is_colour", &["colour"], ValueType::Bool, Kind::Flag),
    ];
    let mut age = feature("age_s", &["scan", "a.b"], ValueType::Float, Kind::Number);
    age.derived = Some(Derivation::SecondsSinceTextTime {
        separator: "@".into(),
        format: "%Y%m%d %H%M%S".into(),
    });
    let mut again = feature(
        "scan_again",
        &["scan", "a.b"],
        ValueType::String,
        Kind::Category,
    );
    again.privacy = Privacy::Drop;
    let whole = feature("whole", &["scan"], ValueType::String, Kind::Category);
    card.context = vec![age, again, whole];
    card
}

fn extract(text: &str) -> Extracted {
    let extractor = Extractor::new(&card()).unwrap();
    extractor.extract("-", &[json_document(4, text)]).unwrap()
}

#[test]
fn another_card_gives_its_own_columns() {
    let document = json!({
        "pages": [{"words": "many"}, {"words": 12, "more": [1]}, 3],
        "scan": {"a.b": "s@1@20250301 140000", "a": {"b": "no"}},
        "when": {"in": "2025-03-01 23:59:59", "printed": null},
        "colour": "TRUE",
    });
    let extracted = extract(&document.to_string());
    assert_eq!(extracted.rejected, []);
    let batch = &extracted.batch;
    assert_eq!(batch.schema(), card().raw_schema());
    let at = |column| cell(batch, 0, column);
    assert_eq!(at("scan"), Cell::text("s@1@20250301 140000"));
    assert_eq!(at("scan_again"), at("scan"));
    // 2025-03-01T14:59:59Z.
    assert_eq!(at("received"), Cell::Instant(1_740_841_199_000_000));
    assert_eq!(at("_utc_offset_min"), Cell::Int(540));
    assert_eq!(at("printed"), Cell::Null);
    assert_eq!(at("second_page"), Cell::Int(12));
    assert_eq!(at("is_colour"), Cell::Bool(true));
    assert_eq!(at("_source"), Cell::text("-"));
    assert_eq!(at("_position"), Cell::Int(4));
    // Only the first separator counts: what follows it is no time.
    assert_eq!(at("age_s"), Cell::Null);
    assert_eq!(extracted.notes.count(Note::UnreadableContext, "age_s"), 1);
    // A feature that stands above others is an object here.
    assert_eq!(extracted.notes.count(Note::UnreadableContext, "whole"), 1);
}

#[test]
fn a_derived_value_reads_the_path_it_shares() {
    let document =
        json!({"scan": {"a.b": "s@20250301 235950"}, "when": {"in": "2025-03-01T14:59:59.5Z"}});
    let extracted = extract(&document.to_string());
    // The local time is read in the date's own offset, which is UTC here.
    assert_eq!(cell(&extracted.batch, 0, "age_s"), Cell::Float(-32_390.5));
}

#[test]
fn the_second_date_of_a_card_may_be_missing_but_not_unreadable() {
    let document = json!({"scan": {"a.b": "s"}, "when": {"in": 1, "printed": "soon"}});
    let extracted = extract(&document.to_string());
    assert_eq!(extracted.rejected[0].reason, RejectReason::UnreadableDate);
    assert_eq!(extracted.rejected[0].path.as_deref(), Some("when.printed"));
}

#[test]
fn a_role_without_a_feature_is_a_wrong_card() {
    let mut card = card();
    card.roles.date = "nothing".into();
    let error = Extractor::new(&card).unwrap_err();
    assert!(matches!(
        error,
        ExtractError::RoleWithoutFeature { role: "date" }
    ));
    assert_eq!(error.class().exit_code(), 3);
}

#[test]
fn the_card_of_a_text_reader_goes_through() {
    let card = Card::parse(include_str!("../../../card/tests/cards/ocr.yaml")).unwrap();
    let extractor = Extractor::new(&card).unwrap();
    let document = json!({
        "head": {"request": "r-1", "received": "2024-12-31T23:30:00", "folder": "f 9", "holder": "",
            "office": {"$numberLong": "12"}},
        "outcome": [{"verdict": "ok", "result.code": "0100"}, {"verdict": "fail"}],
        "took": 80.5,
        "scan": {"page": {"size": {"w": 1240, "h": 1754}, "deskew": {"ms": 2.5}}},
        "stages": [{"ms": 10}, {"ms": "20.25", "wait": null}, {"ms": -1}],
    });
    let documents = [json_document(0, document.to_string())];
    let extracted = extractor.extract("page.json", &documents).unwrap();
    assert_eq!(extracted.rejected, []);
    let at = |column| cell(&extracted.batch, 0, column);
    assert_eq!(extracted.batch.schema(), card.raw_schema());
    assert_eq!(at("request_id"), Cell::text("r-1"));
    // Half past nine in the evening, UTC: the card's default is two hours ahead.
    assert_eq!(at("received_at"), Cell::Instant(1_735_680_600_000_000));
    assert_eq!(at("_utc_offset_min"), Cell::Int(120));
    assert_eq!(at("verdict"), Cell::text("ok"));
    assert_eq!(at("result"), Cell::Int(100));
    assert_eq!(at("holder"), Cell::Null);
    assert_eq!(at("office"), Cell::text("12"));
    assert_eq!(at("elapsed_ms"), Cell::Int(81));
    assert_eq!(at("page_width"), Cell::Int(1240));
    assert_eq!(at("deskew_ms_page"), Cell::Float(2.5));
    assert_eq!(at("layout_ms"), Cell::Float(10.0));
    assert_eq!(at("reader_ms"), Cell::Float(20.25));
    assert_eq!(at("reader_wait_ms"), Cell::Null);
    assert_eq!(at("stamps_ms"), Cell::Float(-1.0));
    assert_eq!(
        extracted.notes.count(Note::RoundedDuration, "elapsed_ms"),
        1
    );
    assert_eq!(
        extracted.notes.count(Note::OutsideValidRange, "stamps_ms"),
        1
    );
}
