//! The leak scan: no raw value of a batch stands in what was made of it.
//!
//! What is searched for, where:
//!
//! | raw value | where |
//! |---|---|
//! | class token or number, 6 characters and more | in text, also inside longer text, in any ASCII case |
//! | the same, shorter; class drop | whole cells of text, exactly |
//! | class token or number, 6 digits and more; class drop, 8 digits and more | whole numbers, leading zeros aside |
//!
//! (Eight, because a duration in ms meets a six-digit postal code by chance.) Text is `Utf8`
//! in all layouts, dictionaries of it, and binary values that are UTF-8; lists and structs
//! are looked into. Numbers are integers, whole floats and whole decimals.
//!
//! What is no leak:
//! - a whole cell of a column that the value's feature lists in `may_equal`;
//! - a cell that is a feature's name, and the feature's name at the start of a pseudonym: a
//!   client may be called like a feature;
//! - a part of a token: 26 random characters hold a six-letter name by chance once in 50
//!   million, and a lake has as many tokens;
//! - numbers in `_position` and `_utc_offset_min`, the bytes of `_content_hash`; in
//!   `_run_id`, `_policy_id` and `_partition`, whose text is ours, whole values alone count;
//! - values that say nothing about anyone are not collected, see [`RawValues`].

use std::collections::{HashMap, HashSet};

use arrow_array::RecordBatch;
use thiserror::Error;
use veriscope_base::ErrorClass;
use veriscope_card::schema::column;
use veriscope_card::{Card, Privacy};

use crate::RawValues;
use crate::pseudonymise::is_token_of;
use crate::raw_values::Search;
use crate::windows::Windows;

mod cells;

/// A shorter value is searched as a whole cell.
const MIN_INSIDE_CHARS: usize = 6;
/// Least number of class token or number that is searched in numeric cells: six digits.
const MIN_NUMBER: u128 = 100_000;
/// The same of class drop: eight digits.
const MIN_DROP_NUMBER: u128 = 10_000_000;

/// A raw value was found where none may be. Holds the place, never the value.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "a raw value of `{feature}` stands in column `{column}`, row {row}: nothing of this is \
     published; if the column may hold it, generalise or drop the column in the card, or list \
     it under `may_equal` of `{feature}`"
)]
pub struct Leak {
    /// Column in which it stands.
    pub column: String,
    /// Row of the batch, from 0.
    pub row: usize,
    /// Feature whose raw value it is.
    pub feature: String,
}

impl Leak {
    /// Returns the failure class.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        ErrorClass::CheckFailed
    }
}

/// Index of a feature in [`LeakScan::features`].
type FeatureIndex = usize;

/// A search for the raw values of a batch, made once for all that was made of the batch.
pub struct LeakScan {
    features: Vec<ScannedFeature>,
    /// Names of all features, for cells that hold one.
    names: HashSet<String>,
    /// Names of the features that have pseudonyms.
    pseudonymous: Vec<String>,
    inside: Windows<Vec<FeatureIndex>>,
    whole: HashMap<Vec<u8>, Vec<FeatureIndex>>,
    /// Bit n: some whole value has n bytes (the last: that many or more).
    whole_lengths: u128,
    numbers: HashMap<u128, Vec<FeatureIndex>>,
    /// The same numbers, as a float holds them.
    floats: HashMap<u64, Vec<FeatureIndex>>,
}

struct ScannedFeature {
    name: String,
    may_equal: Vec<String>,
}

/// How the cells of a column are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Text and numbers.
    All,
    /// Whole text alone, and no values of class drop: the text is the program's.
    OwnText,
    /// Not at all.
    Nothing,
}

impl LeakScan {
    /// Prepares the search for raw values of a card.
    #[must_use]
    pub fn new(values: &RawValues, card: &Card) -> Self {
        let mut patterns = Patterns::default();
        let mut features: Vec<ScannedFeature> = Vec::new();
        for (name, search, value) in values.iter() {
            // Values come feature by feature.
            if features.last().is_none_or(|last| last.name != name) {
                let may_equal = card
                    .feature(name)
                    .map(|f| f.may_equal.clone())
                    .unwrap_or_default();
                features.push(ScannedFeature {
                    name: name.to_owned(),
                    may_equal,
                });
            }
            patterns.add(features.len() - 1, search, value);
        }
        let has_pseudonyms = |p: &Privacy| matches!(p, Privacy::Token | Privacy::Number);
        Self {
            features,
            names: card
                .all_features()
                .map(|feature| feature.name.clone())
                .collect(),
            pseudonymous: card
                .all_features()
                .filter(|feature| has_pseudonyms(&feature.privacy))
                .map(|feature| feature.name.clone())
                .collect(),
            inside: Windows::new(patterns.inside),
            whole_lengths: patterns
                .whole
                .keys()
                .fold(0, |bits, value| bits | length_bit(value)),
            whole: patterns.whole,
            floats: floats(&patterns.numbers),
            numbers: patterns.numbers,
        }
    }

    /// Looks at every cell of a batch: of what is to be written, or better of what was
    /// written, read again. The order of columns and their layout do not matter.
    ///
    /// # Errors
    /// The first [`Leak`] that is found, column by column.
    pub fn check(&self, batch: &RecordBatch) -> Result<(), Leak> {
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let search = ColumnSearch {
                scan: self,
                column: field.name(),
                look: look(field.name()),
            };
            if search.look == Look::Nothing {
                continue;
            }
            if let Some((row, feature)) = cells::search(&search, array) {
                let feature = self.features.get(feature).map(|f| f.name.clone());
                return Err(Leak {
                    column: field.name().clone(),
                    row,
                    feature: feature.unwrap_or_default(),
                });
            }
        }
        Ok(())
    }
}

/// Raw values by the way in which they are searched for.
#[derive(Default)]
struct Patterns {
    /// In ASCII lower case.
    inside: HashMap<Vec<u8>, Vec<FeatureIndex>>,
    whole: HashMap<Vec<u8>, Vec<FeatureIndex>>,
    numbers: HashMap<u128, Vec<FeatureIndex>>,
}

impl Patterns {
    fn add(&mut self, feature: FeatureIndex, search: Search, value: &str) {
        let bare = value.trim();
        if search == Search::Inside && bare.chars().count() >= MIN_INSIDE_CHARS {
            self.inside
                .entry(bare.to_ascii_lowercase().into_bytes())
                .or_default()
                .push(feature);
        } else {
            self.whole
                .entry(value.as_bytes().to_vec())
                .or_default()
                .push(feature);
            if bare != value {
                self.whole
                    .entry(bare.as_bytes().to_vec())
                    .or_default()
                    .push(feature);
            }
        }
        let least = match search {
            Search::Inside => MIN_NUMBER,
            Search::Whole => MIN_DROP_NUMBER,
        };
        if let Some(number) = digits(bare).filter(|number| *number >= least) {
            self.numbers.entry(number).or_default().push(feature);
        }
    }
}

/// The search in one column.
struct ColumnSearch<'a> {
    scan: &'a LeakScan,
    column: &'a str,
    look: Look,
}

impl ColumnSearch<'_> {
    /// Returns whose raw value a text cell holds. `lower` is a buffer that is used again.
    fn text(&self, cell: &[u8], lower: &mut Vec<u8>) -> Option<FeatureIndex> {
        let scan = self.scan;
        if cell.is_empty() {
            return None;
        }
        if self.look == Look::All && scan.whole_lengths & length_bit(cell) != 0 {
            let whose = scan
                .whole
                .get(cell)
                .and_then(|features| self.refused(features));
            if whose.is_some_and(|_| !self.is_name(cell)) {
                return whose;
            }
        }
        lower.clear();
        lower.extend(cell.iter().map(u8::to_ascii_lowercase));
        if self.look == Look::OwnText {
            return scan
                .inside
                .whole(lower)
                .and_then(|features| self.refused(features));
        }
        scan.inside.find(lower, |place, features| {
            if place.len() == cell.len() {
                return self.refused(features).filter(|_| !self.is_name(cell));
            }
            let is_ours = self.is_name(cell) || self.is_pseudonym_around(cell, place.start);
            features.first().copied().filter(|_| !is_ours)
        })
    }

    /// Returns whose raw value a whole number is.
    fn number(&self, number: u128) -> Option<FeatureIndex> {
        if self.look != Look::All || number < MIN_NUMBER {
            return None;
        }
        self.scan
            .numbers
            .get(&number)
            .and_then(|features| self.refused(features))
    }

    /// Returns whose raw value a float is.
    fn float(&self, float: f64) -> Option<FeatureIndex> {
        if self.look != Look::All || float.is_nan() || float < 100_000.0 {
            return None;
        }
        self.scan
            .floats
            .get(&float.to_bits())
            .and_then(|features| self.refused(features))
    }

    /// Returns the first feature that does not allow its value as a whole cell of the column.
    fn refused(&self, features: &[FeatureIndex]) -> Option<FeatureIndex> {
        let column = self.column.strip_prefix('_').unwrap_or(self.column);
        features.iter().copied().find(|feature| {
            !self
                .scan
                .features
                .get(*feature)
                .is_some_and(|f| f.may_equal.iter().any(|allowed| allowed == column))
        })
    }

    fn is_name(&self, cell: &[u8]) -> bool {
        std::str::from_utf8(cell).is_ok_and(|text| self.scan.names.contains(text))
    }

    /// Returns whether a part of a cell that begins at `start` belongs to a pseudonym: to a
    /// token, or to the name before a number.
    fn is_pseudonym_around(&self, cell: &[u8], start: usize) -> bool {
        let Ok(text) = std::str::from_utf8(cell) else {
            return false;
        };
        self.scan.pseudonymous.iter().any(|name| {
            let number = text
                .strip_prefix(name.as_str())
                .and_then(|rest| rest.strip_prefix('_'));
            let is_number = number
                .is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()));
            is_token_of(name, text) || (is_number && start < name.len())
        })
    }
}

fn look(column: &str) -> Look {
    match column {
        column::POSITION | column::UTC_OFFSET | column::CONTENT_HASH => Look::Nothing,
        column::RUN | column::POLICY | column::POLICY_ID | column::PARTITION => Look::OwnText,
        _ => Look::All,
    }
}

fn length_bit(value: &[u8]) -> u128 {
    1 << value.len().min(127)
}

/// Returns the number that text of digits alone stands for; none beyond 38 digits.
fn digits(text: &str) -> Option<u128> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}

/// A float holds no more than 53 bits of a long number, so the numbers are rounded as it
/// rounds them.
fn floats(numbers: &HashMap<u128, Vec<FeatureIndex>>) -> HashMap<u64, Vec<FeatureIndex>> {
    let mut floats: HashMap<u64, Vec<FeatureIndex>> = HashMap::new();
    for (number, features) in numbers {
        if let Ok(float) = number.to_string().parse::<f64>() {
            floats.entry(float.to_bits()).or_default().extend(features);
        }
    }
    floats
}

#[cfg(test)]
mod tests;
