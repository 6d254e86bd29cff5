//! Contingency tables of two columns of few values.

use super::number::{float, float_u64};

/// A column of few values as codes: 0 where there is none, else 1 to `size`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Codes {
    pub(crate) codes: Vec<u8>,
    pub(crate) size: u8,
}

/// Tables counted side by side, where they are [`SMALL`].
const LANES: usize = 4;
const SMALL: usize = 1_024;

/// How far two columns are from independence, over the rows that have both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dependence {
    /// Pearson's chi-square.
    pub(crate) chi_square: f64,
    /// The same with the continuity correction of F. Yates (1934) where both columns have two
    /// values; scipy, phik and ydata use it there.
    pub(crate) corrected: f64,
    /// Rows with both values.
    pub(crate) rows: u64,
    /// Values of the first column that occur, two at least.
    pub(crate) first: usize,
    /// Values of the second column that occur, two at least.
    pub(crate) second: usize,
}

/// Counts the pairs of values; `None` where a column has fewer than two values in these rows.
///
/// `cells` is memory to count in, used again from pair to pair.
pub(crate) fn associate(one: &Codes, other: &Codes, cells: &mut Vec<u32>) -> Option<Dependence> {
    let stride = usize::from(other.size) + 1;
    let size = (usize::from(one.size) + 1) * stride;
    cells.clear();
    cells.resize(size * if size <= SMALL { LANES } else { 1 }, 0);
    if size <= SMALL {
        count_in_lanes(one, other, stride, cells);
        let (table, lanes) = cells.split_at_mut(size);
        for lane in lanes.chunks_exact(size) {
            for (count, more) in table.iter_mut().zip(lane) {
                *count += more;
            }
        }
        cells.truncate(size);
    } else {
        count(&one.codes, &other.codes, stride, cells);
    }
    from_cells(cells, stride)
}

fn count(one: &[u8], other: &[u8], stride: usize, cells: &mut [u32]) {
    for (first, second) in one.iter().zip(other) {
        if let Some(cell) = cells.get_mut(usize::from(*first) * stride + usize::from(*second)) {
            *cell += 1;
        }
    }
}

/// Counts neighbouring rows in tables of their own: where most rows are in one cell, each
/// addition would wait for the one before.
fn count_in_lanes(one: &Codes, other: &Codes, stride: usize, cells: &mut [u32]) {
    let size = cells.len() / LANES;
    let (ones, one_rest) = one.codes.as_chunks::<LANES>();
    let (others, other_rest) = other.codes.as_chunks::<LANES>();
    for (first, second) in ones.iter().zip(others) {
        let mut start = 0;
        for (first, second) in first.iter().zip(second) {
            let cell = start + usize::from(*first) * stride + usize::from(*second);
            if let Some(cell) = cells.get_mut(cell) {
                *cell += 1;
            }
            start += size;
        }
    }
    count(one_rest, other_rest, stride, cells);
}

/// Returns how many rows have both values, from the cells that [`associate`] left.
pub(crate) fn common_rows(cells: &[u32], other: &Codes) -> u64 {
    let rows = cells.chunks_exact(usize::from(other.size) + 1).skip(1);
    rows.flat_map(|row| row.iter().skip(1))
        .map(|count| u64::from(*count))
        .sum()
}

/// Of counts in rows of `stride`, whose first row and first column stand for no value.
pub(crate) fn from_cells(cells: &[u32], stride: usize) -> Option<Dependence> {
    let mut first_sums = Vec::new();
    let mut second_sums = vec![0_u64; stride.saturating_sub(1)];
    for row in cells.chunks_exact(stride).skip(1) {
        let values = row.get(1..).unwrap_or_default();
        first_sums.push(values.iter().map(|count| u64::from(*count)).sum::<u64>());
        for (sum, count) in second_sums.iter_mut().zip(values) {
            *sum += u64::from(*count);
        }
    }
    let occur = |sums: &[u64]| sums.iter().filter(|sum| **sum > 0).count();
    let (first, second) = (occur(&first_sums), occur(&second_sums));
    if first < 2 || second < 2 {
        return None;
    }
    let rows: u64 = first_sums.iter().sum();
    let (mut chi_square, mut corrected) = (0.0, 0.0);
    let square = first == 2 && second == 2;
    for (row, first_sum) in cells.chunks_exact(stride).skip(1).zip(&first_sums) {
        for (count, second_sum) in row.iter().skip(1).zip(&second_sums) {
            let expected = float_u64(*first_sum) * float_u64(*second_sum) / float_u64(rows);
            if expected > 0.0 {
                let off = (f64::from(*count) - expected).abs();
                let less = off - if square { off.min(0.5) } else { 0.0 };
                chi_square += off * off / expected;
                corrected += less * less / expected;
            }
        }
    }
    Some(Dependence {
        chi_square,
        corrected,
        rows,
        first,
        second,
    })
}

impl Codes {
    /// No rows.
    pub(crate) const fn none() -> Self {
        Self {
            codes: Vec::new(),
            size: 0,
        }
    }
}

impl Dependence {
    /// Cramér's V without the part that chance alone would give, in 0 to 1; `None` of two rows.
    ///
    /// Source: W. Bergsma (2013), Journal of the Korean Statistical Society 42(3), 323-328.
    pub(crate) fn cramers_v(&self) -> Option<f64> {
        let others = float_u64(self.rows.checked_sub(1).filter(|others| *others > 0)?);
        let less = |values: usize| {
            let beyond = float(values) - 1.0;
            float(values) - beyond * beyond / others - 1.0
        };
        let chance = (float(self.first) - 1.0) * (float(self.second) - 1.0) / others;
        let surplus = (self.chi_square / float_u64(self.rows) - chance).max(0.0);
        let most = less(self.first).min(less(self.second));
        (most > 0.0).then(|| (surplus / most).sqrt().min(1.0))
    }
}
