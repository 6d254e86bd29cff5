//! Columns, folded batch by batch: one file a class of column.

mod absent;
mod column;
mod instant;
mod number;
mod other;
mod picked;
mod rows;
mod run;
mod text;

pub(crate) use absent::{Absent, block_size};
pub(crate) use column::{ColumnFold, Kept};
pub(crate) use instant::{DAY_US, InstantFold};
pub(crate) use number::{NumberFold, Numbers};
pub(crate) use other::{BooleanFold, OtherFold};
pub(crate) use picked::{Picked, Slot as PickedSlot};
pub(crate) use rows::{CodeRows, Ledger, outcome_code};
pub(crate) use run::{Folded, run};
pub(crate) use text::{TextEntry, TextFold, TextStats};

use arrow_array::RecordBatch;

/// A few thousand rows of the table.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) batch: RecordBatch,
    /// Place of the first of them in the table.
    pub(crate) first: u64,
    /// Place of each row's response code among those met so far; empty without codes.
    pub(crate) codes: Vec<usize>,
}

/// A row of a batch that enters the sample, and the place it takes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) row: usize,
    pub(crate) slot: usize,
}
