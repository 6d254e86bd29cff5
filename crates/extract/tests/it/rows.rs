//! What a good document gives: hand-worked rows.

use arrow_array::Array;
use serde_json::{Value, json};
use veriscope_extract::Note;

use crate::fixture;
use crate::support::{CARD, Cell, cell, extract, extract_text, json_document, row, set, taken};

/// 2025-03-01T15:00:00.25Z.
const DATE: i64 = 1_740_841_200_250_000;

fn with(path: &str, value: Value) -> Value {
    let mut document = fixture::full(0);
    set(&mut document, path, value);
    document
}

#[test]
fn a_full_document_gives_its_row_in_the_cards_raw_shape() {
    let extracted = taken(&fixture::full(3));
    let batch = &extracted.batch;
    assert_eq!(batch.schema(), CARD.raw_schema());
    let at = |column| cell(batch, 0, column);
    assert_eq!(at("api_hash"), Cell::text("rel-7"));
    assert_eq!(at("file_token"), Cell::text("tx-3"));
    assert_eq!(at("summary_code"), Cell::Int(1400));
    assert_eq!(at("http_code"), Cell::Int(200));
    assert_eq!(at("total_time_ms"), Cell::Int(2100));
    assert_eq!(at("date"), Cell::Instant(DATE));
    assert_eq!(at("_utc_offset_min"), Cell::Int(-300));
    assert_eq!(
        at("procesoConvenioGuid"),
        Cell::text("77001_2025-03-01_09:58:30")
    );
    assert_eq!(at("documento"), Cell::text("77001"));
    assert_eq!(at("img_size_near_img_width"), Cell::Int(640));
    assert_eq!(at("img_size_far_img_height"), Cell::Int(480));
    assert_eq!(at("time_ms_geometry_check"), Cell::Int(12));
    assert_eq!(at("score_geometry_neural"), Cell::Float(0.5));
    assert_eq!(at("resized_near_img"), Cell::Bool(false));
    assert_eq!(at("code_face_detector_near_img"), Cell::text("0100"));
    assert_eq!(at("class_ibeta2_full_far_img"), Cell::text("REAL"));
    assert_eq!(at("ts"), Cell::Float(1_740_841_200.25));
    assert_eq!(at("process_age_s"), Cell::Float(90.25));
    assert_eq!(at("capture_time"), Cell::text("0"));
    assert_eq!(at("city"), Cell::text("Springfield"));
    assert_eq!(at("policy_with_icao"), Cell::Bool(false));
    assert_eq!(at("_source"), Cell::text("a.json"));
    assert_eq!(at("_position"), Cell::Int(0));
}

#[test]
fn a_document_that_stopped_early_has_nulls_where_nothing_ran() {
    let document = json!({"file_token": "t", "date": "2025-03-01T15:00:00Z", "metadata": null});
    let extracted = taken(&document);
    assert_eq!(extracted.notes.0.len(), 0);
    let filled: Vec<String> = row(&extracted.batch, 0)
        .into_iter()
        .filter(|(_, cell)| *cell != Cell::Null)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        filled,
        [
            "file_token",
            "date",
            "_utc_offset_min",
            "_source",
            "_position"
        ]
    );
}

#[test]
fn of_repeated_keys_the_last_wins_with_its_whole_subtree() {
    let extracted = extract_text(
        r#"{"file_token":"first","date":"2025-03-01T15:00:00Z","summary":{"status":"ok","code":1},
        "summary":{"code":2,"code":3},"file_token":"last"}"#,
    );
    let at = |column| cell(&extracted.batch, 0, column);
    assert_eq!(at("file_token"), Cell::text("last"));
    assert_eq!(at("summary_code"), Cell::Int(3));
    assert_eq!(at("summary_status"), Cell::Null);
}

#[test]
fn an_earlier_wrong_type_is_forgotten_with_its_key() {
    let extracted = extract_text(
        r#"{"summary":"text","file_token":[],"file_token":"t","date":1740841200,"summary":{"code":2}}"#,
    );
    assert_eq!(extracted.rejected, []);
    assert_eq!(cell(&extracted.batch, 0, "summary_code"), Cell::Int(2));
    let reset =
        extract_text(r#"{"file_token":"t","date":1740841200,"summary":{"code":2},"summary":null}"#);
    assert_eq!(cell(&reset.batch, 0, "summary_code"), Cell::Null);
}

#[test]
fn keys_and_text_are_read_through_their_escapes() {
    let extracted = extract_text(
        r#"{"file_t\u006fken":"a\u00e9\ud83d\ude00\"","d\u0061te":{"$d\u0061te":1740841200250},"x\"":1}"#,
    );
    assert_eq!(extracted.rejected, []);
    assert_eq!(
        cell(&extracted.batch, 0, "file_token"),
        Cell::text("aé😀\"")
    );
    assert_eq!(cell(&extracted.batch, 0, "date"), Cell::Instant(DATE));
}

#[test]
fn extended_json_may_stand_wherever_a_value_stands() {
    let mut canonical = fixture::full(0);
    for (path, value) in [
        ("file_token", json!({"$oid": "0123456789abcdef01234567"})),
        ("http_code", json!({"$numberInt": "200"})),
        ("total_time_ms", json!({"$numberLong": "2100"})),
        ("date", json!({"$date": {"$numberLong": "1740841200250"}})),
        ("user_data.documento", json!({"$numberLong": "77001"})),
        (
            "metadata.near_img.integrity_dims.results.raw_img_size.0",
            json!({"$numberInt": "640"}),
        ),
        (
            "metadata.near_img.liqe.results.predictions.score",
            json!({"$numberDouble": "2.5"}),
        ),
        (
            "metadata.far_img.liqe.results.predictions.score",
            json!({"$numberDecimal": "3.5"}),
        ),
    ] {
        set(&mut canonical, path, value);
    }
    let batch = taken(&canonical).batch;
    let at = |column| cell(&batch, 0, column);
    assert_eq!(at("file_token"), Cell::text("0123456789abcdef01234567"));
    assert_eq!(at("http_code"), Cell::Int(200));
    assert_eq!(at("total_time_ms"), Cell::Int(2100));
    assert_eq!(at("documento"), Cell::text("77001"));
    assert_eq!(at("img_size_near_img_width"), Cell::Int(640));
    assert_eq!(at("img_size_near_img_height"), Cell::Int(480));
    assert_eq!(at("score_liqe_near_img"), Cell::Float(2.5));
    assert_eq!(at("score_liqe_far_img"), Cell::Float(3.5));
    assert_eq!(at("date"), Cell::Instant(DATE));
    assert_eq!(at("_utc_offset_min"), Cell::Int(-300));
    assert_eq!(at("process_age_s"), Cell::Float(90.25));
}

#[test]
fn a_date_wrapper_has_three_forms_and_one_meaning() {
    for date in [
        json!({"$date": "2025-03-01T15:00:00.250Z"}),
        json!({"$date": 1_740_841_200_250_i64}),
        json!({"$date": {"$numberLong": "1740841200250"}}),
        json!({"$date": {"$numberLong": 1_740_841_200_250_i64}}),
    ] {
        let batch = taken(&with("date", date.clone())).batch;
        assert_eq!(cell(&batch, 0, "date"), Cell::Instant(DATE), "{date}");
        assert_eq!(cell(&batch, 0, "_utc_offset_min"), Cell::Int(-300));
    }
}

#[test]
fn what_was_done_to_values_is_counted_by_feature() {
    let mut first = with("total_time_ms", json!(2100.5));
    set(&mut first, "summary.desc", json!("a\0b"));
    set(&mut first, "ts", json!("soon"));
    set(
        &mut first,
        "metadata.near_img.topiq.results.predictions.score",
        json!(-1),
    );
    set(
        &mut first,
        "metadata.far_img.topiq.results.predictions.score",
        json!({"$numberDouble": "NaN"}),
    );
    let mut second = with("total_time_ms", json!(7.25));
    set(&mut second, "date", json!("never"));
    let documents = [
        json_document(0, first.to_string()),
        json_document(1, second.to_string()),
    ];
    let extracted = extract(&documents);
    let count = |note, feature| extracted.notes.count(note, feature);
    // The second document has no row, so it has no notes.
    assert_eq!(count(Note::RoundedDuration, "total_time_ms"), 1);
    assert_eq!(count(Note::NulReplaced, "summary_desc"), 1);
    assert_eq!(count(Note::UnreadableContext, "ts"), 1);
    assert_eq!(count(Note::OutsideValidRange, "score_topiq_near_img"), 1);
    assert_eq!(count(Note::NotANumber, "score_topiq_far_img"), 1);
    let at = |column| cell(&extracted.batch, 0, column);
    assert_eq!(at("total_time_ms"), Cell::Int(2101));
    assert_eq!(at("summary_desc"), Cell::text("a\u{fffd}b"));
    assert_eq!(at("ts"), Cell::Null);
    assert_eq!(at("score_topiq_near_img"), Cell::Float(-1.0));
    assert_eq!(at("score_topiq_far_img"), Cell::Null);
}

#[test]
fn a_context_feature_that_cannot_be_read_is_null_and_noted() {
    for (path, value, feature) in [
        (
            "metadata.near_img.integrity_dims.code",
            json!([1]),
            "code_integrity_dims_near_img",
        ),
        (
            "metadata.near_img.integrity_dims.results.resized",
            json!("perhaps"),
            "resized_near_img",
        ),
        ("ts", json!({"$numberDouble": "Infinity"}), "ts"),
        ("user_data.trazabilidad", json!("none"), "city"),
        (
            "user_data.procesoConvenioGuid",
            json!("no time in here"),
            "process_age_s",
        ),
    ] {
        let extracted = taken(&with(path, value));
        assert_eq!(
            extracted.notes.count(Note::UnreadableContext, feature),
            1,
            "{feature}"
        );
        assert_eq!(cell(&extracted.batch, 0, feature), Cell::Null, "{feature}");
    }
}

#[test]
fn a_missing_process_id_has_no_age_and_no_note() {
    for process in [json!(null), json!("")] {
        let extracted = taken(&with("user_data.procesoConvenioGuid", process));
        assert_eq!(cell(&extracted.batch, 0, "procesoConvenioGuid"), Cell::Null);
        assert_eq!(cell(&extracted.batch, 0, "process_age_s"), Cell::Null);
        assert_eq!(
            extracted
                .notes
                .count(Note::UnreadableContext, "process_age_s"),
            0
        );
    }
}

#[test]
fn a_picture_size_may_have_one_element_text_or_negatives() {
    let size = |value| {
        let path = "metadata.near_img.integrity_dims.results.raw_img_size";
        let extracted = taken(&with(path, value));
        let at = |column| cell(&extracted.batch, 0, column);
        let outside = extracted
            .notes
            .count(Note::OutsideValidRange, "img_size_near_img_width");
        (
            at("img_size_near_img_width"),
            at("img_size_near_img_height"),
            outside,
        )
    };
    assert_eq!(size(json!([640])), (Cell::Int(640), Cell::Null, 0));
    assert_eq!(
        size(json!(["640", "0480.0"])),
        (Cell::Int(640), Cell::Int(480), 0)
    );
    assert_eq!(
        size(json!([-640, 480, 3])),
        (Cell::Int(-640), Cell::Int(480), 1)
    );
    assert_eq!(size(json!([])), (Cell::Null, Cell::Null, 0));
}

#[test]
fn a_feature_that_is_always_null_is_a_column_of_nulls() {
    let document = json!({"file_token": "t", "date": "2025-03-01T15:00:00Z"});
    let batch = taken(&document).batch;
    let prob = batch.column_by_name("prob_ibeta2_clip_far_img").unwrap();
    assert_eq!((prob.len(), prob.null_count()), (1, 1));
}

#[test]
fn no_documents_give_an_empty_batch_of_the_same_shape() {
    let extracted = extract(&[]);
    assert_eq!(extracted.batch.num_rows(), 0);
    assert_eq!(extracted.batch.schema(), CARD.raw_schema());
}

#[test]
fn a_key_may_hold_a_dot() {
    let config = json!({"as_3.5_selfies_thr": 0.75, "as_3": {"5_selfies_thr": 0.5}});
    let batch = taken(&with(
        "metadata.near_img.as_heuristics.results.config",
        config,
    ))
    .batch;
    assert_eq!(
        cell(&batch, 0, "policy_as_35_selfies_thr_near_img"),
        Cell::Float(0.75)
    );
}
