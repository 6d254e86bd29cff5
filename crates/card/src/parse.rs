//! From the text of a card to a checked [`Card`].

use serde_saphyr::Options;

use crate::error::{CardError, CardErrors, Position};
use crate::raw::RawCard;
use crate::{Card, read};

/// The card that is built into the program.
const BUILT_IN: &str = include_str!("../../../cards/veriface.yaml");

/// Longest text of a card, in bytes. The built-in card has 45 KB.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

impl Card {
    /// Returns the built-in card, that of the facial validation API.
    ///
    /// # Errors
    /// A card that is wrong: a defect, which tests rule out.
    pub fn builtin() -> Result<Self, CardError> {
        Self::parse(BUILT_IN).map_err(CardError::BuiltIn)
    }

    /// Reads a card from YAML, expands it over its pictures and checks it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place. A text that is no YAML, or
    /// not of the form of a card, is reported by its first fault alone.
    pub fn parse(text: &str) -> Result<Self, CardErrors> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(CardErrors::one(
                Position::START,
                format!(
                    "the card has {} bytes; {MAX_TEXT_BYTES} is the most that is read",
                    text.len()
                ),
            ));
        }
        let raw: RawCard = serde_saphyr::from_str_with_options(text, options())
            .map_err(|error| syntax_error(&error))?;
        read::card(raw)
    }
}

/// Bounds on depth and on what aliases may blow up to.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 48,
            max_documents: 1,
            max_aliases: 10_000,
            max_anchors: 1_000,
            // A card may well name one range a hundred times; the limits below suffice.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 200_000,
            max_replay_stack_depth: 8,
        },
        strict_booleans: true,
        with_snippet: false,
    }
}

fn syntax_error(error: &serde_saphyr::Error) -> CardErrors {
    let bare = error.without_snippet();
    let at = bare.location().map_or(Position::START, Position::from);
    let text = bare.to_string();
    // The place stands before the message, not after it as well.
    let place = format!(" at line {}, column {}", at.line, at.column);
    CardErrors::one(at, text.strip_suffix(&place).unwrap_or(&text))
}
