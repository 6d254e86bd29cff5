//! Whether a column was measured at all: transactions that stop earlier have no value.

use super::arranged::{Arranged, Pattern};
use super::category::category_test;
use super::result::Sides;
use crate::number::float_u64;
use crate::query::Cell;

/// Two sides of whether a value is there.
#[derive(Clone, Debug)]
pub(super) struct MissingTest {
    pub(super) effect: f64,
    pub(super) p: f64,
    pub(super) pattern: Pattern,
    /// Share of rows with a value.
    pub(super) measured: Sides<f64>,
}

/// Compares how often a value is there. None where it always is, or never.
pub(super) fn missing_test(rows: &Arranged, has: impl Fn(usize) -> bool) -> Option<MissingTest> {
    let values: Vec<u16> = (0..rows.order.len()).map(|at| u16::from(has(at))).collect();
    let groups = [Cell::Bool(false), Cell::Bool(true)];
    let found = category_test(rows, &values, &groups)?;
    let there = found.counts.get(1).copied().unwrap_or_default();
    let share = |side: usize| float_u64(there[side]) / float_u64(found.pattern.rows[side]);
    Some(MissingTest {
        effect: found.effect,
        p: found.p,
        measured: Sides {
            selected: share(0),
            against: share(1),
        },
        pattern: found.pattern,
    })
}
