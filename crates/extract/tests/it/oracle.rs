//! An independent reading of a document: a tree, and for each feature a walk from its root.
//!
//! It knows the values that the laws generate; of others it says that it does not know.

use serde_json::{Number, Value};
use veriscope_card::{Card, Feature, Kind, PathKey, Privacy, ValueType};
use veriscope_source::RejectReason;

use crate::support::{CARD, Cell};

/// What the oracle says of a whole document.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// A row: each feature's cell, none where the oracle does not know.
    Row(Vec<(String, Option<Cell>)>),
    Rejected(RejectReason),
    Unknown,
}

/// Why a value gives no cell.
enum Miss {
    Bad(RejectReason),
    Unknown,
}

use Miss::{Bad, Unknown};

const WRONG: Miss = Bad(RejectReason::WrongType);

/// Dates whose meaning is written out by hand: µs since 1970.
const DATES: [(&str, i64); 2] = [
    ("2025-03-01T10:00:00.250000-05:00", 1_740_841_200_250_000),
    ("2025-03-01T15:00:00Z", 1_740_841_200_000_000),
];

pub(crate) fn judge(card: &Card, document: &Value) -> Verdict {
    if !document.is_object() {
        return Verdict::Rejected(RejectReason::NotADocument);
    }
    let mut cells = Vec::new();
    for feature in &card.features {
        match published(card, feature, document) {
            Ok(cell) => cells.push((feature.name.clone(), Some(cell))),
            Err(Bad(reason)) => return Verdict::Rejected(reason),
            Err(Unknown) => return Verdict::Unknown,
        }
    }
    for feature in &card.context {
        let cell = match read(feature, document) {
            _ if feature.derived.is_some() => None,
            Ok(cell) => Some(cell),
            Err(Bad(_)) => Some(Cell::Null),
            Err(Unknown) => None,
        };
        cells.push((feature.name.clone(), cell));
    }
    Verdict::Row(cells)
}

fn published(card: &Card, feature: &Feature, document: &Value) -> Result<Cell, Miss> {
    let cell = read(feature, document)?;
    let is_empty = cell == Cell::Null || cell == Cell::text("");
    if feature.name == card.roles.transaction && is_empty {
        return Err(Bad(RejectReason::NoTransactionId));
    }
    if feature.name == card.roles.date && is_empty {
        return Err(Bad(RejectReason::UnreadableDate));
    }
    Ok(cell)
}

fn read(feature: &Feature, document: &Value) -> Result<Cell, Miss> {
    let mut at = document;
    for step in &feature.path {
        let next = match (step, at) {
            (_, Value::Null) => return Ok(Cell::Null),
            // Extended JSON stands for one value, which has nothing inside.
            _ if wrapped(at).is_some() => return Err(WRONG),
            (PathKey::Key(key), Value::Object(object)) => object.get(key),
            (PathKey::Index(index), Value::Array(array)) => array.get(*index),
            _ => return Err(WRONG),
        };
        let Some(next) = next else {
            return Ok(Cell::Null);
        };
        at = next;
    }
    if at.is_null() {
        return Ok(Cell::Null);
    }
    match feature.value_type {
        ValueType::String => text(feature, at),
        ValueType::Int => int(feature, at),
        ValueType::Float => float(at),
        ValueType::Bool => boolean(at),
        ValueType::Datetime => date(at),
    }
}

/// The wrapper's name and its text, for `{"$name": "text"}`.
fn wrapped(value: &Value) -> Option<(&str, &str)> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (key, inner) = object.iter().next()?;
    let is_known = [
        "$oid",
        "$date",
        "$numberInt",
        "$numberLong",
        "$numberDouble",
        "$numberDecimal",
    ];
    let text = inner.as_str()?;
    is_known.contains(&key.as_str()).then_some((key, text))
}

fn text(feature: &Feature, value: &Value) -> Result<Cell, Miss> {
    let is_published = CARD
        .features
        .iter()
        .any(|published| published.name == feature.name);
    let is_context_category = feature.kind == Kind::Category && !is_published;
    match value {
        Value::String(text) if text.is_empty() => {
            let is_identity = matches!(feature.privacy, Privacy::Token | Privacy::Number);
            Ok(if is_identity {
                Cell::Null
            } else {
                Cell::text("")
            })
        }
        Value::String(text) => Ok(Cell::Text(text.replace('\0', "\u{fffd}"))),
        Value::Number(number) if number.is_f64() => Err(Unknown),
        Value::Number(number) => Ok(Cell::Text(number.to_string())),
        Value::Bool(value) if is_context_category => Ok(Cell::Text(value.to_string())),
        value => match wrapped(value) {
            Some(("$oid", text)) => Ok(Cell::text(text)),
            Some(("$numberLong" | "$numberInt", text)) if text.parse::<i64>().is_ok() => {
                Ok(Cell::text(text))
            }
            Some(("$date", _)) | None => Err(WRONG),
            Some(_) if is_context_category => Err(Unknown),
            Some(_) => Err(WRONG),
        },
    }
}

/// The number that a value spells.
fn number(value: &Value) -> Result<Number, Miss> {
    let spelled = match (value, wrapped(value)) {
        (Value::Number(number), _) => return Ok(number.clone()),
        (Value::String(text), _) => text,
        (_, Some((name, text))) if name.starts_with("$number") => text,
        _ => return Err(WRONG),
    };
    let spelled = spelled.trim_matches(|letter: char| letter.is_ascii_whitespace());
    if let Ok(integer) = spelled.parse::<i64>() {
        return Ok(integer.into());
    }
    if spelled.contains(|letter: char| letter.is_ascii_alphabetic() && !"eE".contains(letter)) {
        // `nan` and `inf` are words to the parser of the standard library.
        let is_word = spelled.parse::<f64>().is_ok();
        return Err(if is_word { Unknown } else { WRONG });
    }
    let float: f64 = spelled.parse().map_err(|_| WRONG)?;
    Number::from_f64(float).ok_or(Bad(RejectReason::OutOfRange))
}

fn int(feature: &Feature, value: &Value) -> Result<Cell, Miss> {
    let number = number(value)?;
    if let Some(integer) = number.as_i64() {
        return Ok(Cell::Int(integer));
    }
    let float = number.as_f64().ok_or(Unknown)?;
    if float.abs() > 9.3e18 {
        return Err(Bad(RejectReason::OutOfRange));
    }
    if float.abs() > 9e15 {
        return Err(Unknown);
    }
    if float.fract() != 0.0 && feature.kind != Kind::Time {
        return Err(WRONG);
    }
    let rounded = format!("{:.0}", float.round());
    Ok(Cell::Int(rounded.parse().map_err(|_| Unknown)?))
}

fn float(value: &Value) -> Result<Cell, Miss> {
    Ok(Cell::Float(number(value)?.as_f64().ok_or(Unknown)?))
}

fn boolean(value: &Value) -> Result<Cell, Miss> {
    match value {
        Value::Bool(value) => Ok(Cell::Bool(*value)),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Cell::Bool(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Cell::Bool(false)),
        value => match number(value)?.as_f64() {
            Some(0.0) => Ok(Cell::Bool(false)),
            Some(1.0) => Ok(Cell::Bool(true)),
            _ => Err(WRONG),
        },
    }
}

fn date(value: &Value) -> Result<Cell, Miss> {
    if let Value::String(text) = value {
        if let Some((_, micros)) = DATES.iter().find(|(known, _)| known == text) {
            return Ok(Cell::Instant(*micros));
        }
        return Err(if text == "text" || text.is_empty() {
            Bad(RejectReason::UnreadableDate)
        } else {
            Unknown
        });
    }
    if let Some(("$date", _)) = wrapped(value) {
        return Err(Unknown);
    }
    let seconds = number(value)?.as_f64().ok_or(Unknown)?;
    if seconds.abs() > 1e9 {
        return Err(Unknown);
    }
    // Exact for the halves that the laws generate.
    let micros = format!("{:.0}", (seconds * 2.0).floor() * 500_000.0);
    if (seconds * 2.0).fract() != 0.0 {
        return Err(Unknown);
    }
    Ok(Cell::Instant(micros.parse().map_err(|_| Unknown)?))
}
