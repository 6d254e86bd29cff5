//! The JSON decoder: one walk over a document, filling the slots of the wanted paths.
//!
//! Invariants: every byte is validated, also where nobody looks; nothing is allocated but for
//! keys with escapes; the walk is no deeper than the card's longest path.

use std::ops::Range;

use jiter::{Jiter, Peek};
use veriscope_source::RejectReason;

use crate::extended;
use crate::fault::Fault;
use crate::raw::{Found, Raw, Scalar, Text, unescape};
use crate::skip::{MAX_DEPTH, skip_value};
use crate::slots::Slots;
use crate::trie::{Node, Trie};

/// Fills `slots` (one for each of the trie's) from one document.
pub(crate) fn decode<'a>(data: &'a [u8], trie: &Trie, slots: &mut [Raw<'a>]) -> Result<(), Fault> {
    let text = std::str::from_utf8(data)
        .map_err(|error| Fault::broken("invalid UTF-8", error.valid_up_to()))?;
    let mut walk = Walk {
        cursor: Cursor::new(text),
        slots: Slots::new(trie, slots),
    };
    let peek = walk.cursor.peek()?;
    if peek == Peek::Object
        && let Some(root) = trie.node(0)
    {
        walk.object(root, 0)?;
        return walk.cursor.finish();
    }
    let found = walk.cursor.scalar_or_skip(peek, 0)?.found();
    walk.cursor.finish()?;
    let detail = format!("the document is {}, not an object", found.words());
    Err(Fault::whole(RejectReason::NotADocument, detail))
}

struct Walk<'a, 't, 's> {
    cursor: Cursor<'a>,
    slots: Slots<'a, 't, 's>,
}

impl<'a, 't> Walk<'a, 't, '_> {
    /// Takes the value that stands at a node; `depth` arrays and objects are around it.
    fn value(&mut self, id: usize, peek: Peek, depth: usize) -> Result<(), Fault> {
        let Some(node) = self.slots.node(id) else {
            return self.cursor.skip(depth);
        };
        match peek {
            Peek::Object => self.object_value(node, depth),
            Peek::Array if !node.indexes.is_empty() => {
                self.slots.open(node, Found::Array);
                self.array(node, depth)
            }
            _ => {
                let value = self.cursor.scalar_or_skip(peek, depth)?;
                self.slots.put(node, Raw::Plain(value));
                Ok(())
            }
        }
    }

    /// An object at a node is one value in Extended JSON, or has paths into it, or neither.
    fn object_value(&mut self, node: &'t Node, depth: usize) -> Result<(), Fault> {
        if self.cursor.may_be_extended() {
            let start = self.cursor.at();
            if let Some(value) = extended::take(&mut self.cursor, depth)? {
                self.slots.put(node, value);
                return Ok(());
            }
            self.cursor.move_to(start);
        }
        if node.keys.is_empty() {
            self.cursor.skip(depth)?;
            self.slots.put(node, Raw::container(Found::Object));
            return Ok(());
        }
        self.slots.open(node, Found::Object);
        self.object(node, depth)
    }

    fn object(&mut self, node: &'t Node, depth: usize) -> Result<(), Fault> {
        self.cursor.enter(depth)?;
        let mut place = 0;
        let mut key = self.cursor.key(true, |key| find(node, key, &mut place))?;
        while let Some(child) = key {
            let peek = self.cursor.peek()?;
            match child {
                Key::Wanted(id) => self.value(id, peek, depth + 1)?,
                Key::Other => self.cursor.skip(depth + 1)?,
            }
            key = self.cursor.key(false, |key| find(node, key, &mut place))?;
        }
        Ok(())
    }

    fn array(&mut self, node: &'t Node, depth: usize) -> Result<(), Fault> {
        self.cursor.enter(depth)?;
        let mut next = self.cursor.array_first()?;
        let mut index = 0;
        while let Some(peek) = next {
            match node.index(index) {
                Some(id) => self.value(id, peek, depth + 1)?,
                None => self.cursor.skip(depth + 1)?,
            }
            index += 1;
            next = self.cursor.array_step()?;
        }
        Ok(())
    }
}

/// A key of an object on the way.
enum Key {
    Wanted(usize),
    Other,
}

/// A place in a document: jiter for structure and text, our own scan for what is passed over.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    /// Where jiter's bytes begin in the document.
    base: usize,
    jiter: Jiter<'a>,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            base: 0,
            jiter: Jiter::new(text.as_bytes()),
        }
    }

    fn at(&self) -> usize {
        self.base + self.jiter.current_index()
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// Looks at the value that comes next.
    pub(crate) fn peek(&mut self) -> Result<Peek, Fault> {
        self.jiter
            .peek()
            .map_err(|error| Fault::from_jiter(&error, self.base))
    }

    fn finish(&mut self) -> Result<(), Fault> {
        self.jiter
            .finish()
            .map_err(|error| Fault::from_jiter(&error, self.base))
    }

    /// Checks that another array or object may stand inside `depth` others.
    pub(crate) fn enter(&self, depth: usize) -> Result<(), Fault> {
        if depth >= MAX_DEPTH {
            Err(Fault::too_deep(MAX_DEPTH, self.at()))
        } else {
            Ok(())
        }
    }

    fn array_first(&mut self) -> Result<Option<Peek>, Fault> {
        self.jiter
            .known_array()
            .map_err(|error| Fault::from_jiter(&error, self.base))
    }

    fn array_step(&mut self) -> Result<Option<Peek>, Fault> {
        self.jiter
            .array_step()
            .map_err(|error| Fault::from_jiter(&error, self.base))
    }

    /// Whether the object that comes next begins with a key as Extended JSON has them.
    fn may_be_extended(&self) -> bool {
        let rest = self.text.as_bytes().get(self.at()..).unwrap_or_default();
        let inner = rest.get(1..).unwrap_or_default().trim_ascii_start();
        matches!(inner, [b'"', b'$' | b'\\', ..])
    }

    /// jiter has no way to be moved, but keeps nothing besides its place.
    fn move_to(&mut self, place: usize) {
        self.jiter = Jiter::new(self.text.as_bytes().get(place..).unwrap_or_default());
        self.base = place;
    }

    /// Steps to a key of an object (`is_first`: into the object) and returns what `is_it` makes
    /// of it, or none after the last one.
    pub(crate) fn key<T>(
        &mut self,
        is_first: bool,
        is_it: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, Fault> {
        let base = self.base;
        let key = if is_first {
            self.jiter.next_object_bytes()
        } else {
            self.jiter.next_key_bytes()
        };
        Ok(key
            .map_err(|error| Fault::from_jiter(&error, base))?
            .map(is_it))
    }

    /// Passes over the value that comes next.
    pub(crate) fn skip(&mut self, depth: usize) -> Result<(), Fault> {
        let end = skip_value(self.text.as_bytes(), self.at(), depth)?;
        self.move_to(end);
        Ok(())
    }

    /// Takes a scalar, or passes over an array or object and says that it was one.
    pub(crate) fn scalar_or_skip(&mut self, peek: Peek, depth: usize) -> Result<Scalar<'a>, Fault> {
        let base = self.base;
        let start = self.at();
        match peek {
            Peek::Null => self.jiter.known_null().map(|()| Scalar::Null),
            Peek::True | Peek::False => self.jiter.known_bool(peek).map(Scalar::Bool),
            Peek::String => {
                let taken = self.jiter.known_bytes().map(|_| ());
                let raw = self.slice(start + 1..self.at().saturating_sub(1));
                let escaped = memchr::memchr(b'\\', raw.as_bytes()).is_some();
                taken.map(|()| Scalar::Text(Text { raw, escaped }))
            }
            _ => {
                self.skip(depth)?;
                Ok(match peek {
                    Peek::Object => Scalar::Container(Found::Object),
                    Peek::Array => Scalar::Container(Found::Array),
                    _ => Scalar::Number(self.slice(start..self.base)),
                })
            }
        }
        .map_err(|error| Fault::from_jiter(&error, base))
    }
}

fn find(node: &Node, key: &[u8], place: &mut usize) -> Key {
    let found = match node.key(key, *place) {
        None if memchr::memchr(b'\\', key).is_some() => escaped_key(node, key),
        found => found,
    };
    let Some((child, at)) = found else {
        return Key::Other;
    };
    *place = at;
    Key::Wanted(child)
}

/// A key may be written with escapes: `"d\u0061te"` is `date`.
#[cold]
fn escaped_key(node: &Node, key: &[u8]) -> Option<(usize, usize)> {
    let raw = std::str::from_utf8(key).ok()?;
    node.key(unescape(raw).as_bytes(), 0)
}
