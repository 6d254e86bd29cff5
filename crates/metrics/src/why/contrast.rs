//! The difference of two means over rows that come in clusters (persons), some of whom have
//! rows on both sides.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::arranged::Pattern;

/// Above so many degrees of freedom the t distribution is the normal one.
const NORMAL_FROM: f64 = 1e7;

/// What clusters add to the difference of two means of values whose mean over all rows is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    /// Mean of the selection less that of the others.
    pub(super) difference: f64,
    /// Sum of the squares of all values.
    pub(super) total: f64,
    /// Sum over clusters of (sum of its values)² ÷ its rows.
    pub(super) between: f64,
    /// Sum over clusters of the square of what each adds to `difference`.
    pub(super) moved: f64,
}

/// A difference of two means with its variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Contrast {
    pub(super) difference: f64,
    /// Its variance where the sides do not differ.
    pub(super) variance: f64,
    /// What the variance would be were all rows independent.
    pub(super) independent: f64,
    pub(super) degrees_of_freedom: f64,
}

impl Contrast {
    /// Returns the difference with its variance.
    ///
    /// Two estimates, of which the greater counts. The first holds where the sides do not
    /// differ and rows of a person are equally alike (their correlation ρ by analysis of
    /// variance, from both sides): `σ² ((1 − ρ) (1/m + 1/n) + ρ Σ d²)`, d being a person's share
    /// of the selection less that of the others; of independent rows it is that of the
    /// rank-sum test (of ranks, ties allowed for) and of the chi-square test (of a category).
    /// It does not collapse where a side has none of a value. The second sums up what each
    /// person moved, whatever their rows have in common. It does not believe what few persons
    /// tell often.
    pub(super) fn of(sums: &Sums, pattern: &Pattern) -> Self {
        let one = sums.total / (pattern.n() - 1.0).max(1.0);
        let independent = one * pattern.independent();
        let correlation = correlation(sums, pattern);
        let together = one * correlation * pattern.squares;
        let model = (1.0 - correlation).mul_add(independent, together);
        let fewest = crate::number::float_u64(pattern.clusters[0].min(pattern.clusters[1]));
        let robust = if fewest > 1.0 {
            sums.moved * fewest / (fewest - 1.0)
        } else {
            f64::NAN
        };
        let persons = persons(pattern);
        let ratio = model / together;
        let freedom = if together > 0.0 {
            ratio * ratio * persons
        } else {
            f64::INFINITY
        };
        let (variance, degrees_of_freedom) = if robust > model {
            (robust, freedom.min(persons))
        } else {
            (model, freedom)
        };
        Self {
            difference: sums.difference,
            variance: if robust.is_nan() { f64::NAN } else { variance },
            independent,
            degrees_of_freedom,
        }
    }

    /// Returns the two-sided p value; 1 where the variance can't be told.
    pub(super) fn p(&self) -> f64 {
        let t = self.difference.abs() / self.variance.sqrt();
        if t.is_nan() {
            return 1.0;
        }
        let tail = if self.degrees_of_freedom > NORMAL_FROM {
            Normal::standard().sf(t)
        } else {
            StudentsT::new(0.0, 1.0, self.degrees_of_freedom.max(0.1)).map_or(0.5, |of| of.sf(t))
        };
        (2.0 * tail).min(1.0)
    }
}

/// How alike rows of one cluster are, 0 to 1 (one-way analysis of variance).
fn correlation(sums: &Sums, pattern: &Pattern) -> f64 {
    let (n, groups) = (pattern.n(), pattern.all_clusters);
    if groups < 2.0 || n <= groups {
        return 0.0;
    }
    let between = sums.between / (groups - 1.0);
    let within = (sums.total - sums.between).max(0.0) / (n - groups);
    let size = (n - pattern.size_squares / n) / (groups - 1.0);
    let whole = between + (size - 1.0) * within;
    if whole > 0.0 {
        ((between - within) / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// Persons of one size who would tell as much, of the side that has fewer of them, less one.
fn persons(pattern: &Pattern) -> f64 {
    let [selected, against] = pattern.share_squares;
    (1.0 / selected.max(against) - 1.0).max(1.0)
}
