//! The rows that filters keep, and those that only one filter keeps out.

use std::ops::Range;

use veriscope_metrics::query::Cell;

use crate::codes::Codes;
use crate::filter::Kept;
use crate::parallel::parallel;
use crate::persons::PersonCount;
use crate::{Cache, Filters};

/// Rows that filters keep, in as many parts as are worked on at once. No part begins inside a
/// person's rows or a process.
#[derive(Debug)]
pub struct Selection<'a> {
    pub(crate) cache: &'a Cache,
    parts: Vec<PartRows>,
    filters: Filters,
}

/// The rows of one part, ascending.
#[derive(Debug, Default)]
struct PartRows {
    kept: Vec<u32>,
    /// For each filter the rows that it alone keeps out.
    but_for: Vec<Vec<u32>>,
}

impl<'a> Selection<'a> {
    /// Finds the rows that filters keep; what exclusions leave out is in no selection.
    #[must_use]
    pub fn of(cache: &'a Cache, filters: Filters) -> Self {
        let parts = parallel(cache.parts(), |rows| PartRows::of(cache, &filters, rows));
        Self {
            cache,
            parts,
            filters,
        }
    }

    /// Returns what the rows are of.
    #[must_use]
    pub const fn cache(&self) -> &'a Cache {
        self.cache
    }

    /// Returns how many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.kept.len()).sum()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the rows, ascending, part by part; without the filter on a column where one
    /// is named, for a chart along that column shows what else could be chosen.
    pub(crate) fn rows(&self, but: Option<&str>) -> Vec<std::borrow::Cow<'_, [u32]>> {
        let but = but.and_then(|column| self.filters.of_column(column));
        let rows = |part: &'_ PartRows| -> Vec<u32> {
            let more = but.and_then(|place| part.but_for.get(place));
            merged(&part.kept, more.map_or(&[], Vec::as_slice))
        };
        match but {
            None => self
                .parts
                .iter()
                .map(|part| part.kept.as_slice().into())
                .collect(),
            Some(_) => self.parts.iter().map(|part| rows(part).into()).collect(),
        }
    }

    /// Works on each part of the rows at once; what comes of them is in their order.
    pub(crate) fn each<T: Send>(
        &self,
        but: Option<&str>,
        work: impl Fn(&[u32]) -> T + Sync,
    ) -> Vec<T> {
        parallel(self.rows(but), |rows| work(&rows))
    }

    /// Returns the least and the greatest value of a column that is not null; none where no
    /// row has one, and for a column that is not held.
    #[must_use]
    pub fn span(&self, column: &str) -> Option<(&'a Cell, &'a Cell)> {
        let column = self.cache.column(column)?;
        let mut has = vec![false; column.values.len()];
        for part in self.each(None, |rows| column.counts(rows)) {
            for (has, count) in has.iter_mut().zip(part) {
                *has |= count > 0;
            }
        }
        let values = column.values.iter().zip(has);
        let mut values = values.filter(|(value, has)| *has && **value != Cell::Null);
        let (first, _) = values.next()?;
        Some((first, values.next_back().map_or(first, |(last, _)| last)))
    }

    /// Returns how many persons stand behind the rows; none where the card knows no persons.
    #[must_use]
    pub fn persons(&self) -> Option<u64> {
        let parts = self.each(None, |rows| {
            let mut persons = PersonCount::default();
            rows.iter().for_each(|row| persons.add(self.cache, *row));
            persons
        });
        let mut persons = PersonCount::default();
        parts.into_iter().for_each(|part| persons.merge(part));
        persons.finish(self.cache)
    }

    /// Returns of how many rows one is looked at where about `most` are to be; of those that
    /// are there without the filter on a column where one is named.
    #[must_use]
    pub fn one_in(&self, most: usize, but: Option<&str>) -> usize {
        let but = but.and_then(|column| self.filters.of_column(column));
        let more =
            |part: &PartRows| but.map_or(0, |place| part.but_for.get(place).map_or(0, Vec::len));
        let rows: usize = self
            .parts
            .iter()
            .map(|part| part.kept.len() + more(part))
            .sum();
        rows.div_ceil(most.max(1)).max(1)
    }

    /// Returns at most so many rows: a few that stand together, again and again, spread over all
    /// parts.
    #[must_use]
    pub fn sample(&self, most: usize) -> Vec<u32> {
        let step = self.one_in(most, None);
        let parts = self.parts.iter();
        let mut rows: Vec<u32> = parts
            .flat_map(|part| every(&part.kept, step, SHORT_RUN))
            .copied()
            .collect();
        rows.truncate(most);
        rows
    }
}

/// Rows that are looked at together.
const BLOCK: u32 = 4096;
/// Rows of a large sample that stand together: they share the lines of memory that are waited
/// for.
pub(crate) const RUN: usize = 32;
/// The same of a small one, in which many rows of one person would say little more than one.
const SHORT_RUN: usize = 4;

/// Returns about one row in `step`, in runs of rows that stand together, the first of which
/// begins. Rows are in order of persons, and those in no order at all.
pub(crate) fn every(rows: &[u32], step: usize, run: usize) -> impl Iterator<Item = &u32> {
    let run = if step > 1 { run } else { rows.len() }.max(1);
    rows.chunks(run).step_by(step).flatten()
}

impl PartRows {
    fn of(cache: &Cache, filters: &Filters, rows: Range<u32>) -> Self {
        let mut part = Self {
            kept: Vec::new(),
            but_for: vec![Vec::new(); filters.filters.len()],
        };
        let mut block = Block::default();
        let place = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
        for first in rows.clone().step_by(place(BLOCK)) {
            let last = rows.end.min(first.saturating_add(BLOCK));
            block.look(cache, filters, first..last);
            block.sort_into(&mut part);
        }
        part
    }
}

/// Some rows: how many filters keep each out, and if it is one, which.
#[derive(Debug, Default)]
struct Block {
    first: u32,
    failed: Vec<u8>,
    /// The numbers of the filters that keep a row out, added up.
    which: Vec<u8>,
    found: Vec<u32>,
}

impl Block {
    fn look(&mut self, cache: &Cache, filters: &Filters, rows: Range<u32>) {
        let place = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
        let range = place(rows.start)..place(rows.end);
        self.first = rows.start;
        self.which.clear();
        self.which.resize(range.len(), 0);
        self.failed.clear();
        let excluded = cache.excluded.get(range.clone()).unwrap_or_default();
        self.failed
            .extend(excluded.iter().map(|out| u8::from(*out) * 2));
        for (number, filter) in (0_u8..).zip(&filters.filters) {
            match &filter.kept {
                Kept::Values { place, keeps } => {
                    let Some(column) = cache.columns.get(*place) else {
                        continue;
                    };
                    match &**column.bundle() {
                        Codes::Narrow(codes) => {
                            self.values(codes.get(range.clone()), keeps, number);
                        }
                        Codes::Wide(codes) => self.values(codes.get(range.clone()), keeps, number),
                    }
                }
                Kept::Times { place, ranges } => {
                    let Some(times) = cache.durations.get(*place) else {
                        continue;
                    };
                    let keeps = |row: usize| {
                        let time = times.get(row);
                        ranges.iter().any(|range| match (range, time) {
                            (Some(range), Some(time)) => range.holds_number(time),
                            (None, None) => true,
                            _ => false,
                        })
                    };
                    self.mark(range.clone().map(keeps), number);
                }
            }
        }
    }

    fn values<T: Copy + Into<usize>>(&mut self, codes: Option<&[T]>, keeps: &[bool], number: u8) {
        let codes = codes.unwrap_or_default().iter();
        let keeps = codes.map(|code| keeps.get((*code).into()).copied().unwrap_or(false));
        self.mark(keeps, number);
    }

    /// Without a branch: whether a row is kept is anyone's guess.
    fn mark(&mut self, keeps: impl Iterator<Item = bool>, number: u8) {
        let both = self.failed.iter_mut().zip(&mut self.which);
        for (keeps, (failed, which)) in keeps.zip(both) {
            let fails = u8::from(!keeps);
            *failed = failed.saturating_add(fails);
            *which = which.wrapping_add(fails * number);
        }
    }

    fn sort_into(&mut self, part: &mut PartRows) {
        self.find(|failed| failed == 0);
        part.kept.extend_from_slice(&self.found);
        if part.but_for.is_empty() {
            return;
        }
        self.find(|failed| failed == 1);
        for row in &self.found {
            let place = usize::try_from(row - self.first).unwrap_or(usize::MAX);
            let which = self.which.get(place).copied().unwrap_or(0);
            if let Some(rows) = part.but_for.get_mut(usize::from(which)) {
                rows.push(*row);
            }
        }
    }

    /// Finds the rows of which so many filters keep out, without a branch.
    fn find(&mut self, is_wanted: impl Fn(u8) -> bool) {
        self.found.resize(self.failed.len() + 1, 0);
        let mut count = 0;
        for (row, failed) in (self.first..).zip(&self.failed) {
            if let Some(next) = self.found.get_mut(count) {
                *next = row;
            }
            count += usize::from(is_wanted(*failed));
        }
        self.found.truncate(count);
    }
}

/// Both of two ascending lists, ascending.
fn merged(one: &[u32], other: &[u32]) -> Vec<u32> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let mut others = other.iter().copied().peekable();
    for row in one {
        while let Some(next) = others.next_if(|next| next < row) {
            merged.push(next);
        }
        merged.push(*row);
    }
    merged.extend(others);
    merged
}

impl Cache {
    /// Cuts the rows into as many parts as there are cores, between persons.
    fn parts(&self) -> Vec<Range<u32>> {
        const LEAST: usize = 16_384;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let count = threads.min(self.rows / LEAST).max(1);
        let mut parts = Vec::with_capacity(count);
        let mut first = 0;
        for part in 1..=count {
            let mut end = self.rows * part / count;
            while end < self.rows && !self.begins(end) {
                end += 1;
            }
            let row = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
            if end > first {
                parts.push(row(first)..row(end));
            }
            first = end.max(first);
        }
        parts
    }

    /// Whether a row begins both a process and a person.
    fn begins(&self, row: usize) -> bool {
        let differs = |values: &[u32]| {
            let before = row.checked_sub(1).and_then(|before| values.get(before));
            before != values.get(row)
        };
        let is_nobody = self.persons.get(row) == Some(&crate::NOBODY);
        differs(&self.processes) && (is_nobody || differs(&self.persons))
    }
}

#[cfg(test)]
mod tests {
    use super::every;

    #[test]
    fn a_sample_is_of_runs_that_stand_together_and_of_one_step_it_is_all() {
        let rows: Vec<u32> = (0..200).collect();
        let wanted: Vec<u32> = (0..32).chain(96..128).chain(192..200).collect();
        assert_eq!(every(&rows, 3, 32).copied().collect::<Vec<_>>(), wanted);
        assert_eq!(every(&rows, 1, 32).copied().collect::<Vec<_>>(), rows);
        assert_eq!(every(&[], 1, 32).count(), 0);
    }
}
