//! The few forms in which a value can come, whatever the encoding wrapped around it.

use std::borrow::Cow;

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
    /// `$numberInt` and `$numberLong`: text that ought to be an integer.
    WrappedInt(Cow<'a, str>),
    /// `$numberDouble` and `$numberDecimal`: text that ought to be a number.
    WrappedFloat(Cow<'a, str>),
    Oid(Cow<'a, str>),
    /// `$date` with text.
    DateText(Cow<'a, str>),
    /// `$date` with milliseconds.
    DateMillis(Cow<'a, str>),
    Other(Found),
}

impl<'a> Form<'a> {
    /// Unwraps what stands at a path.
    pub(crate) fn of(raw: Raw<'a>) -> Result<Self, Misfit> {
        Ok(match raw {
            Raw::Missing | Raw::Plain(Scalar::Null) => Self::Null,
            Raw::Blocked(found) => {
                return Err(Misfit::Blocked {
                    found: found.words(),
                });
            }
            Raw::Plain(scalar) => match scalar {
                Scalar::Null => Self::Null,
                Scalar::Bool(value) => Self::Bool(value),
                Scalar::Number(literal) => Self::Number(literal),
                Scalar::Text(text) => Self::Text(text.decode()),
                Scalar::Long(_) => Self::Other(Found::Object),
                Scalar::Container(found) => Self::Other(found),
            },
            Raw::Extended(kind, inner) => Self::unwrap(kind, inner),
        })
    }

    fn unwrap(kind: Extended, inner: Scalar<'a>) -> Self {
        let (text, is_number) = match inner {
            Scalar::Number(literal) => (Cow::Borrowed(literal), true),
            Scalar::Text(text) => (text.decode(), false),
            Scalar::Long(text) => (text.decode(), true),
            Scalar::Null | Scalar::Bool(_) | Scalar::Container(_) => {
                return Self::Other(Found::Object);
            }
        };
        match (kind, is_number) {
            (Extended::Int | Extended::Long, _) => Self::WrappedInt(text),
            (Extended::Double | Extended::Decimal, _) => Self::WrappedFloat(text),
            (Extended::Date, true) => Self::DateMillis(text),
            (Extended::Date, false) => Self::DateText(text),
            (Extended::Oid, false) => Self::Oid(text),
            (Extended::Oid, true) => Self::Other(Found::Object),
        }
    }

    /// Returns the form in words.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::WrappedInt(_) => "an extended JSON integer",
            Self::WrappedFloat(_) => "an extended JSON number",
            Self::Oid(_) => "an extended JSON object id",
            Self::DateText(_) | Self::DateMillis(_) => "an extended JSON date",
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
