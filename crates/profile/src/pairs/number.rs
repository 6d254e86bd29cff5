//! Counts as floating point numbers.

/// Returns a count as a float. Exact up to 2^53, which no table reaches.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

/// Returns a 64-bit count as a float. Exact up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub(crate) fn float_u64(count: u64) -> f64 {
    count as f64
}
