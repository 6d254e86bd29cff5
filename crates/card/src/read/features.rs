//! Checks features one by one: type against kind, privacy, range, derivation.

use std::fmt::Write as _;

use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDate, NaiveDateTime};

use super::card::Lookup;
use super::names::quoted;
use crate::error::{Position, Problems};
use crate::{Derivation, Feature, Generalise, Kind, Privacy, ValueType};

/// A feature and where it is written.
pub(super) struct Placed {
    pub(super) feature: Feature,
    /// The name as written, `{image}` and all.
    pub(super) written: String,
    pub(super) at: FeatureAt,
}

/// Where the parts of a feature are written; the whole, where a part is not.
pub(super) struct FeatureAt {
    pub(super) name: Position,
    pub(super) path: Position,
    pub(super) value_type: Position,
    pub(super) valid: Position,
    pub(super) privacy: Position,
    pub(super) derived: Position,
    pub(super) policy: Position,
    /// One for each entry of `may_equal`.
    pub(super) may_equal: Vec<Position>,
}

/// Checks all features.
pub(super) fn check(
    published: &[Placed],
    context: &[Placed],
    lookup: &Lookup,
    problems: &mut Problems,
) {
    for placed in published {
        if placed.feature.privacy == Privacy::Drop {
            problems.add(
                placed.at.privacy,
                format!(
                    "published feature {} is never stored (`drop`): move it to `context`",
                    quoted(&placed.written)
                ),
            );
        }
        if placed.feature.policy {
            problems.add(
                placed.at.policy,
                format!(
                    "published feature {} is part of the policy: move it to `context`",
                    quoted(&placed.written)
                ),
            );
        }
    }
    for placed in context {
        if placed.feature.policy && placed.feature.privacy == Privacy::Drop {
            problems.add(
                placed.at.privacy,
                format!(
                    "policy feature {} is never stored (`drop`); a policy is",
                    quoted(&placed.written)
                ),
            );
        }
    }
    for placed in published.iter().chain(context) {
        check_type(placed, problems);
        check_privacy(placed, problems);
        check_range(placed, problems);
        check_derivation(placed, problems);
        for (other, at) in placed.feature.may_equal.iter().zip(&placed.at.may_equal) {
            if lookup.any(other).is_none() {
                problems.add(
                    *at,
                    format!("`may_equal` names no feature: {}", quoted(other)),
                );
            }
        }
    }
}

/// The types that a kind can have.
const fn types(kind: Kind) -> &'static [ValueType] {
    match kind {
        Kind::Instant => &[ValueType::Datetime],
        Kind::Flag => &[ValueType::Bool],
        Kind::Size => &[ValueType::Int],
        Kind::Time | Kind::Score | Kind::Probability | Kind::Number => {
            &[ValueType::Int, ValueType::Float]
        }
        Kind::Code | Kind::Id => &[ValueType::String, ValueType::Int],
        Kind::Text => &[ValueType::String],
        Kind::Category => &[ValueType::String, ValueType::Int, ValueType::Bool],
    }
}

fn check_type(placed: &Placed, problems: &mut Problems) {
    let feature = &placed.feature;
    if !types(feature.kind).contains(&feature.value_type) {
        problems.add(
            placed.at.value_type,
            format!(
                "feature {} of kind {} cannot be of type {}",
                quoted(&placed.written),
                feature.kind.name(),
                feature.value_type.name()
            ),
        );
    }
}

fn check_privacy(placed: &Placed, problems: &mut Problems) {
    let feature = &placed.feature;
    let class = match &feature.privacy {
        Privacy::Token => "token",
        Privacy::Number => "number",
        Privacy::Generalise(_) => "generalise",
        Privacy::Keep | Privacy::Drop => return,
    };
    if feature.value_type != ValueType::String {
        problems.add(
            placed.at.privacy,
            format!(
                "privacy `{class}` is for text; feature {} is of type {}",
                quoted(&placed.written),
                feature.value_type.name()
            ),
        );
    }
    if feature.privacy == Privacy::Generalise(Generalise::Prefix(0)) {
        problems.add(
            placed.at.privacy,
            "a prefix of 0 characters keeps nothing: say `drop`",
        );
    }
}

fn check_range(placed: &Placed, problems: &mut Problems) {
    let Some(range) = placed.feature.valid else {
        return;
    };
    let written = quoted(&placed.written);
    if !matches!(placed.feature.value_type, ValueType::Int | ValueType::Float) {
        problems.add(
            placed.at.valid,
            format!("a valid range is for numbers; feature {written} is none"),
        );
    }
    if [range.min, range.max]
        .iter()
        .flatten()
        .any(|end| !end.is_finite())
    {
        problems.add(
            placed.at.valid,
            format!("the valid range of feature {written} has an end that is no finite number"),
        );
    } else if let (Some(min), Some(max)) = (range.min, range.max)
        && min > max
    {
        problems.add(
            placed.at.valid,
            format!("the valid range of feature {written} is empty: {min} is above {max}"),
        );
    } else if range.min.is_none() && range.max.is_none() {
        problems.add(
            placed.at.valid,
            format!("the valid range of feature {written} has neither `min` nor `max`"),
        );
    }
}

fn check_derivation(placed: &Placed, problems: &mut Problems) {
    let Some(Derivation::SecondsSinceTextTime { separator, format }) = &placed.feature.derived
    else {
        return;
    };
    let written = quoted(&placed.written);
    if placed.feature.value_type != ValueType::Float {
        problems.add(
            placed.at.value_type,
            format!("derived feature {written} is a number of seconds: its type is float"),
        );
    }
    if separator.is_empty() {
        problems.add(
            placed.at.derived,
            format!("the separator of feature {written} is empty"),
        );
    }
    if !gives_a_time(format) {
        problems.add(
            placed.at.derived,
            format!(
                "the time format of feature {written} gives no date and time: {}",
                quoted(format)
            ),
        );
    }
}

/// Returns whether a local time that is written in this form can be read back.
fn gives_a_time(format: &str) -> bool {
    if StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
        return false;
    }
    let Some(sample) =
        NaiveDate::from_ymd_opt(2024, 11, 27).and_then(|day| day.and_hms_micro_opt(13, 45, 59, 0))
    else {
        return false;
    };
    let mut text = String::new();
    // Fails where the form asks for an offset, which a local time has not.
    if write!(text, "{}", sample.format(format)).is_err() {
        return false;
    }
    NaiveDateTime::parse_from_str(&text, format) == Ok(sample)
}
