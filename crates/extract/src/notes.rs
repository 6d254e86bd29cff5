//! Notes: what was done to values of documents that were taken, counted.

use std::collections::BTreeMap;

/// Something that was done to, or seen in, a value that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// A fractional duration was rounded to an integer, half away from zero.
    RoundedDuration,
    /// NUL characters in text were replaced by U+FFFD.
    NulReplaced,
    /// A context feature could not be read and is null.
    UnreadableContext,
    /// A float was "not a number" and is null.
    NotANumber,
    /// A value lies outside the card's valid range; it stays.
    OutsideValidRange,
}

impl Note {
    /// Every note.
    pub const ALL: [Self; 5] = [
        Self::RoundedDuration,
        Self::NulReplaced,
        Self::UnreadableContext,
        Self::NotANumber,
        Self::OutsideValidRange,
    ];

    /// Returns the note's name in tables and on the command line.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::RoundedDuration => "rounded-duration",
            Self::NulReplaced => "nul-replaced",
            Self::UnreadableContext => "unreadable-context",
            Self::NotANumber => "not-a-number",
            Self::OutsideValidRange => "outside-valid-range",
        }
    }
}

/// How often each note was made, by feature; documents that were rejected do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(
    /// Count by note and feature name.
    pub BTreeMap<(Note, String), u64>,
);

impl Notes {
    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: Self) {
        for (key, count) in other.0 {
            *self.0.entry(key).or_default() += count;
        }
    }

    /// Returns how often `note` was made for `feature`.
    #[must_use]
    pub fn count(&self, note: Note, feature: &str) -> u64 {
        self.0
            .get(&(note, feature.to_owned()))
            .copied()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_adds_counts_by_note_and_feature() {
        let key = |note| (note, "time".to_owned());
        let mut first = Notes([(key(Note::NotANumber), 2)].into());
        first.merge(Notes(
            [(key(Note::NotANumber), 3), (key(Note::NulReplaced), 1)].into(),
        ));
        assert_eq!(first.count(Note::NotANumber, "time"), 5);
        assert_eq!(first.count(Note::NulReplaced, "time"), 1);
        assert_eq!(first.count(Note::NulReplaced, "other"), 0);
    }
}
