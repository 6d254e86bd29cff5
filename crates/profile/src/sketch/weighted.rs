//! Different values with their counts, in order: quantiles, deviations and histograms.

use super::magnitudes::Bin;
use crate::number::{count, float, floor, place};

/// Values in order, each with its count: every one, or the bins of a summary.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighted {
    bins: Vec<Bin>,
    n: u64,
    exact: bool,
}

impl Weighted {
    /// Of all values, in any order.
    pub(crate) fn of_values(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let mut bins: Vec<Bin> = Vec::new();
        for value in &values {
            match bins.last_mut() {
                Some(last) if last.low.total_cmp(value).is_eq() => last.count += 1,
                _ => bins.push(point(*value, 1)),
            }
        }
        Self::of_bins(bins, true)
    }

    /// Of different values with their counts, in any order.
    pub(crate) fn of_counts(counts: impl IntoIterator<Item = (f64, u64)>) -> Self {
        let mut bins: Vec<Bin> = counts
            .into_iter()
            .map(|(value, count)| point(value, count))
            .collect();
        bins.sort_unstable_by(|one, other| one.low.total_cmp(&other.low));
        Self::of_bins(bins, true)
    }

    /// Of the bins of a summary, in order; the outer edges are the least and greatest value.
    pub(crate) fn of_summary(mut bins: Vec<Bin>, min: f64, max: f64) -> Self {
        if let Some(first) = bins.first_mut() {
            first.low = first.low.max(min);
        }
        if let Some(last) = bins.last_mut() {
            last.high = last.high.min(max);
        }
        Self::of_bins(bins, false)
    }

    fn of_bins(bins: Vec<Bin>, exact: bool) -> Self {
        let n = bins.iter().map(|bin| bin.count).sum();
        Self { bins, n, exact }
    }

    /// Whether these are the values themselves.
    pub(crate) const fn exact(&self) -> bool {
        self.exact
    }

    /// Different values with counts, in order; of a summary the middles of its bins.
    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = (f64, u64)> + ExactSizeIterator {
        self.bins.iter().map(|bin| (middle(bin), bin.count))
    }

    /// Quantiles at rising ranks, interpolated as numpy does (type 7 of R. J. Hyndman and
    /// Y. Fan, 1996, The American Statistician 50(4), 361-365).
    pub(crate) fn quantiles(&self, ranks: &[f64]) -> Vec<f64> {
        let pairs: Vec<(f64, u64)> = self.values().collect();
        quantiles(&pairs, self.n, ranks)
    }

    /// Median absolute deviation from `center`.
    pub(crate) fn deviation(&self, center: f64) -> f64 {
        let mut away: Vec<(f64, u64)> = self
            .values()
            .map(|(value, times)| ((value - center).abs(), times))
            .collect();
        away.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        quantiles(&away, self.n, &[0.5])
            .first()
            .copied()
            .unwrap_or(0.0)
    }

    /// Counts in bins of equal width from `low` to `high`; then those below and above.
    pub(crate) fn histogram(&self, low: f64, high: f64, bins: usize) -> (Vec<u64>, u64, u64) {
        if self.exact {
            self.histogram_of_values(low, high, bins)
        } else {
            self.histogram_of_summary(low, high, bins)
        }
    }

    fn histogram_of_values(&self, low: f64, high: f64, bins: usize) -> (Vec<u64>, u64, u64) {
        let (mut counts, mut below, mut above) = (vec![0; bins], 0, 0);
        let per_unit = float(count(bins)) / (high - low);
        let last = bins.saturating_sub(1);
        for bin in &self.bins {
            if bin.low < low {
                below += bin.count;
            } else if bin.low > high {
                above += bin.count;
            } else {
                let at = place(floor((bin.low - low) * per_unit)).min(last);
                if let Some(here) = counts.get_mut(at) {
                    *here += bin.count;
                }
            }
        }
        (counts, below, above)
    }

    /// Spreads each bin evenly over its width, else two rasters of bins make a comb.
    fn histogram_of_summary(&self, low: f64, high: f64, bins: usize) -> (Vec<u64>, u64, u64) {
        let width = (high - low) / float(count(bins));
        let mut counts = Vec::with_capacity(bins);
        let below = self.below(low);
        let mut before = below;
        for bin in 0..bins {
            let upto = if bin + 1 == bins {
                self.below_or_at(high)
            } else {
                self.below(low + width * float(count(bin + 1)))
            };
            counts.push(upto.saturating_sub(before));
            before = upto.max(before);
        }
        (counts, below, self.n.saturating_sub(before))
    }

    fn below_or_at(&self, edge: f64) -> u64 {
        match self.bins.last() {
            Some(last) if edge >= last.high => self.n,
            _ => self.below(edge),
        }
    }

    fn below(&self, edge: f64) -> u64 {
        let whole = self.bins.partition_point(|bin| bin.high < edge);
        let passed: u64 = self.bins.iter().take(whole).map(|bin| bin.count).sum();
        let part = self.bins.get(whole).map_or(0.0, |bin| {
            let width = bin.high - bin.low;
            if edge <= bin.low || width <= 0.0 {
                0.0
            } else {
                float(bin.count) * ((edge - bin.low) / width).min(1.0)
            }
        });
        passed + floor(part + 0.5)
    }
}

const fn point(value: f64, count: u64) -> Bin {
    Bin {
        low: value,
        high: value,
        count,
    }
}

const fn middle(bin: &Bin) -> f64 {
    bin.low + (bin.high - bin.low) / 2.0
}

fn quantiles(pairs: &[(f64, u64)], n: u64, ranks: &[f64]) -> Vec<f64> {
    let Some(last) = n.checked_sub(1) else {
        return vec![0.0; ranks.len()];
    };
    let (mut place, mut passed) = (0, 0);
    let mut found = Vec::with_capacity(ranks.len());
    for rank in ranks {
        let at = rank * float(last);
        let below = floor(at).min(last);
        let (low, upto) = loop {
            match pairs.get(place) {
                Some((value, times)) if below < passed + times => break (*value, passed + times),
                Some((_, times)) => {
                    passed += times;
                    place += 1;
                }
                None => break (f64::NAN, n),
            }
        };
        let part = at - float(below);
        // Of a value that occurs again the next one is itself.
        let next = if below + 1 < upto { place } else { place + 1 };
        let high = pairs.get(next).map_or(low, |(value, _)| *value);
        found.push(if part <= 0.0 {
            low
        } else {
            (high - low).mul_add(part, low)
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Bin, Weighted};

    /// numpy 2.4: `np.quantile([7, 1, 4, 10, 2], [0, .1, .5, .95, 1])`.
    #[test]
    fn quantiles_are_those_of_numpy() {
        let weighted = Weighted::of_values(vec![7.0, 1.0, 4.0, 10.0, 2.0]);
        let found = weighted.quantiles(&[0.0, 0.1, 0.5, 0.95, 1.0]);
        for (found, expected) in found.iter().zip([1.0, 1.4, 4.0, 9.4, 10.0]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
        assert!((weighted.deviation(4.0) - 3.0).abs() < 1e-12);
    }

    /// `scipy.stats.median_abs_deviation([0, 1, 2, 4, 5, 6])`: each deviation comes twice.
    #[test]
    fn deviations_to_both_sides_count_as_one_value() {
        let weighted = Weighted::of_values(vec![0.0, 1.0, 2.0, 4.0, 5.0, 6.0]);
        assert!((weighted.deviation(3.0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn repeated_values_count_as_often_as_they_occur() {
        let weighted = Weighted::of_counts([(2.0, 3), (1.0, 1), (9.0, 1)]);
        let found = weighted.quantiles(&[0.25, 0.5, 0.75, 0.9]);
        for (found, expected) in found.iter().zip([2.0, 2.0, 2.0, 6.2]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
        assert_eq!(weighted.histogram(1.0, 9.0, 4), (vec![4, 0, 0, 1], 0, 0));
    }

    #[test]
    fn a_summary_is_spread_over_its_bins_and_loses_nothing() {
        let bins = vec![
            Bin {
                low: 0.0,
                high: 1.0,
                count: 10,
            },
            Bin {
                low: 1.0,
                high: 3.0,
                count: 10,
            },
        ];
        let weighted = Weighted::of_summary(bins, 0.0, 3.0);
        let (counts, below, above) = weighted.histogram(0.0, 3.0, 6);
        assert_eq!(counts.iter().sum::<u64>() + below + above, 20);
        assert_eq!(counts[0], 5);
        let (counts, below, above) = weighted.histogram(1.0, 2.0, 2);
        assert_eq!((counts.iter().sum::<u64>(), below, above), (5, 10, 5));
    }
}
