//! Tells whether a place in a document stands in an array or in an object.
//!
//! The exact, slow walk over every bracket. It is asked only about an object after a comma, which
//! is an array's element in a sound document and the next document in one that lost a brace.

/// Beyond this depth nothing is remembered; such a document is refused anyway.
const MAX_DEPTH: usize = 1 << 16;

/// The open containers before a place that moves forward.
#[derive(Debug, Default)]
pub(crate) struct Containers {
    position: usize,
    in_string: bool,
    /// True for an array, innermost last.
    open: Vec<bool>,
}

impl Containers {
    /// Walks to `place`, which must not lie before an earlier one, and tells whether the
    /// innermost container there is an object.
    pub(crate) fn is_in_object(&mut self, bytes: &[u8], place: usize) -> bool {
        self.walk(bytes, place);
        self.open.last() == Some(&false)
    }

    /// Follows the bytes, of which the first `count` go away.
    pub(crate) fn shift(&mut self, bytes: &[u8], count: usize) {
        self.walk(bytes, count);
        // A walk may end one byte further, behind an escape.
        self.position = self.position.saturating_sub(count);
    }

    fn walk(&mut self, bytes: &[u8], place: usize) {
        while self.position < place {
            let Some(&byte) = bytes.get(self.position) else {
                return;
            };
            self.position += 1;
            match byte {
                b'\\' if self.in_string => self.position += 1,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'[' | b'{' if self.open.len() < MAX_DEPTH => self.open.push(byte == b'['),
                b']' | b'}' => drop(self.open.pop()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Containers;

    #[test]
    fn a_place_is_told_by_its_innermost_container() {
        let bytes = br#"{"a[\"":[1,{"b":2}],"c":3}"#;
        let mut containers = Containers::default();
        assert!(
            !containers.is_in_object(bytes, 11),
            "an element of the array"
        );
        assert!(containers.is_in_object(bytes, 12));
        assert!(!containers.is_in_object(bytes, 18));
        assert!(containers.is_in_object(bytes, 20));
    }
}
