//! How to report, and how much memory it may take.

use std::num::NonZeroUsize;

/// How to report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether to show identities, whole tokens and rare values.
    pub full: bool,
    /// Threads; they divide the columns and change no figure.
    pub threads: NonZeroUsize,
    /// Unless `full`, values with fewer rows are put together.
    pub smallest_cell: u64,
    /// Rows that everything pairwise is computed from.
    pub sample_rows: usize,
    /// Rows that Kendall's tau is computed from.
    pub kendall_rows: usize,
    /// Bytes of numbers kept, over all columns; beyond, quantiles are within 0.2 %.
    pub kept_bytes: usize,
    /// Different values counted one by one, over all columns.
    pub counted_values: usize,
    /// Different rows counted one by one.
    pub counted_rows: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            full: false,
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            smallest_cell: 5,
            sample_rows: 20_000,
            kendall_rows: 5_000,
            kept_bytes: 256 << 20,
            counted_values: 2_000_000,
            counted_rows: 4_000_000,
        }
    }
}
