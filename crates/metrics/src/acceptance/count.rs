//! Counting: one walk over the persons for each dimension.

use super::groups::{Dimension, UNGROUPED};
use super::rows::{ACCEPTED, EVER, FIRST, LAST, TECHNICAL};
use super::{Acceptance, AcceptanceRows, DimensionRates, GroupRates, Rate, Rates};
use crate::intervals::{ClusterCount, ClusterTally, Enough, Level};

/// Rates that are counted: all, first, last, ever, decided, technical.
const RATES: usize = 6;
/// What one person adds to the rates of a group.
type Counts = [ClusterCount; RATES];

/// The rates of a group while persons are counted.
#[derive(Clone, Default)]
struct Tallies([ClusterTally; RATES]);

impl Tallies {
    fn add(&mut self, counts: &Counts) {
        for (tally, count) in self.0.iter_mut().zip(counts) {
            tally.add(*count, 1);
        }
    }

    fn rates(&self, level: Level, enough: Enough) -> Rates {
        let [all, first, last, ever, decided, technical] = self
            .0
            .each_ref()
            .map(|tally| Rate::of(tally.proportion(level), enough));
        Rates {
            all,
            first,
            last,
            ever,
            decided,
            technical,
        }
    }
}

/// Adds one row to what a person adds.
fn add(counts: &mut Counts, flags: u8) {
    let is = |bit: u8| u64::from(flags & bit != 0);
    let [all, first, last, ever, decided, technical] = counts;
    for (count, trial, hit) in [
        (all, 1, is(ACCEPTED)),
        (first, is(FIRST), is(ACCEPTED)),
        (last, is(LAST), is(ACCEPTED)),
        (ever, is(LAST), is(EVER)),
        (decided, 1 - is(TECHNICAL), is(ACCEPTED)),
        (technical, 1, is(TECHNICAL)),
    ] {
        count.trials += trial;
        count.hits += trial * hit;
    }
}

impl AcceptanceRows {
    /// Returns what all rows tell; rates that rest on less than `enough` are not in it.
    #[must_use]
    pub fn finish(self, level: Level, enough: Enough) -> Acceptance {
        let order = by_person(&self.persons);
        let walk = Walk {
            order: &order,
            persons: &self.persons,
            flags: &self.flags,
            level,
            enough,
        };
        Acceptance {
            total: walk.total(),
            by: walk.all(&self.dimensions),
            funnel: self.funnel(),
            reasons: self.reasons(),
        }
    }
}

/// Returns the rows in order of their persons.
fn by_person(persons: &[u64]) -> Vec<u32> {
    let rows = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    let mut order: Vec<u32> = (0..rows).collect();
    order.sort_unstable_by_key(|row| {
        let row = usize::try_from(*row).unwrap_or(usize::MAX);
        persons.get(row).copied().unwrap_or(0)
    });
    order
}

/// The rows in order of their persons.
#[derive(Clone, Copy)]
struct Walk<'a> {
    order: &'a [u32],
    persons: &'a [u64],
    flags: &'a [u8],
    level: Level,
    enough: Enough,
}

impl Walk<'_> {
    /// The whole is a dimension of one group.
    fn total(&self) -> Rates {
        let whole = self.counted(1, |_| 0);
        let tallies = whole.tallies.first().cloned().unwrap_or_default();
        tallies.rates(self.level, self.enough)
    }

    /// All dimensions, several at once where there are cores for it.
    fn all(&self, dimensions: &[Dimension]) -> Vec<DimensionRates> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut found = Vec::with_capacity(dimensions.len());
        for some in dimensions.chunks(threads) {
            found.extend(std::thread::scope(|scope| {
                let running: Vec<_> = some
                    .iter()
                    .map(|dimension| scope.spawn(|| self.by(dimension)))
                    .collect();
                running
                    .into_iter()
                    .filter_map(|one| one.join().ok())
                    .collect::<Vec<_>>()
            }));
        }
        found
    }

    fn by(&self, dimension: &Dimension) -> DimensionRates {
        let group = |row: usize| dimension.rows.get(row).copied().unwrap_or(UNGROUPED);
        let counted = self.counted(dimension.groups.len(), group);
        let groups = dimension.in_order().into_iter().filter_map(|place| {
            Some(GroupRates {
                group: dimension.groups.get(place)?.clone(),
                rates: counted.tallies.get(place)?.rates(self.level, self.enough),
            })
        });
        DimensionRates {
            column: dimension.column.clone(),
            groups: groups.collect(),
            ungrouped: counted.ungrouped,
        }
    }

    fn counted(&self, groups: usize, group_of: impl Fn(usize) -> u16) -> Counted {
        let mut tallies = vec![Tallies::default(); groups];
        let mut counts = vec![Counts::default(); groups];
        let mut touched: Vec<u16> = Vec::new();
        let mut ungrouped = 0;
        let mut last: Option<u64> = None;
        for row in self.order {
            let row = usize::try_from(*row).unwrap_or(usize::MAX);
            let person = self.persons.get(row).copied().unwrap_or(0);
            if last.is_some_and(|last| last != person || person == 0) {
                flush(&mut touched, &mut counts, &mut tallies);
            }
            last = Some(person);
            let group = group_of(row);
            let Some(mine) = counts.get_mut(usize::from(group)) else {
                ungrouped += 1;
                continue;
            };
            if mine.first().is_some_and(|all| all.trials == 0) {
                touched.push(group);
            }
            add(mine, self.flags.get(row).copied().unwrap_or(0));
        }
        flush(&mut touched, &mut counts, &mut tallies);
        Counted { tallies, ungrouped }
    }
}

/// What a walk has counted.
struct Counted {
    tallies: Vec<Tallies>,
    ungrouped: u64,
}

/// Adds what a person added to the groups that the person was in.
fn flush(touched: &mut Vec<u16>, counts: &mut [Counts], tallies: &mut [Tallies]) {
    for group in touched.drain(..) {
        let place = usize::from(group);
        if let (Some(counts), Some(tallies)) = (counts.get_mut(place), tallies.get_mut(place)) {
            tallies.add(counts);
            *counts = Counts::default();
        }
    }
}
