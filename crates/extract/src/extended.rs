//! MongoDB Extended JSON: `{"$oid": …}` and its like, wherever a value stands.
//!
//! Canonical, relaxed and legacy forms. An object is such a value only when it has that one
//! key, or only keys of types that no feature has; anything else stays an object.

use jiter::Peek;

use crate::fault::Fault;
use crate::json::Cursor;
use crate::raw::{Extended, Found, Raw, Scalar, unescape};

/// What the members of an object make of it, in whatever encoding they come.
#[derive(Default)]
pub(crate) struct Members<'a> {
    value: Option<(Extended, Scalar<'a>)>,
    is_other: bool,
}

impl<'a> Members<'a> {
    /// Takes the next member. Of the same key again the last wins, as everywhere.
    pub(crate) fn add(&mut self, kind: Option<Extended>, value: Scalar<'a>) {
        match (kind, self.value) {
            (Some(kind), None) => self.value = Some((kind, value)),
            (Some(kind), Some((earlier, _))) if kind == earlier => {
                self.value = Some((kind, value));
            }
            _ => self.is_other = true,
        }
    }

    /// Returns the value that the object spells, if it spells one.
    pub(crate) fn value(self) -> Option<Raw<'a>> {
        match self.value {
            Some((kind, inner)) if !self.is_other => Raw::extended(kind, inner),
            _ => None,
        }
    }

    /// Returns what the object is inside of a `$date`: a count of milliseconds, or an object.
    pub(crate) fn long(self) -> Scalar<'a> {
        match self.value {
            Some((Extended::Long, Scalar::Text(text))) if !self.is_other => Scalar::Long(text),
            Some((Extended::Long, number)) if !self.is_other && number.is_number() => number,
            _ => Scalar::Container(Found::Object),
        }
    }
}

/// Takes the object that comes next, inside `depth` others; none if it is no such value.
pub(crate) fn take<'a>(cursor: &mut Cursor<'a>, depth: usize) -> Result<Option<Raw<'a>>, Fault> {
    let members = members(cursor, depth, |cursor, kind, peek| {
        if kind == Some(Extended::Date) && peek == Peek::Object {
            let inner = members(cursor, depth + 1, |cursor, _, peek| {
                cursor.scalar_or_skip(peek, depth + 2)
            });
            return inner.map(Members::long);
        }
        cursor.scalar_or_skip(peek, depth + 1)
    });
    members.map(Members::value)
}

fn members<'a>(
    cursor: &mut Cursor<'a>,
    depth: usize,
    take_value: impl Fn(&mut Cursor<'a>, Option<Extended>, Peek) -> Result<Scalar<'a>, Fault>,
) -> Result<Members<'a>, Fault> {
    cursor.enter(depth)?;
    let mut members = Members::default();
    let mut key = cursor.key(true, wrapper)?;
    while let Some(kind) = key {
        let peek = cursor.peek()?;
        members.add(kind, take_value(cursor, kind, peek)?);
        key = cursor.key(false, wrapper)?;
    }
    Ok(members)
}

/// A key of JSON may be written with escapes.
fn wrapper(key: &[u8]) -> Option<Extended> {
    if memchr::memchr(b'\\', key).is_none() {
        return Extended::of_key(key);
    }
    Extended::of_key(unescape(std::str::from_utf8(key).ok()?).as_bytes())
}
