//! The cards that the tests run on.

use veriscope_card::{Card, Kind, ValueType};

/// Returns a card by the name that test files give it.
pub(crate) fn card(name: &str) -> Card {
    match name {
        "builtin" => Card::builtin().unwrap(),
        "ocr" => Card::parse(include_str!("../../../card/tests/cards/ocr.yaml")).unwrap(),
        "float_times" => float_times(),
        "no_process" => no_process(),
        other => panic!("no card is called {other}"),
    }
}

/// Leaves a card these features alone, and the roles that they fill: plans of few columns
/// take a tenth of the time.
pub(crate) fn keep_features(card: &mut Card, names: &[String]) {
    card.features
        .retain(|feature| names.contains(&feature.name));
    card.context.clear();
    card.microservices.clear();
    let roles = &mut card.roles;
    for role in [
        &mut roles.client,
        &mut roles.user,
        &mut roles.person,
        &mut roles.release,
        &mut roles.total_time,
        &mut roles.code,
        &mut roles.status,
    ] {
        if role.as_ref().is_some_and(|name| !names.contains(name)) {
            *role = None;
        }
    }
}

/// The built-in card, its times fractional.
fn float_times() -> Card {
    let mut card = Card::builtin().unwrap();
    for feature in card
        .features
        .iter_mut()
        .filter(|feature| feature.kind == Kind::Time)
    {
        feature.value_type = ValueType::Float;
    }
    card
}

/// The built-in card of an API whose calls do not belong together.
fn no_process() -> Card {
    let mut card = Card::builtin().unwrap();
    card.roles.process = None;
    card
}
