//! The rows that everything pairwise is computed from.
//!
//! They are all rows where the table has no more than [`crate::Options::sample_rows`], else
//! those with the least hashes of their content: the same at every run, whatever the order of
//! the rows, the cut of the batches, and the number of threads. They stand in the order of
//! their hashes, so that the first so many are a random part of them.

/// Sampled rows, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// How many.
    pub rows: usize,
    /// Whether they are all rows of the table.
    pub complete: bool,
    /// Rows of the whole table.
    pub of: u64,
    /// One entry a column of the table, each with `rows` values.
    pub columns: Vec<SampleColumn>,
    /// One entry a column: where a value is missing (null or sentinel; unlike in `columns`,
    /// values out of range are not). Empty where the sample misses none.
    pub missing: Vec<Vec<bool>>,
    /// What became of each row: [`ACCEPTED`], [`REJECTED`], [`TECHNICAL`] or [`UNKNOWN`].
    pub outcome: Option<Vec<u8>>,
    /// Time of each row, ms since 1970 in UTC; [`NO_TIME`] where it is missing.
    pub time: Option<Vec<i64>>,
    /// Response code of each row; [`NO_TIME`] where it is missing.
    pub code: Option<Vec<i64>>,
    /// Minutes east of UTC in which hours and days are read.
    pub offset_minutes: i32,
}

/// The sampled values of one column. Sentinels and values out of range are missing.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleColumn {
    /// Numbers, and instants in ms since 1970; `NaN` where missing, never infinite.
    Number(Vec<f64>),
    /// One of a set.
    Code {
        /// Places in `labels`; `u32::MAX` where missing.
        codes: Vec<u32>,
        /// The values as text, as the report may show them: of an identifying column these are
        /// no values. Commonest of the whole table first. Not all need occur in the sample.
        labels: Vec<String>,
    },
    /// Nothing to compare: identifiers, free text, constants, unsupported types.
    None,
}

/// Outcome: accepted.
pub const ACCEPTED: u8 = 0;
/// Outcome: rejected.
pub const REJECTED: u8 = 1;
/// Outcome: technical error.
pub const TECHNICAL: u8 = 2;
/// Outcome: not known.
pub const UNKNOWN: u8 = u8::MAX;
/// No time, or no code.
pub const NO_TIME: i64 = i64::MIN;
