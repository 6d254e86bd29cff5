//! How two columns go together, over the sample.
//!
//! Every measure takes the rows that have both values. Where a pair has fewer than
//! [`LEAST_ROWS`] of them it has no figure: a few rows always go together somehow.

mod bins;
mod bits;
mod cluster;
mod columns;
mod correlate;
mod groups;
mod kendall;
mod linear;
mod measures;
mod normal_curve;
mod nullity;
pub(crate) mod number;
pub(crate) mod ordered;
mod phi_k;
mod screen;
pub(crate) mod spread;
pub(crate) mod table;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use correlate::{correlations, partners};
pub(crate) use nullity::nullity;

/// Rows that a pair must have in common.
pub(crate) const LEAST_ROWS: usize = 10;
/// Columns of a heat map.
pub(crate) const MOST_COLUMNS: usize = 100;
