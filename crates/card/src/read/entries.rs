//! Expands features over the pictures, in published order.

use serde_saphyr::Spanned;

use super::features::{FeatureAt, Placed};
use super::names::quoted;
use super::template::{fill, is_template, spread};
use crate::error::{Position, Problems};
use crate::raw::{RawDerived, RawEntry, RawRange};
use crate::{Derivation, Feature, Kind, PathKey, Privacy, Range, ValueType};

/// Expands a list of features and blocks of features.
pub(super) fn expand(
    entries: &[Spanned<RawEntry>],
    images: &[String],
    problems: &mut Problems,
) -> Vec<Placed> {
    let mut features = Vec::new();
    for entry in entries {
        let Some(block) = &entry.value.each_image else {
            features.extend(expand_one(entry, None, images, problems));
            continue;
        };
        let at = Position::of(entry);
        if !stands_alone(&entry.value) {
            problems.add(
                at,
                "`each_image` stands alone: put these keys into its features",
            );
        }
        if images.is_empty() {
            problems.add(
                at,
                "`each_image` needs pictures, but the card has no `images`",
            );
        }
        for image in images {
            for inner in block {
                if inner.value.each_image.is_some() {
                    problems.add(Position::of(inner), "`each_image` inside `each_image`");
                    continue;
                }
                features.extend(expand_one(inner, Some(image), images, problems));
            }
        }
    }
    features
}

fn stands_alone(entry: &RawEntry) -> bool {
    entry.name.is_none()
        && entry.path.is_none()
        && entry.value_type.is_none()
        && entry.kind.is_none()
        && entry.unit.is_none()
        && entry.valid.is_none()
        && entry.privacy.is_none()
        && entry.derived.is_none()
        && entry.policy.is_none()
        && entry.may_equal.is_empty()
        && entry.description.is_none()
}

fn expand_one(
    entry: &Spanned<RawEntry>,
    block: Option<&str>,
    images: &[String],
    problems: &mut Problems,
) -> Vec<Placed> {
    let Some(name) = &entry.value.name else {
        problems.add(Position::of(entry), "a feature has no `name`");
        return Vec::new();
    };
    if block.is_some() && !is_template(&name.value) {
        problems.add(
            Position::of(name),
            format!(
                "feature {} stands in `each_image` without `{{image}}`",
                quoted(&name.value)
            ),
        );
    }
    spread(&name.value, Position::of(name), block, images, problems)
        .into_iter()
        .map(|image| one(entry, name, image, images, problems))
        .collect()
}

/// Reads a feature for one picture, or for none. Problems name it as it is written, so that
/// those of several pictures are one.
fn one(
    entry: &Spanned<RawEntry>,
    name: &Spanned<String>,
    image: Option<&str>,
    images: &[String],
    problems: &mut Problems,
) -> Placed {
    let whole = Position::of(entry);
    let raw = &entry.value;
    let written = quoted(&name.value);
    let place = |at: Option<Position>| at.unwrap_or(whole);

    let kind = raw.kind.as_ref().map(|kind| kind.value).unwrap_or_else(|| {
        problems.add(whole, format!("feature {written} has no `kind`"));
        Kind::Text
    });
    let value_type = raw
        .value_type
        .as_ref()
        .map_or(usual_type(kind), |given| given.value);
    let privacy = raw
        .privacy
        .as_ref()
        .map(|given| given.value.clone())
        .unwrap_or_else(|| {
            if value_type == ValueType::String {
                problems.add(
                whole,
                format!(
                    "text feature {written} has no `privacy`: say token, number, keep, generalise \
                     or drop"
                ),
            );
            }
            Privacy::Keep
        });
    let description = raw.description.as_deref().unwrap_or_else(|| {
        problems.add(whole, format!("feature {written} has no `description`"));
        ""
    });
    let at = FeatureAt {
        name: Position::of(name),
        path: place(raw.path.as_ref().map(Position::of)),
        value_type: place(
            raw.value_type
                .as_ref()
                .map(Position::of)
                .or_else(|| raw.kind.as_ref().map(Position::of)),
        ),
        valid: place(raw.valid.as_ref().map(Position::of)),
        privacy: place(raw.privacy.as_ref().map(Position::of)),
        derived: place(raw.derived.as_ref().map(Position::of)),
        policy: place(raw.policy.as_ref().map(Position::of)),
        may_equal: Vec::new(),
    };
    let mut placed = Placed {
        written: name.value.clone(),
        feature: Feature {
            name: fill(&name.value, image),
            path: path(raw, whole, &written, image, problems),
            value_type,
            kind,
            unit: raw.unit.clone(),
            valid: raw.valid.as_ref().map(range),
            privacy,
            derived: raw.derived.as_ref().map(derivation),
            image: image.map(str::to_owned),
            policy: raw.policy.as_ref().is_some_and(|policy| policy.value),
            may_equal: Vec::new(),
            description: fill(description, image),
        },
        at,
    };
    for other in &raw.may_equal {
        let at = Position::of(other);
        for other_image in spread(&other.value, at, image, images, problems) {
            placed
                .feature
                .may_equal
                .push(fill(&other.value, other_image));
            placed.at.may_equal.push(at);
        }
    }
    placed
}

fn path(
    raw: &RawEntry,
    whole: Position,
    written: &str,
    image: Option<&str>,
    problems: &mut Problems,
) -> Vec<PathKey> {
    let Some(keys) = &raw.path else {
        problems.add(whole, format!("feature {written} has no `path`"));
        return Vec::new();
    };
    if keys.value.is_empty() {
        problems.add(
            Position::of(keys),
            format!("feature {written} has an empty path"),
        );
    }
    let mut filled = Vec::with_capacity(keys.value.len());
    for key in &keys.value {
        if let PathKey::Key(text) = &key.value.0
            && image.is_none()
            && is_template(text)
        {
            problems.add(
                Position::of(key),
                format!("the path of feature {written} holds `{{image}}`, its name does not"),
            );
        }
        filled.push(match &key.value.0 {
            PathKey::Key(text) => PathKey::Key(fill(text, image)),
            PathKey::Index(index) => PathKey::Index(*index),
        });
    }
    filled
}

fn range(raw: &Spanned<RawRange>) -> Range {
    Range {
        min: raw.value.min,
        max: raw.value.max,
    }
}

fn derivation(raw: &Spanned<RawDerived>) -> Derivation {
    let text_time = &raw.value.seconds_since_text_time;
    Derivation::SecondsSinceTextTime {
        separator: text_time.separator.value.clone(),
        format: text_time.format.value.clone(),
    }
}

/// The type that values of a kind usually have.
const fn usual_type(kind: Kind) -> ValueType {
    match kind {
        Kind::Id | Kind::Category | Kind::Text => ValueType::String,
        Kind::Code | Kind::Time | Kind::Size => ValueType::Int,
        Kind::Score | Kind::Probability | Kind::Number => ValueType::Float,
        Kind::Instant => ValueType::Datetime,
        Kind::Flag => ValueType::Bool,
    }
}
