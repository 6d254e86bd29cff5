//! Lengths and counts as floating point numbers.

pub(crate) use crate::number::float as float_u64;

/// Returns a length as a float.
pub(crate) fn float(length: usize) -> f64 {
    crate::number::float(crate::number::count(length))
}

/// To six decimals: what a coefficient or a share can mean, and a third of its length as text.
pub(crate) fn rounded(value: f64) -> f64 {
    // No minus zero.
    (value * 1e6).round() / 1e6 + 0.0
}
