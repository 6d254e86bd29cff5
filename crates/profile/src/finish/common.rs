//! Common and extreme values, rare ones put together.

use super::Context;
use super::column::basis;
use crate::report::{Cell, Common, Extremes, Rarer, ValueCount};

/// Values with their counts, commonest first; what else there is of them.
pub(crate) struct Counted {
    pub(crate) values: Vec<(Cell, u64)>,
    /// Different values, and rows, of all.
    pub(crate) all: (u64, u64),
    /// Whether these are shapes.
    pub(crate) shapes: bool,
    pub(crate) exact: bool,
}

impl Context<'_> {
    /// Rows that a value must have to be shown.
    pub(crate) const fn least_rows(&self) -> u64 {
        if self.options.full {
            1
        } else {
            self.options.smallest_cell
        }
    }

    /// Lists the commonest values that may be shown.
    pub(crate) fn common(&self, counted: Counted, listed: usize) -> Option<Common> {
        let (values, rows) = counted.all;
        if rows == 0 {
            return None;
        }
        let shown: Vec<ValueCount> = counted
            .values
            .into_iter()
            .filter(|(_, count)| *count >= self.least_rows())
            .take(listed)
            .map(|(value, count)| ValueCount { value, count })
            .collect();
        let shown_rows: u64 = shown.iter().map(|value| value.count).sum();
        let rarer = Rarer {
            values: values.saturating_sub(crate::number::count(shown.len())),
            rows: rows.saturating_sub(shown_rows),
        };
        Some(Common {
            values: shown,
            rarer: (rarer.rows > 0).then_some(rarer),
            shapes: counted.shapes,
            basis: basis((!counted.exact).then_some(0.0), self.rows),
        })
    }

    /// Lists extreme values.
    pub(crate) fn extremes(&self, least: &[(f64, u64)], greatest: &[(f64, u64)]) -> Extremes {
        let cells = |values: &[(f64, u64)]| {
            values
                .iter()
                .map(|(value, count)| ValueCount {
                    value: number(*value),
                    count: *count,
                })
                .collect()
        };
        Extremes {
            least: cells(least),
            greatest: cells(greatest),
            basis: basis(None, self.rows),
        }
    }
}

/// A number as a cell; one that JSON readers would round, as text.
pub(crate) fn number(value: f64) -> Cell {
    if value.is_finite() && value.abs() < 9_007_199_254_740_992.0 {
        Cell::Number(value)
    } else {
        Cell::Text(format!("{value}"))
    }
}
