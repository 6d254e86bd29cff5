//! Whole rows: their hashes, duplicates, the sample, codes and outcomes.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use super::{Pick, Rows};
use crate::cells::{Raw, read};
use crate::hash::{HashedMap, RowHash, mix};
use crate::number::count;
use crate::plan::Plan;
use crate::report::{Outcome, OutcomeCounts};
use crate::sample::{NO_TIME, UNKNOWN};
use crate::sketch::HashSample;
use crate::verdict::Verdicts;
use crate::{Knowledge, Options};

/// Rows shown at either end, and of those drawn.
pub(crate) const SHOWN_ROWS: usize = 10;
/// Duplicate rows whose cells are kept: the first ones that repeat.
const KEPT_DUPLICATES: usize = 500;
/// Rows folded at a time, so that a batch of any size takes little memory.
pub(crate) const CHUNK: usize = 8192;

/// What is known of the rows read so far.
pub(crate) struct Ledger<'a> {
    plans: &'a [Plan],
    verdicts: Verdicts<'a>,
    pub(crate) rows: u64,
    pub(crate) codes: CodeRows,
    pub(crate) outcomes: OutcomeCounts,
    pub(crate) duplicates: HashSample,
    repeated: HashedMap<u128, Box<[Raw]>>,
    sample_rows: usize,
    sampled: BinaryHeap<SampledRow>,
    drawn: BinaryHeap<StoredRow>,
    pub(crate) first: Vec<Box<[Raw]>>,
    recent: VecDeque<Arc<Rows>>,
}

/// Response codes met so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodeRows {
    places: HashMap<i64, usize>,
    /// In the order in which they were met; [`NO_TIME`] for none.
    pub(crate) met: Vec<(i64, u64)>,
}

/// A row of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SampledRow {
    key: u64,
    row: u64,
    pub(crate) slot: usize,
    pub(crate) outcome: u8,
    pub(crate) code: i64,
}

/// A row drawn to be shown.
#[derive(Clone, Debug)]
pub(crate) struct StoredRow {
    key: u64,
    row: u64,
    pub(crate) cells: Box<[Raw]>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(plans: &'a [Plan], knowledge: &'a Knowledge, options: &Options) -> Self {
        Self {
            plans,
            verdicts: Verdicts::new(plans, knowledge),
            rows: 0,
            codes: CodeRows::default(),
            outcomes: OutcomeCounts::default(),
            duplicates: HashSample::new(options.counted_rows),
            repeated: HashedMap::default(),
            sample_rows: options.sample_rows.max(1),
            sampled: BinaryHeap::new(),
            drawn: BinaryHeap::new(),
            first: Vec::new(),
            recent: VecDeque::new(),
        }
    }

    /// Numbers the next rows and their codes, before their columns are folded.
    pub(crate) fn begin(&mut self, batch: arrow_array::RecordBatch) -> Arc<Rows> {
        let first = self.rows;
        self.rows += count(batch.num_rows());
        let codes = self
            .verdicts
            .codes(&batch)
            .map(|codes| codes.iter().map(|code| self.codes.add(*code)).collect())
            .unwrap_or_default();
        let rows = Arc::new(Rows {
            batch,
            first,
            codes,
        });
        for row in 0..rows
            .batch
            .num_rows()
            .min(SHOWN_ROWS.saturating_sub(self.first.len()))
        {
            self.first.push(read(self.plans, &rows, row));
        }
        self.recent.push_back(Arc::clone(&rows));
        while self
            .recent
            .iter()
            .skip(1)
            .map(|rows| rows.batch.num_rows())
            .sum::<usize>()
            >= SHOWN_ROWS
        {
            self.recent.pop_front();
        }
        rows
    }

    /// Takes the hashes of the rows; returns those that enter the sample.
    pub(crate) fn end(&mut self, rows: &Rows, hashes: &[RowHash]) -> Vec<Pick> {
        let outcomes = self.verdicts.outcomes(&rows.batch);
        let mut picks = Vec::new();
        for (row, hash) in hashes.iter().enumerate() {
            let bits = hash.bits();
            let before = self.duplicates.add(bits);
            if before == 1 && self.repeated.len() < KEPT_DUPLICATES {
                self.repeated.insert(bits, read(self.plans, rows, row));
            }
            let outcome = outcomes.get(row).copied().unwrap_or(UNKNOWN);
            self.outcomes.add(outcome);
            // Equal rows have keys of their own, else they would all be in or all be out.
            let key = mix(u64::try_from(bits >> 64).unwrap_or(0) ^ mix(u64::from(before)));
            let sampled = SampledRow {
                key,
                row: rows.first + count(row),
                slot: 0,
                outcome,
                code: self.code_of(rows, row),
            };
            self.draw(rows, row, &sampled);
            if let Some(slot) = self.enter(sampled) {
                picks.push(Pick { row, slot });
            }
        }
        picks
    }

    fn code_of(&self, rows: &Rows, row: usize) -> i64 {
        rows.codes
            .get(row)
            .and_then(|place| self.codes.met.get(*place))
            .map_or(NO_TIME, |(code, _)| *code)
    }

    /// Lets a row into the sample if there is room or its key is less than another's.
    fn enter(&mut self, mut sampled: SampledRow) -> Option<usize> {
        if self.sampled.len() < self.sample_rows {
            sampled.slot = self.sampled.len();
            self.sampled.push(sampled);
            return Some(sampled.slot);
        }
        let mut greatest = self.sampled.peek_mut()?;
        if sampled.cmp(&greatest) != Ordering::Less {
            return None;
        }
        sampled.slot = greatest.slot;
        *greatest = sampled;
        Some(sampled.slot)
    }

    fn draw(&mut self, rows: &Rows, row: usize, sampled: &SampledRow) {
        let room = self.drawn.len() < SHOWN_ROWS;
        let lesser = self
            .drawn
            .peek()
            .is_none_or(|most| (sampled.key, sampled.row) < (most.key, most.row));
        if room || lesser {
            self.drawn.push(StoredRow {
                key: sampled.key,
                row: sampled.row,
                cells: read(self.plans, rows, row),
            });
            if !room {
                self.drawn.pop();
            }
        }
    }

    /// Returns the last rows as they stand.
    pub(crate) fn last(&self) -> Vec<Box<[Raw]>> {
        let mut last = Vec::new();
        for rows in self.recent.iter().rev() {
            for row in (0..rows.batch.num_rows()).rev() {
                let place = rows.first + count(row);
                if last.len() < SHOWN_ROWS && place >= count(self.first.len()) {
                    last.push(read(self.plans, rows, row));
                }
            }
        }
        last.reverse();
        last
    }

    /// Returns the drawn rows in the order of the table.
    pub(crate) fn drawn(&self) -> Vec<&StoredRow> {
        let mut drawn: Vec<&StoredRow> = self.drawn.iter().collect();
        drawn.sort_unstable_by_key(|stored| stored.row);
        drawn
    }

    /// Returns the sampled rows in the order of their keys.
    pub(crate) fn sampled(&self) -> Vec<SampledRow> {
        let mut sampled: Vec<SampledRow> = self.sampled.iter().copied().collect();
        sampled.sort_unstable();
        sampled
    }

    /// Returns kept rows that repeat with how often they occur, commonest first.
    pub(crate) fn repeated(&self) -> Vec<(u64, &[Raw])> {
        let mut repeated: Vec<(u64, u128, &[Raw])> = self
            .repeated
            .iter()
            .map(|(hash, cells)| (self.duplicates.times(*hash), *hash, cells.as_ref()))
            .filter(|(times, ..)| *times > 1)
            .collect();
        repeated.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        repeated
            .into_iter()
            .map(|(times, _, cells)| (times, cells))
            .collect()
    }
}

impl CodeRows {
    /// More different codes than any dictionary has count as one.
    const MOST: usize = 1000;

    fn add(&mut self, code: i64) -> usize {
        let next = self.met.len();
        let code = if next >= Self::MOST && !self.places.contains_key(&code) {
            NO_TIME
        } else {
            code
        };
        let place = *self.places.entry(code).or_insert(next);
        if place == next {
            self.met.push((code, 0));
        }
        if let Some((_, rows)) = self.met.get_mut(place) {
            *rows += 1;
        }
        place
    }
}

impl OutcomeCounts {
    const fn add(&mut self, outcome: u8) {
        match outcome {
            crate::sample::ACCEPTED => self.accepted += 1,
            crate::sample::REJECTED => self.rejected += 1,
            crate::sample::TECHNICAL => self.technical += 1,
            _ => {}
        }
    }
}

impl Ord for SampledRow {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.key, self.row).cmp(&(other.key, other.row))
    }
}

impl PartialOrd for SampledRow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for StoredRow {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for StoredRow {}

impl Ord for StoredRow {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.key, self.row).cmp(&(other.key, other.row))
    }
}

impl PartialOrd for StoredRow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What each outcome is called in the report.
pub(crate) const fn outcome_code(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Accepted => crate::sample::ACCEPTED,
        Outcome::Rejected => crate::sample::REJECTED,
        Outcome::Technical => crate::sample::TECHNICAL,
    }
}
