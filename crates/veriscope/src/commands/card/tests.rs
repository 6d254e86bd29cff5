//! Tests of the descriptions of a card.

use veriscope_card::{Card, PathKey, Step};

use super::{describe, words};
use crate::terminal::Styles;

fn card() -> Card {
    Card::builtin().unwrap()
}

#[test]
fn a_path_shows_indexes_and_quotes_keys_with_a_dot() {
    let keys = [
        PathKey::Key("a".to_owned()),
        PathKey::Key("b.c".to_owned()),
        PathKey::Index(0),
        PathKey::Key("d".to_owned()),
    ];
    assert_eq!(words::path(&keys), "a.\"b.c\"[0].d");
}

#[test]
fn a_pipeline_is_one_line() {
    let run = |name: &str| Step::Run {
        microservice: name.to_owned(),
        image: None,
    };
    let steps = [
        run("a"),
        Step::Parallel(vec![run("b"), Step::Series(vec![run("c"), run("d")])]),
        Step::Undecided(vec![run("e"), run("f")]),
    ];
    assert_eq!(words::pipeline(&steps), "a → (b ∥ (c → d)) → (e ? f)");
}

#[test]
fn every_column_and_code_of_the_card_is_described() {
    let card = card();
    let human = describe::render(&card, Styles::plain());
    for feature in card.all_features() {
        assert!(human.contains(&feature.name), "{}", feature.name);
    }
    for column in &card.transform {
        assert!(human.contains(&column.name), "{}", column.name);
    }
    for code in &card.codes {
        assert!(human.contains(&code.code), "{}", code.code);
    }
}

#[test]
fn a_description_has_no_trailing_blanks() {
    for line in describe::render(&card(), Styles::plain()).lines() {
        assert_eq!(line.trim_end(), line);
    }
}
