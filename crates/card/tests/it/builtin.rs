//! The built-in card, against facts written out by hand.

use veriscope_card::Card;

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
