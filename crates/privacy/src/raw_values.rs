//! The raw identities of a batch, kept in memory until what was made of it is checked.
//!
//! Not kept, because they say nothing about anyone and would stop every load:
//! - a value of one character or none, or without any letter or digit but `0` (`-`, `0.0`,
//!   an all-zero identifier);
//! - words that stand for a missing value (`null`, `unknown`, …) and `true`, `false`;
//! - what already has the form of a pseudonym of its feature (`<feature>_1`).

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use veriscope_card::Privacy;

use crate::pseudonymise::is_token_of;

/// Stand for a value that is missing, in any ASCII case.
const PLACEHOLDERS: &[&str] = &[
    "null",
    "none",
    "nil",
    "nan",
    "n/a",
    "na",
    "undefined",
    "unknown",
    "not available",
    "desconocido",
    "desconocida",
    "no disponible",
    "true",
    "false",
];

/// The published form of a pseudonym numbers no more than this many digits; a longer
/// number after a feature's name may be an identity.
const MAX_NUMBER_DIGITS: usize = 6;

/// Raw values of the features of class token, number and drop, by feature.
///
/// `Debug` shows how many there are, never which.
#[derive(Clone, Default)]
pub struct RawValues {
    by_feature: BTreeMap<String, Values>,
}

/// How a feature's raw values are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// Class token and number: also inside longer text, and in numbers.
    Inside,
    /// Class drop: as whole cells of text.
    Whole,
}

#[derive(Clone)]
struct Values {
    search: Search,
    values: HashSet<String>,
}

impl Search {
    /// Returns how raw values of a class are searched for; none for what is stored anyway.
    pub(crate) fn of(privacy: &Privacy) -> Option<Self> {
        match privacy {
            Privacy::Token | Privacy::Number => Some(Self::Inside),
            Privacy::Drop => Some(Self::Whole),
            Privacy::Keep | Privacy::Generalise(_) => None,
        }
    }
}

impl RawValues {
    /// Adds a value, unless it says nothing about anyone.
    pub(crate) fn add(&mut self, feature: &str, search: Search, value: &str) {
        if says_nothing(feature, value) {
            return;
        }
        if let Some(known) = self.by_feature.get_mut(feature) {
            if !known.values.contains(value) {
                known.values.insert(value.to_owned());
            }
            return;
        }
        let values = HashSet::from([value.to_owned()]);
        self.by_feature
            .insert(feature.to_owned(), Values { search, values });
    }

    /// Adds the values of another batch, for a file that holds rows of both.
    pub fn merge(&mut self, other: Self) {
        for (feature, theirs) in other.by_feature {
            match self.by_feature.get_mut(&feature) {
                Some(ours) => ours.values.extend(theirs.values),
                None => {
                    self.by_feature.insert(feature, theirs);
                }
            }
        }
    }

    /// Returns how many different values there are, over all features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_feature
            .values()
            .map(|known| known.values.len())
            .sum()
    }

    /// Returns whether there is nothing to search for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_feature.is_empty()
    }

    /// Goes over (feature, how to search, value), by feature.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Search, &str)> {
        self.by_feature.iter().flat_map(|(feature, known)| {
            known
                .values
                .iter()
                .map(|value| (feature.as_str(), known.search, value.as_str()))
        })
    }
}

impl fmt::Debug for RawValues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self
            .by_feature
            .iter()
            .map(|(feature, known)| (feature, known.values.len()));
        formatter.debug_map().entries(counts).finish()
    }
}

fn says_nothing(feature: &str, value: &str) -> bool {
    let trimmed = value.trim();
    let tells = |c: char| c.is_alphanumeric() && c != '0';
    trimmed.chars().nth(1).is_none()
        || !trimmed.chars().any(tells)
        || PLACEHOLDERS
            .iter()
            .any(|word| trimmed.eq_ignore_ascii_case(word))
        || is_pseudonym_of(feature, trimmed)
}

fn is_pseudonym_of(feature: &str, value: &str) -> bool {
    let number = value
        .strip_prefix(feature)
        .and_then(|rest| rest.strip_prefix('_'));
    let is_number = number.is_some_and(|digits| {
        (1..=MAX_NUMBER_DIGITS).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
    });
    is_number || is_token_of(feature, value)
}

#[cfg(test)]
mod tests {
    use super::{RawValues, Search};

    #[test]
    fn values_that_say_nothing_are_not_kept() {
        let mut values = RawValues::default();
        for value in [
            "",
            " ",
            "0",
            "7",
            "  x ",
            "-",
            "0.0",
            "::",
            "NULL",
            "unknown",
            "N/A",
            "person_12",
            "00000000-0000-0000-0000-000000000000",
            "person_abcdefghijklmnopqrstuvwxyz",
        ] {
            values.add("person", Search::Inside, value);
        }
        assert!(values.is_empty());
        values.add("person", Search::Inside, "customer_12");
        values.add("person", Search::Inside, "person_1000000001");
        values.add("person", Search::Inside, "12");
        assert_eq!(values.len(), 3);
    }

    #[test]
    fn debug_output_shows_counts_alone() {
        let mut values = RawValues::default();
        values.add("person", Search::Inside, "1000000001");
        assert_eq!(format!("{values:?}"), "{\"person\": 1}");
    }

    #[test]
    fn merging_keeps_each_value_once() {
        let mut one = RawValues::default();
        one.add("person", Search::Inside, "1000000001");
        let mut other = one.clone();
        other.add("person", Search::Inside, "1000000002");
        other.add("town", Search::Whole, "Cali");
        one.merge(other);
        assert_eq!(one.len(), 3);
    }
}
