//! The list of columns of the semantic views: complete, unmistakable, and as documented.

use std::collections::HashSet;
use std::path::PathBuf;

use veriscope_card::views::{ColumnType, Language, View};
use veriscope_card::{Card, Kind};

fn ocr() -> Card {
    Card::parse(include_str!("../cards/ocr.yaml")).unwrap()
}

fn names(card: &Card, view: View) -> Vec<String> {
    let docs = card.view_docs(view).into_iter();
    docs.map(|doc| doc.name).collect()
}

#[test]
fn the_columns_of_a_small_card_are_these() {
    let card = ocr();
    assert_eq!(
        names(&card, View::Attempts),
        [
            // Key and date, then what is made of roles.
            "request_id",
            "received_at",
            "attempt",
            "is_first",
            "is_last",
            "outcome",
            "kind",
            "reason",
            "previous_code",
            "gap_ms",
            "date_local",
            "day",
            "week",
            "month",
            "year",
            "weekday",
            "hour",
            "minute",
            "policy_id",
            "total_ms_deskew",
            "total_ms_layout",
            "total_ms_reader",
            "total_ms_stamps",
            "microservices_ms",
            "remainder_ms",
            "page_class",
            "page_orientation",
            // The published features, then the context features.
            "verdict",
            "result",
            "folder",
            "office",
            "holder",
            "elapsed_ms",
            "page_height",
            "page_width",
            "deskew_ms_page",
            "deskew_wait_ms_page",
            "layout_ms",
            "reader_ms",
            "reader_wait_ms",
            "stamps_ms",
            "confidence",
            "model",
            "folder_age_s",
            "remark",
            "agent",
        ]
    );
    assert_eq!(
        names(&card, View::Processes),
        [
            "request_id",
            "attempts",
            "repeats",
            "is_accepted",
            "accepted_at",
            "first_outcome",
            "last_outcome",
            "first_code",
            "last_code",
            "last_reason",
            "first_date",
            "last_date",
            "span_ms",
            "accepted_after_ms",
            "api_time_ms",
            "date_local",
            "day",
            "week",
            "month",
            "year",
            "weekday",
            "hour",
            "minute",
            "policy_id",
            "page_class",
            "page_orientation",
            "verdict",
            "result",
            "folder",
            "office",
            "holder",
            "model",
            "remark",
            "agent",
        ]
    );
    assert_eq!(
        names(&card, View::MicroserviceTimes),
        [
            "request_id",
            "microservice",
            "picture",
            "service_ms",
            "queue_ms",
            "size_class",
            "orientation",
            "outcome",
            "date_local",
            "day",
            "week",
            "month",
            "year",
            "weekday",
            "hour",
            "minute",
            "policy_id",
            "office",
            "holder",
        ]
    );
}

#[test]
fn every_stored_feature_is_a_column_of_attempts_and_policies_and_dropped_ones_are_not() {
    let card = Card::builtin().unwrap();
    let columns: HashSet<String> = names(&card, View::Attempts).into_iter().collect();
    for feature in card.features.iter().chain(card.stored_context()) {
        assert!(columns.contains(&feature.name), "{}", feature.name);
    }
    for absent in ["policy_with_iqa", "num_doc", "_device", "latitude"] {
        assert!(!columns.contains(absent), "{absent}");
    }
    assert!(columns.contains("device") && columns.contains("policy_id"));
}

#[test]
fn no_two_columns_of_a_view_have_one_name_whatever_its_case() {
    for card in [Card::builtin().unwrap(), ocr()] {
        for view in View::ALL {
            let mut seen = HashSet::new();
            for name in names(&card, view) {
                assert!(seen.insert(name.to_ascii_lowercase()), "{view:?} {name}");
            }
        }
    }
}

#[test]
fn a_feature_under_a_name_of_ours_gets_another() {
    let mut card = ocr();
    card.features[2].name = "Outcome".to_owned();
    card.features[3].name = "outcome_feature".to_owned();
    let names = names(&card, View::Attempts);
    let count = |wanted: &str| names.iter().filter(|name| *name == wanted).count();
    assert_eq!(count("outcome"), 1);
    assert_eq!(count("Outcome_feature"), 1);
    // The second finds that name taken too, but for its case.
    assert_eq!(count("outcome_feature_feature"), 1);
}

#[test]
fn times_are_whole_where_all_times_of_the_card_are() {
    let docs = Card::builtin().unwrap().view_docs(View::Attempts);
    let type_of = |name: &str| {
        let doc = docs.iter().find(|doc| doc.name == name);
        doc.unwrap().column_type
    };
    assert_eq!(type_of("total_ms_liqe"), ColumnType::Int);
    assert_eq!(type_of("remainder_ms"), ColumnType::Int);
    let docs = ocr().view_docs(View::MicroserviceTimes);
    let times = docs.iter().filter(|doc| doc.name.ends_with("_ms"));
    assert_eq!(
        times.map(|doc| doc.column_type).collect::<Vec<_>>(),
        [ColumnType::Float; 2]
    );
}

#[test]
fn processes_have_dimensions_and_no_measurements_of_one_attempt() {
    let card = Card::builtin().unwrap();
    let columns: HashSet<String> = names(&card, View::Processes).into_iter().collect();
    for feature in card.features.iter().chain(card.stored_context()) {
        let is_measurement = matches!(
            feature.kind,
            Kind::Time | Kind::Score | Kind::Probability | Kind::Size | Kind::Number
        );
        if is_measurement {
            assert!(!columns.contains(&feature.name), "{}", feature.name);
        }
    }
    for dimension in ["convenio", "documento", "api_hash", "device", "country"] {
        assert!(columns.contains(dimension), "{dimension}");
    }
}

#[test]
fn every_column_says_what_it_holds_and_times_have_their_unit() {
    for card in [Card::builtin().unwrap(), ocr()] {
        for view in View::ALL {
            for doc in card.view_docs(view) {
                for language in [Language::English, Language::Spanish] {
                    let sentence = doc.sentence(language);
                    assert!(!sentence.trim().is_empty(), "{}", doc.name);
                    assert!(!sentence.ends_with('.'), "{}", doc.name);
                }
                if doc.name.ends_with("_ms") {
                    assert_eq!(doc.unit.as_deref(), Some("ms"), "{}", doc.name);
                }
            }
        }
    }
}

#[test]
fn the_committed_page_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/views.md");
    let written = Card::builtin().unwrap().views_to_markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == written,
        "docs/views.md is not what the card says; write it anew with \
         `UPDATE_DOCS=1 cargo test -p veriscope-card`"
    );
}
