//! Numbers in order: quantiles, moments, and counts in bins.

use crate::number::figure;
use crate::pairs::number::float;
use crate::pairs::ordered::sorted;
use crate::report::Quantile;

/// Ranks of the quantiles of a group.
pub(crate) const RANKS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Finite numbers from least to greatest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sorted {
    values: Vec<f64>,
}

impl Sorted {
    /// Sorts what is a finite number.
    pub(crate) fn new(values: impl Iterator<Item = f64>) -> Self {
        Self {
            values: sorted(values),
        }
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(crate) const fn len(&self) -> usize {
        self.values.len()
    }

    /// A quantile by linear interpolation between the two nearest ranks: numpy's default,
    /// type 7 of R. J. Hyndman and Y. Fan (1996), The American Statistician 50(4), 361-365.
    pub(crate) fn quantile(&self, rank: f64) -> Option<f64> {
        let last = self.values.len().checked_sub(1)?;
        let place = rank.clamp(0.0, 1.0) * float(last);
        let below = self.values.get(floor(place).min(last))?;
        let above = self.values.get((floor(place) + 1).min(last))?;
        let part = place - place.floor();
        // Each part by itself: their difference may be too large for a number.
        Some(above.mul_add(part, below * (1.0 - part)))
    }

    pub(crate) fn quantiles(&self) -> Vec<Quantile> {
        let quantile = |at: f64| {
            let value = figure(self.quantile(at)?)?;
            Some(Quantile { at, value })
        };
        RANKS.into_iter().filter_map(quantile).collect()
    }

    /// The mean; `None` of none, or where it is too large.
    pub(crate) fn mean(&self) -> Option<f64> {
        let mean = self.values.iter().sum::<f64>() / float(self.values.len());
        mean.is_finite().then_some(mean)
    }

    /// The standard deviation with n − 1; `None` of fewer than two.
    pub(crate) fn sd(&self) -> Option<f64> {
        let mean = self.mean()?;
        let others = self
            .values
            .len()
            .checked_sub(1)
            .filter(|others| *others > 0)?;
        let squares: f64 = self.values.iter().map(|value| (value - mean).powi(2)).sum();
        let sd = (squares / float(others)).sqrt();
        sd.is_finite().then_some(sd)
    }
}

/// Bins of equal width; what lies beyond is in the outer ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bins {
    pub(crate) low: f64,
    pub(crate) high: f64,
    count: usize,
}

impl Bins {
    /// Over the central 99 % of all values, or from least to greatest where these are one;
    /// `None` where all are one.
    pub(crate) fn new(all: &Sorted, count: usize) -> Option<Self> {
        let bins = |low: f64, high: f64| {
            (low < high && (high - low).is_finite()).then_some(Self { low, high, count })
        };
        let central = bins(all.quantile(0.005)?, all.quantile(0.995)?);
        central.or_else(|| bins(all.quantile(0.0)?, all.quantile(1.0)?))
    }

    pub(crate) fn count(&self, values: &Sorted) -> Vec<u64> {
        let mut counts = vec![0; self.count];
        let last = self.count.saturating_sub(1);
        for value in &values.values {
            let place = (value - self.low) / (self.high - self.low) * float(self.count);
            if let Some(slot) = counts.get_mut(floor(place).min(last)) {
                *slot += 1;
            }
        }
        counts
    }
}

/// The greatest whole number not above, as a place; 0 of what is below.
fn floor(value: f64) -> usize {
    crate::number::place(crate::number::floor(value))
}
