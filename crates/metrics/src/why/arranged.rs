//! Rows in the order of their persons: what belongs together stands together, and sums do not
//! depend on how the rows came in.

use crate::number::{float_u64, share};

/// Rows arranged by person, then by key.
#[derive(Debug)]
pub(super) struct Arranged {
    /// Where each row stands in the columns.
    pub(super) order: Vec<usize>,
    /// Whether each row, in that order, is selected.
    pub(super) selected: Vec<bool>,
    /// The place after the last row of each person.
    pub(super) ends: Vec<usize>,
    /// Key hashes, in that order.
    pub(super) keys: Vec<u64>,
}

impl Arranged {
    pub(super) fn new(clusters: &[u64], keys: &[u64], selected: &[bool]) -> Self {
        let of = |values: &[u64], row: usize| values.get(row).copied().unwrap_or(0);
        let mut order: Vec<usize> = (0..clusters.len()).collect();
        order.sort_unstable_by_key(|row| (of(clusters, *row), of(keys, *row), *row));
        let mut ends = Vec::new();
        for (place, pair) in order.windows(2).enumerate() {
            if let [one, next] = pair
                && of(clusters, *one) != of(clusters, *next)
            {
                ends.push(place + 1);
            }
        }
        if !order.is_empty() {
            ends.push(order.len());
        }
        let side = |row: &usize| selected.get(*row).copied().unwrap_or(false);
        Self {
            selected: order.iter().map(side).collect(),
            keys: order.iter().map(|row| of(keys, *row)).collect(),
            order,
            ends,
        }
    }

    /// Returns a column in the order of the rows.
    pub(super) fn arranged<T: Copy + Default>(&self, column: &[T]) -> Vec<T> {
        let value = |row: &usize| column.get(*row).copied().unwrap_or_default();
        self.order.iter().map(value).collect()
    }

    /// Calls for each person with the places of their rows.
    pub(super) fn each_cluster(&self, mut call: impl FnMut(std::ops::Range<usize>)) {
        let mut first = 0;
        for end in &self.ends {
            call(first..*end);
            first = *end;
        }
    }

    pub(super) fn side(&self, place: usize) -> usize {
        usize::from(!self.selected.get(place).copied().unwrap_or(false))
    }

    /// Returns how the rows with a value lie across persons and sides.
    pub(super) fn pattern(&self, has: impl Fn(usize) -> bool) -> Pattern {
        let mut counts: Vec<[u64; 2]> = Vec::with_capacity(self.ends.len());
        self.each_cluster(|rows| {
            let mut count = [0; 2];
            for place in rows.filter(|place| has(*place)) {
                count[self.side(place)] += 1;
            }
            counts.push(count);
        });
        Pattern::of(&counts)
    }
}

/// How rows lie across persons and sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pattern {
    /// Rows of either side.
    pub(super) rows: [u64; 2],
    /// Persons with a row on either side.
    pub(super) clusters: [u64; 2],
    /// Persons with any row.
    pub(super) all_clusters: f64,
    /// Rows of the person with most, on either side.
    pub(super) largest: [u64; 2],
    /// For each person the share of the selection less that of the others.
    pub(super) leanings: Vec<f64>,
    /// Sum of their squares.
    pub(super) squares: f64,
    /// Sum of their fourth powers.
    pub(super) fourths: f64,
    /// Sum of the squares of each person's number of rows.
    pub(super) size_squares: f64,
}

impl Pattern {
    fn of(counts: &[[u64; 2]]) -> Self {
        let mut found = Self::default();
        for count in counts {
            for side in 0..2 {
                found.rows[side] += count[side];
                found.clusters[side] += u64::from(count[side] > 0);
                found.largest[side] = found.largest[side].max(count[side]);
            }
        }
        found.leanings.reserve(counts.len());
        for count in counts {
            let [selected, against] =
                [0, 1].map(|side| share(count[side], found.rows[side]).unwrap_or(0.0));
            let leaning = selected - against;
            found.leanings.push(leaning);
            let square = leaning * leaning;
            found.squares += square;
            found.fourths += square * square;
            let size = count[0] + count[1];
            found.all_clusters += if size > 0 { 1.0 } else { 0.0 };
            found.size_squares += float_u64(size) * float_u64(size);
        }
        found
    }

    /// Returns the number of rows.
    pub(super) fn n(&self) -> f64 {
        float_u64(self.rows[0] + self.rows[1])
    }

    /// Returns the variance of a difference of means, in units of one row's, were all rows
    /// independent.
    pub(super) fn independent(&self) -> f64 {
        let [selected, against] = self.rows.map(float_u64);
        1.0 / selected + 1.0 / against
    }

    /// Returns whether both sides have a row.
    pub(super) fn has_both(&self) -> bool {
        self.rows[0] > 0 && self.rows[1] > 0
    }
}
