//! Rows in the order of their persons: what belongs together stands together, and sums do not
//! depend on how the rows came in.

use crate::number::{float_u64, share};

/// Nobody counts for more than one in so many rows of a side, where persons are many ...
const ONE_IN_MANY: u64 = 50;
/// ... and where they are few.
const ONE_IN_FEW: u64 = 10;
/// In between nobody counts for more than so many persons would if all had as many rows.
const TIMES_EVEN: u64 = 3;

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
        Self::of(order, clusters, keys, selected)
    }

    /// Leaves out rows of persons who have too large a part of a side (2 %, of fewer than 150
    /// persons three times an even share, at most 10 %), by chance (the hash of the key), until
    /// they have no more: they would speak for all others. Where too few persons are there for
    /// that, all rows stay.
    pub(super) fn thinned(self, clusters: &[u64], keys: &[u64], selected: &[bool]) -> Self {
        let mut counts: Vec<[u64; 2]> = Vec::with_capacity(self.ends.len());
        self.each_cluster(|rows| {
            let mut count = [0; 2];
            rows.for_each(|place| count[self.side(place)] += 1);
            counts.push(count);
        });
        let most = [0, 1].map(|side| most_of_one(counts.iter().map(|count| count[side]).collect()));
        let mut order = Vec::with_capacity(self.order.len());
        self.each_cluster(|rows| {
            let mut count = [0; 2];
            for place in rows {
                let side = self.side(place);
                count[side] += 1;
                if count[side] <= most[side] {
                    order.extend(self.order.get(place).copied());
                }
            }
        });
        if order.len() == self.order.len() {
            return self;
        }
        Self::of(order, clusters, keys, selected)
    }

    fn of(order: Vec<usize>, clusters: &[u64], keys: &[u64], selected: &[bool]) -> Self {
        let of = |values: &[u64], row: usize| values.get(row).copied().unwrap_or(0);
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

/// Returns the greatest number of rows that a person may have without having too large a part
/// of what is left of all; no limit where there is none.
fn most_of_one(mut counts: Vec<u64>) -> u64 {
    counts.retain(|count| *count > 0);
    counts.sort_unstable_by(|one, other| other.cmp(one));
    let persons = u64::try_from(counts.len()).unwrap_or(u64::MAX);
    let one_in = (persons / TIMES_EVEN).clamp(ONE_IN_FEW, ONE_IN_MANY);
    // The limit c leaves c of each of the first k persons and all of the others: the greatest c
    // of which `one_in` are no more than that, for the least k that has one.
    let mut rest: u64 = counts.iter().sum();
    for (above, count) in (0..one_in).zip(&counts) {
        let limit = rest / (one_in - above);
        if *count <= limit {
            return if above == 0 { u64::MAX } else { limit };
        }
        rest -= count;
    }
    u64::MAX
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
    /// For either side the sum of the squares of each person's share of its rows.
    pub(super) share_squares: [f64; 2],
    /// Sum of the squares of each person's number of rows.
    pub(super) size_squares: f64,
}

impl Pattern {
    fn of(counts: &[[u64; 2]]) -> Self {
        let mut found = Self::default();
        for count in counts {
            let sums = found.rows.iter_mut().zip(&mut found.clusters);
            let sums = sums.zip(&mut found.largest).zip(count);
            for (((rows, clusters), largest), n) in sums {
                *rows += n;
                *clusters += u64::from(*n > 0);
                *largest = (*largest).max(*n);
            }
        }
        found.leanings.reserve(counts.len());
        for count in counts {
            let shares = [0, 1].map(|side| share(count[side], found.rows[side]).unwrap_or(0.0));
            for (sum, share) in found.share_squares.iter_mut().zip(shares) {
                *sum += share * share;
            }
            let leaning = shares[0] - shares[1];
            found.leanings.push(leaning);
            found.squares += leaning * leaning;
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

#[cfg(test)]
mod tests {
    use super::{Arranged, most_of_one};

    #[test]
    fn nobody_keeps_too_large_a_part_of_what_is_left() {
        // 29 persons with three rows and one with 50: 9 are a tenth of 96.
        let mut counts = vec![3; 29];
        counts.push(50);
        assert_eq!(most_of_one(counts.clone()), 9);
        // Two such persons: 10 each of 107.
        counts.push(50);
        assert_eq!(most_of_one(counts), 10);
        // Of many persons nobody keeps more than 2 %: 196 of 200 · 48 + 196.
        let mut counts = vec![48; 200];
        counts.push(5_000);
        assert_eq!(most_of_one(counts), 195);
        assert_eq!(most_of_one(vec![5; 10]), u64::MAX);
        // Nine persons can't have a tenth each.
        assert_eq!(most_of_one(vec![9; 9]), u64::MAX);
        assert_eq!(most_of_one(vec![9, 0, 0]), u64::MAX);
    }

    #[test]
    fn thinning_keeps_persons_together_and_other_sides_whole() {
        // Person 7 has 50 selected rows and 1 other; 29 persons have three rows on each side.
        let mut clusters = vec![7; 51];
        let mut selected = vec![true; 50];
        selected.extend([false]);
        for person in 100..129 {
            clusters.extend([person; 6]);
            selected.extend([true, false, true, false, false, true]);
        }
        let keys: Vec<u64> = (0..225).collect();
        let rows = Arranged::new(&clusters, &keys, &selected).thinned(&clusters, &keys, &selected);
        let pattern = rows.pattern(|_| true);
        assert_eq!(pattern.rows, [96, 88]);
        assert_eq!(pattern.largest, [9, 3]);
        assert_eq!(pattern.clusters, [30, 30]);
        assert_eq!(rows.ends.len(), 30);
    }
}
