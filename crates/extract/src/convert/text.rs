//! Text: JSON text, the digits of an integer, the hexadecimal of an object id.

use std::borrow::Cow;

use super::form::Form;
use super::{Converted, Misfit, Value};
use crate::notes::Note;
use crate::plan::TextRule;

const EXPECTED: &str = "text";

/// Converts to text.
pub(crate) fn convert(form: Form<'_>, rule: TextRule) -> Result<Converted<'_>, Misfit> {
    match form {
        Form::Text(text) | Form::Oid(text) => Ok(clean(text, rule)),
        Form::Number(literal) if is_integer(literal) || rule.takes_any_scalar => {
            Ok(clean(Cow::Borrowed(literal), rule))
        }
        Form::Number(_) => Err(Misfit::WrongType {
            expected: EXPECTED,
            found: "a number with a fraction",
        }),
        Form::Bool(value) if rule.takes_any_scalar => {
            let word = if value { "true" } else { "false" };
            Ok(clean(Cow::Borrowed(word), rule))
        }
        Form::WrappedInt(text) if is_integer(text.trim()) => Ok(clean(trimmed(text), rule)),
        Form::WrappedFloat(text) if rule.takes_any_scalar => Ok(clean(trimmed(text), rule)),
        form => Err(form.misfit(EXPECTED)),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

fn is_integer(literal: &str) -> bool {
    let digits = literal.strip_prefix('-').unwrap_or(literal);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// NUL has no place in PostgreSQL text and ends a string for many readers: one rule for all
/// tables and files is to replace it here.
fn clean(text: Cow<'_, str>, rule: TextRule) -> Converted<'_> {
    if text.is_empty() && rule.empty_is_null {
        return Converted::NULL;
    }
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return Converted::plain(Value::Text(text));
    }
    let text = Cow::Owned(text.replace('\0', "\u{fffd}"));
    Converted {
        value: Value::Text(text),
        note: Some(Note::NulReplaced),
    }
}
