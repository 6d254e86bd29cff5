//! Names: what they may consist of, and that no two columns share one.

use std::collections::HashMap;

use super::features::Placed;
use super::transform::PlacedColumn;
use crate::TransformRule;
use crate::error::{Position, Problems};
use crate::raw::Name;
use crate::schema::{column, context_column};

/// Longest name of a column that every target takes (PostgreSQL cuts longer ones off).
const MAX_NAME_BYTES: usize = 63;

/// Columns that the program adds.
const ADDED: [&str; 7] = [
    column::UTC_OFFSET,
    column::SOURCE,
    column::POSITION,
    column::RUN,
    column::POLICY,
    column::CONTENT_HASH,
    column::PARTITION,
];

/// Returns a text in backticks, cut short where it is long.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    if text.chars().count() <= SHOWN {
        return format!("`{}`", text.escape_debug());
    }
    let head: String = text.chars().take(SHOWN).collect();
    format!("`{}…`", head.escape_debug())
}

/// Checks the name of a column or a table.
pub(super) fn check_identifier(name: &str, what: &str, at: Position, problems: &mut Problems) {
    let mut chars = name.chars();
    let starts_well = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic());
    let goes_on_well = chars.all(|next| next.is_ascii_alphanumeric() || next == '_');
    if name.starts_with('_') {
        problems.add(
            at,
            format!(
                "{what} {} begins with `_`, which marks columns of the program",
                quoted(name)
            ),
        );
    } else if !starts_well || !goes_on_well {
        problems.add(
            at,
            format!(
                "{what} {} is no letter followed by letters, digits and `_`",
                quoted(name)
            ),
        );
    } else if name.len() > MAX_NAME_BYTES {
        problems.add(
            at,
            format!(
                "{what} {} is longer than {MAX_NAME_BYTES} characters",
                quoted(name)
            ),
        );
    }
}

/// Checks a name that is used as it is, such as that of a microservice: not empty and of
/// one line.
pub(super) fn check_label(name: &Name, what: &str, problems: &mut Problems) {
    if name.value.trim().is_empty() {
        problems.add(Position::of(name), format!("{what} has an empty name"));
    } else if name.value.chars().any(char::is_control) {
        problems.add(
            Position::of(name),
            format!(
                "{what} {} has a control character in its name",
                quoted(&name.value)
            ),
        );
    }
}

/// Checks that no two columns share a name. Delta takes two names for one that differ in
/// case alone.
pub(super) fn check_columns(
    published: &[Placed],
    context: &[Placed],
    columns: &[PlacedColumn],
    problems: &mut Problems,
) {
    let mut seen: HashMap<String, Position> = HashMap::new();
    let mut once = |name: &str, at: Position, problems: &mut Problems| {
        let first = *seen.entry(name.to_ascii_lowercase()).or_insert(at);
        if first != at {
            problems.add(
                at,
                format!(
                    "two features of one name {}; the first is on line {}",
                    quoted(name),
                    first.line
                ),
            );
        }
    };
    for placed in published.iter().chain(context) {
        check_identifier(&placed.feature.name, "feature", placed.at.name, problems);
        once(&placed.feature.name, placed.at.name, problems);
    }
    for placed in context {
        check_added(placed, problems);
    }
    let mut kept: HashMap<&str, Position> = HashMap::new();
    for placed in columns {
        let name = placed.column.name.as_str();
        if placed.column.rule == TransformRule::Keep {
            if let Some(first) = kept.insert(name, placed.at) {
                problems.add(
                    placed.at,
                    format!(
                        "{} is kept twice; the first is on line {}",
                        quoted(name),
                        first.line
                    ),
                );
            }
            continue;
        }
        check_identifier(name, "transform column", placed.at, problems);
        once(name, placed.at, problems);
    }
}

fn check_added(placed: &Placed, problems: &mut Problems) {
    let name = &placed.feature.name;
    let stored = context_column(name);
    if ADDED
        .iter()
        .any(|added| added.eq_ignore_ascii_case(&stored))
    {
        problems.add(
            placed.at.name,
            format!(
                "context feature {} collides with the program's column `{stored}`",
                quoted(name)
            ),
        );
    }
    if placed.feature.policy && name.eq_ignore_ascii_case(column::POLICY_ID) {
        problems.add(
            placed.at.name,
            format!(
                "policy feature {} collides with the key of the policies",
                quoted(name)
            ),
        );
    }
}
