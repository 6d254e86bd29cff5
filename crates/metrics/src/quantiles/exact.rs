//! Exact quantiles by selection.

use crate::number::{float, floor_index};

/// Returns the quantile of values in any order, or `None` of none; `rank` is in 0 to 1 and
/// is clamped to it. Values are reordered; they must be numbers.
///
/// Linear interpolation between the two nearest ranks (numpy's default; type 7 of
/// R. J. Hyndman and Y. Fan, 1996, The American Statistician 50(4), 361-365), so that
/// DataFusion's and PostgreSQL's `percentile_cont` give the same.
#[must_use]
pub fn quantile(values: &mut [f64], rank: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = rank.clamp(0.0, 1.0) * float(last);
    let below = floor_index(place).min(last);
    let part = place - float(below);
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    if part <= 0.0 {
        return Some(low);
    }
    let next = above.iter().copied().min_by(f64::total_cmp)?;
    Some((next - low).mul_add(part, low))
}

/// Returns several quantiles of the same values, each as [`quantile`].
#[must_use]
pub fn quantiles(values: &mut [f64], ranks: &[f64]) -> Vec<Option<f64>> {
    ranks.iter().map(|rank| quantile(values, *rank)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{floor_index, quantile, quantiles};

    /// numpy 2.4.6: `np.quantile([7, 1, 4, 10, 2], [0, .1, .5, .95, 1])`.
    #[test]
    fn quantiles_are_those_of_numpy() {
        let mut values = [7.0, 1.0, 4.0, 10.0, 2.0];
        let found = quantiles(&mut values, &[0.0, 0.1, 0.5, 0.95, 1.0]);
        for (found, expected) in found.iter().zip([1.0, 1.4, 4.0, 9.4, 10.0]) {
            assert!((found.unwrap() - expected).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn none_and_one_value() {
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [3.0], 0.95), Some(3.0));
    }

    proptest! {
        #[test]
        fn sorting_all_gives_the_same(
            values in prop::collection::vec(-1e6_f64..1e6, 1..200), rank in 0.0_f64..=1.0,
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let place = rank * (sorted.len() - 1) as f64;
            let (low, high) = (sorted[floor_index(place)], sorted[floor_index(place.ceil())]);
            let expected = low + (high - low) * place.fract();
            let found = quantile(&mut values.clone(), rank).unwrap();
            prop_assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }
}
