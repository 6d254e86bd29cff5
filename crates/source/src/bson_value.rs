//! How long a BSON value is: what framing and decoding alike need to step from one element to
//! the next.
//!
//! Source: the BSON specification, version 1.1.

/// The type byte of an embedded document.
pub const DOCUMENT: u8 = 0x03;
/// The type byte of an array.
pub const ARRAY: u8 = 0x04;
/// Length of the empty document, the shortest there is: its length and a closing NUL, in bytes.
pub const MIN_DOCUMENT_BYTES: usize = 5;

/// The length of a value, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueLength {
    /// So many bytes, its own length prefix included.
    Bytes(usize),
    /// More of the value has to be seen.
    More,
    /// There is no such type, or its length can't be.
    Invalid,
}

/// Returns the length of a value of type `kind` that begins with `head`; what stands inside is
/// not looked at.
#[must_use]
#[inline]
pub fn value_length(kind: u8, head: &[u8]) -> ValueLength {
    match kind {
        // undefined, null, the least and the greatest key
        0x06 | 0x0a | 0x7f | 0xff => ValueLength::Bytes(0),
        // boolean
        0x08 => ValueLength::Bytes(1),
        // 32-bit integer
        0x10 => ValueLength::Bytes(4),
        // double, date, timestamp, 64-bit integer
        0x01 | 0x09 | 0x11 | 0x12 => ValueLength::Bytes(8),
        // object id
        0x07 => ValueLength::Bytes(12),
        // decimal
        0x13 => ValueLength::Bytes(16),
        // text, code, symbol: the length counts the closing NUL and not itself
        0x02 | 0x0d | 0x0e => prefixed(head, 1, 4),
        DOCUMENT | ARRAY => prefixed(head, MIN_DOCUMENT_BYTES, 0),
        // binary: a subtype stands between length and bytes
        0x05 => prefixed(head, 0, 5),
        // pointer: text and an object id
        0x0c => prefixed(head, 1, 16),
        // code with scope: its length, text and a document
        0x0f => prefixed(head, 4 + 5 + MIN_DOCUMENT_BYTES, 0),
        // regular expression: pattern and options
        0x0b => two_strings(head),
        _ => ValueLength::Invalid,
    }
}

/// Returns the 32-bit length at the front of `bytes`; none if it is negative or not there.
#[must_use]
#[inline]
pub fn length_prefix(bytes: &[u8]) -> Option<usize> {
    let prefix = bytes.first_chunk::<4>()?;
    usize::try_from(i32::from_le_bytes(*prefix)).ok()
}

#[inline]
fn prefixed(head: &[u8], least: usize, beside: usize) -> ValueLength {
    if head.len() < 4 {
        return ValueLength::More;
    }
    match length_prefix(head) {
        Some(length) if length >= least => ValueLength::Bytes(length.saturating_add(beside)),
        _ => ValueLength::Invalid,
    }
}

fn two_strings(head: &[u8]) -> ValueLength {
    let ends = memchr::memchr_iter(0, head).nth(1);
    ends.map_or(ValueLength::More, |end| ValueLength::Bytes(end + 1))
}

/// One element of a document or array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// The type byte.
    pub kind: u8,
    /// The key, without its NUL; its UTF-8 is not checked.
    pub key: &'a [u8],
    /// The value's bytes, their own length prefix included; not looked into.
    pub value: &'a [u8],
    /// Offset of the value in the document that `elements` were asked of.
    pub value_at: usize,
}

/// What is wrong with the framing of a document, and at which byte of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misframed {
    /// What is wrong, in words that hold no value of the document.
    pub what: &'static str,
    /// Offset in the document.
    pub at: usize,
}

/// The elements of one document or array, in order.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    document: &'a [u8],
    next: usize,
}

impl<'a> Elements<'a> {
    /// Looks into a document, which must be exactly as long as it says and end with NUL.
    ///
    /// # Errors
    /// It is not.
    #[inline]
    pub fn new(document: &'a [u8]) -> Result<Self, Misframed> {
        let is_length_right =
            document.len() >= MIN_DOCUMENT_BYTES && length_prefix(document) == Some(document.len());
        if !is_length_right {
            let what = "a document is not as long as it says";
            return Err(Misframed { what, at: 0 });
        }
        if document.last() != Some(&0) {
            let what = "a document does not end with NUL";
            let at = document.len() - 1;
            return Err(Misframed { what, at });
        }
        Ok(Self { document, next: 4 })
    }

    /// Steps to the next element; none after the last.
    ///
    /// # Errors
    /// The element is of no known type or runs over the end of the document.
    #[inline]
    pub fn step(&mut self) -> Result<Option<Element<'a>>, Misframed> {
        let at = self.next;
        let last = self.document.len() - 1;
        if at == last {
            return Ok(None);
        }
        let broken = |what| Misframed { what, at };
        let inner = self.document.get(at..last).unwrap_or_default();
        let (&kind, rest) = inner
            .split_first()
            .ok_or(broken("an element is not there"))?;
        let key_length = memchr::memchr(0, rest).ok_or(broken("a key does not end"))?;
        let (key, after) = rest.split_at(key_length);
        let head = after.get(1..).unwrap_or_default();
        let length = match value_length(kind, head) {
            ValueLength::Bytes(length) => length,
            ValueLength::More => return Err(broken("a value runs over the end of its document")),
            ValueLength::Invalid => return Err(broken("a value of unknown type or length")),
        };
        let value = head
            .get(..length)
            .ok_or(broken("a value runs over the end of its document"))?;
        let value_at = at + 1 + key_length + 1;
        self.next = value_at + length;
        Ok(Some(Element {
            kind,
            key,
            value,
            value_at,
        }))
    }
}

/// Returns a text value without its length and its NUL; none if that NUL or its UTF-8 is not right.
#[must_use]
#[inline]
pub fn text(value: &[u8]) -> Option<&str> {
    let (last, text) = value.get(4..)?.split_last()?;
    if *last != 0 {
        return None;
    }
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use bson::spec::{BinarySubtype, ElementType};
    use bson::{Binary, Bson, JavaScriptCodeWithScope, Regex, Timestamp, doc};

    use super::*;

    /// One value of every type; the crate `bson` says how long each is.
    fn values() -> Vec<Bson> {
        let regex = Regex {
            pattern: "a+".try_into().unwrap(),
            options: "i".try_into().unwrap(),
        };
        vec![
            Bson::Double(1.5),
            Bson::String("text".into()),
            Bson::Document(doc! {"a": 1}),
            Bson::Array(vec![Bson::Int32(1)]),
            Bson::Binary(Binary {
                subtype: BinarySubtype::Generic,
                bytes: vec![1, 0, 2],
            }),
            Bson::Undefined,
            Bson::ObjectId(bson::oid::ObjectId::from_bytes([7; 12])),
            Bson::Boolean(true),
            Bson::DateTime(bson::DateTime::from_millis(1)),
            Bson::Null,
            Bson::RegularExpression(regex),
            Bson::JavaScriptCode("f()".into()),
            Bson::Symbol("s".into()),
            Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope {
                code: "f()".into(),
                scope: doc! {"x": 1},
            }),
            Bson::Int32(1),
            Bson::Timestamp(Timestamp {
                time: 1,
                increment: 2,
            }),
            Bson::Int64(1),
            Bson::Decimal128("1.5".parse().unwrap()),
            Bson::MinKey,
            Bson::MaxKey,
        ]
    }

    #[test]
    fn every_type_is_as_long_as_its_writer_made_it() {
        for value in values() {
            let bytes = doc! {"k": value.clone()}.to_vec().unwrap();
            // Length, type, `k`, NUL, value, NUL.
            let (kind, rest) = (bytes[4], &bytes[7..]);
            let whole = rest.len() - 1;
            assert_eq!(
                value_length(kind, rest),
                ValueLength::Bytes(whole),
                "{value}"
            );
        }
    }

    #[test]
    fn a_pointer_is_a_text_and_an_object_id() {
        // Written by hand, for the crate has no constructor: the text `a.b`, then twelve bytes.
        let mut bytes = vec![4, 0, 0, 0, b'a', b'.', b'b', 0];
        bytes.extend([9; 12]);
        let kind = ElementType::DbPointer as u8;
        assert_eq!(value_length(kind, &bytes), ValueLength::Bytes(20));
    }

    #[test]
    fn lengths_that_cannot_be_and_unknown_types_are_invalid() {
        for (kind, head) in [
            (0x02, &[0, 0, 0, 0][..]),
            (0x03, &[4, 0, 0, 0]),
            (0x05, &[255, 255, 255, 255]),
            (0x0f, &[13, 0, 0, 0]),
            (0x00, &[]),
            (0x14, &[]),
            (0x80, &[]),
        ] {
            assert_eq!(value_length(kind, head), ValueLength::Invalid, "{kind:#x}");
        }
        assert_eq!(value_length(0x02, &[1, 0]), ValueLength::More);
        assert_eq!(value_length(0x0b, b"a\0i"), ValueLength::More);
    }
}
