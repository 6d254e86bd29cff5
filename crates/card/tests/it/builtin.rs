//! The built-in card, against facts written out by hand.

use veriscope_card::{Card, Outcome, Privacy, ReasonClass, Step};

use crate::published::{CONTEXT, STAGING, TRANSFORM};

fn card() -> Card {
    Card::builtin().unwrap()
}

#[test]
fn the_79_staging_features_come_in_published_order() {
    let card = card();
    let names: Vec<&str> = card
        .features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(names, STAGING);
    assert_eq!(names.len(), 79);
}

#[test]
fn the_67_transform_columns_come_in_published_order() {
    let card = card();
    let names: Vec<&str> = card
        .transform
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, TRANSFORM);
    assert_eq!(names.len(), 67);
}

#[test]
fn the_context_features_come_in_their_order() {
    let card = card();
    let names: Vec<&str> = card
        .context
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(names, CONTEXT);
}

fn path(card: &Card, name: &str) -> String {
    serde_json::to_string(&card.feature(name).unwrap().path).unwrap()
}

#[test]
fn paths_reach_into_arrays_and_through_keys_with_dots() {
    let card = card();
    assert_eq!(
        path(&card, "img_size_far_img_height"),
        r#"["metadata","far_img","integrity_dims","results","raw_img_size",1]"#
    );
    assert_eq!(
        path(&card, "policy_as_35_selfies_thr_near_img"),
        r#"["metadata","near_img","as_heuristics","results","config","as_3.5_selfies_thr"]"#
    );
    assert_eq!(
        path(&card, "policy_colofulness_range_low_far_img"),
        r#"["metadata","far_img","iqa_heuristics","results","config","colofulness_range",0]"#
    );
    assert_eq!(path(&card, "summary_code"), r#"["summary","code"]"#);
}

#[test]
fn only_four_published_features_are_hidden() {
    let card = card();
    let hidden: Vec<(&str, &Privacy)> = card
        .features
        .iter()
        .filter(|feature| feature.privacy != Privacy::Keep)
        .map(|feature| (feature.name.as_str(), &feature.privacy))
        .collect();
    assert_eq!(
        hidden,
        [
            ("user_name", &Privacy::Number),
            ("procesoConvenioGuid", &Privacy::Token),
            ("convenio", &Privacy::Number),
            ("documento", &Privacy::Token),
        ]
    );
}

#[test]
fn the_sentinel_of_the_api_lies_outside_the_valid_range() {
    let card = card();
    let valid = |name: &str, value: f64| card.feature(name).unwrap().valid.unwrap().contains(value);
    assert!(!valid("score_topiq_near_img", -1.0));
    assert!(valid("score_topiq_near_img", 0.0) && valid("score_topiq_near_img", 0.9021));
    assert!(valid("score_liqe_far_img", 5.0) && valid("score_liqe_far_img", 1.0));
    assert!(valid("prob_ibeta2_clip_far_img", 1.0) && !valid("prob_ibeta2_clip_far_img", 1.01));
    assert!(valid("time_ms_liqe_near_img", 0.0) && !valid("time_ms_liqe_near_img", -1.0));
    assert!(valid("img_size_far_img_width", 1.0) && !valid("img_size_far_img_width", 0.0));
}

#[test]
fn ten_microservices_have_nineteen_times() {
    let card = card();
    let counts: Vec<(&str, usize, bool)> = card
        .microservices
        .iter()
        .map(|service| {
            let queued = service.times.iter().all(|times| times.queue.is_some());
            (service.name.as_str(), service.times.len(), queued)
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("accessory_detector", 2, true),
            ("face_detector", 2, true),
            ("liqe", 2, true),
            ("topiq", 2, true),
            ("classic_metrics", 2, false),
            ("as_35_selfies", 2, true),
            ("ibeta2_crops", 2, true),
            ("ibeta2_full", 2, true),
            ("ibeta2_clip", 2, true),
            ("geometry_check", 1, true),
        ]
    );
}

#[test]
fn response_codes_have_their_classes() {
    let card = card();
    assert_eq!(card.codes.len(), 51);
    let class = |number: i64| {
        let code = card.code(number).unwrap();
        (code.code.as_str(), code.class, code.reason)
    };
    assert_eq!(class(1400), ("1400", Outcome::Accepted, None));
    assert_eq!(class(0), ("0000", Outcome::Accepted, None));
    assert_eq!(
        class(1402),
        ("1402", Outcome::Rejected, Some(ReasonClass::Attack))
    );
    assert_eq!(
        class(406),
        ("0406", Outcome::Rejected, Some(ReasonClass::Person))
    );
    let technical: Vec<&str> = card
        .codes
        .iter()
        .filter(|code| code.class == Outcome::Technical)
        .map(|code| code.code.as_str())
        .collect();
    assert_eq!(
        technical,
        [
            "0001", "0006", "0007", "0101", "0401", "0201", "0301", "1401", "2001", "3001"
        ]
    );
}

#[test]
fn the_pipeline_runs_both_pictures_at_once_and_then_in_turn() {
    let card = card();
    let [integrity, faces, quality, geometry, spoofing] = card.pipeline.steps.as_slice() else {
        panic!("five steps")
    };
    assert!(matches!(integrity, Step::Untimed { image: None, .. }));
    let Step::Parallel(pictures) = faces else {
        panic!("pictures at once")
    };
    assert!(matches!(&pictures[1], Step::Series(steps) if steps.len() == 3));
    let Step::Series(pictures) = quality else {
        panic!("pictures in turn")
    };
    assert!(matches!(&pictures[0], Step::Parallel(steps) if steps.len() == 3));
    assert!(matches!(geometry, Step::Run { image: None, .. }));
    let Step::Series(pictures) = spoofing else {
        panic!("pictures in turn")
    };
    assert!(matches!(&pictures[1], Step::Undecided(steps) if steps.len() == 4));
}

#[test]
fn its_schemas_have_the_published_columns_and_stored_context() {
    let card = card();
    assert_eq!(card.published_staging_schema().fields().len(), 79);
    assert_eq!(card.published_transform_schema().fields().len(), 67);
    let staged = card.staged_schema();
    assert!(staged.field_with_name("_process_age_s").is_ok());
    assert!(staged.field_with_name("_city").is_err());
    assert!(staged.field_with_name("_policy_with_iqa").is_err());
    assert!(
        card.policy_schema()
            .field_with_name("policy_with_iqa")
            .is_ok()
    );
}

#[test]
fn it_is_a_document_in_json() {
    let json = serde_json::to_value(card()).unwrap();
    assert_eq!(json["name"], "veriface");
    assert_eq!(json["features"][0]["type"], "string");
    assert_eq!(
        json["transform"][17]["rule"]["same"]["of"][1],
        "image_quality_far_img"
    );
    assert_eq!(json["codes"][50]["class"], "rejected");
}
