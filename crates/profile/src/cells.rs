//! Single rows as they stand, before it is decided what of them may be shown.

use arrow_array::{Array, ArrayRef, RecordBatch};

use crate::fold::Rows;
use crate::plan::Plan;
use crate::prepare::{Prepared, prepare};

/// Characters of a text that are kept.
const SHOWN: usize = 120;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw {
    Missing,
    Boolean(bool),
    Number(f64),
    /// µs since 1970.
    Instant(i64),
    /// The text (its first [`SHOWN`] characters), and the hash of the whole of it.
    Text(Box<str>, u64),
    /// Of a type that is not looked into.
    Other,
}

/// Reads one row of a batch.
pub(crate) fn read(plans: &[Plan], rows: &Rows, row: usize) -> Box<[Raw]> {
    plans
        .iter()
        .map(|plan| {
            let column = rows.batch.columns().get(plan.index);
            column.map_or(Raw::Missing, |column| cell(plan, column, row))
        })
        .collect()
}

fn cell(plan: &Plan, column: &ArrayRef, row: usize) -> Raw {
    if row >= column.len() || column.is_null(row) {
        return Raw::Missing;
    }
    match prepare(plan, &column.slice(row, 1)) {
        Ok(Prepared::Number(array)) if array.is_null(0) || array.value(0).is_nan() => Raw::Missing,
        // Text that was to be an instant and is none.
        Ok(Prepared::Instant(array)) if array.is_null(0) => Raw::Missing,
        Ok(Prepared::Number(array)) => Raw::Number(array.value(0) + 0.0),
        Ok(Prepared::Boolean(array)) => Raw::Boolean(array.value(0)),
        Ok(Prepared::Instant(array)) => Raw::Instant(array.value(0)),
        Ok(Prepared::Text(array)) => {
            let text = array.value(0);
            let hash = crate::hash::of_text(text);
            Raw::Text(cut(text).into(), hash)
        }
        Ok(Prepared::Other(_)) => Raw::Other,
        Ok(Prepared::Empty(_)) | Err(_) => Raw::Missing,
    }
}

/// Cuts a text after its first [`SHOWN`] characters, and says so.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Returns a part of a batch, as far as it has so many rows.
pub(crate) fn part(batch: &RecordBatch, from: usize, most: usize) -> RecordBatch {
    let rows = batch.num_rows();
    let from = from.min(rows);
    batch.slice(from, most.min(rows - from))
}
