//! A value as it stands in a document, borrowed from its bytes and not yet converted.

use std::borrow::Cow;

use jiter::Jiter;

/// What stands at a wanted path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Raw<'a> {
    /// Nothing: the path is not there, or below a null.
    Missing,
    /// A value of the encoding's own.
    Plain(Scalar<'a>),
    /// A value written as MongoDB Extended JSON.
    Extended(Extended, Scalar<'a>),
    /// The path ran into something that cannot hold it.
    Blocked(Found),
}

/// A value without inner paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// Null, and BSON's undefined.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as its valid JSON literal.
    Number(&'a str),
    /// Text, and BSON's symbol.
    Text(Text<'a>),
    /// `{"$numberLong": …}` inside a `$date`.
    Long(Text<'a>),
    /// An integer of BSON.
    Int(i64),
    /// A float of BSON.
    Double(f64),
    /// A decimal of BSON, as its bytes.
    Decimal(&'a [u8; 16]),
    /// An object id of BSON.
    ObjectId(&'a [u8; 12]),
    /// A date of BSON: milliseconds since 1970 in UTC.
    Millis(i64),
    /// An object or array, or a value of a type that no feature has.
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

/// The type wrappers of MongoDB Extended JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extended {
    Oid,
    Date,
    Int,
    Long,
    Double,
    Decimal,
    Symbol,
    Undefined,
    /// A type that no feature has.
    Other,
}

/// The type that was found, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Bool,
    Number,
    Text,
    ObjectId,
    Date,
    Array,
    Object,
    /// A type of BSON that no feature has.
    Other,
    Null,
}

impl Found {
    /// Returns the type in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "text",
            Self::ObjectId => "an object id",
            Self::Date => "a date",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Other => "a value of another type of BSON",
            Self::Null => "null",
        }
    }
}

impl Extended {
    /// Returns the wrapper of a key.
    pub(crate) fn of_key(key: &[u8]) -> Option<Self> {
        Some(match key {
            b"$oid" => Self::Oid,
            b"$date" => Self::Date,
            b"$numberInt" => Self::Int,
            b"$numberLong" => Self::Long,
            b"$numberDouble" => Self::Double,
            b"$numberDecimal" => Self::Decimal,
            b"$symbol" => Self::Symbol,
            b"$undefined" => Self::Undefined,
            b"$binary"
            | b"$type"
            | b"$code"
            | b"$scope"
            | b"$timestamp"
            | b"$regex"
            | b"$options"
            | b"$regularExpression"
            | b"$dbPointer"
            | b"$minKey"
            | b"$maxKey"
            | b"$uuid" => Self::Other,
            _ => return None,
        })
    }
}

impl<'a> Raw<'a> {
    #[inline]
    pub(crate) const fn container(found: Found) -> Self {
        Self::Plain(Scalar::Container(found))
    }

    /// Makes a wrapped value; none if the wrapper cannot hold what is in it.
    pub(crate) fn extended(kind: Extended, inner: Scalar<'a>) -> Option<Self> {
        let is_number = inner.is_number();
        let is_text = matches!(inner, Scalar::Text(_));
        let is_sound = match kind {
            Extended::Oid | Extended::Symbol => is_text,
            Extended::Date => is_text || is_number || matches!(inner, Scalar::Long(_)),
            Extended::Int | Extended::Long | Extended::Double | Extended::Decimal => {
                is_text || is_number
            }
            Extended::Undefined => inner == Scalar::Bool(true),
            Extended::Other => true,
        };
        match kind {
            _ if !is_sound => None,
            Extended::Symbol => Some(Self::Plain(inner)),
            Extended::Undefined => Some(Self::Plain(Scalar::Null)),
            Extended::Other => Some(Self::Plain(Scalar::OTHER)),
            _ => Some(Self::Extended(kind, inner)),
        }
    }

    /// Returns what a path finds that runs into this value; none where it ends at nothing.
    #[inline]
    pub(crate) const fn found(self) -> Option<Found> {
        match self {
            Self::Missing | Self::Plain(Scalar::Null) => None,
            Self::Plain(scalar) => Some(scalar.found()),
            Self::Extended(kind, _) => Some(match kind {
                Extended::Oid => Found::ObjectId,
                Extended::Date => Found::Date,
                Extended::Symbol => Found::Text,
                Extended::Int | Extended::Long | Extended::Double | Extended::Decimal => {
                    Found::Number
                }
                Extended::Undefined | Extended::Other => Found::Other,
            }),
            Self::Blocked(found) => Some(found),
        }
    }
}

impl Scalar<'_> {
    /// A value of a type that no feature has.
    pub(crate) const OTHER: Self = Self::Container(Found::Other);

    /// Returns the type.
    pub(crate) const fn found(self) -> Found {
        match self {
            Self::Null => Found::Null,
            Self::Bool(_) => Found::Bool,
            Self::Number(_) | Self::Int(_) | Self::Double(_) | Self::Decimal(_) => Found::Number,
            Self::Text(_) => Found::Text,
            Self::Long(_) => Found::Object,
            Self::ObjectId(_) => Found::ObjectId,
            Self::Millis(_) => Found::Date,
            Self::Container(found) => found,
        }
    }

    pub(crate) const fn is_number(self) -> bool {
        matches!(self.found(), Found::Number)
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
