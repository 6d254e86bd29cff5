//! The difference of two proportions.

use serde::Serialize;

use super::proportion::sum_of;
use super::{ClusterCount, Level, Proportion, proportion};
use crate::number::float_u64;

/// A difference of two proportions, the first minus the second, with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The first proportion.
    pub first: Proportion,
    /// The second proportion.
    pub second: Proportion,
    /// Their difference, in −1 to 1.
    pub difference: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// How the two estimates go together through clusters that are in both; −1 to 1.
    pub correlation: f64,
}

/// What one cluster (person) adds to both of two proportions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairedCount {
    /// Its part of the first.
    pub first: ClusterCount,
    /// Its part of the second.
    pub second: ClusterCount,
}

/// Returns `first − second` where no cluster is in both (or where that is not known).
///
/// Newcombe's hybrid of the two score intervals, each with its own design effect.
///
/// Source: R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
#[must_use]
pub fn difference(first: Proportion, second: Proportion) -> Difference {
    combine(first, second, 0.0)
}

/// Returns `first − second` where persons may be in both, as before and after a release;
/// `None` where either has no trial.
///
/// The hybrid of the two score intervals with the correlation of the two estimates, which
/// comes from the clusters: `Σ u_1i u_2i` over the root of `Σ u_1i² Σ u_2i²`, where `u_i`
/// is how far cluster i moves each.
///
/// Source: G. Y. Zou and A. Donner (2008), Statistics in Medicine 27, 1693-1702.
#[must_use]
pub fn difference_within_clusters(clusters: &[PairedCount], level: Level) -> Option<Difference> {
    let of = |side: fn(&PairedCount) -> ClusterCount| -> Vec<ClusterCount> {
        clusters.iter().map(side).collect()
    };
    let first_counts = of(|pair| pair.first);
    let second_counts = of(|pair| pair.second);
    let first = proportion(&first_counts, level)?;
    let second = proportion(&second_counts, level)?;
    let moved = |count: &ClusterCount, share: f64| {
        let sum = sum_of(*count);
        sum.sum - share * float_u64(sum.n)
    };
    let (mut both, mut ones, mut twos) = (0.0, 0.0, 0.0);
    for pair in clusters {
        let one = moved(&pair.first, first.share);
        let two = moved(&pair.second, second.share);
        both += one * two;
        ones += one * one;
        twos += two * two;
    }
    let scale = (ones * twos).sqrt();
    let correlation = if scale > 0.0 {
        (both / scale).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    Some(combine(first, second, correlation))
}

fn combine(first: Proportion, second: Proportion, correlation: f64) -> Difference {
    let difference = first.share - second.share;
    let reach = |one: f64, two: f64| {
        (one * one + two * two - 2.0 * correlation * one * two)
            .max(0.0)
            .sqrt()
    };
    let low = difference - reach(first.share - first.low, second.high - second.share);
    let high = difference + reach(first.high - first.share, second.share - second.low);
    Difference {
        first,
        second,
        difference,
        low: low.max(-1.0),
        high: high.min(1.0),
        correlation,
    }
}

#[cfg(test)]
mod tests {
    use super::{ClusterCount, Level, PairedCount, difference, difference_within_clusters};
    use crate::intervals::proportion;

    fn share(hits: u64, trials: u64) -> super::Proportion {
        let rows: Vec<ClusterCount> = (0..trials)
            .map(|row| ClusterCount {
                hits: u64::from(row < hits),
                trials: 1,
            })
            .collect();
        proportion(&rows, Level::NINETY_FIVE).unwrap()
    }

    /// statsmodels 0.15.0: `confint_proportions_2indep(…, method="newcomb")`; the first,
    /// second and last also stand in Newcombe (1998), table II.
    #[test]
    fn the_interval_is_that_of_newcombe() {
        for (one, two, low, high) in [
            ((56, 70), (48, 80), 0.052_431_472_402, 0.333_872_654_037),
            ((9, 10), (3, 10), 0.170_522_723_935, 0.809_017_973_535),
            ((6, 7), (2, 7), 0.058_227_927_482, 0.806_249_637_524),
        ] {
            let found = difference(share(one.0, one.1), share(two.0, two.1));
            assert!((found.low - low).abs() < 1e-9, "{found:?}");
            assert!((found.high - high).abs() < 1e-9, "{found:?}");
        }
        // Without a single hit each person counts for itself, which single rows do anyway.
        let found = difference(share(0, 29), share(5, 56));
        assert!((found.low - -0.192_560_013_855).abs() < 1e-9, "{found:?}");
        assert!((found.high - 0.038_137_147_904).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn the_same_persons_on_both_sides_make_the_interval_narrower() {
        // Persons who always pass or never do, before and after alike.
        let clusters: Vec<PairedCount> = (0..60)
            .map(|person| {
                let count = ClusterCount {
                    hits: if person % 3 == 0 { 0 } else { 4 },
                    trials: 4,
                };
                PairedCount {
                    first: count,
                    second: count,
                }
            })
            .collect();
        let paired = difference_within_clusters(&clusters, Level::NINETY_FIVE).unwrap();
        let apart = difference(paired.first, paired.second);
        assert!((paired.correlation - 1.0).abs() < 1e-9);
        assert!(paired.high - paired.low < 0.3 * (apart.high - apart.low));
    }

    #[test]
    fn persons_of_one_side_alone_leave_the_two_independent() {
        let one = ClusterCount { hits: 1, trials: 2 };
        let other = ClusterCount { hits: 2, trials: 2 };
        let none = ClusterCount::default();
        let clusters: Vec<PairedCount> = (0..40)
            .map(|person| {
                let count = if person % 4 < 2 { one } else { other };
                if person % 2 == 0 {
                    PairedCount {
                        first: count,
                        second: none,
                    }
                } else {
                    PairedCount {
                        first: none,
                        second: count,
                    }
                }
            })
            .collect();
        let paired = difference_within_clusters(&clusters, Level::NINETY_FIVE).unwrap();
        assert!(paired.correlation.abs() < 1e-12);
        assert!(difference_within_clusters(&[], Level::NINETY_FIVE).is_none());
    }
}
