//! How far two distributions are apart: the population stability index, and the divergence of
//! Jensen and Shannon.

use crate::outcome::sorted::Sorted;
use crate::pairs::number::{float, float_u64};
use crate::report::Verdict;

/// Rows below which an index is mostly chance.
pub(crate) const LEAST_ROWS: u64 = 200;
/// A share of nothing counts as this one, so that its logarithm is a number.
const LEAST_SHARE: f64 = 1e-4;
/// From here on a shift is moderate, and strong: the rule of thumb of credit scoring (N.
/// Siddiqi, 2006, Credit Risk Scorecards, chapter 8).
const MODERATE: f64 = 0.1;
const STRONG: f64 = 0.25;

/// Counts of a distribution's bins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shares {
    pub(crate) counts: Vec<u64>,
}

impl Shares {
    pub(crate) fn none(bins: usize) -> Self {
        Self {
            counts: vec![0; bins],
        }
    }

    /// Counts one value; a place beyond is counted in the last bin.
    pub(crate) fn add(&mut self, place: usize) {
        let last = self.counts.len().saturating_sub(1);
        if let Some(count) = self.counts.get_mut(place.min(last)) {
            *count += 1;
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// What is left of these without some of them.
    pub(crate) fn without(&self, part: &Self) -> Self {
        let counts = self.counts.iter().zip(&part.counts);
        Self {
            counts: counts
                .map(|(all, part)| all.saturating_sub(*part))
                .collect(),
        }
    }

    fn shares(&self) -> impl Iterator<Item = f64> + '_ {
        let total = float_u64(self.total().max(1));
        self.counts
            .iter()
            .map(move |count| float_u64(*count) / total)
    }
}

/// Returns the population stability index of two distributions over the same bins, or `None`
/// where one of them is empty: Σ (p − q) ln (p ÷ q), the symmetric divergence of S. Kullback
/// and R. A. Leibler (1951); shares of nothing count as 10^-4.
pub(crate) fn psi(one: &Shares, other: &Shares) -> Option<f64> {
    if one.total() == 0 || other.total() == 0 {
        return None;
    }
    let parts = one.shares().zip(other.shares()).map(|(one, other)| {
        let (one, other) = (one.max(LEAST_SHARE), other.max(LEAST_SHARE));
        (one - other) * (one / other).ln()
    });
    Some(parts.sum())
}

/// Returns the divergence of Jensen and Shannon to base 2, in 0 (the same) to 1 (nothing in
/// common), or `None` where a distribution is empty.
///
/// Source: J. Lin (1991), IEEE Transactions on Information Theory 37(1), 145-151.
pub(crate) fn jensen_shannon(one: &Shares, other: &Shares) -> Option<f64> {
    if one.total() == 0 || other.total() == 0 {
        return None;
    }
    let from_middle = |share: f64, middle: f64| {
        if share > 0.0 {
            share * (share / middle).log2()
        } else {
            0.0
        }
    };
    let parts = one.shares().zip(other.shares()).map(|(one, other)| {
        let middle = f64::midpoint(one, other);
        f64::midpoint(from_middle(one, middle), from_middle(other, middle))
    });
    Some(parts.sum::<f64>().clamp(0.0, 1.0))
}

/// Returns what the size of an index says.
pub(crate) fn verdict(psi: f64) -> Verdict {
    if psi >= STRONG {
        Verdict::Strong
    } else if psi >= MODERATE {
        Verdict::Moderate
    } else {
        Verdict::Stable
    }
}

/// Returns the edges between tenths of the values; equal ones once. A value that lies on an
/// edge belongs below it.
pub(crate) fn decile_edges(values: &Sorted) -> Vec<f64> {
    let mut edges: Vec<f64> = (1..10)
        .filter_map(|tenth| values.quantile(float(tenth) / 10.0))
        .collect();
    edges.dedup_by(|one, other| *one <= *other);
    edges
}
