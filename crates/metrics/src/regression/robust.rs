//! Regression that a few wild rows do not bend, with intervals over clusters.

use std::collections::HashMap;

use super::{Gram, Inverse};
use crate::intervals::Level;
use crate::number::{float, float_u64};
use crate::quantiles::quantile;

/// Huber's constant: 95 % as efficient as least squares on normal errors.
const TUNING: f64 = 1.345;
/// Median absolute deviation of a standard normal variable, inverted.
const NORMAL_MAD: f64 = 1.482_602_218_505_602;
const ROUNDS: usize = 25;

/// Rows of a regression.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// Columns of the design; the first should be ones.
    pub width: usize,
    /// Rows one after the other, `width` numbers each.
    pub rows: Vec<f64>,
    /// Response of each row.
    pub response: Vec<f64>,
    /// Cluster (person) of each row; `None` is a cluster of its own.
    pub clusters: Vec<Option<u32>>,
}

impl Design {
    fn iter(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.rows
            .chunks_exact(self.width.max(1))
            .zip(self.response.iter().copied())
    }
}

/// A fitted regression.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Coefficients; 0 for a column that follows from those before it.
    pub coefficients: Vec<f64>,
    /// Covariance of the coefficients over clusters, row by row.
    pub covariance: Vec<f64>,
    /// Which columns do not follow from those before them.
    pub independent: Vec<bool>,
    /// Weight of each row, 0 to 1; less than 1 for rows far off.
    pub weights: Vec<f64>,
    /// Robust standard deviation of the residuals.
    pub scale: f64,
    /// Clusters as many as would give as much if all were of one size.
    pub effective_clusters: f64,
}

/// A sum of coefficients with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Combination {
    /// Estimate.
    pub estimate: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// Fits by iterated least squares with Huber's weights; `None` with no more rows than
/// columns or fewer than two clusters.
///
/// Covariance `A⁻¹ B A⁻¹ · g / (g − 1)`, with A over rows that are not far off and B over
/// clusters of summed scores. `t` has as many degrees of freedom as effective clusters less
/// one, `(Σ n)² / Σ n²` of them.
///
/// Sources: P. J. Huber (1973), Annals of Statistics 1(5), 799-821; K.-Y. Liang and
/// S. L. Zeger (1986), Biometrika 73(1), 13-22; A. V. Carter, K. T. Schnepel and
/// D. G. Steigerwald (2017), Review of Economics and Statistics 99(4), 698-709.
#[must_use]
pub fn robust(design: &Design) -> Option<Fit> {
    let rows = design.response.len();
    if rows <= design.width || design.width == 0 {
        return None;
    }
    let mut weights = vec![1.0; rows];
    let mut coefficients = Vec::new();
    let mut scale = 0.0;
    for _ in 0..ROUNDS {
        let gram = Gram::of(design.width, &design.rows, &design.response, &weights);
        let next = gram.solve();
        let residuals: Vec<f64> = design
            .iter()
            .map(|(row, response)| response - dot(row, &next))
            .collect();
        let mut sizes: Vec<f64> = residuals.iter().map(|one| one.abs()).collect();
        scale = NORMAL_MAD * quantile(&mut sizes, 0.5)?;
        let limit = TUNING * scale;
        for (weight, residual) in weights.iter_mut().zip(&residuals) {
            let size = residual.abs();
            *weight = if size > limit && limit > 0.0 {
                limit / size
            } else {
                1.0
            };
        }
        let moved = next
            .iter()
            .zip(coefficients.iter().chain(std::iter::repeat(&f64::INFINITY)))
            .any(|(new, old): (&f64, &f64)| (new - old).abs() > 1e-6 * (new.abs() + 1e-3));
        coefficients = next;
        if !moved {
            break;
        }
    }
    sandwich(design, coefficients, weights, scale)
}

fn sandwich(design: &Design, coefficients: Vec<f64>, weights: Vec<f64>, scale: f64) -> Option<Fit> {
    let width = design.width;
    let mut bread = Gram::new(width);
    let mut scores: Vec<(f64, Vec<f64>)> = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    let clusters = design.clusters.iter().chain(std::iter::repeat(&None));
    for (((row, response), weight), cluster) in design.iter().zip(&weights).zip(clusters) {
        let residual = response - dot(row, &coefficients);
        if *weight >= 1.0 {
            bread.add(row, 0.0, 1.0);
        }
        let place = match cluster {
            Some(id) => *places.entry(*id).or_insert(scores.len()),
            None => scores.len(),
        };
        if place == scores.len() {
            scores.push((0.0, vec![0.0; width]));
        }
        if let Some((size, score)) = scores.get_mut(place) {
            *size += 1.0;
            for (sum, x) in score.iter_mut().zip(row) {
                *sum += weight * residual * x;
            }
        }
    }
    if scores.len() < 2 {
        return None;
    }
    let mut meat = Gram::new(width);
    let mut squares = 0.0;
    for (size, score) in &scores {
        meat.add(score, 0.0, 1.0);
        squares += size * size;
    }
    let inverse = Inverse::of(&bread.xx, width);
    let few = float(scores.len()) / float(scores.len() - 1);
    let covariance = inverse
        .around(&meat.xx)
        .iter()
        .map(|value| value * few)
        .collect();
    let rows = float_u64(u64::try_from(design.response.len()).unwrap_or(u64::MAX));
    Some(Fit {
        coefficients,
        covariance,
        independent: inverse.independent,
        weights,
        scale,
        effective_clusters: rows * rows / squares,
    })
}

impl Fit {
    /// Returns `Σ factor · coefficient` with its interval, or `None` where a column in it
    /// follows from others, so that the rows do not tell.
    #[must_use]
    pub fn combination(&self, factors: &[(usize, f64)], level: Level) -> Option<Combination> {
        let width = self.coefficients.len();
        let (mut estimate, mut variance) = (0.0, 0.0);
        for (column, factor) in factors {
            if !*self.independent.get(*column)? {
                return None;
            }
            estimate += factor * self.coefficients.get(*column)?;
            for (other, other_factor) in factors {
                let shared = self.covariance.get(column * width + other)?;
                variance += factor * other_factor * shared;
            }
        }
        let half = level.t(self.effective_clusters - 1.0) * variance.max(0.0).sqrt();
        half.is_finite().then_some(Combination {
            estimate,
            low: estimate - half,
            high: estimate + half,
        })
    }
}

pub(super) fn dot(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::{Design, Level, robust};

    fn design(rows: &[(f64, f64, Option<u32>)]) -> Design {
        let mut design = Design {
            width: 2,
            ..Design::default()
        };
        for (x, y, cluster) in rows {
            design.rows.extend([1.0, *x]);
            design.response.push(*y);
            design.clusters.push(*cluster);
        }
        design
    }

    /// Rows `y = 3 + 2 x + e` with x = 0..12 and small e; one row wild.
    fn rows() -> Vec<(f64, f64, Option<u32>)> {
        let errors = [
            0.3, -0.2, 0.1, -0.4, 0.2, 0.5, -0.3, 0.1, -0.1, 0.2, -0.5, 80.0,
        ];
        (0..12_u32)
            .zip(errors)
            .map(|(x, error)| (f64::from(x), 3.0 + 2.0 * f64::from(x) + error, Some(x / 2)))
            .collect()
    }

    /// statsmodels 0.15.0: `RLM(y, X, M=norms.HuberT()).fit(scale_est="mad")`, whose scale
    /// is the same median absolute deviation.
    #[test]
    fn coefficients_are_those_of_statsmodels() {
        let fit = robust(&design(&rows())).unwrap();
        let [intercept, slope] = [fit.coefficients[0], fit.coefficients[1]];
        assert!((intercept - 3.001433).abs() < 1e-3, "{intercept}");
        assert!((slope - 2.008571).abs() < 1e-3, "{slope}");
        assert!(fit.weights[11] < 0.05);
    }

    #[test]
    fn a_constant_column_twice_is_not_told_apart() {
        let mut design = design(&rows());
        design.width = 3;
        design.rows = rows()
            .iter()
            .flat_map(|(x, ..)| [1.0, *x, 2.0 * x])
            .collect();
        let fit = robust(&design).unwrap();
        assert!(fit.combination(&[(1, 1.0)], Level::NINETY_FIVE).is_some());
        assert!(fit.combination(&[(2, 1.0)], Level::NINETY_FIVE).is_none());
    }

    #[test]
    fn too_few_rows_or_clusters_fit_nothing() {
        assert!(robust(&design(&rows()[..2])).is_none());
        let one: Vec<_> = rows().iter().map(|(x, y, _)| (*x, *y, Some(1))).collect();
        assert!(robust(&design(&one)).is_none());
    }
}
