//! Conversion of a value as it stands in a document to the type that the card names.
//!
//! One file a type. Every rule here holds for all encodings; CSV cells come as text.

pub(crate) mod boolean;
pub(crate) mod datetime;
pub(crate) mod decimal;
pub(crate) mod float;
pub(crate) mod form;
pub(crate) mod int;
mod native;
pub(crate) mod text;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use veriscope_card::ValueType;
use veriscope_source::RejectReason;

use crate::notes::Note;
use crate::plan::FeaturePlan;
use crate::raw::Raw;
use form::Form;

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Float(f64),
    Bool(bool),
    Instant(Instant),
}

/// An instant and the offset in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) micros: i64,
    /// Minutes east of UTC.
    pub(crate) offset_minutes: i32,
}

/// A value, and what was done to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Converted<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) note: Option<Note>,
}

/// Why a value cannot be of its type; says nothing of the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// Expected one thing, found another.
    WrongType {
        expected: &'static str,
        found: &'static str,
    },
    /// The path runs into something that cannot hold it.
    Blocked { found: &'static str },
    /// A number beyond what the type holds.
    OutOfRange { expected: &'static str },
    /// Text or a number that is no date.
    UnreadableDate,
}

impl<'a> Converted<'a> {
    pub(crate) const NULL: Self = Self {
        value: Value::Null,
        note: None,
    };

    pub(crate) const fn plain(value: Value<'a>) -> Self {
        Self { value, note: None }
    }
}

impl Misfit {
    pub(crate) const fn reason(self) -> RejectReason {
        match self {
            Self::WrongType { .. } | Self::Blocked { .. } => RejectReason::WrongType,
            Self::OutOfRange { .. } => RejectReason::OutOfRange,
            Self::UnreadableDate => RejectReason::UnreadableDate,
        }
    }

    pub(crate) fn detail(self) -> String {
        match self {
            Self::WrongType { expected, found } => format!("expected {expected}, found {found}"),
            Self::Blocked { found } => format!("the path runs into {found}"),
            Self::OutOfRange { expected } => format!("a number beyond the range of {expected}"),
            Self::UnreadableDate => "expected a date, found what cannot be read as one".to_owned(),
        }
    }
}

/// Converts what stands at a feature's path.
pub(crate) fn convert<'a>(
    raw: Raw<'a>,
    feature: &FeaturePlan,
    default_offset_minutes: i32,
) -> Result<Converted<'a>, Misfit> {
    if let Some(value) = native::convert(raw, feature.value_type, default_offset_minutes) {
        return Ok(Converted::plain(value));
    }
    let form = match Form::of(raw)? {
        Form::Null => return Ok(Converted::NULL),
        form => form,
    };
    match feature.value_type {
        ValueType::String => text::convert(form, feature.text),
        ValueType::Int => int::convert(&form, feature.is_time),
        ValueType::Float => float::convert(&form),
        ValueType::Bool => boolean::convert(&form),
        ValueType::Datetime => datetime::convert(&form, default_offset_minutes),
    }
}
