//! `{image}` in names, paths and descriptions.

use super::names;
use crate::error::{Position, Problems};

const PLACEHOLDER: &str = "{image}";

/// Returns whether the text holds `{image}`.
pub(super) fn is_template(text: &str) -> bool {
    text.contains(PLACEHOLDER)
}

/// Puts a picture's name in the place of `{image}`.
pub(super) fn fill(text: &str, image: Option<&str>) -> String {
    match image {
        Some(image) => text.replace(PLACEHOLDER, image),
        None => text.to_owned(),
    }
}

/// Returns the pictures that a text stands for: the one of the block that it is in; else,
/// for a template, each; else none in particular.
pub(super) fn spread<'a>(
    text: &str,
    at: Position,
    block: Option<&'a str>,
    images: &'a [String],
    problems: &mut Problems,
) -> Vec<Option<&'a str>> {
    if block.is_some() || !is_template(text) {
        return vec![block];
    }
    if images.is_empty() {
        problems.add(
            at,
            format!(
                "{} holds `{{image}}`, but the card has no `images`",
                names::quoted(text)
            ),
        );
    }
    images.iter().map(|image| Some(image.as_str())).collect()
}
