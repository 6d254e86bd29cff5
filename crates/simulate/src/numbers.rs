//! Conversions between kinds of numbers that the simulator needs, each with its reason.

/// Returns the nearest whole number; halves go away from zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates, and NaN becomes 0: both are harmless here"
)]
pub(crate) fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Returns the whole part of a number that is not negative, for counts and indices.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates, and NaN becomes 0: both are harmless here"
)]
pub(crate) fn floor_index(value: f64) -> usize {
    value as usize
}

/// Returns a number with so many decimals.
pub(crate) fn rounded(value: f64, decimals: u8) -> f64 {
    const POWERS: [f64; 9] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
    let power = POWERS.get(usize::from(decimals)).copied().unwrap_or(1e8);
    (value * power).round() / power
}
