//! Pearson and Spearman of all pairs of number columns, each over the rows that have both.
//!
//! Columns that miss the same rows are taken together: for two such groups the common rows,
//! and what each column is over them, are found once.

use std::collections::BTreeMap;

use super::LEAST_ROWS;
use super::bits::Rows;
use super::columns::Number;
use super::linear::{correlation, standardised};
use super::spread::spread;

/// Columns of one group that are standardised at once; bounds the memory of a piece of work.
const BLOCK: usize = 32;

/// One pair of number columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinearPair {
    /// Places in the list of number columns, the smaller first.
    pub(crate) places: (usize, usize),
    /// Pearson's r; none where a column does not vary in the common rows.
    pub(crate) pearson: Option<f64>,
    /// Spearman's rho.
    pub(crate) spearman: Option<f64>,
}

/// Columns that have values in the same rows.
struct Group<'n> {
    present: &'n Rows,
    /// Places in the list of number columns, at most [`BLOCK`].
    places: Vec<usize>,
}

/// Returns every pair with at least [`LEAST_ROWS`] common rows.
pub(crate) fn linear_pairs(numbers: &[&Number<'_>], threads: usize) -> Vec<LinearPair> {
    let groups = groups(numbers);
    let mut pieces = Vec::new();
    for (place, first) in groups.iter().enumerate() {
        for second in groups.iter().skip(place) {
            pieces.push((first, second));
        }
    }
    let done = spread(pieces.len(), threads, |piece| {
        pieces
            .get(piece)
            .map(|(first, second)| between(first, second, numbers))
            .unwrap_or_default()
    });
    done.into_iter().flatten().collect()
}

fn groups<'n>(numbers: &[&'n Number<'_>]) -> Vec<Group<'n>> {
    let mut by_rows: BTreeMap<&Rows, Vec<usize>> = BTreeMap::new();
    for (place, number) in numbers.iter().enumerate() {
        by_rows.entry(&number.present).or_default().push(place);
    }
    let mut groups = Vec::new();
    for (present, places) in by_rows {
        for block in places.chunks(BLOCK) {
            groups.push(Group {
                present,
                places: block.to_vec(),
            });
        }
    }
    groups
}

/// A column over some rows: values and ranks, both standardised.
struct Standard {
    values: Option<Vec<f64>>,
    ranks: Option<Vec<f64>>,
}

/// All pairs of a column of the first group and one of the second.
fn between(first: &Group<'_>, second: &Group<'_>, numbers: &[&Number<'_>]) -> Vec<LinearPair> {
    let same = std::ptr::eq(first, second);
    let common = first.present.and(second.present);
    let rows: Vec<usize> = common.iter().collect();
    if rows.len() < LEAST_ROWS {
        return Vec::new();
    }
    let standards = |group: &Group<'_>| -> Vec<(usize, Standard)> {
        let known = group
            .places
            .iter()
            .filter_map(|place| Some((*place, *numbers.get(*place)?)));
        known
            .map(|(place, number)| (place, standard(number, &rows)))
            .collect()
    };
    let ones = standards(first);
    let twos = if same { Vec::new() } else { standards(second) };
    let mut pairs = Vec::new();
    for (index, (place, one)) in ones.iter().enumerate() {
        let others = if same {
            ones.get(index + 1..).unwrap_or_default()
        } else {
            &twos
        };
        for (other_place, other) in others {
            let both = |one: &Option<Vec<f64>>, other: &Option<Vec<f64>>| {
                Some(correlation(one.as_ref()?, other.as_ref()?))
            };
            pairs.push(LinearPair {
                places: (*place.min(other_place), *place.max(other_place)),
                pearson: both(&one.values, &other.values),
                spearman: both(&one.ranks, &other.ranks),
            });
        }
    }
    pairs
}

/// A column over some rows.
fn standard(number: &Number<'_>, rows: &[usize]) -> Standard {
    let values: Vec<f64> = rows
        .iter()
        .filter_map(|row| number.values.get(*row).copied())
        .collect();
    Standard {
        values: standardised(&values),
        ranks: standardised(&average_ranks(number, rows)),
    }
}

/// Average ranks, from 1, of a column's values over some rows that have one, by counting its
/// ranks over all rows.
fn average_ranks(number: &Number<'_>, rows: &[usize]) -> Vec<f64> {
    let dense = |row: &usize| {
        number
            .ranks
            .get(*row)
            .and_then(|rank| usize::try_from(*rank).ok())
    };
    let mut counts = vec![0_u32; number.distinct];
    for row in rows {
        if let Some(count) = dense(row).and_then(|rank| counts.get_mut(rank)) {
            *count += 1;
        }
    }
    let mut done = 0.0;
    let average = |count: u32| {
        let rank = done + (f64::from(count) + 1.0) / 2.0;
        done += f64::from(count);
        rank
    };
    let averages: Vec<f64> = counts.into_iter().map(average).collect();
    let rank = |row| dense(row).and_then(|rank| averages.get(rank)).copied();
    rows.iter().filter_map(rank).collect()
}
