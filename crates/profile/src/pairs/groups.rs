//! Pearson and Spearman of all pairs of number columns, each over the rows that have both.
//!
//! Columns that miss the same rows are taken together: for two such groups the common rows,
//! and what each column is over them, are found once.

use std::collections::BTreeMap;

use super::LEAST_ROWS;
use super::bits::Rows;
use super::columns::Number;
use super::linear::{correlation, standardised};
use super::number::float;
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
    let over = Over::new(
        &rows,
        numbers.first().map_or(0, |number| number.values.len()),
    );
    let standard = |group: &Group<'_>| -> Vec<(usize, Standard)> {
        let known = group
            .places
            .iter()
            .filter_map(|place| Some((*place, *numbers.get(*place)?)));
        known
            .map(|(place, number)| (place, over.standard(number)))
            .collect()
    };
    let ones = standard(first);
    let twos = if same { Vec::new() } else { standard(second) };
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

/// Some rows of the sample.
struct Over<'r> {
    rows: &'r [usize],
    /// The place of each row of the sample among them, or `usize::MAX`.
    places: Vec<usize>,
}

impl<'r> Over<'r> {
    fn new(rows: &'r [usize], of: usize) -> Self {
        let mut places = vec![usize::MAX; of];
        for (place, row) in rows.iter().enumerate() {
            if let Some(slot) = places.get_mut(*row) {
                *slot = place;
            }
        }
        Self { rows, places }
    }

    fn standard(&self, number: &Number<'_>) -> Standard {
        let values: Vec<f64> = self
            .rows
            .iter()
            .filter_map(|row| number.values.get(*row).copied())
            .collect();
        let ranks = self.ranks(number, &values);
        Standard {
            values: standardised(&values),
            ranks: standardised(&ranks),
        }
    }

    /// Average ranks, from 1, of a column's values over these rows.
    fn ranks(&self, number: &Number<'_>, values: &[f64]) -> Vec<f64> {
        let mut ranks = vec![0.0; values.len()];
        let mut run: Vec<usize> = Vec::new();
        let (mut before, mut done) = (f64::NEG_INFINITY, 0);
        let mut close = |run: &mut Vec<usize>, done: &mut usize| {
            let rank = float(*done) + (float(run.len()) + 1.0) / 2.0;
            *done += run.len();
            for place in run.drain(..) {
                if let Some(slot) = ranks.get_mut(place) {
                    *slot = rank;
                }
            }
        };
        for row in &number.order {
            let place = usize::try_from(*row)
                .ok()
                .and_then(|row| self.places.get(row));
            let Some((place, value)) = place.and_then(|place| Some((*place, *values.get(*place)?)))
            else {
                continue;
            };
            if value > before {
                close(&mut run, &mut done);
                before = value;
            }
            run.push(place);
        }
        close(&mut run, &mut done);
        ranks
    }
}
