//! What the analyses of the sample are given.

use crate::report::{Basis, BasisRule, Column, Exactness};
use crate::{Options, Sample};

/// The columns as reported so far, and the sample; both have one entry a column.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The columns, their own figures done.
    pub columns: &'a [Column],
    /// The sample.
    pub sample: &'a Sample,
    /// How to report.
    pub options: &'a Options,
}

impl Scope<'_> {
    /// Returns the basis of a figure over the whole sample.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.sample.basis(self.sample.rows)
    }
}

impl Sample {
    /// Returns the basis of a figure over the first `rows` sampled rows.
    #[must_use]
    pub fn basis(&self, rows: usize) -> Basis {
        let all = self.complete && rows >= self.rows;
        Basis {
            exactness: if all {
                Exactness::Exact
            } else {
                Exactness::Approximate
            },
            rule: if all {
                BasisRule::AllRows
            } else {
                BasisRule::Sample
            },
            rows: u64::try_from(rows.min(self.rows)).unwrap_or(u64::MAX),
            relative_error: None,
        }
    }
}
