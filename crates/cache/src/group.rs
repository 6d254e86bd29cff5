//! Rows counted by groups, with the intervals of shares.

use std::collections::HashMap;

use veriscope_metrics::intervals::{ClusterCount, ClusterTally, Level};
use veriscope_metrics::number::{float_u64, share};
use veriscope_metrics::query::{Cell, Number};

use crate::coded::at;
use crate::measure::{Compiled, Kind, MOST};
use crate::{Axis, Cache, CacheError, Measured, NOBODY, Selection};

/// More groups than this are not counted at once.
const MOST_GROUPS: usize = 400_000;
/// Rows that are worked on together.
const BLOCK: usize = 4096;

/// One group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its values, in the order of the axes.
    pub values: Vec<Cell>,
    /// A number for each metric, in the order asked for.
    pub numbers: Vec<Number>,
}

/// Rows by groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    /// Groups with any row, in order of their values, null first.
    pub groups: Vec<Group>,
    /// The whole.
    pub total: Vec<Number>,
}

/// Counts metrics by groups.
#[derive(Debug)]
pub struct GroupTally<'a> {
    cache: &'a Cache,
    measured: &'a Measured,
    axes: &'a [Axis<'a>],
    /// For each axis what each value of its column adds to a group's number.
    tables: Vec<Vec<u32>>,
    /// How many groups there may be; the whole comes after them.
    groups: usize,
    shares: Vec<(usize, usize)>,
}

impl<'a> GroupTally<'a> {
    /// Prepares counting.
    ///
    /// # Errors
    /// [`CacheError::TooManyGroups`].
    pub fn new(
        cache: &'a Cache,
        measured: &'a Measured,
        axes: &'a [Axis<'a>],
    ) -> Result<Self, CacheError> {
        // The last axis varies fastest, so that groups are in order of their values.
        let mut groups = 1_usize;
        let mut tables = Vec::with_capacity(axes.len());
        for axis in axes.iter().rev() {
            let stride = u32::try_from(groups).unwrap_or(u32::MAX);
            let of_value = axis.groups.iter().map(|group| group.saturating_mul(stride));
            tables.push(of_value.collect());
            groups = groups.saturating_mul(axis.len());
        }
        tables.reverse();
        if groups > MOST_GROUPS {
            let names: Vec<&str> = axes.iter().map(|axis| axis.column.name.as_str()).collect();
            return Err(CacheError::TooManyGroups {
                groups,
                by: names.join(", "),
            });
        }
        let shares = measured.metrics.iter().filter_map(Compiled::share);
        Ok(Self {
            cache,
            measured,
            axes,
            tables,
            groups,
            shares: shares.collect(),
        })
    }

    /// Counts the rows of a selection; without its filter on a column where one is named, as
    /// for a chart along that column, which shows what else could be chosen.
    #[must_use]
    pub fn count(&self, selection: &Selection<'_>, but: Option<&str>) -> Groups {
        let mut tallies = selection.each(but, |rows| self.walk(rows)).into_iter();
        let mut tally = tallies.next().unwrap_or_else(|| Tally::new(self));
        for more in tallies {
            tally.merge(more);
        }
        self.finish(tally)
    }

    fn walk(&self, rows: &[u32]) -> Tally {
        if self.shares.is_empty() {
            return self.walk_counts(rows);
        }
        let mut walk = Walk::new(self);
        let mut groups = Vec::with_capacity(BLOCK);
        let mut masks = Vec::with_capacity(BLOCK);
        let mut last = NOBODY;
        for block in rows.chunks(BLOCK) {
            self.group_and_mask(block, &mut groups, &mut masks);
            for (row, (group, mask)) in block.iter().zip(groups.iter().zip(&masks)) {
                let person = at(&self.cache.persons, *row);
                if person == NOBODY {
                    walk.alone(*group, *mask & !self.measured.of_persons);
                } else if self.cache.is_scattered(person) {
                    walk.tally.see(*group);
                    walk.tally.set_apart(person, *group, *mask);
                } else {
                    if person != last {
                        walk.flush();
                        last = person;
                    }
                    walk.add(*group, *mask);
                }
            }
        }
        walk.flush();
        walk.tally
    }

    /// Counts alone: a person is known by who was there last, and nothing waits for its end.
    fn walk_counts(&self, rows: &[u32]) -> Tally {
        let mut tally = Tally::new(self);
        let mut last = vec![NOBODY; tally.rows.len()];
        let mut groups = Vec::with_capacity(BLOCK);
        let mut masks = Vec::with_capacity(BLOCK);
        for block in rows.chunks(BLOCK) {
            self.group_and_mask(block, &mut groups, &mut masks);
            for (row, (group, mask)) in block.iter().zip(groups.iter().zip(&masks)) {
                let person = at(&self.cache.persons, *row);
                tally.see(*group);
                if self.cache.is_scattered(person) {
                    tally.set_apart(person, *group, *mask);
                    continue;
                }
                let mask = if person == NOBODY {
                    *mask & !self.measured.of_persons
                } else {
                    *mask
                };
                tally.count(*group, mask, person, &mut last);
                tally.count(tally.whole, mask, person, &mut last);
            }
        }
        tally
    }

    /// The group of each row, and which conditions hold for it.
    fn group_and_mask(&self, rows: &[u32], groups: &mut Vec<u32>, masks: &mut Vec<u16>) {
        groups.clear();
        groups.resize(rows.len(), 0);
        for (axis, table) in self.axes.iter().zip(&self.tables) {
            axis.column.add_to(rows, table, groups);
        }
        masks.clear();
        masks.resize(rows.len(), u16::MAX);
        for (place, bits) in &self.measured.columns {
            if let Some(column) = self.cache.columns.get(*place) {
                column.keep_bits(rows, bits, masks);
            }
        }
    }

    fn finish(&self, mut tally: Tally) -> Groups {
        let mut scattered: Vec<_> = std::mem::take(&mut tally.scattered).into_iter().collect();
        scattered.sort_unstable_by_key(|(place, _)| *place);
        for ((_, group), counts) in scattered {
            tally.close(group, &counts, &self.shares, true);
        }
        let present = |group: &usize| tally.seen.get(*group).is_some_and(|seen| *seen > 0);
        let groups = (0..self.groups).filter(present).map(|number| Group {
            values: self.values(number),
            numbers: self.numbers(&tally, number),
        });
        Groups {
            groups: groups.collect(),
            total: self.numbers(&tally, self.groups),
        }
    }

    fn values(&self, group: usize) -> Vec<Cell> {
        let mut rest = group;
        let mut values: Vec<Cell> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            let value = axis.values.get(rest % axis.len());
            values.push(value.cloned().unwrap_or(Cell::Null));
            rest /= axis.len();
        }
        values.reverse();
        values
    }

    fn numbers(&self, tally: &Tally, group: usize) -> Vec<Number> {
        let conditions = self.measured.conditions;
        let rows = |condition: usize| {
            let place = group * conditions + condition;
            tally.rows.get(place).copied().unwrap_or(0)
        };
        let persons = |condition: usize| {
            let persons = tally.persons.get(group * conditions + condition).copied();
            persons.filter(|_| self.cache.person.is_some())
        };
        let mut shares = tally.shares.iter().skip(group * self.shares.len());
        let numbers = self
            .measured
            .metrics
            .iter()
            .map(|metric| match metric.kind {
                Kind::Count { rows: condition } => {
                    let n = rows(condition);
                    number(metric, Some(float_u64(n)), n, persons(condition), None)
                }
                Kind::Persons { rows: condition } => {
                    let count = persons(condition);
                    number(metric, count.map(float_u64), rows(condition), count, None)
                }
                Kind::Share { hits, trials } => {
                    let tally = shares.next();
                    let found = tally.and_then(|tally| tally.proportion(Level::NINETY_FIVE));
                    let n = rows(trials);
                    let interval = found.map(|found| (found.low, found.high));
                    number(metric, share(rows(hits), n), n, persons(trials), interval)
                }
            });
        numbers.collect()
    }
}

fn number(
    metric: &Compiled,
    value: Option<f64>,
    n: u64,
    persons: Option<u64>,
    interval: Option<(f64, f64)>,
) -> Number {
    // Without persons on the card, rows are all there is to go by.
    let is_enough = metric.enough.holds(n, persons.unwrap_or(u64::MAX));
    let value = value.filter(|_| is_enough);
    let interval = interval.filter(|_| value.is_some());
    Number {
        value,
        low: interval.map(|(low, _)| low),
        high: interval.map(|(_, high)| high),
        n,
        persons,
        is_too_few: !is_enough,
        is_approximate: false,
    }
}

/// What some rows come to: first the groups, then the whole.
#[derive(Debug)]
struct Tally {
    conditions: usize,
    /// The last of all: the whole.
    whole: u32,
    /// Rows of each group.
    seen: Vec<u64>,
    /// Rows of each group and condition.
    rows: Vec<u64>,
    /// Persons behind them.
    persons: Vec<u64>,
    /// Persons of each group and share.
    shares: Vec<ClusterTally>,
    /// What persons whose rows stand apart add: by person and group, to each condition.
    scattered: HashMap<(u32, u32), [u32; MOST]>,
}

impl Tally {
    fn new(asked: &GroupTally<'_>) -> Self {
        let groups = asked.groups + 1;
        let conditions = asked.measured.conditions;
        Self {
            conditions,
            whole: u32::try_from(asked.groups).unwrap_or(u32::MAX),
            seen: vec![0; groups],
            rows: vec![0; groups * conditions],
            persons: vec![0; groups * conditions],
            shares: vec![ClusterTally::default(); groups * asked.shares.len()],
            scattered: HashMap::new(),
        }
    }

    /// Adds what one person (or one row of nobody) has in a group.
    fn close(
        &mut self,
        group: u32,
        counts: &[u32; MOST],
        shares: &[(usize, usize)],
        is_person: bool,
    ) {
        let place = usize::try_from(group).unwrap_or(usize::MAX);
        let first = place.saturating_mul(self.conditions);
        let rows = self.rows.get_mut(first..first + self.conditions);
        let persons = self.persons.get_mut(first..first + self.conditions);
        let rows = rows.unwrap_or_default().iter_mut();
        let both = rows.zip(persons.unwrap_or_default());
        for (count, (rows, persons)) in counts.iter().zip(both) {
            *rows += u64::from(*count);
            *persons += u64::from(is_person && *count > 0);
        }
        let first = place.saturating_mul(shares.len());
        let tallies = self.shares.get_mut(first..first + shares.len());
        for (tally, (hits, trials)) in tallies.unwrap_or_default().iter_mut().zip(shares) {
            tally.add(ClusterCount {
                hits: counts.get(*hits).copied().map_or(0, u64::from),
                trials: counts.get(*trials).copied().map_or(0, u64::from),
            });
        }
    }

    fn see(&mut self, group: u32) {
        let place = usize::try_from(group).unwrap_or(usize::MAX);
        if let Some(seen) = self.seen.get_mut(place) {
            *seen += 1;
        }
    }

    /// Adds a row of a person whose rows stand apart.
    fn set_apart(&mut self, person: u32, group: u32, mask: u16) {
        for group in [group, self.whole] {
            let counts = self.scattered.entry((person, group)).or_default();
            add_bits(counts, mask, self.conditions);
        }
    }

    /// Counts a row, and its person where another one was there last.
    fn count(&mut self, group: u32, mask: u16, person: u32, last: &mut [u32]) {
        let place = usize::try_from(group).unwrap_or(usize::MAX);
        let first = place.saturating_mul(self.conditions);
        let slots = first..first + self.conditions;
        let rows = self.rows.get_mut(slots.clone()).unwrap_or_default();
        let persons = self.persons.get_mut(slots.clone()).unwrap_or_default();
        let last = last.get_mut(slots).unwrap_or_default();
        let slots = rows.iter_mut().zip(persons).zip(last);
        for (bit, ((rows, persons), last)) in slots.enumerate() {
            if mask >> bit & 1 == 0 {
                continue;
            }
            *rows += 1;
            if person != NOBODY && *last != person {
                *last = person;
                *persons += 1;
            }
        }
    }

    fn merge(&mut self, other: Self) {
        add_all(&mut self.seen, &other.seen);
        add_all(&mut self.rows, &other.rows);
        add_all(&mut self.persons, &other.persons);
        for (share, more) in self.shares.iter_mut().zip(&other.shares) {
            share.merge(more);
        }
        for (place, counts) in other.scattered {
            let mine = self.scattered.entry(place).or_default();
            for (mine, more) in mine.iter_mut().zip(counts) {
                *mine += more;
            }
        }
    }
}

fn add_all(sums: &mut [u64], more: &[u64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

/// The walk over some rows, person by person.
struct Walk<'a> {
    shares: &'a [(usize, usize)],
    /// What the person at hand adds, by group and condition.
    counts: Vec<[u32; MOST]>,
    /// Groups that the person at hand is in.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    tally: Tally,
}

impl<'a> Walk<'a> {
    fn new(asked: &'a GroupTally<'_>) -> Self {
        Self {
            shares: &asked.shares,
            counts: vec![[0; MOST]; asked.groups + 1],
            touched: Vec::new(),
            is_touched: vec![false; asked.groups + 1],
            tally: Tally::new(asked),
        }
    }

    fn add(&mut self, group: u32, mask: u16) {
        self.tally.see(group);
        self.add_to(group, mask);
        self.add_to(self.tally.whole, mask);
    }

    fn add_to(&mut self, group: u32, mask: u16) {
        let place = usize::try_from(group).unwrap_or(usize::MAX);
        let both = self
            .is_touched
            .get_mut(place)
            .zip(self.counts.get_mut(place));
        let Some((is_touched, counts)) = both else {
            return;
        };
        if !*is_touched {
            *is_touched = true;
            self.touched.push(group);
        }
        add_bits(counts, mask, self.tally.conditions);
    }

    /// A row of nobody is a cluster of its own.
    fn alone(&mut self, group: u32, mask: u16) {
        self.tally.see(group);
        let mut counts = [0; MOST];
        add_bits(&mut counts, mask, self.tally.conditions);
        self.tally.close(group, &counts, self.shares, false);
        self.tally
            .close(self.tally.whole, &counts, self.shares, false);
    }

    /// Ends the person at hand.
    fn flush(&mut self) {
        let mut touched = std::mem::take(&mut self.touched);
        for group in touched.drain(..) {
            let place = usize::try_from(group).unwrap_or(usize::MAX);
            if let Some(is_touched) = self.is_touched.get_mut(place) {
                *is_touched = false;
            }
            if let Some(counts) = self.counts.get_mut(place) {
                let counts = std::mem::take(counts);
                self.tally.close(group, &counts, self.shares, true);
            }
        }
        self.touched = touched;
    }
}

fn add_bits(counts: &mut [u32; MOST], mask: u16, conditions: usize) {
    for (bit, count) in counts.iter_mut().enumerate().take(conditions) {
        *count += u32::from(mask >> bit & 1);
    }
}
