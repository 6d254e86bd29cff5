//! The too-few rule: which numbers are shown at all.

use serde::Serialize;

/// The least that a number must rest on before it is shown.
///
/// Few rows say little, and many rows of few persons say little and point at persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Enough {
    /// Least number of rows.
    pub rows: u64,
    /// Least number of clusters (persons).
    pub clusters: u64,
}

impl Default for Enough {
    fn default() -> Self {
        Self {
            rows: 30,
            clusters: 10,
        }
    }
}

impl Enough {
    /// Returns whether a number that rests on so much may be shown.
    #[must_use]
    pub const fn holds(self, rows: u64, clusters: u64) -> bool {
        rows >= self.rows && clusters >= self.clusters
    }
}

#[cfg(test)]
mod tests {
    use super::Enough;

    #[test]
    fn many_rows_of_few_persons_are_too_few() {
        let enough = Enough::default();
        assert!(enough.holds(30, 10));
        assert!(!enough.holds(29, 29));
        assert!(!enough.holds(10_000, 9));
    }
}
