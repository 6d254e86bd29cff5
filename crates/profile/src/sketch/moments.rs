//! Sum, mean, variance, skewness and kurtosis in one pass.

use crate::number::float;

/// Powers of the distance from the mean, updated value by value.
///
/// Source: P. Pébay (2008), Formulas for robust, one-pass parallel computation of covariances
/// and arbitrary-order statistical moments, Sandia report SAND2008-6212. The sum is that of
/// A. Neumaier (1974), ZAMM 54(1), 39-51.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moments {
    n: u64,
    mean: f64,
    second: f64,
    third: f64,
    fourth: f64,
    sum: f64,
    lost: f64,
}

impl Moments {
    pub(crate) fn add(&mut self, value: f64) {
        let before = float(self.n);
        self.n += 1;
        let n = float(self.n);
        let delta = value - self.mean;
        let part = delta / n;
        let square = part * part;
        let term = delta * part * before;
        self.mean += part;
        self.fourth += term * square * (n * n - 3.0 * n + 3.0) + 6.0 * square * self.second
            - 4.0 * part * self.third;
        self.third += term * part * (n - 2.0) - 3.0 * part * self.second;
        self.second += term;
        self.add_to_sum(value);
    }

    fn add_to_sum(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    pub(crate) const fn n(&self) -> u64 {
        self.n
    }

    pub(crate) fn sum(&self) -> f64 {
        self.sum + self.lost
    }

    pub(crate) fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum() / float(self.n))
    }

    /// With n − 1.
    pub(crate) fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.second.max(0.0) / float(self.n - 1))
    }

    /// G1, adjusted for bias, as pandas has it; 0 where all values are the same.
    pub(crate) fn skewness(&self) -> Option<f64> {
        if self.n < 3 {
            return None;
        }
        if self.is_flat() {
            return Some(0.0);
        }
        let n = float(self.n);
        Some(n * (n - 1.0).sqrt() / (n - 2.0) * self.third / self.second.powf(1.5))
    }

    /// G2, excess and adjusted for bias, as pandas has it; 0 where all values are the same.
    pub(crate) fn kurtosis(&self) -> Option<f64> {
        if self.n < 4 {
            return None;
        }
        if self.is_flat() {
            return Some(0.0);
        }
        let n = float(self.n);
        let adjusted = n * (n + 1.0) * (n - 1.0) * self.fourth / (self.second * self.second);
        Some((adjusted - 3.0 * (n - 1.0) * (n - 1.0)) / ((n - 2.0) * (n - 3.0)))
    }

    /// Whether the spread is nothing but rounding.
    fn is_flat(&self) -> bool {
        self.second <= f64::EPSILON * f64::EPSILON * self.mean * self.mean * float(self.n)
    }
}
