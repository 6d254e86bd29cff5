//! Rows as they may be shown: sample and duplicates.

use super::column::{Done, Show, basis};
use super::common::number;
use super::instant::instant_text;
use super::points::WIDE;
use crate::Options;
use crate::cells::Raw;
use crate::fold::Ledger;
use crate::privacy::{masked, shape};
use crate::report::{Cell, DuplicateRow, Duplicates, SampleRows};

/// Duplicate rows listed, and rows at either end and of those drawn.
const LISTED: usize = 10;
/// The same of a very wide table, so that the page stays small.
const LISTED_OF_WIDE: usize = 4;

/// Rows of the report.
pub(crate) struct Shown {
    pub(crate) duplicates: Duplicates,
    pub(crate) sample: SampleRows,
}

impl Shown {
    pub(crate) fn new(ledger: &Ledger<'_>, done: &[Done], options: &Options) -> Self {
        let cells = |row: &[Raw]| -> Vec<Option<Cell>> {
            row.iter()
                .zip(done)
                .map(|(raw, done)| cell(raw, &done.show, options))
                .collect()
        };
        let listed = if done.len() > WIDE {
            LISTED_OF_WIDE
        } else {
            LISTED
        };
        let (groups, rows) = ledger.duplicates.repeated();
        let last = ledger.last();
        let most = ledger
            .repeated()
            .iter()
            .take(listed)
            .map(|(count, row)| DuplicateRow {
                count: *count,
                cells: cells(row),
            })
            .collect();
        Self {
            duplicates: Duplicates {
                rows,
                groups,
                most,
                basis: basis(ledger.duplicates.relative_error(), ledger.rows),
            },
            sample: SampleRows {
                first: ledger
                    .first
                    .iter()
                    .take(listed)
                    .map(|row| cells(row))
                    .collect(),
                last: last
                    .iter()
                    .skip(last.len().saturating_sub(listed))
                    .map(|row| cells(row))
                    .collect(),
                drawn: ledger
                    .drawn()
                    .iter()
                    .take(listed)
                    .map(|row| cells(&row.cells))
                    .collect(),
            },
        }
    }
}

/// A cell, none where it is missing. Values that too few rows have are hidden like those of
/// identifying columns.
fn cell(raw: &Raw, show: &Show, options: &Options) -> Option<Cell> {
    let hide = |text: &str| Cell::Hidden {
        shape: shape(text, &show.name),
    };
    let nothing = || Cell::Hidden {
        shape: "*".to_owned(),
    };
    let cell = match raw {
        Raw::Missing => return None,
        Raw::Other => nothing(),
        Raw::Text(text, _) if show.hidden => masked(text, &show.name, show.token),
        Raw::Number(value) if show.hidden => hide(&format!("{value}")),
        Raw::Boolean(_) | Raw::Instant(_) if show.hidden => nothing(),
        Raw::Text(text, hash) => match &show.texts {
            Some(texts) if !options.full && !texts.contains(hash) => hide(text),
            _ => Cell::Text(text.to_string()),
        },
        Raw::Number(value) => match &show.numbers {
            Some(numbers) if !options.full && !numbers.contains(&value.to_bits()) => {
                hide(&format!("{value}"))
            }
            _ => number(*value),
        },
        Raw::Boolean(value) => Cell::Boolean(*value),
        Raw::Instant(instant) => Cell::Text(instant_text(*instant)),
    };
    Some(cell)
}
