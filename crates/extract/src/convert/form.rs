//! The few forms in which a value can come, whatever the encoding wrapped around it.

use std::borrow::Cow;

use bson::Decimal128;
use bson::oid::ObjectId;

use super::Misfit;
use crate::raw::{Extended, Found, Raw, Scalar};

/// A value, unwrapped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form<'a> {
    Null,
    Bool(bool),
    /// A JSON number literal.
    Number(&'a str),
    Text(Cow<'a, str>),
    /// `$numberInt`, `$numberLong` and BSON's integers: text that ought to be an integer.
    WrappedInt(Cow<'a, str>),
    /// `$numberDouble`, `$numberDecimal` and BSON's floats and decimals: text that ought to be a
    /// number.
    WrappedFloat(Cow<'a, str>),
    Oid(Cow<'a, str>),
    /// `$date` with text.
    DateText(Cow<'a, str>),
    /// `$date` with milliseconds, and BSON's date.
    DateMillis(Cow<'a, str>),
    Other(Found),
}

impl<'a> Form<'a> {
    /// Unwraps what stands at a path.
    pub(crate) fn of(raw: Raw<'a>) -> Result<Self, Misfit> {
        Ok(match raw {
            Raw::Missing => Self::Null,
            Raw::Blocked(found) => {
                return Err(Misfit::Blocked {
                    found: found.words(),
                });
            }
            Raw::Plain(scalar) => Self::plain(scalar),
            Raw::Extended(kind, inner) => Self::unwrap(kind, inner),
        })
    }

    fn plain(scalar: Scalar<'a>) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Number(literal) => Self::Number(literal),
            Scalar::Text(text) => Self::Text(text.decode()),
            Scalar::Long(_) => Self::Other(Found::Object),
            Scalar::Int(value) => Self::WrappedInt(value.to_string().into()),
            Scalar::Double(value) => Self::WrappedFloat(spelled(value).into()),
            Scalar::Decimal(bytes) => {
                Self::WrappedFloat(Decimal128::from_bytes(*bytes).to_string().into())
            }
            Scalar::ObjectId(bytes) => Self::Oid(ObjectId::from_bytes(*bytes).to_hex().into()),
            Scalar::Millis(value) => Self::DateMillis(value.to_string().into()),
            Scalar::Container(found) => Self::Other(found),
        }
    }

    fn unwrap(kind: Extended, inner: Scalar<'a>) -> Self {
        let (text, is_number) = match (inner, Self::plain(inner)) {
            (Scalar::Long(text), _) => (text.decode(), true),
            (_, Self::Number(literal)) => (Cow::Borrowed(literal), true),
            (_, Self::WrappedInt(text) | Self::WrappedFloat(text)) => (text, true),
            (_, Self::Text(text)) => (text, false),
            _ => return Self::Other(Found::Object),
        };
        match (kind, is_number) {
            (Extended::Int | Extended::Long, _) => Self::WrappedInt(text),
            (Extended::Double | Extended::Decimal, _) => Self::WrappedFloat(text),
            (Extended::Date, true) => Self::DateMillis(text),
            (Extended::Date, false) => Self::DateText(text),
            (Extended::Oid, false) => Self::Oid(text),
            (Extended::Symbol, false) => Self::Text(text),
            (Extended::Oid | Extended::Symbol | Extended::Undefined | Extended::Other, _) => {
                Self::Other(Found::Object)
            }
        }
    }

    /// Returns the form in words.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::Null => Found::Null.words(),
            Self::Bool(_) => Found::Bool.words(),
            Self::Number(_) | Self::WrappedFloat(_) => Found::Number.words(),
            Self::Text(_) => Found::Text.words(),
            Self::WrappedInt(_) => "an integer",
            Self::Oid(_) => Found::ObjectId.words(),
            Self::DateText(_) | Self::DateMillis(_) => Found::Date.words(),
            Self::Other(found) => found.words(),
        }
    }

    /// Returns the text of a number, or of text that may be one; blanks around it trimmed.
    pub(crate) fn number_text(&self) -> Option<&str> {
        match self {
            Self::Number(literal) => Some(literal),
            Self::Text(text) | Self::WrappedInt(text) | Self::WrappedFloat(text) => {
                Some(text.trim_matches(|letter: char| letter.is_ascii_whitespace()))
            }
            Self::Null
            | Self::Bool(_)
            | Self::Oid(_)
            | Self::DateText(_)
            | Self::DateMillis(_)
            | Self::Other(_) => None,
        }
    }

    /// Returns that this form is no value of a type.
    pub(crate) const fn misfit(&self, expected: &'static str) -> Misfit {
        Misfit::WrongType {
            expected,
            found: self.words(),
        }
    }
}

/// Spells a float as the shortest decimal text that reads back as it, in the words of Extended
/// JSON.
fn spelled(value: f64) -> String {
    if value.is_infinite() {
        let word = if value > 0.0 { "Infinity" } else { "-Infinity" };
        return word.to_owned();
    }
    format!("{value:?}")
}
