//! Rows counted by groups, with the intervals of shares.

use veriscope_metrics::intervals::{ClusterCount, ClusterTally, Level, Proportion};
use veriscope_metrics::number::{float_u64, share};
use veriscope_metrics::query::{Cell, Number};

use crate::clusters::{Cluster, Clusters, Counts, Walk};
use crate::codes::at;
use crate::measure::{Compiled, Kind};
use crate::{Axis, Cache, CacheError, Measured, Selection};

/// More groups than this are not counted at once.
const MOST_GROUPS: usize = 400_000;
/// Rows that are worked on together.
const BLOCK: usize = 4096;
/// So many conditions are counted in half the room.
const FEW: usize = 8;

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

/// Shares by groups, with what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Proportions {
    /// Groups with any row, in order of their values, null first; for each metric that is a
    /// share its proportion, none of nothing.
    pub groups: Vec<(Vec<Cell>, Vec<Option<Proportion>>)>,
    /// The whole.
    pub total: Vec<Option<Proportion>>,
}

/// Counts metrics by groups.
#[derive(Debug)]
pub struct GroupTally<'a> {
    cache: &'a Cache,
    measured: &'a Measured,
    axes: &'a [Axis<'a>],
    /// For each axis what each number of its column's bundle adds to a group's.
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
            let of_value: Vec<u32> = of_value.collect();
            tables.push(axis.column.by_number(&of_value));
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
        let tally = self.tally(selection, but);
        Groups {
            groups: self
                .present(&tally)
                .map(|number| Group {
                    values: self.values(number),
                    numbers: self.numbers(&tally, number),
                })
                .collect(),
            total: self.numbers(&tally, self.groups),
        }
    }

    /// Counts the rows of a selection, and says of each metric that is a share what it rests
    /// on, however little that is.
    #[must_use]
    pub fn proportions(&self, selection: &Selection<'_>) -> Proportions {
        let tally = self.tally(selection, None);
        Proportions {
            groups: self
                .present(&tally)
                .map(|number| (self.values(number), self.shares(&tally, number)))
                .collect(),
            total: self.shares(&tally, self.groups),
        }
    }

    /// Counts the rows by groups that have any, whatever the metrics, and without the persons
    /// behind them, which take most of the time.
    #[must_use]
    pub fn rows(&self, selection: &Selection<'_>) -> Vec<(Vec<Cell>, u64)> {
        let mut rows = vec![0_u64; self.groups];
        let parts = selection.each(None, |selected| {
            let mut counts = vec![0_u64; self.groups];
            let (mut groups, mut masks) = (Vec::new(), Vec::new());
            for block in selected.chunks(BLOCK) {
                self.group_and_mask(block, &mut groups, &mut masks);
                for group in &groups {
                    let group = usize::try_from(*group).unwrap_or(usize::MAX);
                    if let Some(count) = counts.get_mut(group) {
                        *count += 1;
                    }
                }
            }
            counts
        });
        for part in parts {
            for (count, more) in rows.iter_mut().zip(part) {
                *count += more;
            }
        }
        let groups = rows.into_iter().enumerate();
        let groups = groups.filter(|(_, rows)| *rows > 0);
        groups
            .map(|(group, rows)| (self.values(group), rows))
            .collect()
    }

    fn tally(&self, selection: &Selection<'_>, but: Option<&str>) -> Tally {
        if self.measured.conditions <= FEW {
            self.tally_in::<u64>(selection, but)
        } else {
            self.tally_in::<u128>(selection, but)
        }
    }

    fn tally_in<C: Counts + Send>(&self, selection: &Selection<'_>, but: Option<&str>) -> Tally {
        let mut clusters = Clusters::<C>::default();
        for part in selection.each(but, |rows| self.walk::<C>(rows)) {
            clusters.merge(part);
        }
        let mut tally = Tally::new(self);
        clusters.each(|cluster| tally.add(cluster, &self.shares));
        tally
    }

    fn walk<C: Counts>(&self, rows: &[u32]) -> Clusters<C> {
        let whole = u32::try_from(self.groups).unwrap_or(u32::MAX);
        let mut walk = Walk::new(self.cache, whole, self.measured.of_persons);
        let mut groups = Vec::with_capacity(BLOCK);
        let mut masks = Vec::with_capacity(BLOCK);
        for block in rows.chunks(BLOCK) {
            self.group_and_mask(block, &mut groups, &mut masks);
            for (row, (group, mask)) in block.iter().zip(groups.iter().zip(&masks)) {
                walk.add(at(&self.cache.persons, *row), *group, *mask);
            }
        }
        walk.finish()
    }

    /// The group of each row, and which conditions hold for it.
    fn group_and_mask(&self, rows: &[u32], groups: &mut Vec<u32>, masks: &mut Vec<u16>) {
        groups.clear();
        groups.resize(rows.len(), 0);
        for (axis, table) in self.axes.iter().zip(&self.tables) {
            axis.column.bundle().add_to(rows, table, groups);
        }
        masks.clear();
        masks.resize(rows.len(), u16::MAX);
        for (codes, bits) in &self.measured.bundles {
            codes.keep_bits(rows, bits, masks);
        }
    }

    /// The groups with any row.
    fn present(&self, tally: &Tally) -> impl Iterator<Item = usize> {
        (0..self.groups).filter(|group| tally.seen.get(*group).copied().unwrap_or(false))
    }

    fn shares(&self, tally: &Tally, group: usize) -> Vec<Option<Proportion>> {
        let shares = tally.shares.iter().skip(group * self.shares.len());
        let shares = shares.take(self.shares.len());
        shares
            .map(|tally| tally.proportion(Level::NINETY_FIVE))
            .collect()
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
        let mut shares = self.shares(tally, group).into_iter();
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
                    let found = shares.next().flatten();
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
    whole: usize,
    /// Whether a group has any row.
    seen: Vec<bool>,
    /// Rows of each group and condition.
    rows: Vec<u64>,
    /// Persons behind them.
    persons: Vec<u64>,
    /// Persons of each group and share.
    shares: Vec<ClusterTally>,
}

impl Tally {
    fn new(asked: &GroupTally<'_>) -> Self {
        let groups = asked.groups + 1;
        let conditions = asked.measured.conditions;
        Self {
            conditions,
            whole: asked.groups,
            seen: vec![false; groups],
            rows: vec![0; groups * conditions],
            persons: vec![0; groups * conditions],
            shares: vec![ClusterTally::default(); groups * asked.shares.len()],
        }
    }

    fn add(&mut self, cluster: &Cluster, shares: &[(usize, usize)]) {
        let group = usize::try_from(cluster.group).unwrap_or(usize::MAX);
        self.add_to(group, cluster, shares);
        if cluster.is_all {
            self.add_to(self.whole, cluster, shares);
        }
    }

    fn add_to(&mut self, group: usize, cluster: &Cluster, shares: &[(usize, usize)]) {
        if let Some(seen) = self.seen.get_mut(group) {
            *seen = true;
        }
        let first = group.saturating_mul(self.conditions);
        let slots = first..first.saturating_add(self.conditions);
        let rows = self.rows.get_mut(slots.clone()).unwrap_or_default();
        let persons = self.persons.get_mut(slots).unwrap_or_default();
        let both = rows.iter_mut().zip(persons);
        for (count, (rows, persons)) in cluster.counts.iter().zip(both) {
            *rows += u64::from(*count) * cluster.times;
            if cluster.is_person && *count > 0 {
                *persons += cluster.times;
            }
        }
        let first = group.saturating_mul(shares.len());
        let tallies = self.shares.get_mut(first..first + shares.len());
        for (tally, (hits, trials)) in tallies.unwrap_or_default().iter_mut().zip(shares) {
            let count = ClusterCount {
                hits: cluster.counts.get(*hits).copied().map_or(0, u64::from),
                trials: cluster.counts.get(*trials).copied().map_or(0, u64::from),
            };
            tally.add(count, cluster.times);
        }
    }
}
