//! A value as it stands in a document, borrowed from its bytes and not yet converted.

use std::borrow::Cow;

use jiter::Jiter;

/// What stands at a wanted path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Raw<'a> {
    /// Nothing: the path is not there, or below a null.
    Missing,
    /// A value of JSON's own.
    Plain(Scalar<'a>),
    /// A value written as MongoDB Extended JSON.
    Extended(Extended, Scalar<'a>),
    /// The path ran into something that cannot hold it.
    Blocked(Found),
}

/// A value without inner paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its valid JSON literal.
    Number(&'a str),
    /// Text.
    Text(Text<'a>),
    /// `{"$numberLong": …}` inside a `$date`.
    Long(Text<'a>),
    /// An object or array that is none of the above.
    Container(Found),
}

/// Text between its quotes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Text<'a> {
    /// The bytes as they stand in the document.
    pub(crate) raw: &'a str,
    /// Whether `raw` holds JSON escapes.
    pub(crate) escaped: bool,
}

/// The type wrappers of MongoDB Extended JSON that stand for a single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extended {
    Oid,
    Date,
    Int,
    Long,
    Double,
    Decimal,
}

/// The JSON type that was found, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl Found {
    /// Returns the type in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

impl Scalar<'_> {
    /// Returns the JSON type.
    pub(crate) const fn found(self) -> Found {
        match self {
            Self::Null => Found::Null,
            Self::Bool(_) => Found::Bool,
            Self::Number(_) => Found::Number,
            Self::Text(_) => Found::Text,
            Self::Long(_) => Found::Object,
            Self::Container(found) => found,
        }
    }
}

impl<'a> Text<'a> {
    /// Makes text that holds no escapes.
    pub(crate) const fn plain(raw: &'a str) -> Self {
        Self {
            raw,
            escaped: false,
        }
    }

    /// Returns the text, decoded; borrowed where it holds no escapes.
    pub(crate) fn decode(self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }
}

/// Decodes the escapes of text that was already found valid.
pub(crate) fn unescape(raw: &str) -> String {
    let quoted = format!("\"{raw}\"");
    let decoded = Jiter::new(quoted.as_bytes()).next_str().map(str::to_owned);
    // The scan has validated every escape, so this cannot fail; undecoded text is the safe answer.
    decoded.unwrap_or_else(|_| raw.to_owned())
}
