//! How each column will be read, decided before the first row.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};

use crate::hash::{mix, of_text};
use crate::knowledge::identifying_name;
use crate::number::count;
use crate::{Knowledge, Known, Options};

/// What the Arrow type of a column makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Number,
    Boolean,
    Text,
    Instant,
    /// Of the type null.
    Empty,
    /// Lists, structs, bytes: counted and hashed, not looked into.
    Other,
}

/// How one column will be read.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) class: Class,
    /// What a card says; the default where none does.
    pub(crate) known: Known,
    /// Whether a card knows the column: then nothing is guessed.
    pub(crate) of_card: bool,
    /// Whether the name alone makes it an identifying one.
    pub(crate) by_name: bool,
    /// Tells equal values of different columns apart in the hash of a row.
    pub(crate) salt: u64,
    /// Minutes east of UTC in which instants are read.
    pub(crate) offset_minutes: i32,
    /// Zone of the instants; none where they have none.
    pub(crate) zone: Option<Arc<str>>,
    pub(crate) budget: Budget,
}

/// What one column may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Numbers kept.
    pub(crate) kept: usize,
    /// Different values counted.
    pub(crate) counted: usize,
    /// Hashes kept to tell how many different values there are.
    pub(crate) hashes: usize,
    /// Bins of a histogram.
    pub(crate) bins: usize,
    /// Values listed.
    pub(crate) listed: usize,
}

/// Plans every column of a table.
pub(crate) fn plans(schema: &Schema, knowledge: &Knowledge, options: &Options) -> Vec<Plan> {
    let budget = budget(schema, options);
    schema
        .fields()
        .iter()
        .enumerate()
        .map(|(index, field)| plan(index, field, knowledge, budget))
        .collect()
}

fn plan(index: usize, field: &Field, knowledge: &Knowledge, budget: Budget) -> Plan {
    let known = knowledge.column(field.name());
    let (class, zone) = class_and_zone(field.data_type(), known, knowledge);
    Plan {
        index,
        name: field.name().clone(),
        data_type: field.data_type().clone(),
        class,
        of_card: known.is_some(),
        by_name: known.is_none() && identifying_name(field.name()),
        known: known.cloned().unwrap_or_default(),
        salt: mix(of_text(field.name()) ^ count(index)),
        offset_minutes: offset(zone.as_deref(), knowledge.offset_minutes),
        zone,
        budget,
    }
}

/// What a column is by its type. Text that a card knows as an instant is read as one: without an
/// offset of its own as local time in the card's, and as missing where it is none.
fn class_and_zone(
    data_type: &DataType,
    known: Option<&Known>,
    knowledge: &Knowledge,
) -> (Class, Option<Arc<str>>) {
    let class = class(data_type);
    let instant = known.is_some_and(|known| known.role.as_deref() == Some("date"));
    match data_type {
        DataType::Timestamp(_, zone) => (class, zone.clone()),
        _ if class == Class::Text && instant => {
            let minutes = knowledge.offset_minutes.unsigned_abs();
            let sign = if knowledge.offset_minutes < 0 {
                '-'
            } else {
                '+'
            };
            let zone = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
            (Class::Instant, Some(zone.into()))
        }
        _ => (class, None),
    }
}

/// Divides the whole budget by the columns that draw on it.
fn budget(schema: &Schema, options: &Options) -> Budget {
    let columns = schema.fields().len().max(1);
    let numbers = schema
        .fields()
        .iter()
        .filter(|field| matches!(class(field.data_type()), Class::Number | Class::Instant))
        .count()
        .max(1);
    let counted = (options.counted_values / columns).clamp(64, 1 << 17);
    let (bins, listed) = match columns {
        ..=120 => (240, 20),
        121..=300 => (120, 10),
        _ => (60, 5),
    };
    Budget {
        kept: options.kept_bytes / 8 / numbers,
        counted,
        hashes: counted.min(1 << 14),
        bins,
        listed,
    }
}

fn class(data_type: &DataType) -> Class {
    match data_type {
        DataType::Null => Class::Empty,
        DataType::Boolean => Class::Boolean,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Class::Text,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Class::Instant,
        DataType::Dictionary(_, values) => class(values),
        number if number.is_numeric() => Class::Number,
        _ => Class::Other,
    }
}

/// An instant with a zone of its own is read in it, one in UTC in the card's, and one without a
/// zone as it stands.
fn offset(zone: Option<&str>, of_card: i32) -> i32 {
    match zone {
        None => 0,
        Some("UTC" | "Z" | "+00:00") => of_card,
        Some(other) => fixed_offset(other).unwrap_or(of_card),
    }
}

fn fixed_offset(zone: &str) -> Option<i32> {
    let seconds = zone.parse::<chrono::FixedOffset>().ok()?.local_minus_utc();
    Some(seconds / 60)
}
