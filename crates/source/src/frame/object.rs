//! Finds the end of one JSON object: its closing brace, with strings skipped.
//!
//! Only quotes and braces are looked at, by vector search; what else stands between them is not
//! checked. Three things can be seen in passing that no sound document has, and each means that
//! a brace or a quote was lost before: a line break in a string, a string followed by none of
//! `, : ] }`, and an object where none can stand. They keep a broken document from swallowing the
//! documents after it.

use memchr::{memchr3, memchr3_iter};

use super::containers::Containers;
use super::unit::{Finder, Found};

/// The search for the closing brace.
#[derive(Debug, Default)]
pub(crate) struct ObjectEnd {
    position: usize,
    depth: usize,
    /// Where the last string began.
    string_start: usize,
    in_string: bool,
    containers: Containers,
}

/// What may stand before an object inside a document.
enum Predecessor {
    /// A colon, or an opening bracket, or it is not in memory any more.
    Sound,
    Comma,
    Other,
}

impl Finder for ObjectEnd {
    fn find(&mut self, bytes: &[u8]) -> Found {
        loop {
            let found = if self.in_string {
                self.end_string(bytes)
            } else {
                self.find_structure(bytes)
            };
            if let Some(found) = found {
                return found;
            }
        }
    }

    fn shift(&mut self, bytes: &[u8], count: usize) {
        self.containers.shift(bytes, count);
        self.position = self.position.saturating_sub(count);
        self.string_start = self.string_start.saturating_sub(count);
    }
}

impl ObjectEnd {
    /// Looks for braces up to the next quote.
    fn find_structure(&mut self, bytes: &[u8]) -> Option<Found> {
        let start = self.position;
        let rest = bytes.get(start..).unwrap_or_default();
        for index in memchr3_iter(b'"', b'{', b'}', rest) {
            let place = start + index;
            match bytes.get(place) {
                Some(b'"') => {
                    self.string_start = place;
                    self.position = place + 1;
                    self.in_string = true;
                    return None;
                }
                Some(b'{') => {
                    if self.depth > 0 && !self.may_open(bytes, place) {
                        return Some(Found::Next(place));
                    }
                    self.depth += 1;
                }
                _ => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(Found::End(place + 1));
                    }
                }
            }
        }
        self.position = bytes.len();
        Some(Found::More)
    }

    /// Looks for the quote that ends a string.
    fn end_string(&mut self, bytes: &[u8]) -> Option<Found> {
        let rest = bytes.get(self.position..).unwrap_or_default();
        let Some(index) = find_string_byte(rest) else {
            self.position = bytes.len();
            return Some(Found::More);
        };
        let place = self.position + index;
        match bytes.get(place) {
            Some(b'\n') => return Some(Found::Malformed(self.string_start)),
            Some(b'\\') => {
                // The escaped byte must be there, so that it is skipped and not looked at.
                if place + 1 >= bytes.len() {
                    self.position = place;
                    return Some(Found::More);
                }
                self.position = place + 2;
                return None;
            }
            _ => {}
        }
        let Some(next) = bytes.get(place + 1) else {
            self.position = place;
            return Some(Found::More);
        };
        if !matches!(
            next,
            b',' | b':' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t'
        ) {
            return Some(Found::Malformed(self.string_start));
        }
        self.position = place + 1;
        self.in_string = false;
        None
    }

    fn may_open(&mut self, bytes: &[u8], place: usize) -> bool {
        match predecessor(bytes, place) {
            Predecessor::Sound => true,
            Predecessor::Comma => !self.containers.is_in_object(bytes, place),
            Predecessor::Other => false,
        }
    }
}

/// Finds the first quote, backslash or line break. Keys are short, so the first bytes are looked
/// at one by one: that is faster than to begin a vector search.
fn find_string_byte(bytes: &[u8]) -> Option<usize> {
    let near = bytes.get(..16).unwrap_or(bytes);
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\n');
    if let Some(index) = near.iter().position(is_special) {
        return Some(index);
    }
    let far = bytes.get(16..)?;
    memchr3(b'"', b'\\', b'\n', far).map(|index| index + 16)
}

fn predecessor(bytes: &[u8], place: usize) -> Predecessor {
    let before = bytes.get(..place).unwrap_or_default();
    match before
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
    {
        None | Some(b':' | b'[') => Predecessor::Sound,
        Some(b',') => Predecessor::Comma,
        Some(_) => Predecessor::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Found {
        let whole = ObjectEnd::default().find(text.as_bytes());
        let mut stepwise = ObjectEnd::default();
        for end in 0..text.len() {
            let found = stepwise.find(&text.as_bytes()[..end]);
            if found != Found::More {
                assert_eq!(found, whole, "{text} up to {end}");
            }
        }
        assert_eq!(stepwise.find(text.as_bytes()), whole, "{text} byte by byte");
        whole
    }

    #[test]
    fn an_object_ends_with_its_own_brace() {
        assert_eq!(find("{}"), Found::End(2));
        assert_eq!(find(r#"{"a":{"b":[{},{}]}},"#), Found::End(19));
        assert_eq!(find(r#"{"a}":"\"}\\"} "#), Found::End(14));
        assert_eq!(find(r#"{"a":"more than sixteen bytes }"}"#), Found::End(33));
    }

    #[test]
    fn an_object_without_an_end_needs_more() {
        for text in [
            "{",
            r#"{"a"#,
            r#"{"a\"#,
            r#"{"a""#,
            r#"{"a":{}"#,
            r#"{"a":[{"b":1},{"b":2}"#,
        ] {
            assert_eq!(find(text), Found::More, "{text}");
        }
    }

    #[test]
    fn an_object_where_none_can_stand_begins_the_next_document() {
        assert_eq!(find("{\"a\":1\n{\"b\":2}"), Found::Next(7));
        assert_eq!(find(r#"{"a":{"b":1},{"a":2}"#), Found::Next(13));
        assert_eq!(find(r#"{"a":[1],"c":2,{"a":2}"#), Found::Next(15));
        assert_eq!(find(r#"{"a":{"b":1}{"a":2}"#), Found::Next(12));
    }

    #[test]
    fn a_lost_quote_shows_at_the_next_string() {
        assert_eq!(find(r#"{"a":"b,"c":1}"#), Found::Malformed(5));
        assert_eq!(find("{\"a\":\"b\n\"c\":1}"), Found::Malformed(5));
    }
}
