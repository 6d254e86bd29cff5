//! Conversions between counts and floating point numbers: the one place that casts.

/// Returns a count as a float. Exact up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

/// Returns a whole number as a float. Exact up to 2^53 in magnitude.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds and days stay far below 2^53"
)]
pub(crate) const fn float_i64(value: i64) -> f64 {
    value as f64
}

/// Returns the greatest whole number not above `value`; 0 for what is below zero or no number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and the value is floored first"
)]
pub(crate) const fn floor(value: f64) -> u64 {
    value.floor() as u64
}

/// Returns the nearest whole number; 0 for no number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and the value is rounded first"
)]
pub(crate) const fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Returns a length or place as a count.
pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Returns a count as a length or place.
pub(crate) fn place(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Returns `part / whole`, 0 of nothing.
pub(crate) const fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        float(part) / float(whole)
    }
}

/// Returns a share as a byte: only none is 0 and only all is 255.
pub(crate) fn share_byte(part: u64, whole: u64) -> u8 {
    if part == 0 {
        return 0;
    }
    if part >= whole {
        return u8::MAX;
    }
    u8::try_from((part * 255 / whole).clamp(1, 254)).unwrap_or(u8::MAX)
}

/// Returns a number with at most twelve significant digits, so that JSON stays small; whole
/// numbers below 2^53 stay as they are. What is not finite becomes `None`.
pub(crate) fn figure(value: f64) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        return Some(value + 0.0);
    }
    format!("{value:.11e}").parse().ok()
}

/// Returns [`figure`] of a number that is finite.
pub(crate) fn rounded(value: f64) -> f64 {
    figure(value).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{figure, share_byte};

    #[test]
    fn figures_are_short_and_near() {
        assert_eq!(figure(1.0 / 3.0), Some(0.333_333_333_333));
        assert_eq!(figure(-0.0), Some(0.0));
        assert_eq!(figure(f64::NAN), None);
        assert_eq!(figure(123_456_789_012_345.0), Some(123_456_789_012_345.0));
    }

    #[test]
    fn only_none_and_all_have_the_outer_bytes() {
        assert_eq!(
            [(0, 9), (1, 1_000_000), (999_999, 1_000_000), (9, 9)].map(|(p, w)| share_byte(p, w)),
            [0, 1, 254, 255]
        );
    }
}
