//! Floats: correctly rounded; infinite is out of range, "not a number" is null and noted.

use super::decimal::Decimal;
use super::form::Form;
use super::{Converted, Misfit, Value};
use crate::notes::Note;

const EXPECTED: &str = "a number";
const NO_NUMBER: Misfit = Misfit::WrongType {
    expected: EXPECTED,
    found: "text that is no number",
};
const OUT_OF_RANGE: Misfit = Misfit::OutOfRange {
    expected: "a 64-bit float",
};

/// Converts to a float.
pub(crate) fn convert<'a>(form: &Form<'a>) -> Result<Converted<'a>, Misfit> {
    let text = form.number_text().ok_or(form.misfit(EXPECTED))?;
    let is_literal = matches!(form, Form::Number(_));
    if !is_literal && Decimal::parse(text).is_none() {
        return word(text);
    }
    let value: f64 = text.parse().map_err(|_| NO_NUMBER)?;
    if value.is_infinite() {
        return Err(OUT_OF_RANGE);
    }
    Ok(Converted::plain(Value::Float(value)))
}

/// `NaN` and `Infinity`, which only text can spell.
fn word<'a>(text: &str) -> Result<Converted<'a>, Misfit> {
    if text.eq_ignore_ascii_case("nan") {
        return Ok(Converted {
            value: Value::Null,
            note: Some(Note::NotANumber),
        });
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_infinite = ["inf", "infinity"]
        .iter()
        .any(|word| unsigned.eq_ignore_ascii_case(word));
    if is_infinite {
        return Err(OUT_OF_RANGE);
    }
    Err(NO_NUMBER)
}
