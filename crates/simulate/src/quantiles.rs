//! Distributions as tables of quantiles: no logarithm, so the same on every machine.

use serde::{Deserialize, Serialize};

/// The probabilities at which a table has its values.
pub const LEVELS: [f64; 11] = [
    0.0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1.0,
];

/// Eleven values at [`LEVELS`], straight lines between them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantiles(pub [f64; 11]);

impl Quantiles {
    /// Returns the value at a probability of `[0, 1]`; beyond it, that of the nearer end.
    #[must_use]
    pub fn at(&self, probability: f64) -> f64 {
        let pairs = LEVELS.iter().zip(self.0);
        let mut below = (0.0, self.0[0]);
        for (&level, value) in pairs {
            if probability < level {
                let (low_level, low) = below;
                let part = (probability - low_level) / (level - low_level);
                return low + (value - low) * part.max(0.0);
            }
            below = (level, value);
        }
        below.1
    }

    /// Returns true where no value is less than the one before it and all are finite.
    #[must_use]
    pub fn is_ascending(&self) -> bool {
        let [first, rest @ ..] = self.0;
        let mut before = first;
        for value in rest {
            if !value.is_finite() || value < before {
                return false;
            }
            before = value;
        }
        first.is_finite()
    }

    /// Returns the mean: that of the middles of its lines, by their widths.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let mut sum = 0.0;
        for (levels, values) in LEVELS.windows(2).zip(self.0.windows(2)) {
            if let ([low, high], [from, to]) = (levels, values) {
                sum += (high - low) * (from + to) / 2.0;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::Quantiles;

    const TENS: Quantiles = Quantiles([
        0.0, 1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 100.0,
    ]);

    #[test]
    fn values_between_the_levels_lie_on_a_line() {
        for (probability, value) in [(0.0, 0.0), (0.3, 30.0), (0.5, 50.0), (0.97, 97.0)] {
            assert!((TENS.at(probability) - value).abs() < 1e-9);
        }
        assert!((TENS.at(1.0) - 100.0).abs() < 1e-9);
        assert!((TENS.at(-1.0) - 0.0).abs() < 1e-9);
        assert!((TENS.at(2.0) - 100.0).abs() < 1e-9);
        assert!((TENS.mean() - 50.0).abs() < 1e-9);
    }

    #[test]
    fn a_table_that_descends_or_is_not_finite_is_noticed() {
        assert!(TENS.is_ascending());
        let mut table = TENS;
        table.0[4] = 9.0;
        assert!(!table.is_ascending());
        table.0[4] = f64::NAN;
        assert!(!table.is_ascending());
    }
}
