//! The variance of a mean over rows that come in clusters.

use serde::Serialize;

use crate::number::{float_u64, floor_index};

/// A cluster with more than this share of all rows counts as outsize, if it also has five
/// times the rows of an average one.
const OUTSIZE: f64 = 0.05;
/// Fewer clusters than this tell nothing of how outsize ones may differ.
const TEN: f64 = 10.0;
/// Two standard deviations: an outsize cluster that lies no further off is a usual one.
const USUAL: f64 = 4.0;

/// What one cluster (person) adds to a mean over rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterSum {
    /// Rows.
    pub n: u64,
    /// Sum of their values.
    pub sum: f64,
    /// Sum of the squares of their values.
    pub sum_squares: f64,
}

/// A mean over rows with its cluster-robust variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Linearised {
    /// Rows.
    pub n: u64,
    /// Clusters with any row.
    pub clusters: u64,
    /// Mean over rows.
    pub mean: f64,
    /// Variance of that mean.
    pub variance: f64,
    /// Satterthwaite's degrees of freedom of `variance`.
    pub degrees_of_freedom: f64,
    /// Correlation of rows of one cluster, in 0 to 1 (analysis of variance).
    pub correlation: f64,
    /// `variance` over what independent rows would give.
    pub design_effect: f64,
}

/// Returns the mean over rows and its variance by linearisation over clusters; `None`
/// without a row. One cluster alone has no variance to measure: `variance` is NaN then.
///
/// The mean is the ratio `Σ sum / Σ n`; cluster i moves it by `u_i = sum_i − mean · n_i`.
/// A large cluster pulls the mean towards itself, which makes its own `u_i` too small, so
/// each is weighed by what it should have been under a working model of equal correlation
/// within clusters (after R. M. Bell and D. F. McCaffrey, 2002, Survey Methodology 28(2),
/// 169-181). For clusters of one size this is the usual factor k / (k − 1).
/// The degrees of freedom are Satterthwaite's under the same model.
///
/// An outsize cluster (over 5 % of the rows and five times the average) is a single draw
/// that decides the sum and would leave about one degree of freedom. How far it may lie from
/// the mean is known from how much the others differ: it adds what the model expects, more
/// where it lies further off than two standard deviations, with as many degrees of freedom
/// as there are other clusters. The correlation then comes from those others alone. Where
/// fewer than ten are left to learn from, outsize clusters are treated like any other.
#[must_use]
pub fn linearise(clusters: &[ClusterSum]) -> Option<Linearised> {
    linearise_alike(clusters.iter().map(|cluster| Alike::of(*cluster, 1)))
}

/// Clusters of one size together: variance needs no more of them than these sums, as long as
/// none of several is outsize, or all are the same.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Alike {
    /// Rows of each.
    pub(super) n: f64,
    /// How many there are.
    pub(super) times: f64,
    /// Sum of their sums.
    pub(super) sum: f64,
    /// Sum of the squares of their sums.
    pub(super) squares_of_sums: f64,
    /// Sum of their sums of squares.
    pub(super) sum_squares: f64,
}

impl Alike {
    /// So many times the same cluster.
    pub(super) fn of(cluster: ClusterSum, times: u64) -> Self {
        let times = float_u64(times);
        Self {
            n: float_u64(cluster.n),
            times,
            sum: cluster.sum * times,
            squares_of_sums: cluster.sum * cluster.sum * times,
            sum_squares: cluster.sum_squares * times,
        }
    }

    /// Adds a cluster of the same size.
    pub(super) fn add(&mut self, cluster: ClusterSum) {
        self.n = float_u64(cluster.n);
        self.times += 1.0;
        self.sum += cluster.sum;
        self.squares_of_sums += cluster.sum * cluster.sum;
        self.sum_squares += cluster.sum_squares;
    }

    /// Adds other clusters of the same size.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n = self.n.max(other.n);
        self.times += other.times;
        self.sum += other.sum;
        self.squares_of_sums += other.squares_of_sums;
        self.sum_squares += other.sum_squares;
    }

    fn rows(&self) -> f64 {
        self.n * self.times
    }

    /// How far their sums lie from what a mean would give, squared.
    fn moved(&self, mean: f64) -> f64 {
        let expected = mean * self.n;
        let moved = self.squares_of_sums - 2.0 * expected * self.sum;
        (moved + expected * expected * self.times).max(0.0)
    }
}

/// As [`linearise`], of clusters that may stand together.
pub(super) fn linearise_alike(clusters: impl Iterator<Item = Alike> + Clone) -> Option<Linearised> {
    let used = || {
        clusters
            .clone()
            .filter(|one| one.n > 0.0 && one.times > 0.0)
    };
    let of = |value: fn(&Alike) -> f64| used().map(|one| value(&one)).sum::<f64>();
    let rows = of(Alike::rows);
    if rows <= 0.0 {
        return None;
    }
    let count = of(|one| one.times);
    let mean = of(|one| one.sum) / rows;
    let square =
        |one: &Alike| mean.mul_add(mean.mul_add(one.rows(), -2.0 * one.sum), one.sum_squares);
    let total = used().map(|one| square(&one)).sum::<f64>().max(0.0);
    let limit = (OUTSIZE * rows).max(5.0 * rows / count);
    let usual = || used().filter(|one| one.n <= limit);
    let enough = usual().map(|one| one.times).sum::<f64>() >= TEN;
    let outsize = if enough { limit } else { rows };
    let correlation = if enough {
        correlation(usual())
    } else {
        correlation(used())
    };
    let (variance, degrees_of_freedom) = if count < 2.0 {
        (f64::NAN, 0.0)
    } else {
        Model {
            rows,
            mean,
            correlation,
            one: total / rows,
            outsize,
            others: count - 1.0,
        }
        .variance(used())
    };
    let independent = total / rows / (rows - 1.0);
    let whole = |value: f64| u64::try_from(floor_index(value)).unwrap_or(u64::MAX);
    Some(Linearised {
        n: whole(rows),
        clusters: whole(count),
        mean,
        variance,
        degrees_of_freedom,
        correlation,
        design_effect: if independent > 0.0 {
            variance / independent
        } else {
            1.0
        },
    })
}

/// Analysis of variance: how alike rows of one cluster are, 0 to 1.
fn correlation(clusters: impl Iterator<Item = Alike> + Clone) -> f64 {
    let (mut groups, mut rows, mut sum) = (0.0, 0.0, 0.0);
    for one in clusters.clone() {
        groups += one.times;
        rows += one.rows();
        sum += one.sum;
    }
    if groups < 2.0 || rows <= groups {
        return 0.0;
    }
    let mean = sum / rows;
    let (mut between, mut within, mut squares) = (0.0, 0.0, 0.0);
    for one in clusters {
        between += one.moved(mean) / one.n;
        within += (one.sum_squares - one.squares_of_sums / one.n).max(0.0);
        squares += one.n * one.n * one.times;
    }
    let between = between / (groups - 1.0);
    let within = within / (rows - groups);
    let size = (rows - squares / rows) / (groups - 1.0);
    let whole = between + (size - 1.0) * within;
    if whole > 0.0 {
        ((between - within) / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// The working model: rows of one variance, equally correlated within clusters.
struct Model {
    rows: f64,
    mean: f64,
    correlation: f64,
    /// Variance of one row.
    one: f64,
    /// Clusters of more rows are outsize.
    outsize: f64,
    /// Clusters but one.
    others: f64,
}

/// Sums over clusters, from which the square of the quadratic form follows: in it clusters i
/// and j share `w_j s_i + w_i s_j − w_i w_j S`.
#[derive(Default)]
struct Pairs {
    /// Σ a w²
    shares: f64,
    /// Σ a s²
    owns: f64,
    /// Σ a w s
    both: f64,
    /// The diagonal, less what the products of the sums above put there.
    diagonal: f64,
}

impl Pairs {
    fn spread(&self, whole: f64) -> f64 {
        let squares = whole * self.shares;
        self.diagonal
            + 2.0 * self.shares * self.owns
            + squares * squares
            + 2.0 * self.both * self.both
            - 4.0 * squares * self.both
    }
}

impl Model {
    /// Returns variance and degrees of freedom. In the model the sum of cluster i has
    /// variance `s_i`, in units of one row, and `u_i` has `s_i (1 − 2 w_i) + w_i² S` with
    /// its share of rows `w_i`; S is the sum of all `s_i`.
    fn variance(&self, clusters: impl Iterator<Item = Alike> + Clone) -> (f64, f64) {
        let owns = clusters.clone().map(|one| self.own(one.n) * one.times);
        let whole: f64 = owns.sum();
        let mut variance = 0.0;
        let mut fixed = 0.0;
        let mut pairs = Pairs::default();
        for one in clusters {
            let (own, times) = (self.own(one.n), one.times);
            let share = one.n / self.rows;
            let expected = own * (1.0 - 2.0 * share) + share * share * whole;
            if expected <= 0.0 {
                continue;
            }
            let weight = own / expected;
            let seen = weight * one.moved(self.mean);
            if one.n > self.outsize {
                variance += (seen / times / USUAL).max(own * self.one) * times;
                fixed += own * own / self.others * times;
                continue;
            }
            variance += seen;
            let outside = 2.0 * share * own - share * share * whole;
            pairs.shares += weight * share * share * times;
            pairs.owns += weight * own * own * times;
            pairs.both += weight * share * own * times;
            pairs.diagonal += (own * own - weight * weight * outside * outside) * times;
        }
        let spread = pairs.spread(whole) + fixed;
        let freedom = if spread > 0.0 {
            whole * whole / spread
        } else {
            0.0
        };
        (variance / self.rows / self.rows, freedom)
    }

    /// Variance of the sum of a cluster of `n` rows, in units of one row.
    fn own(&self, n: f64) -> f64 {
        n * (n - 1.0).mul_add(self.correlation, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{ClusterSum, linearise};

    fn cluster(values: &[f64]) -> ClusterSum {
        ClusterSum {
            n: u64::try_from(values.len()).unwrap(),
            sum: values.iter().sum(),
            sum_squares: values.iter().map(|value| value * value).sum(),
        }
    }

    #[test]
    fn single_rows_give_the_textbook_variance_and_freedom() {
        let rows = [2.0, 4.0, 9.0, 1.0].map(|value| cluster(&[value]));
        let found = linearise(&rows).unwrap();
        // Mean 4, squares of deviations 4 + 0 + 25 + 9 = 38; 38 / 3 / 4.
        assert!((found.mean - 4.0).abs() < 1e-12);
        assert!((found.variance - 38.0 / 12.0).abs() < 1e-12);
        assert!((found.degrees_of_freedom - 3.0).abs() < 1e-9);
        assert!((found.design_effect - 1.0).abs() < 1e-12);
    }

    /// statsmodels 0.15.0: `OLS(y, 1).fit(cov_type="cluster", cov_kwds={"groups": g})` gives
    /// the standard error with the factor k / (k − 1), which clusters of one size share.
    #[test]
    fn clusters_of_one_size_give_the_error_of_statsmodels() {
        let rows = [[1.0, 2.0], [2.0, 3.0], [7.0, 9.0], [4.0, 4.0]].map(|pair| cluster(&pair));
        let found = linearise(&rows).unwrap();
        assert!((found.mean - 4.0).abs() < 1e-12);
        // u = −5, −3, 8, 0: 98 · 4/3 / 64.
        assert!((found.variance.sqrt() - 1.428_869_016_623_521).abs() < 1e-12);
        assert!((found.degrees_of_freedom - 3.0).abs() < 1e-9);
        assert!(found.design_effect > 1.9, "{}", found.design_effect);
    }

    #[test]
    fn an_outsize_cluster_widens_and_leaves_degrees_of_freedom() {
        let mut rows: Vec<ClusterSum> = (0..100)
            .map(|person| cluster(&[f64::from(person % 2)]))
            .collect();
        rows.push(ClusterSum {
            n: 100,
            sum: 90.0,
            sum_squares: 90.0,
        });
        let found = linearise(&rows).unwrap();
        // Its u is 90 − 0.7 · 100 = 20, weighed by 1 / (1 − 0.5), as no two of the others'
        // rows show how alike they are: 800, of which a quarter counts. The model's
        // own 100 · 0.21 is less. The others add about 50 · (0.49 + 0.09).
        assert!(
            (found.variance - 229.0 / 40_000.0).abs() < 2e-5,
            "{found:?}"
        );
        assert!(found.degrees_of_freedom > 90.0, "{found:?}");
    }

    #[test]
    fn nothing_has_no_mean_and_one_cluster_no_variance() {
        assert!(linearise(&[]).is_none());
        assert!(linearise(&[ClusterSum::default()]).is_none());
        let one = linearise(&[cluster(&[1.0, 2.0])]).unwrap();
        assert!(one.variance.is_nan());
        assert!((one.mean - 1.5).abs() < 1e-12);
    }
}
