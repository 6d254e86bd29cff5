//! Booleans: themselves, their words in any case, 0 and 1.

use super::decimal::{Decimal, Rest, Scaled};
use super::form::Form;
use super::{Converted, Misfit, Value};

/// Converts to a boolean.
pub(crate) fn convert<'a>(form: &Form<'a>) -> Result<Converted<'a>, Misfit> {
    read(form)
        .map(|value| Converted::plain(Value::Bool(value)))
        .ok_or_else(|| form.misfit("a boolean"))
}

fn read(form: &Form<'_>) -> Option<bool> {
    if let Form::Bool(value) = form {
        return Some(*value);
    }
    let text = form.number_text()?;
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(false);
    }
    match Decimal::parse(text)?.scaled(0)? {
        Scaled {
            whole: 0,
            rest: Rest::None,
            ..
        } => Some(false),
        Scaled {
            whole: 1,
            rest: Rest::None,
            ..
        } => Some(true),
        _ => None,
    }
}
