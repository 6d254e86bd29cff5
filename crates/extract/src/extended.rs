//! MongoDB Extended JSON: `{"$oid": …}` and its like, wherever a value stands.
//!
//! Canonical, relaxed and legacy forms. An object is such a value only when it has that one
//! key; anything else stays an object.

use jiter::Peek;

use crate::fault::Fault;
use crate::json::Cursor;
use crate::raw::{Extended, Found, Raw, Scalar, unescape};

/// Takes the object that comes next, inside `depth` others.
pub(crate) fn take<'a>(cursor: &mut Cursor<'a>, depth: usize) -> Result<Raw<'a>, Fault> {
    cursor.enter(depth)?;
    let mut value = None;
    let mut is_other = false;
    let mut key = cursor.key(true, wrapper)?;
    while let Some(wrapper) = key {
        let peek = cursor.peek()?;
        match (wrapper, value) {
            // The same key again: the last wins, as everywhere.
            (Some(kind), None) => value = Some((kind, inner(cursor, kind, peek, depth + 1)?)),
            (Some(kind), Some((earlier, _))) if kind == earlier => {
                value = Some((kind, inner(cursor, kind, peek, depth + 1)?));
            }
            _ => {
                is_other = true;
                cursor.skip(depth + 1)?;
            }
        }
        key = cursor.key(false, self::wrapper)?;
    }
    Ok(match value {
        Some((kind, inner)) if !is_other => Raw::Extended(kind, inner),
        _ => Raw::Plain(Scalar::Container(Found::Object)),
    })
}

/// The value inside a wrapper: a scalar, and in a `$date` also `{"$numberLong": …}`.
fn inner<'a>(
    cursor: &mut Cursor<'a>,
    kind: Extended,
    peek: Peek,
    depth: usize,
) -> Result<Scalar<'a>, Fault> {
    if kind != Extended::Date || peek != Peek::Object {
        return cursor.scalar_or_skip(peek, depth);
    }
    cursor.enter(depth)?;
    let mut value = None;
    let mut is_other = false;
    let mut key = cursor.key(true, wrapper)?;
    while let Some(wrapper) = key {
        let peek = cursor.peek()?;
        if wrapper == Some(Extended::Long) {
            value = Some(cursor.scalar_or_skip(peek, depth + 1)?);
        } else {
            is_other = true;
            cursor.skip(depth + 1)?;
        }
        key = cursor.key(false, self::wrapper)?;
    }
    Ok(match value {
        Some(Scalar::Text(text)) if !is_other => Scalar::Long(text),
        Some(number @ Scalar::Number(_)) if !is_other => number,
        _ => Scalar::Container(Found::Object),
    })
}

fn wrapper(key: &[u8]) -> Option<Extended> {
    match key {
        b"$oid" => Some(Extended::Oid),
        b"$date" => Some(Extended::Date),
        b"$numberInt" => Some(Extended::Int),
        b"$numberLong" => Some(Extended::Long),
        b"$numberDouble" => Some(Extended::Double),
        b"$numberDecimal" => Some(Extended::Decimal),
        _ if memchr::memchr(b'\\', key).is_some() => {
            let decoded = unescape(std::str::from_utf8(key).ok()?);
            if memchr::memchr(b'\\', decoded.as_bytes()).is_some() {
                return None;
            }
            self::wrapper(decoded.as_bytes())
        }
        _ => None,
    }
}
