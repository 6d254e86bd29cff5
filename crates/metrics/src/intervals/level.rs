//! The confidence level, and the quantiles that follow from it.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::AnalysisError;

/// Above so many degrees of freedom the t distribution is the normal one to six digits.
const NORMAL_FROM: f64 = 1e7;

/// A two-sided confidence level, a share between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Level(f64);

impl Level {
    /// 95 %, the level of every surface.
    pub const NINETY_FIVE: Self = Self(0.95);

    /// Takes a level.
    ///
    /// # Errors
    /// [`AnalysisError::Level`] outside the open interval 0 to 1.
    pub fn new(share: f64) -> Result<Self, AnalysisError> {
        if share > 0.0 && share < 1.0 {
            Ok(Self(share))
        } else {
            Err(AnalysisError::Level { share })
        }
    }

    /// Returns the share of intervals that are to cover.
    #[must_use]
    pub const fn share(self) -> f64 {
        self.0
    }

    /// Returns the standard normal quantile: 1.96 at 95 %.
    #[must_use]
    pub fn z(self) -> f64 {
        Normal::standard().inverse_cdf(self.upper())
    }

    /// Returns the quantile of Student's t, which is greater the fewer the degrees of
    /// freedom. Not above zero or no number counts as the least: a tenth.
    #[must_use]
    pub fn t(self, degrees_of_freedom: f64) -> f64 {
        let freedom = if degrees_of_freedom > 0.1 {
            degrees_of_freedom
        } else {
            0.1
        };
        if freedom > NORMAL_FROM {
            return self.z();
        }
        StudentsT::new(0.0, 1.0, freedom).map_or_else(
            |_| self.z(),
            |distribution| distribution.inverse_cdf(self.upper()),
        )
    }

    fn upper(self) -> f64 {
        f64::midpoint(1.0, self.0)
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::NINETY_FIVE
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    /// scipy 1.17.1: `stats.norm.ppf(.975)`, `stats.t.ppf(.975, df)`.
    #[test]
    fn quantiles_are_those_of_scipy() {
        let level = Level::NINETY_FIVE;
        assert!((level.z() - 1.959_963_984_540_054).abs() < 1e-9);
        for (freedom, expected) in [
            (1.0, 12.706_204_736_174_7),
            (2.5, 3.574_654_842_003_7),
            (7.3, 2.345_066_736_547_7),
            (120.0, 1.979_930_405_082_4),
        ] {
            let found = level.t(freedom);
            assert!((found - expected).abs() < 1e-9, "{freedom}: {found}");
        }
    }

    #[test]
    fn a_level_outside_its_range_is_refused() {
        for share in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
            assert!(Level::new(share).is_err(), "{share}");
        }
        assert!(Level::new(0.9).is_ok());
    }
}
