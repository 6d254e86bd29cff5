//! What the characters of a column's values add up to.

use std::collections::{BTreeMap, BTreeSet};

use super::characters::Characters;
use crate::hash::of_text;
use crate::knowledge::coded;
use crate::number::{count, float};
use crate::plan::Plan;
use crate::privacy::shape;
use crate::report::TextForms;
use crate::sketch::Frequent;

/// Characters of a word that are kept.
const WORD: usize = 40;
/// Different words that are counted.
const WORDS: usize = 4096;
/// Different shapes that are counted.
const SHAPES: usize = 1024;
/// Up to here every length has a count of its own, beyond three digits do.
const LENGTHS: u64 = 1000;

/// Lengths, characters, words, forms and shapes.
#[derive(Clone, Debug)]
pub(crate) struct TextStats {
    column: Box<str>,
    /// Whether words may be shown: of identifying columns they are not even counted.
    with_words: bool,
    pub(crate) lengths: BTreeMap<u64, u64>,
    pub(crate) longest: u64,
    pub(crate) shortest: u64,
    pub(crate) characters: Characters,
    pub(crate) words: u64,
    pub(crate) common_words: Frequent<Box<str>>,
    pub(crate) forms: TextForms,
    /// Values that look like an id.
    pub(crate) coded: u64,
    pub(crate) shapes: Frequent<Box<str>>,
}

impl TextStats {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            column: plan.name.as_str().into(),
            with_words: !plan.known.identifying && !plan.by_name,
            lengths: BTreeMap::new(),
            longest: 0,
            shortest: u64::MAX,
            characters: Characters::default(),
            words: 0,
            common_words: Frequent::new(WORDS),
            forms: TextForms::default(),
            coded: 0,
            shapes: Frequent::new(SHAPES),
        }
    }

    /// Adds a value that stands in so many rows.
    pub(crate) fn add(&mut self, text: &str, times: u64) {
        let length = self.characters.add(text, times);
        self.longest = self.longest.max(length);
        self.shortest = self.shortest.min(length);
        *self.lengths.entry(rounded(length)).or_insert(0) += times;
        self.add_words(text, times);
        add_form(&mut self.forms, text, times);
        if coded(text) {
            self.coded += times;
        }
        let shape = shape(text, &self.column);
        self.shapes
            .add(of_text(&shape), times, || shape.into_boxed_str());
    }

    /// Counts a word once a value: so few rows show nothing, however often one repeats it.
    fn add_words(&mut self, text: &str, times: u64) {
        let words = text
            .split_whitespace()
            .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
            .filter(|word| !word.is_empty());
        if !self.with_words {
            self.words += times * count(words.count());
            return;
        }
        let mut different = BTreeSet::new();
        for word in words {
            self.words += times;
            different.insert(word.chars().take(WORD).collect::<String>().to_lowercase());
        }
        for word in different {
            self.common_words
                .add(of_text(&word), times, || word.into_boxed_str());
        }
    }

    /// Mean length; of how many values, `n`.
    pub(crate) fn mean_length(&self, n: u64) -> f64 {
        float(self.characters.total()) / float(n.max(1))
    }

    /// Whether every length has a count of its own.
    pub(crate) const fn lengths_exact(&self) -> bool {
        self.longest <= LENGTHS
    }
}

/// A length, cut to three digits where it is long.
fn rounded(length: u64) -> u64 {
    let mut step = 1;
    while length / step > LENGTHS {
        step *= 10;
    }
    length / step * step
}

fn add_form(forms: &mut TextForms, text: &str, times: u64) {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        forms.padded += times;
    }
    let form = if trimmed.is_empty() {
        &mut forms.blank
    } else if is_number(trimmed) {
        &mut forms.number
    } else if is_date(trimmed) {
        &mut forms.date
    } else if is_boolean(trimmed) {
        &mut forms.boolean
    } else {
        &mut forms.other
    };
    *form += times;
}

/// A number as most programs write it; `nan` and `inf` are none.
fn is_number(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text.parse::<f64>().is_ok()
}

/// `YYYY-MM-DD`, whatever follows after a blank or `T`.
fn is_date(text: &str) -> bool {
    let Some(day) = text.get(..10) else {
        return false;
    };
    let ends = text
        .get(10..)
        .is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', 'T']));
    ends && count(text.len()) <= 40 && chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok()
}

fn is_boolean(text: &str) -> bool {
    ["true", "false", "yes", "no", "si", "sí"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word) || text.to_lowercase() == *word)
}

#[cfg(test)]
mod tests {
    use super::{is_boolean, is_date, is_number, rounded};

    #[test]
    fn text_is_told_by_what_it_could_be_read_as() {
        assert!(is_number("-1.5e3") && is_number("007") && !is_number("nan") && !is_number("1,5"));
        assert!(is_date("2025-01-31") && is_date("2025-01-31T10:00:00Z"));
        assert!(!is_date("2025-13-01") && !is_date("2025-01-311") && !is_date("día y noche"));
        assert!(is_boolean("TRUE") && is_boolean("Sí") && !is_boolean("0"));
        assert_eq!(
            [999, 1_234, 1_048_576].map(rounded),
            [999, 1_230, 1_040_000]
        );
    }
}
