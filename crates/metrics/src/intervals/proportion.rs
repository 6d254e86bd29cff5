//! Proportions: Wilson's interval on the effective number of rows.

use std::collections::HashMap;

use serde::Serialize;

use super::linearised::{Alike, linearise_alike};
use super::{ClusterSum, Enough, Level};
use crate::number::float_u64;

/// What one cluster (person) adds to a proportion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClusterCount {
    /// Rows that count as a hit; at most `trials`.
    pub hits: u64,
    /// Rows.
    pub trials: u64,
}

/// A proportion with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Proportion {
    /// Rows that count as a hit.
    pub hits: u64,
    /// Rows.
    pub trials: u64,
    /// Clusters (persons).
    pub clusters: u64,
    /// `hits / trials`.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// How many independent rows would tell as much.
    pub effective_trials: f64,
    /// `trials / effective_trials` before the allowance for few clusters; at least 1.
    pub design_effect: f64,
}

impl Proportion {
    /// Returns whether it rests on enough to be shown.
    #[must_use]
    pub const fn is_enough(&self, enough: Enough) -> bool {
        enough.holds(self.trials, self.clusters)
    }
}

/// Returns Wilson's score interval of `share` at so many independent trials, as
/// `(low, high)`. Without a trial it is all of 0 to 1.
///
/// Source: E. B. Wilson (1927), JASA 22(158), 209-212.
#[must_use]
pub fn wilson(share: f64, trials: f64, z: f64) -> (f64, f64) {
    if trials <= 0.0 || !trials.is_finite() {
        return (0.0, 1.0);
    }
    let squared = z * z;
    let shrink = 1.0 / (1.0 + squared / trials);
    let centre = (share + squared / (2.0 * trials)) * shrink;
    let spread = share * (1.0 - share) / trials + squared / (4.0 * trials * trials);
    let half = z * shrink * spread.max(0.0).sqrt();
    // At the ends rounding must not leave the estimate outside its own interval.
    (
        (centre - half).clamp(0.0, share.max(0.0)),
        (centre + half).clamp(share.min(1.0), 1.0),
    )
}

/// Returns the proportion of hits with its interval, or `None` without a trial.
///
/// Wilson's interval on `n / deff · (t_{n−1} / t_df)²` rows: the design effect and the
/// degrees of freedom come from the clusters ([`super::linearise`]), and a design effect under 1
/// counts as 1 (after E. L. Korn and B. I. Graubard, 1998, Survey Methodology 24(2),
/// 193-201, who do the same to the Clopper-Pearson interval). Where every row is a hit, or
/// none, there is no variance to measure: the rows of each cluster then count as fully
/// alike, `(Σ n)² / Σ n²` of them. One cluster alone counts as one row.
///
/// `hits` above `trials` count as `trials`.
#[must_use]
pub fn proportion(clusters: &[ClusterCount], level: Level) -> Option<Proportion> {
    proportion_times(clusters.iter().map(|count| (*count, 1)), level)
}

/// As [`proportion`], each cluster as often as it is said to be there.
fn proportion_times(
    clusters: impl Iterator<Item = (ClusterCount, u64)> + Clone,
    level: Level,
) -> Option<Proportion> {
    let sums = clusters
        .clone()
        .map(|(one, times)| Alike::of(sum_of(one), times));
    let found = linearise_alike(sums)?;
    let trials = float_u64(found.n);
    let hits: u64 = clusters
        .clone()
        .map(|(count, times)| count.hits.min(count.trials) * times)
        .sum();
    let share = float_u64(hits) / trials;
    let (effective_trials, design_effect) = if found.clusters < 2 {
        (1.0, trials)
    } else if hits == 0 || hits == found.n {
        let squares: f64 = clusters
            .map(|(count, times)| {
                float_u64(count.trials) * float_u64(count.trials) * float_u64(times)
            })
            .sum();
        (trials * trials / squares, squares / trials)
    } else {
        let design_effect = found.design_effect.max(1.0);
        let few = level.t(trials - 1.0) / level.t(found.degrees_of_freedom);
        (
            trials / design_effect * few.min(1.0) * few.min(1.0),
            design_effect,
        )
    };
    let (low, high) = wilson(share, effective_trials, level.z());
    Some(Proportion {
        hits,
        trials: found.n,
        clusters: found.clusters,
        share,
        low,
        high,
        effective_trials,
        design_effect,
    })
}

/// Clusters by what they count, each kind with how many there are: of millions of persons
/// there are few kinds.
#[derive(Clone, Debug, Default)]
pub struct ClusterTally {
    /// Those of up to [`SMALL`] trials, by trials and hits.
    small: Vec<u64>,
    large: HashMap<ClusterCount, u64>,
}

/// Clusters of so many trials are counted in an array.
const SMALL: usize = 8;

impl ClusterTally {
    /// Adds a cluster that is there so many times; one without a trial is none.
    pub fn add(&mut self, count: ClusterCount, times: u64) {
        if count.trials == 0 || times == 0 {
            return;
        }
        let place = usize::try_from(count.trials).unwrap_or(usize::MAX);
        if place > SMALL {
            *self.large.entry(count).or_default() += times;
            return;
        }
        self.small.resize((SMALL + 1) * (SMALL + 1), 0);
        let hits = usize::try_from(count.hits.min(count.trials)).unwrap_or(0);
        if let Some(known) = self.small.get_mut(place * (SMALL + 1) + hits) {
            *known += times;
        }
    }

    /// Returns the proportion of hits with its interval, as [`proportion`] does.
    #[must_use]
    pub fn proportion(&self, level: Level) -> Option<Proportion> {
        let whole = |place: usize| u64::try_from(place).unwrap_or(0);
        let small = self.small.iter().enumerate().map(|(place, times)| {
            let (trials, hits) = (place / (SMALL + 1), place % (SMALL + 1));
            let count = ClusterCount {
                hits: whole(hits),
                trials: whole(trials),
            };
            (count, *times)
        });
        let mut large: Vec<(ClusterCount, u64)> = self
            .large
            .iter()
            .map(|(one, times)| (*one, *times))
            .collect();
        // Sums of floats must not depend on the order of a hash table.
        large.sort_unstable_by_key(|(one, _)| (one.trials, one.hits));
        let all = small.chain(large.iter().copied());
        proportion_times(all.filter(|(_, times)| *times > 0), level)
    }
}

/// Returns one count for each cluster id that occurs, in order of first sight. A row
/// without an id (`None`) is a cluster of its own.
#[must_use]
pub fn cluster_counts(rows: impl IntoIterator<Item = (Option<u32>, bool)>) -> Vec<ClusterCount> {
    let mut counts: Vec<ClusterCount> = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    for (cluster, hit) in rows {
        let place = match cluster {
            Some(id) => *places.entry(id).or_insert(counts.len()),
            None => counts.len(),
        };
        if place == counts.len() {
            counts.push(ClusterCount::default());
        }
        if let Some(count) = counts.get_mut(place) {
            count.trials += 1;
            count.hits += u64::from(hit);
        }
    }
    counts
}

pub(super) fn sum_of(count: ClusterCount) -> ClusterSum {
    let hits = float_u64(count.hits.min(count.trials));
    ClusterSum {
        n: count.trials,
        sum: hits,
        sum_squares: hits,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ClusterCount, ClusterTally, Level, cluster_counts, proportion, wilson};

    fn singles(hits: u64, trials: u64) -> Vec<ClusterCount> {
        (0..trials)
            .map(|row| ClusterCount {
                hits: u64::from(row < hits),
                trials: 1,
            })
            .collect()
    }

    /// statsmodels 0.15.0: `proportion_confint(hits, n, method="wilson")`.
    #[test]
    fn rows_of_different_persons_give_the_wilson_interval_of_statsmodels() {
        for (hits, trials, low, high) in WILSON {
            let found = proportion(&singles(hits, trials), Level::NINETY_FIVE).unwrap();
            assert!((found.low - low).abs() < 1e-9, "{found:?}");
            assert!((found.high - high).abs() < 1e-9, "{found:?}");
            assert!((found.design_effect - 1.0).abs() < 1e-9, "{found:?}");
        }
    }

    const WILSON: [(u64, u64, f64, f64); 5] = [
        (1, 10, 0.017_876_213_095, 0.404_150_026_795),
        (9741, 14654, 0.657_047_444_038, 0.672_332_568_262),
        (0, 25, 0.000_000_000_000, 0.133_192_250_939),
        (40, 40, 0.912_378_398_803, 1.000_000_000_000),
        (37, 412, 0.065_855_918_724, 0.121_334_312_480),
    ];

    #[test]
    fn four_attempts_that_always_go_alike_count_as_one() {
        let alike: Vec<ClusterCount> = (0..200)
            .map(|person| ClusterCount {
                hits: 4 * u64::from(person % 2 == 0),
                trials: 4,
            })
            .collect();
        let found = proportion(&alike, Level::NINETY_FIVE).unwrap();
        assert!((found.effective_trials - 200.0).abs() < 3.0, "{found:?}");
        assert!((found.design_effect - 4.0).abs() < 0.03, "{found:?}");
    }

    proptest! {
        #[test]
        fn clusters_counted_by_kind_give_the_same_interval(
            clusters in proptest::collection::vec((0_u64..30, 1_u64..30), 1..200)
        ) {
            let clusters: Vec<ClusterCount> = clusters
                .into_iter()
                .map(|(hits, trials)| ClusterCount { hits: hits.min(trials), trials })
                .collect();
            let mut tally = ClusterTally::default();
            clusters.iter().for_each(|one| tally.add(*one, 1));
            let one = proportion(&clusters, Level::NINETY_FIVE).unwrap();
            let other = tally.proportion(Level::NINETY_FIVE).unwrap();
            prop_assert_eq!((one.hits, one.trials, one.clusters), (other.hits, other.trials, other.clusters));
            for (a, b) in [(one.low, other.low), (one.high, other.high), (one.design_effect, other.design_effect)] {
                prop_assert!((a - b).abs() < 1e-9, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn one_person_tells_as_much_as_one_row() {
        let found = proportion(
            &[ClusterCount {
                hits: 700,
                trials: 777,
            }],
            Level::NINETY_FIVE,
        )
        .unwrap();
        assert!((found.effective_trials - 1.0).abs() < 1e-12);
        assert!(found.low < 0.2 && found.high > 0.99, "{found:?}");
    }

    #[test]
    fn never_and_always_take_each_person_as_one() {
        let none: Vec<ClusterCount> = (0..50)
            .map(|_| ClusterCount { hits: 0, trials: 4 })
            .collect();
        let found = proportion(&none, Level::NINETY_FIVE).unwrap();
        assert!((found.effective_trials - 50.0).abs() < 1e-9);
        assert!(found.low.abs() < 1e-12 && found.high > 0.07, "{found:?}");
        assert!(proportion(&[], Level::NINETY_FIVE).is_none());
    }

    #[test]
    fn rows_without_a_person_are_persons_of_their_own() {
        let counts = cluster_counts([
            (Some(7), true),
            (None, true),
            (Some(7), false),
            (None, false),
        ]);
        let pairs: Vec<(u64, u64)> = counts
            .iter()
            .map(|count| (count.hits, count.trials))
            .collect();
        assert_eq!(pairs, [(1, 2), (1, 1), (0, 1)]);
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_estimate_and_stays_in_bounds(
            counts in prop::collection::vec((0_u64..20, 0_u64..20), 1..40),
            share in 0.5_f64..0.999,
        ) {
            let clusters: Vec<ClusterCount> = counts
                .iter()
                .map(|(hits, more)| ClusterCount { hits: *hits, trials: hits + more })
                .collect();
            let Some(found) = proportion(&clusters, Level::new(share).unwrap()) else {
                return Ok(());
            };
            prop_assert!(0.0 <= found.low && found.low <= found.share);
            prop_assert!(found.share <= found.high && found.high <= 1.0);
            let rows: u64 = clusters.iter().map(|count| count.trials).sum();
            prop_assert!(found.effective_trials <= crate::number::float_u64(rows) + 1e-9);
        }

        #[test]
        fn accepted_and_not_accepted_mirror_each_other(
            share in 0.0_f64..=1.0, trials in 1.0_f64..1e6,
        ) {
            let (low, high) = wilson(share, trials, 1.96);
            let (other_low, other_high) = wilson(1.0 - share, trials, 1.96);
            prop_assert!((low - (1.0 - other_high)).abs() < 1e-12);
            prop_assert!((high - (1.0 - other_low)).abs() < 1e-12);
        }
    }
}
