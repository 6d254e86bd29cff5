//! A growing collection of values that knows its quantiles, in bounded memory.

use serde::Serialize;

use super::histogram::{BLOCK, Look};
use super::{LogHistogram, quantile};

/// Up to so many values quantiles are exact; above that they are marked as approximate.
pub const EXACT_LIMIT: usize = 10_000_000;

/// A quantile, and whether it is exact.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantile {
    /// Its value.
    pub value: f64,
    /// Whether it is within [`super::RELATIVE_ERROR`] (shown with `≈`) and not exact.
    pub approximate: bool,
}

/// Values kept up to a limit, and counted by magnitude beyond it.
#[derive(Clone, Debug)]
pub struct Sketch {
    limit: usize,
    kept: Vec<f64>,
    counted: Option<Box<LogHistogram>>,
    n: u64,
    sum: f64,
}

impl Default for Sketch {
    fn default() -> Self {
        Self::new(EXACT_LIMIT)
    }
}

impl Sketch {
    /// Returns an empty one that is exact up to `limit` values.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            kept: Vec::new(),
            counted: None,
            n: 0,
            sum: 0.0,
        }
    }

    /// Adds values; what is no number is left out.
    pub fn extend(&mut self, values: &[f64]) {
        for block in values.chunks(BLOCK) {
            let look = Look::at(block);
            self.n += look.known;
            self.sum += look.sum;
            if let Some(counted) = &mut self.counted {
                counted.add_block(block, &look);
                continue;
            }
            self.kept
                .extend(block.iter().copied().filter(|value| !value.is_nan()));
            if self.kept.len() > self.limit {
                self.count_all();
            }
        }
    }

    #[cold]
    fn count_all(&mut self) {
        let counted = self.counted.get_or_insert_default();
        counted.extend(&self.kept);
        self.kept = Vec::new();
    }

    /// Adds what another has seen.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        let fits = self.kept.len() + other.kept.len() <= self.limit;
        if self.counted.is_none() && other.counted.is_none() && fits {
            self.kept.extend_from_slice(&other.kept);
            return;
        }
        self.count_all();
        let counted = self.counted.get_or_insert_default();
        counted.extend(&other.kept);
        if let Some(more) = &other.counted {
            counted.merge(more);
        }
    }

    /// Returns how many values it has seen.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.n
    }

    /// Returns whether it has seen none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Returns the sum, which is always exact.
    #[must_use]
    pub const fn sum(&self) -> f64 {
        self.sum
    }

    /// Returns the mean, which is always exact.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / crate::number::float_u64(self.n))
    }

    /// Returns a quantile, or `None` of none.
    #[must_use]
    pub fn quantile(&mut self, rank: f64) -> Option<Quantile> {
        let (value, approximate) = match &self.counted {
            Some(counted) => (counted.quantile(rank), true),
            None => (quantile(&mut self.kept, rank), false),
        };
        value.map(|value| Quantile { value, approximate })
    }
}

#[cfg(test)]
mod tests {
    use super::Sketch;

    #[test]
    fn it_is_exact_up_to_its_limit_and_says_so_beyond() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let mut exact = Sketch::new(100);
        exact.extend(&values);
        let median = exact.quantile(0.5).unwrap();
        assert_eq!((median.value, median.approximate), (50.5, false));

        exact.extend(&[101.0]);
        let median = exact.quantile(0.5).unwrap();
        assert!(median.approximate && (median.value - 51.0).abs() < 0.1);
        assert!((exact.mean().unwrap() - 51.0).abs() < 1e-12);
    }

    #[test]
    fn merged_parts_are_exact_only_if_they_fit_together() {
        let mut one = Sketch::new(4);
        one.extend(&[1.0, 2.0, f64::NAN]);
        let mut two = Sketch::new(4);
        two.extend(&[3.0, 4.0]);
        one.merge(&two);
        assert_eq!(
            one.quantile(1.0).map(|found| found.approximate),
            Some(false)
        );
        one.merge(&two);
        assert_eq!(
            (one.len(), one.quantile(1.0).map(|found| found.approximate)),
            (6, Some(true))
        );
    }
}
