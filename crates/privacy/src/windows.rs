//! Finds many patterns inside text: an index over the first six bytes of each pattern.
//!
//! Each window of six bytes of a text is looked up in a bit filter, which few windows of
//! clean text pass; what passes is looked up exactly, once for each length that a pattern
//! with this beginning has. Building takes one pass over the patterns, which matters because
//! each batch brings patterns of its own: an automaton over 20,000 of them would have
//! hundreds of thousands of states, for one use.
//!
//! Upper and lower case of ASCII letters are the same; other letters are compared as bytes.

use std::collections::HashMap;
use std::ops::Range;

/// Bytes of a window; no pattern is shorter.
pub(crate) const WINDOW_BYTES: usize = 6;

const WINDOW_MASK: u64 = (1 << (8 * WINDOW_BYTES)) - 1;

/// Filter bits per pattern: about one window of clean text in 32 passes.
const FILTER_BITS_PER_PATTERN: usize = 32;

/// Odd, its bits well mixed (2^64 / golden ratio): Knuth, TAOCP 3, section 6.4.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Patterns of at least six bytes, each with what it stands for.
pub(crate) struct Windows<T> {
    filter: Vec<u64>,
    /// Takes a product to the index of a filter bit.
    shift: u32,
    /// Lengths of the patterns that begin with a window.
    lengths: HashMap<u64, Vec<usize>>,
    /// By pattern, in ASCII lower case.
    patterns: HashMap<Vec<u8>, T>,
}

impl<T> Windows<T> {
    /// Builds the index. Patterns must be in ASCII lower case; those of fewer than six bytes
    /// are never found.
    pub(crate) fn new(patterns: HashMap<Vec<u8>, T>) -> Self {
        let bits = (patterns.len() * FILTER_BITS_PER_PATTERN)
            .next_power_of_two()
            .max(64);
        let shift = u64::BITS - bits.trailing_zeros();
        let mut filter = vec![0_u64; bits / 64];
        let mut lengths: HashMap<u64, Vec<usize>> = HashMap::new();
        for pattern in patterns.keys() {
            let Some(start) = pattern.get(..WINDOW_BYTES) else {
                continue;
            };
            let window = start.iter().fold(0, |window, byte| push(window, *byte));
            let (word, mask) = filter_bit(window, shift);
            if let Some(word) = filter.get_mut(word) {
                *word |= mask;
            }
            let known = lengths.entry(window).or_default();
            if !known.contains(&pattern.len()) {
                known.push(pattern.len());
            }
        }
        Self {
            filter,
            shift,
            lengths,
            patterns,
        }
    }

    /// Returns what the whole of `text` stands for. `text` must be in ASCII lower case.
    pub(crate) fn whole(&self, text: &[u8]) -> Option<&T> {
        self.patterns.get(text)
    }

    /// Calls `found` for each pattern inside `text`, in ASCII lower case, with its place;
    /// stops at the first for which that returns a value.
    pub(crate) fn find<R>(
        &self,
        text: &[u8],
        mut found: impl FnMut(Range<usize>, &T) -> Option<R>,
    ) -> Option<R> {
        if self.patterns.is_empty() || text.len() < WINDOW_BYTES {
            return None;
        }
        let mut window = 0;
        for (at, byte) in text.iter().enumerate() {
            window = push(window, *byte);
            let (word, mask) = filter_bit(window, self.shift);
            if self.filter.get(word).is_none_or(|word| word & mask == 0) {
                continue;
            }
            let Some(start) = (at + 1).checked_sub(WINDOW_BYTES) else {
                continue;
            };
            for length in self.lengths.get(&window).into_iter().flatten() {
                let place = start..start + length;
                let pattern = text
                    .get(place.clone())
                    .and_then(|part| self.patterns.get(part));
                if let Some(result) = pattern.and_then(|meaning| found(place, meaning)) {
                    return Some(result);
                }
            }
        }
        None
    }
}

fn push(window: u64, byte: u8) -> u64 {
    ((window << 8) | u64::from(byte)) & WINDOW_MASK
}

fn filter_bit(window: u64, shift: u32) -> (usize, u64) {
    let index = window.wrapping_mul(MULTIPLIER) >> shift;
    // At most 64 bits minus `shift`, far below the largest `usize`.
    (
        usize::try_from(index / 64).unwrap_or(usize::MAX),
        1 << (index % 64),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::Windows;

    fn found(patterns: &[&str], text: &str) -> Vec<String> {
        let patterns: HashMap<Vec<u8>, String> = patterns
            .iter()
            .map(|p| (p.as_bytes().to_vec(), (*p).to_owned()))
            .collect();
        let mut all = Vec::new();
        Windows::new(patterns).find(text.as_bytes(), |place, pattern: &String| {
            assert_eq!(&text[place], pattern);
            all.push(pattern.clone());
            None::<()>
        });
        all.sort();
        all
    }

    #[test]
    fn patterns_that_overlap_or_share_a_beginning_are_all_found() {
        assert_eq!(
            found(&["123456", "1234567", "234567", "1234568"], "x1234567"),
            ["123456", "1234567", "234567"]
        );
        assert_eq!(found(&["123456"], "12345"), [""; 0]);
        assert_eq!(found(&[], "123456"), [""; 0]);
    }

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(
            patterns in prop::collection::hash_set("[ab]{6,9}", 0..20), text in "[ab]{0,40}",
        ) {
            let mut expected: Vec<String> = patterns
                .iter()
                .flat_map(|p| {
                    let count = (0..text.len()).filter(|at| text[*at..].starts_with(p)).count();
                    std::iter::repeat_n(p.clone(), count)
                })
                .collect();
            expected.sort();
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            prop_assert_eq!(found(&patterns, &text), expected);
        }
    }
}
