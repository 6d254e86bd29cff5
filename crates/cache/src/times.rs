//! A time by the values of a column: mean and quantiles, exact over the rows that are looked at.

use veriscope_metrics::number::float_i64;
use veriscope_metrics::quantiles::Milliseconds;
use veriscope_metrics::query::Cell;

use crate::persons::{PersonCount, PersonSums};
use crate::selection::{RUN, every};
use crate::{Axis, Cache, CacheError, Durations, Selection};

/// Rows that are worked on together.
const BLOCK: usize = 4096;

/// A time in the rows of one group, ms.
#[derive(Clone, Debug, PartialEq)]
pub struct TimesOf {
    /// The group; null for the whole.
    pub value: Cell,
    /// Rows in which it was measured.
    pub n: u64,
    /// Persons behind them; none where the card knows none.
    pub persons: Option<u64>,
    /// Mean; none without a row.
    pub mean: Option<f64>,
    /// Its 95 % interval, by persons; of the whole alone.
    pub interval: Option<(f64, f64)>,
    /// Median, 95th and 99th percentile.
    pub quantiles: Option<[f64; 3]>,
}

/// What some rows of one group come to.
#[derive(Clone, Debug, Default)]
struct Tally {
    times: Milliseconds,
    persons: PersonCount,
    sums: PersonSums,
}

impl Selection<'_> {
    /// Returns a time by the values of an axis in their order, of groups in which it was
    /// measured; without an axis the whole. Of so many rows one is looked at. The filter on a
    /// column is left aside where one is named.
    ///
    /// # Errors
    /// [`CacheError::UnknownColumn`].
    pub fn times(
        &self,
        column: &str,
        axis: Option<&Axis<'_>>,
        one_in: usize,
        but: Option<&str>,
    ) -> Result<Vec<TimesOf>, CacheError> {
        let cache = self.cache;
        let times = cache
            .duration(column)
            .ok_or_else(|| CacheError::UnknownColumn {
                column: column.to_owned(),
            })?;
        let mut parts = self
            .each(but, |rows| match one_in {
                0 | 1 => walk(cache, times, axis, rows),
                _ => {
                    let some: Vec<u32> = every(rows, one_in, RUN).copied().collect();
                    walk(cache, times, axis, &some)
                }
            })
            .into_iter();
        let mut whole = parts
            .next()
            .unwrap_or_else(|| vec![Tally::default(); axis.map_or(1, Axis::len)]);
        for part in parts {
            for (mine, more) in whole.iter_mut().zip(part) {
                mine.times.merge(&more.times);
                mine.persons.merge(more.persons);
                mine.sums.merge(more.sums);
            }
        }
        let of_group = |(group, mut tally): (usize, Tally)| {
            let value = axis.and_then(|axis| axis.values.get(group));
            TimesOf {
                value: value.cloned().unwrap_or(Cell::Null),
                n: tally.times.len(),
                persons: tally.persons.finish(cache),
                mean: tally.times.mean(),
                interval: tally.sums.interval(),
                quantiles: tally.times.quantiles([0.5, 0.95, 0.99]),
            }
        };
        let groups = whole.into_iter().enumerate().map(of_group);
        Ok(groups
            .filter(|group| axis.is_none() || group.n > 0)
            .collect())
    }
}

fn walk(cache: &Cache, times: &Durations, axis: Option<&Axis<'_>>, rows: &[u32]) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); axis.map_or(1, Axis::len)];
    let of_number = axis.map(|axis| axis.column.by_number(&axis.groups));
    let mut groups = Vec::with_capacity(BLOCK);
    for block in rows.chunks(BLOCK) {
        groups.clear();
        groups.resize(block.len(), 0);
        if let (Some(axis), Some(of_number)) = (axis, &of_number) {
            axis.column.bundle().add_to(block, of_number, &mut groups);
        }
        for (row, group) in block.iter().zip(&groups) {
            let group = usize::try_from(*group).unwrap_or(usize::MAX);
            let Some(tally) = tallies.get_mut(group) else {
                continue;
            };
            let time = times.at(*row);
            if time.is_none() {
                continue;
            }
            tally.times.add(time.ms());
            tally.persons.add(cache, *row);
            if axis.is_none() {
                tally.sums.add(cache, *row, float_i64(time.ms()));
            }
        }
    }
    tallies
}
