//! Means: Student's t on the cluster-robust variance.

use std::collections::HashMap;

use serde::Serialize;

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
    let found = linearise(clusters)?;
    let half = (found.clusters > 1)
        .then(|| level.t(found.degrees_of_freedom) * found.variance.max(0.0).sqrt());
    Some(MeanInterval {
        n: found.n,
        clusters: found.clusters,
        mean: found.mean,
        low: half.map(|half| found.mean - half),
        high: half.map(|half| found.mean + half),
        design_effect: found.design_effect,
    })
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
    use super::{Level, cluster_sums, mean};

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
}
