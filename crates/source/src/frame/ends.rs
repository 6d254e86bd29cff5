//! Finds the ends of what is no object: lines, garbage, other elements of an array, and the
//! place where documents begin again after a broken one.

use memchr::{memchr, memchr2, memmem};

use super::unit::{Finder, Found};

/// Finds the line break; the unit ends before it.
#[derive(Debug, Default)]
pub(crate) struct LineEnd {
    position: usize,
}

impl Finder for LineEnd {
    fn find(&mut self, bytes: &[u8]) -> Found {
        let rest = bytes.get(self.position..).unwrap_or_default();
        match memchr(b'\n', rest) {
            Some(index) => Found::End(self.position + index),
            None => {
                self.position = bytes.len();
                Found::More
            }
        }
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.position = self.position.saturating_sub(count);
    }
}

/// Finds the next opening brace, or in an array its closing bracket.
#[derive(Debug)]
pub(crate) struct GarbageEnd {
    position: usize,
    stop: u8,
}

impl GarbageEnd {
    /// Begins behind the first byte, which is garbage whatever it is.
    pub(crate) fn new(is_in_array: bool) -> Self {
        Self {
            position: 1,
            stop: if is_in_array { b']' } else { b'{' },
        }
    }
}

impl Finder for GarbageEnd {
    fn find(&mut self, bytes: &[u8]) -> Found {
        let rest = bytes.get(self.position..).unwrap_or_default();
        match memchr2(b'{', self.stop, rest) {
            Some(index) => Found::End(self.position + index),
            None => {
                self.position = self.position.max(bytes.len());
                Found::More
            }
        }
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.position = self.position.saturating_sub(count);
    }
}

/// Finds the end of an array's element that is no object: a string, an array, or anything up to
/// the next comma or bracket.
#[derive(Debug, Default)]
pub(crate) struct ElementEnd {
    position: usize,
    depth: usize,
    in_string: bool,
}

impl Finder for ElementEnd {
    fn find(&mut self, bytes: &[u8]) -> Found {
        while let Some(&byte) = bytes.get(self.position) {
            let place = self.position;
            if self.in_string {
                match byte {
                    b'\\' if place + 1 >= bytes.len() => return Found::More,
                    b'\\' => self.position += 1,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Found::End(place + 1);
                        }
                    }
                    b'\n' => return Found::Malformed(place),
                    _ => {}
                }
                self.position += 1;
                continue;
            }
            match byte {
                b'"' if place > 0 && self.depth == 0 => return Found::End(place),
                b'"' => self.in_string = true,
                b'[' if place > 0 && self.depth == 0 => return Found::End(place),
                b'[' => self.depth += 1,
                b']' if self.depth == 1 => return Found::End(place + 1),
                b']' if self.depth == 0 => return Found::End(place),
                b']' => self.depth -= 1,
                b',' | b'{' | b'\n' if self.depth == 0 => return Found::End(place),
                _ => {}
            }
            self.position += 1;
        }
        Found::More
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.position = self.position.saturating_sub(count);
    }
}

/// Finds where documents begin again: at a line that is indented like the broken document's first
/// one and opens an object, or at an object that begins with the same key.
#[derive(Debug)]
pub(crate) struct NextStart {
    position: usize,
    line_start: Option<Vec<u8>>,
    object_start: Option<Vec<u8>>,
}

impl NextStart {
    /// Looks from `from` on. `indent` are the blanks before the broken document, if it began its
    /// line; `head` is its beginning.
    pub(crate) fn new(from: usize, indent: Option<&[u8]>, head: &[u8]) -> Self {
        let line_start = indent
            .filter(|indent| indents_its_members(head, indent))
            .map(|indent| {
                let mut pattern = vec![b'\n'];
                pattern.extend_from_slice(indent);
                pattern.push(b'{');
                pattern
            });
        Self {
            position: from,
            line_start,
            object_start: first_key(head).map(<[u8]>::to_vec),
        }
    }

    /// Looks at lines alone: nested objects may begin with the same key, and of a document that
    /// is merely cut short they are none.
    pub(crate) fn by_lines(self) -> Self {
        Self {
            object_start: None,
            ..self
        }
    }
}

impl Finder for NextStart {
    fn find(&mut self, bytes: &[u8]) -> Found {
        let rest = bytes.get(self.position..).unwrap_or_default();
        let by_line = self
            .line_start
            .as_ref()
            .and_then(|pattern| memmem::find(rest, pattern).map(|index| index + pattern.len() - 1));
        let by_key = self.object_start.as_ref().and_then(|pattern| {
            let from = usize::from(self.position == 0);
            memmem::find(rest.get(from..)?, pattern).map(|index| index + from)
        });
        if let Some(index) = by_line.into_iter().chain(by_key).min() {
            return Found::End(self.position + index);
        }
        // A pattern may stand across the end of what is there.
        let length = |pattern: &Option<Vec<u8>>| pattern.as_ref().map_or(0, Vec::len);
        let overlap = length(&self.line_start).max(length(&self.object_start));
        self.position = self.position.max(bytes.len().saturating_sub(overlap));
        Found::More
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.position = self.position.saturating_sub(count);
    }
}

/// Whether a document's second line is not a member with the indentation of the document itself:
/// there, an indentation says nothing.
fn indents_its_members(head: &[u8], indent: &[u8]) -> bool {
    let Some(line_break) = memchr(b'\n', head) else {
        return true;
    };
    let second = head.get(line_break + 1..).unwrap_or_default();
    second
        .strip_prefix(indent)
        .is_none_or(|rest| rest.first() != Some(&b'"'))
}

/// Returns a document's beginning up to the end of its first key.
fn first_key(head: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 256;
    let head = head.get(..LONGEST).unwrap_or(head);
    let open = memchr(b'"', head)?;
    let is_first = head.get(1..open)?.iter().all(u8::is_ascii_whitespace);
    let close = open + 1 + memchr(b'"', head.get(open + 1..)?)?;
    if is_first { head.get(..=close) } else { None }
}

/// Whether the text is one JSON value that is no object, as far as its first and last byte say.
pub(crate) fn looks_like_other_json(text: &[u8]) -> bool {
    match text {
        b"true" | b"false" | b"null" | [b'"', .., b'"'] | [b'[', .., b']'] => true,
        [b'-' | b'0'..=b'9', ..] => text
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')),
        _ => false,
    }
}

/// Whether a byte may stand between documents.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}
