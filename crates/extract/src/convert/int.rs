//! Integers: exact from any notation; a fraction only of a duration, rounded and noted.

use super::decimal::{Decimal, Rest};
use super::form::Form;
use super::{Converted, Misfit, Value};
use crate::notes::Note;

const EXPECTED: &str = "an integer";
const NO_NUMBER: Misfit = Misfit::WrongType {
    expected: EXPECTED,
    found: "text that is no number",
};
const OUT_OF_RANGE: Misfit = Misfit::OutOfRange {
    expected: "a 64-bit integer",
};

/// Converts to an integer; `is_time` allows a fraction.
pub(crate) fn convert<'a>(form: &Form<'a>, is_time: bool) -> Result<Converted<'a>, Misfit> {
    let text = form.number_text().ok_or(form.misfit(EXPECTED))?;
    if let Ok(value) = text.parse() {
        return Ok(Converted::plain(Value::Int(value)));
    }
    let Some(decimal) = Decimal::parse(text) else {
        let is_infinite = matches!(form, Form::WrappedFloat(_)) && text.ends_with("Infinity");
        return Err(if is_infinite { OUT_OF_RANGE } else { NO_NUMBER });
    };
    let scaled = decimal.scaled(0).ok_or(OUT_OF_RANGE)?;
    let note = match scaled.rest {
        Rest::None => None,
        Rest::UnderHalf | Rest::HalfOrMore if is_time => Some(Note::RoundedDuration),
        Rest::UnderHalf | Rest::HalfOrMore => {
            return Err(Misfit::WrongType {
                expected: EXPECTED,
                found: "a number with a fraction",
            });
        }
    };
    let value = i64::try_from(scaled.rounded()).map_err(|_| OUT_OF_RANGE)?;
    Ok(Converted {
        value: Value::Int(value),
        note,
    })
}
