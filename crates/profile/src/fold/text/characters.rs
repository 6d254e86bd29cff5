//! Characters: how many, which, of what general category and script.

use std::collections::BTreeMap;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::UnicodeScript;

use crate::number::count;
use crate::report::CharacterShare;

/// Different characters beyond ASCII that are counted one by one.
const MOST: usize = 4096;

/// Counts of characters.
#[derive(Clone, Debug)]
pub(crate) struct Characters {
    total: u64,
    ascii: [u64; 128],
    others: BTreeMap<char, u64>,
    /// Beyond [`MOST`] different ones: by category and script alone.
    beyond: BTreeMap<(&'static str, &'static str), u64>,
}

impl Default for Characters {
    fn default() -> Self {
        Self {
            total: 0,
            ascii: [0; 128],
            others: BTreeMap::new(),
            beyond: BTreeMap::new(),
        }
    }
}

impl Characters {
    /// Adds a text that stands there so many times; returns how many characters it has.
    pub(crate) fn add(&mut self, text: &str, times: u64) -> u64 {
        let length = if text.is_ascii() {
            for byte in text.bytes() {
                if let Some(here) = self.ascii.get_mut(usize::from(byte)) {
                    *here += times;
                }
            }
            count(text.len())
        } else {
            self.add_each(text, times)
        };
        self.total += length * times;
        length
    }

    fn add_each(&mut self, text: &str, times: u64) -> u64 {
        let mut length = 0;
        for letter in text.chars() {
            length += 1;
            let code = usize::try_from(u32::from(letter)).unwrap_or(usize::MAX);
            if let Some(here) = self.ascii.get_mut(code) {
                *here += times;
            } else if self.others.len() < MOST || self.others.contains_key(&letter) {
                *self.others.entry(letter).or_insert(0) += times;
            } else {
                *self.beyond.entry(kinds(letter)).or_insert(0) += times;
            }
        }
        length
    }

    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// Different ones; a lower bound where not [`Self::exact`].
    pub(crate) fn distinct(&self) -> u64 {
        count(self.each().count())
    }

    pub(crate) fn exact(&self) -> bool {
        self.beyond.is_empty()
    }

    /// Commonest first, at most so many.
    pub(crate) fn common(&self, wanted: usize) -> Vec<CharacterShare> {
        shares(
            self.each()
                .map(|(letter, times)| (letter.to_string(), times)),
            wanted,
        )
    }

    /// By general category, commonest first.
    pub(crate) fn categories(&self) -> Vec<CharacterShare> {
        self.by(|(category, _)| category)
    }

    /// By script, commonest first.
    pub(crate) fn scripts(&self) -> Vec<CharacterShare> {
        self.by(|(_, script)| script)
    }

    fn by(
        &self,
        name: impl Fn((&'static str, &'static str)) -> &'static str,
    ) -> Vec<CharacterShare> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (letter, times) in self.each() {
            *counts.entry(name(kinds(letter))).or_insert(0) += times;
        }
        for (kind, times) in &self.beyond {
            *counts.entry(name(*kind)).or_insert(0) += times;
        }
        shares(
            counts
                .into_iter()
                .map(|(name, times)| (name.to_owned(), times)),
            usize::MAX,
        )
    }

    fn each(&self) -> impl Iterator<Item = (char, u64)> + '_ {
        let ascii = (0_u8..).map(char::from).zip(self.ascii.iter().copied());
        let others = self.others.iter().map(|(letter, times)| (*letter, *times));
        ascii.filter(|(_, times)| *times > 0).chain(others)
    }
}

fn shares(counts: impl Iterator<Item = (String, u64)>, wanted: usize) -> Vec<CharacterShare> {
    let mut shares: Vec<CharacterShare> = counts
        .map(|(name, count)| CharacterShare { name, count })
        .collect();
    shares.sort_by(|one, other| {
        other
            .count
            .cmp(&one.count)
            .then_with(|| one.name.cmp(&other.name))
    });
    shares.truncate(wanted);
    shares
}

fn kinds(letter: char) -> (&'static str, &'static str) {
    (
        category(letter.general_category()),
        letter.script().full_name(),
    )
}

/// The two letters of the Unicode standard.
const fn category(category: GeneralCategory) -> &'static str {
    match category {
        GeneralCategory::UppercaseLetter => "Lu",
        GeneralCategory::LowercaseLetter => "Ll",
        GeneralCategory::TitlecaseLetter => "Lt",
        GeneralCategory::ModifierLetter => "Lm",
        GeneralCategory::OtherLetter => "Lo",
        GeneralCategory::NonspacingMark => "Mn",
        GeneralCategory::SpacingMark => "Mc",
        GeneralCategory::EnclosingMark => "Me",
        GeneralCategory::DecimalNumber => "Nd",
        GeneralCategory::LetterNumber => "Nl",
        GeneralCategory::OtherNumber => "No",
        GeneralCategory::ConnectorPunctuation => "Pc",
        GeneralCategory::DashPunctuation => "Pd",
        GeneralCategory::OpenPunctuation => "Ps",
        GeneralCategory::ClosePunctuation => "Pe",
        GeneralCategory::InitialPunctuation => "Pi",
        GeneralCategory::FinalPunctuation => "Pf",
        GeneralCategory::OtherPunctuation => "Po",
        GeneralCategory::MathSymbol => "Sm",
        GeneralCategory::CurrencySymbol => "Sc",
        GeneralCategory::ModifierSymbol => "Sk",
        GeneralCategory::OtherSymbol => "So",
        GeneralCategory::SpaceSeparator => "Zs",
        GeneralCategory::LineSeparator => "Zl",
        GeneralCategory::ParagraphSeparator => "Zp",
        GeneralCategory::Control => "Cc",
        GeneralCategory::Format => "Cf",
        GeneralCategory::Surrogate => "Cs",
        GeneralCategory::PrivateUse => "Co",
        GeneralCategory::Unassigned => "Cn",
    }
}
