//! Filters as a condition over the view `attempts`, for what the query engine answers.
//!
//! The meaning is that of the filters in memory: any of a column's values, all columns; an
//! empty value is null, `a..b` a range with both ends in it unless a row has that very text.

use veriscope_card::views::{ColumnDoc, ColumnType, View};
use veriscope_metrics::expression::{Comparison, Day, Instant, Literal, LocalTime, Predicate};
use veriscope_metrics::query::Cell;

use crate::held::Held;
use crate::refusal::Refusal;

/// Returns filters as a condition; none where there are no filters.
///
/// # Errors
/// [`Refusal::UnknownColumn`], [`Refusal::Value`].
pub(crate) fn condition<'a>(
    held: &Held,
    filters: impl Iterator<Item = (&'a str, &'a [String])>,
) -> Result<Option<Predicate>, Refusal> {
    let mut all = Vec::new();
    for (name, texts) in filters {
        let doc = find(held, name)?;
        all.push(one(held, doc, texts)?);
    }
    Ok((!all.is_empty()).then_some(Predicate::And(all)))
}

/// Checks that filters go with the columns that are held in memory.
///
/// # Errors
/// [`Refusal::UnknownColumn`], [`Refusal::Value`].
pub(crate) fn check<'a>(
    held: &Held,
    filters: impl Iterator<Item = (&'a str, &'a [String])>,
) -> Result<(), Refusal> {
    for (name, texts) in filters {
        if !held.dimensions.iter().any(|one| one.column == name) {
            return Err(unknown(held, name));
        }
        one(held, find(held, name)?, texts)?;
    }
    Ok(())
}

fn find<'a>(held: &'a Held, name: &str) -> Result<&'a ColumnDoc, Refusal> {
    let docs = held.registry.columns(View::Attempts).docs;
    let found = docs.iter().find(|doc| doc.name == name);
    found.ok_or_else(|| unknown(held, name))
}

fn unknown(held: &Held, name: &str) -> Refusal {
    let folded = name.to_lowercase();
    let near = held.dimensions.iter().map(|one| one.column.as_str());
    let near = near
        .filter(|known| {
            let known = known.to_lowercase();
            known == folded || (folded.len() >= 4 && known.contains(&folded))
        })
        .take(3);
    let near: Vec<&str> = near.collect();
    let hint = if near.is_empty() {
        "; `/api/v1/meta` lists the columns".to_owned()
    } else {
        format!("; did you mean `{}`?", near.join("`, `"))
    };
    Refusal::UnknownColumn {
        column: name.chars().take(60).collect(),
        hint,
    }
}

fn one(held: &Held, doc: &ColumnDoc, texts: &[String]) -> Result<Predicate, Refusal> {
    let mut literals = Vec::new();
    let mut any = Vec::new();
    for text in texts {
        if text.is_empty() {
            any.push(Predicate::IsNull(doc.name.clone()));
            if doc.column_type == ColumnType::Text {
                literals.push(Literal::from(""));
            }
        } else if is_range(held, doc, text) {
            any.push(range(doc, text)?);
        } else {
            literals.push(literal(doc, text)?);
        }
    }
    if !literals.is_empty() {
        any.push(Predicate::In(doc.name.clone(), literals));
    }
    Ok(match <[Predicate; 1]>::try_from(any) {
        Ok([one]) => one,
        Err(any) => Predicate::Or(any),
    })
}

/// Whether a text is a range, and no value that a row has.
fn is_range(held: &Held, doc: &ColumnDoc, text: &str) -> bool {
    let is_value = |value: &Cell| matches!(value, Cell::Text(known) if known == text);
    let has = |values: &[Cell]| values.iter().any(is_value);
    text.contains("..")
        && !held
            .cache
            .column(&doc.name)
            .is_some_and(|column| has(&column.values))
}

fn range(doc: &ColumnDoc, text: &str) -> Result<Predicate, Refusal> {
    let (low, high) = text.split_once("..").unwrap_or((text, ""));
    if doc.column_type == ColumnType::Bool {
        return Err(refuse(doc));
    }
    let mut ends = Vec::new();
    for (end, comparison) in [(low, Comparison::Ge), (high, Comparison::Le)] {
        if !end.is_empty() {
            let literal = literal(doc, end)?;
            ends.push(Predicate::Compare(doc.name.clone(), comparison, literal));
        }
    }
    if ends.is_empty() {
        ends.push(Predicate::IsNotNull(doc.name.clone()));
    }
    Ok(Predicate::And(ends))
}

fn literal(doc: &ColumnDoc, text: &str) -> Result<Literal, Refusal> {
    let read = match doc.column_type {
        ColumnType::Text => Some(Literal::from(text)),
        ColumnType::Int => text.parse().ok().map(Literal::Int),
        ColumnType::Float => {
            let number: Option<f64> = text.parse().ok();
            number.filter(|one| one.is_finite()).map(Literal::Float)
        }
        ColumnType::Bool => text.parse().ok().map(Literal::Bool),
        // In memory days are texts, so that they have one form.
        ColumnType::Day => Day::parse(text)
            .filter(|day| String::from(*day) == text)
            .map(Literal::Day),
        ColumnType::Instant => Instant::parse(text).map(Literal::Instant),
        ColumnType::LocalTime => LocalTime::parse(text).map(Literal::LocalTime),
    };
    read.ok_or_else(|| refuse(doc))
}

fn refuse(doc: &ColumnDoc) -> Refusal {
    let (holds, expected) = match doc.column_type {
        ColumnType::Text => ("text", "write it as it is"),
        ColumnType::Int => ("whole numbers", "write `5`, or a range `1..5`"),
        ColumnType::Float => ("numbers", "write `0.5`, or a range `0.5..1`"),
        ColumnType::Bool => ("true or false", "write one of the two"),
        ColumnType::Day => ("days", "write `2025-01-31`, or a range of days"),
        ColumnType::Instant => ("instants", "write `2025-01-31T18:30:00Z`"),
        ColumnType::LocalTime => ("local times", "write `2025-01-31T18:30:00`"),
    };
    Refusal::Value {
        column: doc.name.clone(),
        holds,
        expected,
    }
}
