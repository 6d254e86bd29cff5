//! Counts as floating point numbers: the one place that converts.

/// Returns a count as a float. Exact up to 2^53, which no table of ours reaches.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub fn float(count: usize) -> f64 {
    count as f64
}

/// Returns a 64-bit count as a float. Exact up to 2^53.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows and milliseconds stay far below 2^53"
)]
pub fn float_u64(count: u64) -> f64 {
    count as f64
}

/// Returns a 64-bit integer as a float. Exact up to 2^53 in magnitude.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds stay far below 2^53"
)]
pub fn float_i64(value: i64) -> f64 {
    value as f64
}

/// Returns the greatest whole number not above `value`, as an index; 0 for what is below
/// zero or no number.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and the value is floored first"
)]
pub fn floor_index(value: f64) -> usize {
    value.floor() as usize
}

/// Returns `part / whole`, or `None` of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| float_u64(part) / float_u64(whole))
}
