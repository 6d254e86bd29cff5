//! Pictures, tables, dates, sentinels and size classes.

use std::collections::HashSet;

use super::card::Lookup;
use super::names::{check_identifier, quoted};
use super::transform::PlacedColumn;
use crate::error::{Position, Problems};
use crate::raw::{Name, RawDates, RawSentinels, RawSizeClasses, RawTables};
use crate::{Dates, Kind, Roles, Sentinels, SizeClass, SizeClasses, Tables, TransformRule};

/// Most pictures of one transaction.
const MAX_IMAGES: usize = 16;

/// Reads the names of the pictures.
pub(super) fn images(raw: &[Name], problems: &mut Problems) -> Vec<String> {
    let mut seen = HashSet::new();
    for name in raw {
        let at = Position::of(name);
        check_identifier(&name.value, "picture", at, problems);
        if !seen.insert(name.value.as_str()) {
            problems.add(
                at,
                format!("two pictures of one name {}", quoted(&name.value)),
            );
        }
    }
    if let Some(first_beyond) = raw.get(MAX_IMAGES) {
        problems.add(
            Position::of(first_beyond),
            format!("more than {MAX_IMAGES} pictures in one transaction"),
        );
    }
    raw.iter()
        .take(MAX_IMAGES)
        .map(|name| name.value.clone())
        .collect()
}

/// Reads the names of the published tables.
pub(super) fn tables(raw: &RawTables, problems: &mut Problems) -> Tables {
    let names = [&raw.staging, &raw.transform, &raw.no_retries];
    let mut seen = HashSet::new();
    for name in names {
        check_identifier(&name.value, "table", Position::of(name), problems);
        if !seen.insert(name.value.to_ascii_lowercase()) {
            problems.add(
                Position::of(name),
                format!("two tables of one name {}", quoted(&name.value)),
            );
        }
    }
    Tables {
        staging: raw.staging.value.clone(),
        transform: raw.transform.value.clone(),
        no_retries: raw.no_retries.value.clone(),
    }
}

/// Reads how dates are read.
pub(super) fn dates(raw: &RawDates, problems: &mut Problems) -> Dates {
    let offset = offset_minutes(&raw.default_offset.value);
    if offset.is_none() {
        problems.add(
            Position::of(&raw.default_offset),
            format!(
                "{} is no offset from UTC of the form \"-05:00\"",
                quoted(&raw.default_offset.value)
            ),
        );
    }
    Dates {
        marks: raw.marks,
        default_offset_minutes: offset.unwrap_or_default(),
    }
}

/// Reads `+HH:MM`, `-HH:MM` or `Z`.
fn offset_minutes(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two_digits = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    // The widest offset that is or was in use is below 18 hours.
    (hours < 18 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Reads the sentinels. One that no column wants may be left out and is then the usual one.
pub(super) fn sentinels(
    raw: &RawSentinels,
    columns: &[PlacedColumn],
    lookup: &Lookup,
    problems: &mut Problems,
) -> Sentinels {
    for (name, sentinel) in [("probability", &raw.probability), ("score", &raw.score)] {
        if let Some(sentinel) = sentinel
            && !sentinel.value.is_finite()
        {
            problems.add(
                Position::of(sentinel),
                format!("the sentinel `{name}` is no finite number"),
            );
        }
    }
    for placed in columns {
        let missing = match wanted_sentinel(placed, lookup) {
            Some(Kind::Time) if raw.time.is_none() => "time",
            Some(Kind::Probability) if raw.probability.is_none() => "probability",
            Some(Kind::Score) if raw.score.is_none() => "score",
            _ => continue,
        };
        problems.add(
            placed.at,
            format!(
                "transform column {} wants the sentinel `{missing}`, which `sentinels` does not give",
                quoted(&placed.column.name)
            ),
        );
    }
    Sentinels {
        time: raw.time.unwrap_or(0),
        probability: raw.probability.as_ref().map_or(-1.0, |given| given.value),
        score: raw.score.as_ref().map_or(-2.0, |given| given.value),
    }
}

fn wanted_sentinel(placed: &PlacedColumn, lookup: &Lookup) -> Option<Kind> {
    match &placed.column.rule {
        TransformRule::Keep => lookup
            .published(&placed.column.name)
            .map(|feature| feature.kind),
        TransformRule::MicroserviceTotal { .. } => Some(Kind::Time),
        TransformRule::SizeClass { .. }
        | TransformRule::Orientation { .. }
        | TransformRule::Same { .. }
        | TransformRule::DatePart(_)
        | TransformRule::MicroservicesTotal
        | TransformRule::TimeRemainder => None,
    }
}

/// Reads the resolution classes.
pub(super) fn size_classes(raw: Option<&RawSizeClasses>, problems: &mut Problems) -> SizeClasses {
    let Some(raw) = raw else {
        return SizeClasses {
            classes: Vec::new(),
            otherwise: String::new(),
        };
    };
    let mut classes: Vec<SizeClass> = Vec::with_capacity(raw.classes.len());
    let mut names = HashSet::from([raw.otherwise.value.as_str()]);
    for class in &raw.classes {
        let at = Position::of(&class.at_least);
        let written = quoted(&class.name.value);
        let [width, height] = class.at_least.value;
        let min_pixels = width
            .checked_mul(height)
            .filter(|_| width > 0 && height > 0);
        if min_pixels.is_none() {
            problems.add(at, format!("size class {written} is of no possible size"));
        }
        let min_pixels = min_pixels.unwrap_or(1);
        if classes
            .last()
            .is_some_and(|last| last.min_pixels <= min_pixels)
        {
            problems.add(
                at,
                format!("size class {written} is no smaller than the one before it: largest first"),
            );
        }
        if !names.insert(&class.name.value) {
            problems.add(
                Position::of(&class.name),
                format!("two size classes of one name {written}"),
            );
        }
        classes.push(SizeClass {
            name: class.name.value.clone(),
            min_pixels,
        });
    }
    SizeClasses {
        classes,
        otherwise: raw.otherwise.value.clone(),
    }
}

/// Checks that there are size classes where a column wants them.
pub(super) fn check_size_classes_wanted(
    given: bool,
    columns: &[PlacedColumn],
    problems: &mut Problems,
) {
    for placed in columns {
        if !given && matches!(placed.column.rule, TransformRule::SizeClass { .. }) {
            problems.add(
                placed.at,
                format!(
                    "transform column {} wants `size_classes`, and there are none",
                    quoted(&placed.column.name)
                ),
            );
        }
    }
}

/// Checks that there is a total time where a column wants its remainder.
pub(super) fn check_total_time_wanted(
    columns: &[PlacedColumn],
    roles: &Roles,
    problems: &mut Problems,
) {
    for placed in columns {
        if roles.total_time.is_none() && placed.column.rule == TransformRule::TimeRemainder {
            problems.add(
                placed.at,
                format!(
                    "transform column {} wants the role `total_time`, which is not given",
                    quoted(&placed.column.name)
                ),
            );
        }
    }
}
