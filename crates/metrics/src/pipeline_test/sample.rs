//! The transactions that are looked at: all, or all those of a part of the persons.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow_array::RecordBatch;

use crate::AnalysisError;
use crate::critical_path::{DurationColumn, Durations, LANE, Lanes, PathModel};

/// Transactions kept at most, unless told otherwise.
const MOST: usize = 200_000;
/// Transactions of one person that are looked at, at most.
const MOST_OF_PERSON: usize = 50;

/// Transactions with total and run times. Beyond the most it keeps, persons are left out by
/// a hash of their number (with all their transactions), so that the order of batches does
/// not change which are kept.
#[derive(Clone, Debug)]
pub struct PipelineSample {
    most: usize,
    /// Rows are kept whose hash has these bits 0.
    mask: u64,
    seen: u64,
    hashes: Vec<u64>,
    pub(super) persons: Vec<Option<u32>>,
    pub(super) total: Vec<f64>,
    /// Megapixels of all pictures; 0 where none is known.
    pub(super) size: Vec<f64>,
    /// Duration of each run, and whether it ran, as 1 or 0; row after row.
    pub(super) durations: Vec<f64>,
    pub(super) ran: Vec<f64>,
    pub(super) runs: usize,
}

impl PipelineSample {
    /// Returns an empty sample of at most 200,000 transactions.
    #[must_use]
    pub fn new(model: &PathModel) -> Self {
        Self::with_most(model, MOST)
    }

    /// Returns an empty sample of at most so many transactions.
    #[must_use]
    pub fn with_most(model: &PathModel, most: usize) -> Self {
        Self {
            most: most.max(1),
            mask: 0,
            seen: 0,
            hashes: Vec::new(),
            persons: Vec::new(),
            total: Vec::new(),
            size: Vec::new(),
            durations: Vec::new(),
            ran: Vec::new(),
            runs: model.runs().len(),
        }
    }

    /// Expects so many transactions that were measured: of more than are kept, persons are left
    /// out from the first row on, as they would be in the end.
    #[must_use]
    pub fn expecting(mut self, transactions: u64) -> Self {
        let most = u64::try_from(self.most).unwrap_or(u64::MAX);
        let halvings = (transactions / most).checked_ilog2().unwrap_or(0);
        self.mask = (1 << halvings) - 1;
        self
    }

    /// Adds the rows of a batch of `attempts`; `persons` numbers the person of each, `None`
    /// where it is not known. Rows without a total, or in which nothing ran, are left out.
    ///
    /// # Errors
    /// As [`crate::critical_path::PathTally::update`], and [`AnalysisError::Length`] where
    /// there are not as many persons as rows.
    pub fn update(
        &mut self,
        model: &PathModel,
        batch: &RecordBatch,
        persons: &[Option<u32>],
    ) -> Result<(), AnalysisError> {
        if persons.len() != batch.num_rows() {
            return Err(AnalysisError::Length {
                column: "persons",
                expected: batch.num_rows(),
                found: persons.len(),
            });
        }
        let durations = Durations::of(model, batch)?;
        let sizes = megapixels(model, batch);
        let mut lanes = Lanes::new(self.runs);
        for (first, persons) in (0..).step_by(LANE).zip(persons.chunks(LANE)) {
            lanes.load(&durations, first);
            for (row, person) in persons.iter().enumerate() {
                let size = sizes.get(first + row).copied().unwrap_or(0.0);
                self.add(&lanes, row, *person, size);
            }
            if self.total.len() > self.most {
                self.thin();
            }
        }
        Ok(())
    }

    fn add(&mut self, lanes: &Lanes, row: usize, person: Option<u32>, size: f64) {
        let at = |lane: &[f64; LANE]| lane.get(row).copied().unwrap_or(0.0);
        if at(&lanes.timed) <= 0.0 || lanes.ran.iter().all(|lane| at(lane) <= 0.0) {
            return;
        }
        self.seen += 1;
        // A row without a person is spread by its own place.
        let hash = mix(person.map_or(self.seen | (1 << 40), u64::from));
        if hash & self.mask != 0 {
            return;
        }
        self.hashes.push(hash);
        self.persons.push(person);
        self.total.push(at(&lanes.total));
        self.size.push(size);
        self.durations.extend(lanes.durations.iter().map(at));
        self.ran.extend(lanes.ran.iter().map(at));
    }

    /// Adds what another sample of the same model has kept. Which persons are kept does not
    /// depend on how the rows were parted, as long as they are numbered alike in all parts.
    pub fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.hashes.extend(other.hashes);
        self.persons.extend(other.persons);
        self.total.extend(other.total);
        self.size.extend(other.size);
        self.durations.extend(other.durations);
        self.ran.extend(other.ran);
        if other.mask != self.mask {
            self.mask = self.mask.max(other.mask);
            self.keep_masked();
        }
        self.thin();
    }

    /// Halves the share of persons until what is left fits.
    fn thin(&mut self) {
        while self.total.len() > self.most && self.mask < u64::MAX >> 1 {
            self.mask = self.mask * 2 + 1;
            self.keep_masked();
        }
    }

    fn keep(&mut self, kept: &[bool]) {
        retain(&mut self.hashes, kept, 1);
        retain(&mut self.persons, kept, 1);
        retain(&mut self.total, kept, 1);
        retain(&mut self.size, kept, 1);
        retain(&mut self.durations, kept, self.runs);
        retain(&mut self.ran, kept, self.runs);
    }

    /// Lets go of the persons that the mask leaves out.
    fn keep_masked(&mut self) {
        let kept: Vec<bool> = self
            .hashes
            .iter()
            .map(|hash| hash & self.mask == 0)
            .collect();
        self.keep(&kept);
    }

    /// Returns the sample with at most 50 transactions of a person, by a hash of what was
    /// measured: one that came hundreds of times (a tester) would decide every verdict alone.
    pub(super) fn evened(&self) -> Cow<'_, Self> {
        let width = self.runs.max(1);
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for person in self.persons.iter().flatten() {
            *counts.entry(*person).or_default() += 1;
        }
        counts.retain(|_, rows| *rows > MOST_OF_PERSON);
        if counts.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut of_persons: HashMap<u32, Vec<(u64, usize)>> = HashMap::new();
        for (row, person) in self.persons.iter().enumerate() {
            if let Some(person) = person.as_ref().filter(|one| counts.contains_key(one)) {
                let total = self.total.get(row).copied().unwrap_or(0.0);
                let measured = self.durations.get(row * width..(row + 1) * width);
                let hash = measured
                    .unwrap_or_default()
                    .iter()
                    .fold(total.to_bits(), |hash, value| mix(hash ^ value.to_bits()));
                of_persons.entry(*person).or_default().push((hash, row));
            }
        }
        let mut kept = vec![true; self.len()];
        for rows in of_persons.values_mut() {
            rows.sort_unstable();
            for (_, row) in rows.iter().skip(MOST_OF_PERSON) {
                if let Some(kept) = kept.get_mut(*row) {
                    *kept = false;
                }
            }
        }
        let mut evened = self.clone();
        evened.keep(&kept);
        Cow::Owned(evened)
    }

    /// Returns how many transactions it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.total.len()
    }

    /// Returns whether it holds none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total.is_empty()
    }

    pub(super) const fn seen(&self) -> u64 {
        self.seen
    }

    /// The rows in lanes, as the kernel takes them.
    pub(super) fn lanes(&self) -> Vec<Lanes> {
        let width = self.runs.max(1);
        let rows = self
            .durations
            .chunks(LANE * width)
            .zip(self.ran.chunks(LANE * width));
        rows.map(|(durations, ran)| {
            let mut lanes = Lanes::new(self.runs);
            lanes.rows = durations.len() / width;
            scatter(durations, width, &mut lanes.durations);
            scatter(ran, width, &mut lanes.ran);
            lanes
        })
        .collect()
    }
}

/// Megapixels of all pictures of each row; larger pictures take longer everywhere, also where
/// nothing is measured, so the test must know of them.
fn megapixels(model: &PathModel, batch: &RecordBatch) -> Vec<f64> {
    let mut sizes = vec![0.0; batch.num_rows()];
    for (width, height) in &model.sizes {
        let column = |name: &str| DurationColumn::of(batch, name).ok();
        let (Some(width), Some(height)) = (column(width), column(height)) else {
            continue;
        };
        let (mut wide, mut high) = ([f64::NAN; LANE], [f64::NAN; LANE]);
        for (first, sizes) in (0..).step_by(LANE).zip(sizes.chunks_mut(LANE)) {
            width.load(first, &mut wide);
            height.load(first, &mut high);
            for (size, (wide, high)) in sizes.iter_mut().zip(wide.iter().zip(&high)) {
                let pixels = wide * high / 1e6;
                *size += if pixels.is_nan() { 0.0 } else { pixels };
            }
        }
    }
    sizes
}

fn scatter(rows: &[f64], width: usize, lanes: &mut [[f64; LANE]]) {
    for (row, values) in rows.chunks_exact(width).enumerate() {
        for (lane, value) in lanes.iter_mut().zip(values) {
            if let Some(here) = lane.get_mut(row) {
                *here = *value;
            }
        }
    }
}

fn retain<T: Copy>(values: &mut Vec<T>, kept: &[bool], width: usize) {
    let mut to = 0;
    for (row, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
        let from = row * width..(row + 1) * width;
        values.copy_within(from, to);
        to += width;
    }
    values.truncate(to);
}

/// Spreads a number over 64 bits (the finaliser of SplitMix64, G. L. Steele et al., 2014).
pub(super) const fn mix(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
