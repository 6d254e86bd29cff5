//! Means: Student's t on the cluster-robust variance.

use std::collections::HashMap;

use serde::Serialize;

use super::linearised::{Alike, Linearised, linearise_alike};
use super::{ClusterSum, Enough, Level, linearise};

/// A mean with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MeanInterval {
    /// Rows.
    pub n: u64,
    /// Clusters (persons).
    pub clusters: u64,
    /// Mean over rows.
    pub mean: f64,
    /// Lower end; `None` where one cluster alone gives no variance.
    pub low: Option<f64>,
    /// Upper end; `None` where one cluster alone gives no variance.
    pub high: Option<f64>,
    /// How much greater the variance is than that of independent rows.
    pub design_effect: f64,
}

impl MeanInterval {
    /// Returns whether it rests on enough to be shown.
    #[must_use]
    pub const fn is_enough(&self, enough: Enough) -> bool {
        enough.holds(self.n, self.clusters)
    }
}

/// Returns the mean over rows with an interval that allows for clusters, or `None` without
/// a row: `mean ± t_df · sd`, both from [`linearise`].
#[must_use]
pub fn mean(clusters: &[ClusterSum], level: Level) -> Option<MeanInterval> {
    Some(interval(linearise(clusters)?, level))
}

fn interval(found: Linearised, level: Level) -> MeanInterval {
    let half = (found.clusters > 1)
        .then(|| level.t(found.degrees_of_freedom) * found.variance.max(0.0).sqrt());
    MeanInterval {
        n: found.n,
        clusters: found.clusters,
        mean: found.mean,
        low: half.map(|half| found.mean - half),
        high: half.map(|half| found.mean + half),
        design_effect: found.design_effect,
    }
}

/// Clusters of a mean, counted by their sizes once there are many: of millions of persons
/// only sums are kept. Parts merge.
#[derive(Clone, Debug, Default)]
pub struct MeanTally {
    /// Clusters that are kept one by one.
    single: Vec<ClusterSum>,
    /// Those of up to [`SMALL`] rows together, by their rows.
    alike: Vec<Alike>,
}

/// Clusters of so many rows are counted together.
const SMALL: usize = 32;
/// Once there are so many clusters: then none of the small ones is outsize, which has 5 % of
/// all rows.
const MANY: usize = 8_192;

impl MeanTally {
    /// Adds a cluster; one without a row is none.
    pub fn add(&mut self, cluster: ClusterSum) {
        if cluster.n == 0 {
            return;
        }
        let size = usize::try_from(cluster.n).unwrap_or(usize::MAX);
        match self.alike.get_mut(size) {
            Some(alike) => alike.add(cluster),
            None => self.single.push(cluster),
        }
        if self.alike.is_empty() && self.single.len() >= MANY {
            self.put_together();
        }
    }

    fn put_together(&mut self) {
        self.alike.resize(SMALL + 1, Alike::default());
        for cluster in std::mem::take(&mut self.single) {
            self.add(cluster);
        }
    }

    /// Adds what another tally has counted, of other clusters.
    pub fn merge(&mut self, other: Self) {
        if !other.alike.is_empty() && self.alike.is_empty() {
            self.put_together();
        }
        for (mine, more) in self.alike.iter_mut().zip(&other.alike) {
            mine.merge(more);
        }
        for cluster in other.single {
            self.add(cluster);
        }
    }

    /// Returns the mean with its interval, as [`mean`] does.
    #[must_use]
    pub fn mean(&self, level: Level) -> Option<MeanInterval> {
        let single = self.single.iter().map(|one| Alike::of(*one, 1));
        let all = single.chain(self.alike.iter().copied());
        Some(interval(linearise_alike(all)?, level))
    }
}

/// Returns one sum for each cluster id that occurs, in order of first sight. A row without
/// an id (`None`) is a cluster of its own; a value that is no number is left out.
#[must_use]
pub fn cluster_sums(rows: impl IntoIterator<Item = (Option<u32>, f64)>) -> Vec<ClusterSum> {
    let mut sums: Vec<ClusterSum> = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    for (cluster, value) in rows {
        if value.is_nan() {
            continue;
        }
        let place = match cluster {
            Some(id) => *places.entry(id).or_insert(sums.len()),
            None => sums.len(),
        };
        if place == sums.len() {
            sums.push(ClusterSum::default());
        }
        if let Some(sum) = sums.get_mut(place) {
            sum.n += 1;
            sum.sum += value;
            sum.sum_squares += value * value;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{ClusterSum, Level, MANY, MeanTally, cluster_sums, mean};

    /// scipy 1.17.1: `stats.t.interval(.95, 3, 4, stats.sem([2, 4, 9, 1]))`.
    #[test]
    fn single_rows_give_the_t_interval_of_scipy() {
        let rows = cluster_sums([2.0, 4.0, 9.0, 1.0].map(|value| (None, value)));
        let found = mean(&rows, Level::NINETY_FIVE).unwrap();
        assert!(
            (found.low.unwrap() - -1.663_204_705_733_7).abs() < 1e-8,
            "{found:?}"
        );
        assert!(
            (found.high.unwrap() - 9.663_204_705_733_7).abs() < 1e-8,
            "{found:?}"
        );
    }

    #[test]
    fn one_person_has_a_mean_and_no_interval() {
        let rows = cluster_sums([(Some(1), 2.0), (Some(1), 4.0), (Some(1), f64::NAN)]);
        let found = mean(&rows, Level::NINETY_FIVE).unwrap();
        assert_eq!((found.n, found.low), (2, None));
        assert!((found.mean - 3.0).abs() < 1e-12);
    }

    #[test]
    fn many_clusters_put_together_give_what_each_on_its_own_does() {
        // Sums of a plain sequence, every hundredth cluster of 40 rows and more.
        let cluster = |place: u32| {
            let n = if place.is_multiple_of(100) {
                40 + place % 7
            } else {
                1 + place % 5
            };
            let value = f64::from(place * 7919 % 1_000);
            ClusterSum {
                n: u64::from(n),
                sum: value * f64::from(n),
                sum_squares: value * value * f64::from(n) + f64::from(n - 1),
            }
        };
        let count = u32::try_from(MANY).unwrap() + 5_000;
        let all: Vec<ClusterSum> = (0..count).map(cluster).collect();
        let wanted = mean(&all, Level::NINETY_FIVE).unwrap();
        for cut in [0, 100, 5_000, all.len()] {
            let (mut one, mut other) = (MeanTally::default(), MeanTally::default());
            let (before, after) = all.split_at(cut);
            before.iter().for_each(|cluster| one.add(*cluster));
            after.iter().for_each(|cluster| other.add(*cluster));
            one.merge(other);
            let found = one.mean(Level::NINETY_FIVE).unwrap();
            assert_eq!((found.n, found.clusters), (wanted.n, wanted.clusters));
            assert!((found.mean - wanted.mean).abs() < 1e-9);
            let half = wanted.high.unwrap() - wanted.mean;
            assert!(
                (found.high.unwrap() - wanted.high.unwrap()).abs() < 1e-6 * half,
                "{found:?}"
            );
        }
    }
}
