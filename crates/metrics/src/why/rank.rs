//! Numbers compared by their ranks: Cliff's delta and the rank-sum test, allowing for persons.

use super::arranged::{Arranged, Pattern};
use super::contrast::{Contrast, Sums};
use crate::number::{float, float_u64};

/// Two sides of a number compared.
#[derive(Clone, Debug)]
pub(super) struct RankTest {
    /// Chance that a value of the selection is the greater one, less that of the others'.
    pub(super) delta: f64,
    pub(super) contrast: Contrast,
    pub(super) pattern: Pattern,
}

/// Compares the numbers of rows, in the order of the rows; what is no number was not measured.
/// None where a side has none, or all are one.
pub(super) fn rank_test(rows: &Arranged, values: &[f32]) -> Option<RankTest> {
    let has = |place: usize| values.get(place).is_some_and(|value| !value.is_nan());
    let pattern = rows.pattern(has);
    if !pattern.has_both() {
        return None;
    }
    let scores = centred_ranks(values);
    let sums = sums(rows, &scores, &pattern);
    if sums.total <= 0.0 {
        return None;
    }
    let contrast = Contrast::of(&sums, &pattern);
    Some(RankTest {
        delta: (2.0 * contrast.difference).clamp(-1.0, 1.0),
        contrast,
        pattern,
    })
}

/// Returns midranks over the number of values, less their mean; NaN where there is no value.
pub(super) fn centred_ranks(values: &[f32]) -> Vec<f64> {
    let mut places: Vec<(u32, usize)> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.is_nan())
        .map(|(place, value)| (in_order(*value), place))
        .collect();
    places.sort_unstable();
    let n = float(places.len());
    let middle = f64::midpoint(n, 1.0);
    let mut ranks = vec![f64::NAN; values.len()];
    let mut passed = 0;
    for tied in places.chunk_by(|one, other| one.0 == other.0) {
        let rank = float(passed) + f64::midpoint(float(tied.len()), 1.0);
        for (_, place) in tied {
            if let Some(slot) = ranks.get_mut(*place) {
                *slot = (rank - middle) / n;
            }
        }
        passed += tied.len();
    }
    ranks
}

/// A number's bits in the order of numbers; both zeros are one.
const fn in_order(value: f32) -> u32 {
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 1 {
        !bits
    } else {
        bits | (1 << 31)
    }
}

/// What persons add to the difference of means of scores whose mean is 0.
fn sums(rows: &Arranged, scores: &[f64], pattern: &Pattern) -> Sums {
    let [selected, against] = pattern.rows.map(float_u64);
    let mut found = Sums::default();
    rows.each_cluster(|places| {
        let (mut sum, mut count) = ([0.0; 2], 0.0);
        for place in places {
            let score = scores.get(place).copied().unwrap_or(f64::NAN);
            if !score.is_nan() {
                sum[rows.side(place)] += score;
                found.total += score * score;
                count += 1.0;
            }
        }
        if count > 0.0 {
            let moved = sum[0] / selected - sum[1] / against;
            found.difference += moved;
            found.moved += moved * moved;
            found.between += (sum[0] + sum[1]) * (sum[0] + sum[1]) / count;
        }
    });
    found
}
