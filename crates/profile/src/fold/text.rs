//! A column of text.
//!
//! While a value is in the table of common ones, its rows are only counted; what its characters
//! add to the column's figures is added when it leaves, so that a category of a million rows
//! costs a few look-ups and not a million readings.

mod characters;
mod stats;

use arrow_array::{Array, StringViewArray};

pub(crate) use stats::TextStats;

use super::number::NULL;
use super::picked::Slot;
use super::{Absent, Rows};
use crate::hash::{RowHash, mix, of_text};
use crate::number::count;
use crate::plan::Plan;
use crate::report::Counts;
use crate::sketch::{Frequent, HashSample};

/// Characters of a value that are kept; longer values are read at once.
pub(crate) const SHOWN: usize = 120;

/// What has been seen of a column of text.
#[derive(Clone, Debug)]
pub(crate) struct TextFold {
    pub(crate) counts: Counts,
    pub(crate) bytes: u64,
    pub(crate) frequent: Frequent<TextEntry>,
    distinct: Option<HashSample>,
    hashes: usize,
    pub(crate) stats: TextStats,
}

/// One value.
#[derive(Clone, Debug)]
pub(crate) struct TextEntry {
    /// Its first [`SHOWN`] characters.
    pub(crate) text: Box<str>,
    /// Whether there are more.
    pub(crate) cut: bool,
    /// Rows that the column's figures do not count yet.
    pending: u64,
}

impl TextFold {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            counts: Counts::default(),
            bytes: 0,
            frequent: Frequent::new(plan.budget.counted),
            distinct: None,
            hashes: plan.budget.hashes,
            stats: TextStats::new(plan),
        }
    }

    pub(crate) fn fold(
        &mut self,
        texts: &StringViewArray,
        rows: &Rows,
        absent: &mut Absent,
        salted: (u64, &mut [RowHash]),
    ) {
        let (salt, hashes) = salted;
        for ((row, text), hash) in (0_usize..).zip(texts.iter()).zip(hashes) {
            self.counts.rows += 1;
            let Some(text) = text else {
                hash.add(salt, NULL);
                self.counts.missing += 1;
                absent.add(rows.first + count(row), rows.codes.get(row));
                continue;
            };
            let of_text = of_text(text);
            hash.add(salt, of_text);
            self.add(of_text, text);
        }
    }

    fn add(&mut self, hash: u64, text: &str) {
        self.counts.present += 1;
        self.counts.empty_text += u64::from(text.is_empty());
        self.bytes += count(text.len());
        if self.frequent.is_full() && self.frequent.get(hash).is_none() {
            self.settle();
            self.begin_hashes();
        }
        if let Some(distinct) = &mut self.distinct {
            distinct.add(wide(hash));
        }
        let entry = self.frequent.add(hash, 1, || TextEntry::of(text));
        if entry.cut {
            self.stats.add(text, 1);
        } else {
            entry.pending += 1;
        }
    }

    /// Adds what is pending to the column's figures.
    pub(crate) fn settle(&mut self) {
        for entry in self.frequent.values_mut() {
            let times = std::mem::take(&mut entry.pending);
            if times > 0 {
                self.stats.add(&entry.text, times);
            }
        }
    }

    /// From here on the table of common values no longer tells how many there are.
    fn begin_hashes(&mut self) {
        if self.distinct.is_some() {
            return;
        }
        let mut distinct = HashSample::new(self.hashes);
        for (hash, entry) in self.frequent.iter() {
            let times = u32::try_from(entry.count).unwrap_or(u32::MAX);
            distinct.add_many(wide(hash), times);
        }
        self.distinct = Some(distinct);
    }

    /// Different values; those that occur once; relative error, where they are estimated.
    pub(crate) fn distinct(&self) -> (u64, u64, Option<f64>) {
        if let Some(distinct) = &self.distinct {
            return (
                distinct.different(),
                distinct.once(),
                distinct.relative_error(),
            );
        }
        let once = self.frequent.iter().filter(|(_, entry)| entry.count == 1);
        (count(self.frequent.len()), count(once.count()), None)
    }

    /// Whether the common values are all values, with their own counts.
    pub(crate) const fn exact(&self) -> bool {
        self.frequent.exact()
    }

    pub(crate) fn slot_of(texts: &StringViewArray, row: usize) -> Slot {
        if row < texts.len() && texts.is_valid(row) {
            Slot::Hash(of_text(texts.value(row)))
        } else {
            Slot::Missing
        }
    }
}

impl TextEntry {
    fn of(text: &str) -> Self {
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => Self {
                text: text.get(..end).unwrap_or_default().into(),
                cut: true,
                pending: 0,
            },
            None => Self {
                text: text.into(),
                cut: false,
                pending: 0,
            },
        }
    }
}

fn wide(hash: u64) -> u128 {
    u128::from(hash) << 64 | u128::from(mix(hash))
}
