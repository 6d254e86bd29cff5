//! The BSON decoder: one walk over a document, filling the slots of the wanted paths.
//!
//! How strict it is: along the card's paths everything is checked (lengths, types, closing NULs,
//! keys and text as UTF-8, booleans). What no path leads into is stepped over by its length,
//! which must fit: nine tenths of a document are such, and what is wrong inside of them (a broken
//! value, too deep a nesting) reaches no column. The walk is no deeper than the card's longest
//! path, so depth needs no limit of its own here.

use veriscope_source::bson_value::{self, ARRAY, DOCUMENT, Element, Elements, Misframed};

use crate::fault::Fault;
use crate::raw::{Extended, Found, Raw, Scalar, Text};
use crate::slots::Slots;
use crate::trie::{Node, Trie};

/// Fills `slots` (one for each of the trie's) from one document.
pub(crate) fn decode<'a>(data: &'a [u8], trie: &Trie, slots: &mut [Raw<'a>]) -> Result<(), Fault> {
    let mut walk = Walk {
        slots: Slots::new(trie, slots),
    };
    let Some(root) = trie.node(0) else {
        return Ok(());
    };
    walk.object(root, Inside { bytes: data, at: 0 })
}

/// A document or array inside of the whole one.
#[derive(Clone, Copy)]
struct Inside<'a> {
    bytes: &'a [u8],
    /// Where it begins in the whole one, for messages.
    at: usize,
}

impl<'a> Inside<'a> {
    fn elements(self) -> Result<Elements<'a>, Fault> {
        Elements::new(self.bytes).map_err(|misframed| self.fault(misframed))
    }

    fn step(self, elements: &mut Elements<'a>) -> Result<Option<Element<'a>>, Fault> {
        elements.step().map_err(|misframed| self.fault(misframed))
    }

    fn fault(self, Misframed { what, at }: Misframed) -> Fault {
        Fault::broken_bson(what, self.at + at)
    }

    /// Returns where an element's value begins in the whole document.
    fn place(self, element: &Element<'_>) -> usize {
        self.at + element.value_at
    }
}

struct Walk<'a, 't, 's> {
    slots: Slots<'a, 't, 's>,
}

impl<'a, 't> Walk<'a, 't, '_> {
    fn object(&mut self, node: &'t Node, object: Inside<'a>) -> Result<(), Fault> {
        let mut elements = object.elements()?;
        let mut place = 0;
        while let Some(element) = object.step(&mut elements)? {
            let at = object.place(&element);
            if std::str::from_utf8(element.key).is_err() {
                return Err(Fault::broken_bson("a key that is no UTF-8", at));
            }
            match node.key(element.key, place) {
                Some((child, found_at)) => {
                    place = found_at;
                    self.value(child, element, at)?;
                }
                None => check(&element, at)?,
            }
        }
        Ok(())
    }

    /// An array is a document whose keys count; their order alone tells an index, as in all
    /// drivers.
    fn array(&mut self, node: &'t Node, array: Inside<'a>) -> Result<(), Fault> {
        let mut elements = array.elements()?;
        let mut index = 0;
        while let Some(element) = array.step(&mut elements)? {
            let at = array.place(&element);
            match node.index(index) {
                Some(child) => self.value(child, element, at)?,
                None => check(&element, at)?,
            }
            index += 1;
        }
        Ok(())
    }

    /// Takes the value that stands at a node.
    fn value(&mut self, id: usize, element: Element<'a>, at: usize) -> Result<(), Fault> {
        let Some(node) = self.slots.node(id) else {
            return check(&element, at);
        };
        let bytes = element.value;
        let inside = Inside { bytes, at };
        match element.kind {
            DOCUMENT | ARRAY => self.container(node, element.kind, inside),
            kind => {
                let value = scalar(kind, bytes, at)?;
                self.slots.put(node, Raw::Plain(value));
                Ok(())
            }
        }
    }

    fn container(&mut self, node: &'t Node, kind: u8, inside: Inside<'a>) -> Result<(), Fault> {
        if kind == DOCUMENT
            && let Some(wrapped) = extended(inside)?
        {
            self.slots.put(node, wrapped);
            return Ok(());
        }
        let (found, is_wanted) = if kind == ARRAY {
            (Found::Array, !node.indexes.is_empty())
        } else {
            (Found::Object, !node.keys.is_empty())
        };
        if !is_wanted {
            inside.elements()?;
            self.slots.put(node, Raw::container(found));
            return Ok(());
        }
        self.slots.open(node, found);
        if kind == ARRAY {
            self.array(node, inside)
        } else {
            self.object(node, inside)
        }
    }
}

/// Checks a value that no path wants: of a document or array its edges alone.
fn check(element: &Element<'_>, at: usize) -> Result<(), Fault> {
    let bytes = element.value;
    if matches!(element.kind, DOCUMENT | ARRAY) {
        return Inside { bytes, at }.elements().map(drop);
    }
    scalar(element.kind, bytes, at).map(drop)
}

/// Reads a value that is no document or array.
fn scalar(kind: u8, value: &[u8], at: usize) -> Result<Scalar<'_>, Fault> {
    let read = match kind {
        0x01 => value
            .first_chunk()
            .map(|bytes| Scalar::Double(f64::from_le_bytes(*bytes))),
        0x02 | 0x0e => bson_value::text(value).map(|text| Scalar::Text(Text::plain(text))),
        0x06 | 0x0a => Some(Scalar::Null),
        0x07 => value.first_chunk().map(Scalar::ObjectId),
        0x08 => match value {
            [0] => Some(Scalar::Bool(false)),
            [1] => Some(Scalar::Bool(true)),
            _ => None,
        },
        0x09 => value
            .first_chunk()
            .map(|bytes| Scalar::Millis(i64::from_le_bytes(*bytes))),
        0x0d => bson_value::text(value).map(|_| Scalar::OTHER),
        0x10 => value
            .first_chunk()
            .map(|bytes| Scalar::Int(i64::from(i32::from_le_bytes(*bytes)))),
        0x12 => value
            .first_chunk()
            .map(|bytes| Scalar::Int(i64::from_le_bytes(*bytes))),
        0x13 => value.first_chunk().map(Scalar::Decimal),
        _ => Some(Scalar::OTHER),
    };
    let what = match kind {
        0x08 => "a boolean that is neither 0 nor 1",
        _ => "text that is no UTF-8 or does not end with NUL",
    };
    read.ok_or_else(|| Fault::broken_bson(what, at))
}

/// Reads a document that spells a value as Extended JSON (`{"$oid": "…"}`), which stands in a
/// collection where someone inserted such JSON unread. The same rules as for JSON hold.
fn extended(inside: Inside<'_>) -> Result<Option<Raw<'_>>, Fault> {
    // Behind the length and the type, the first key.
    if inside.bytes.get(5) != Some(&b'$') {
        return Ok(None);
    }
    let mut elements = inside.elements()?;
    let mut members = crate::extended::Members::default();
    while let Some(element) = inside.step(&mut elements)? {
        let kind = Extended::of_key(element.key);
        let at = inside.place(&element);
        let bytes = element.value;
        let value = match element.kind {
            DOCUMENT if kind == Some(Extended::Date) => long(Inside { bytes, at })?,
            DOCUMENT => {
                check(&element, at)?;
                Scalar::Container(Found::Object)
            }
            ARRAY => {
                check(&element, at)?;
                Scalar::Container(Found::Array)
            }
            other => scalar(other, bytes, at)?,
        };
        members.add(kind, value);
    }
    Ok(members.value())
}

/// `{"$numberLong": …}` inside a `$date`.
fn long(inside: Inside<'_>) -> Result<Scalar<'_>, Fault> {
    let mut elements = inside.elements()?;
    let mut members = crate::extended::Members::default();
    while let Some(element) = inside.step(&mut elements)? {
        let at = inside.place(&element);
        check(&element, at)?;
        let value = match element.kind {
            DOCUMENT | ARRAY => Scalar::Container(Found::Object),
            kind => scalar(kind, element.value, at)?,
        };
        members.add(Extended::of_key(element.key), value);
    }
    Ok(members.long())
}
