//! Values that come in a binary form and need no text in between.
//!
//! Only short cuts: each gives what the text of the value would give (a law in `tests/it` holds
//! them to it). What is no short cut goes by its text, in `form`.

use veriscope_card::ValueType;

use super::{Value, datetime};
use crate::raw::{Raw, Scalar};

/// Whole numbers up to here are exact in a float, and so is their shortest decimal text.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Converts by a short cut; none where there is none.
#[inline]
pub(crate) fn convert<'a>(
    raw: Raw<'a>,
    value_type: ValueType,
    default_offset_minutes: i32,
) -> Option<Value<'a>> {
    let Raw::Plain(scalar) = raw else {
        return None;
    };
    match (scalar, value_type) {
        (Scalar::Int(value), ValueType::Int) => Some(Value::Int(value)),
        (Scalar::Int(value), ValueType::Float) => Some(Value::Float(value as f64)),
        (Scalar::Double(value), ValueType::Float) if value.is_finite() => Some(Value::Float(value)),
        (Scalar::Double(value), ValueType::Int) => exact(value).map(Value::Int),
        (Scalar::Millis(value), ValueType::Datetime) => {
            datetime::of_millis(value, default_offset_minutes).map(Value::Instant)
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the number is whole and far within 64 bits"
)]
#[inline]
fn exact(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= MAX_EXACT).then_some(value as i64)
}
