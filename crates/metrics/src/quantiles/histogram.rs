//! A histogram with bins of equal relative width: quantiles in constant memory.

use crate::number::{float_u64, floor_index};

/// Leading bits of the mantissa that choose a bin: 256 bins for each doubling.
const MANTISSA_BITS: u32 = 8;
const SHIFT: u32 = 52 - MANTISSA_BITS;
/// Values looked at together.
pub(super) const BLOCK: usize = 256;
/// Smaller values count as zero: a millionth of a millisecond.
const LEAST: f64 = 1e-6;

/// Greatest relative error of a quantile (of a value above a millionth): half a bin.
pub const RELATIVE_ERROR: f64 = 1.0 / 512.0;

/// Counts of values by magnitude and sign.
///
/// A value's bin is the head of its own bits (exponent and first bits of the mantissa), so
/// finding it is one shift. The idea is that of DDSketch with linear interpolation inside
/// each doubling (C. Masson, J. Rim and H. Lee, 2019, PVLDB 12(12), 2195-2205).
/// Merging is exact: the order in which values come changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogHistogram {
    positive: Bins,
    negative: Bins,
    zero: u64,
}

/// What a first look at a block of values finds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// How many are numbers.
    pub(super) known: u64,
    /// Of these: below zero.
    negative: u64,
    pub(super) sum: f64,
    /// The least that does not count as zero.
    least: f64,
    most: f64,
}

/// Values side by side, which the compiler turns into vectors.
const SIDE: usize = 8;

impl Look {
    pub(super) fn at(block: &[f64]) -> Self {
        let (mut known, mut negative) = ([0_u64; SIDE], [0_u64; SIDE]);
        let (mut sums, mut least, mut most) = ([0.0; SIDE], [f64::INFINITY; SIDE], [0.0_f64; SIDE]);
        for part in block.chunks(SIDE) {
            for (place, value) in part.iter().enumerate() {
                let value = *value;
                known[place] += u64::from(!value.is_nan());
                negative[place] += u64::from(value < 0.0);
                sums[place] += if value.is_nan() { 0.0 } else { value };
                let here = if value >= LEAST { value } else { f64::INFINITY };
                least[place] = if here < least[place] {
                    here
                } else {
                    least[place]
                };
                most[place] = if value > most[place] {
                    value
                } else {
                    most[place]
                };
            }
        }
        Self {
            known: known.iter().sum(),
            negative: negative.iter().sum(),
            sum: sums.iter().sum(),
            least: least.iter().copied().fold(f64::INFINITY, f64::min),
            most: most.iter().copied().fold(0.0, f64::max),
        }
    }
}

/// Counts of a run of bins; grows at either end as values ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bins {
    first: u64,
    counts: Vec<u64>,
    total: u64,
}

impl LogHistogram {
    /// Counts one value; what is no number is left out.
    pub fn add(&mut self, value: f64) {
        if value >= LEAST {
            self.positive.add(bin_of(value), 1);
        } else if value <= -LEAST {
            self.negative.add(bin_of(-value), 1);
        } else if !value.is_nan() {
            self.zero += 1;
        }
    }

    /// Counts values; what is no number is left out.
    pub fn extend(&mut self, values: &[f64]) {
        for block in values.chunks(BLOCK) {
            self.add_block(block, &Look::at(block));
        }
    }

    /// Counts the values of a block, which were looked at. Much faster than one by one where
    /// none is negative: the look has found the bins that it needs, after which no value asks
    /// for a branch.
    pub(super) fn add_block(&mut self, block: &[f64], look: &Look) {
        let count = |values: usize| u64::try_from(values).unwrap_or(0);
        if look.known != count(block.len()) || look.negative > 0 {
            for value in block {
                self.add(*value);
            }
        } else if look.most >= LEAST {
            self.positive.cover(bin_of(look.least), bin_of(look.most));
            self.zero += self.positive.add_block(block);
        } else {
            self.zero += count(block.len());
        }
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Self) {
        self.positive.merge(&other.positive);
        self.negative.merge(&other.negative);
        self.zero += other.zero;
    }

    /// Returns how many values were counted.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.positive.total + self.negative.total + self.zero
    }

    /// Returns whether no value was counted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a quantile within [`RELATIVE_ERROR`], or `None` of none.
    #[must_use]
    pub fn quantile(&self, rank: f64) -> Option<f64> {
        let last = self.len().checked_sub(1)?;
        let place = rank.clamp(0.0, 1.0) * float_u64(last);
        let below = u64::try_from(floor_index(place)).unwrap_or(last).min(last);
        let low = self.value_at(below);
        let part = place - float_u64(below);
        if part <= 0.0 {
            return Some(low);
        }
        Some((self.value_at((below + 1).min(last)) - low).mul_add(part, low))
    }

    /// The value of rank `rank`, from 0: the middle of its bin.
    fn value_at(&self, rank: u64) -> f64 {
        if rank < self.negative.total {
            return -self.negative.value_at(self.negative.total - 1 - rank);
        }
        let rank = rank - self.negative.total;
        if rank < self.zero {
            return 0.0;
        }
        self.positive.value_at(rank - self.zero)
    }
}

const fn bin_of(value: f64) -> u64 {
    value.to_bits() >> SHIFT
}

impl Bins {
    #[inline]
    fn add(&mut self, bin: u64, count: u64) {
        let place = usize::try_from(bin.wrapping_sub(self.first)).unwrap_or(usize::MAX);
        if let Some(here) = self.counts.get_mut(place) {
            *here += count;
        } else {
            self.grow(bin, count);
        }
        self.total += count;
    }

    /// Makes room for bins from one to another.
    fn cover(&mut self, least: u64, most: u64) {
        for bin in [least, most] {
            let place = usize::try_from(bin.wrapping_sub(self.first)).unwrap_or(usize::MAX);
            if place >= self.counts.len() {
                self.grow(bin, 0);
            }
        }
    }

    /// Counts values that are not negative and whose bins are there; returns how many of
    /// them count as zero. A place more at the end takes these up.
    fn add_block(&mut self, values: &[f64]) -> u64 {
        let first = self.first;
        let spare = self.counts.len();
        self.counts.push(0);
        for value in values {
            // A zero lies below the first bin, wraps round, and is cut to the spare place.
            let bin = bin_of(*value).wrapping_sub(first);
            let place = usize::try_from(bin).unwrap_or(usize::MAX).min(spare);
            if let Some(here) = self.counts.get_mut(place) {
                *here += 1;
            }
        }
        let zero = self.counts.pop().unwrap_or(0);
        self.total += u64::try_from(values.len()).unwrap_or(0) - zero;
        zero
    }

    #[cold]
    fn grow(&mut self, bin: u64, count: u64) {
        if self.counts.is_empty() {
            self.first = bin;
        }
        if bin < self.first {
            let more = usize::try_from(self.first - bin).unwrap_or(0);
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.first = bin;
        }
        let place = usize::try_from(bin - self.first).unwrap_or(0);
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        if let Some(here) = self.counts.get_mut(place) {
            *here += count;
        }
    }

    fn merge(&mut self, other: &Self) {
        for (bin, count) in (other.first..).zip(&other.counts) {
            if *count > 0 {
                self.add(bin, *count);
            }
        }
    }

    fn value_at(&self, rank: u64) -> f64 {
        let mut seen = 0;
        for (bin, count) in (self.first..).zip(&self.counts) {
            seen += count;
            if seen > rank {
                let low = f64::from_bits(bin << SHIFT);
                let high = f64::from_bits((bin + 1) << SHIFT);
                return if high.is_finite() {
                    f64::midpoint(low, high)
                } else {
                    low
                };
            }
        }
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LogHistogram, RELATIVE_ERROR};
    use crate::quantiles::quantile;

    fn of(values: &[f64]) -> LogHistogram {
        let mut histogram = LogHistogram::default();
        for value in values {
            histogram.add(*value);
        }
        histogram
    }

    proptest! {
        #[test]
        fn each_rank_is_within_the_stated_error(
            values in prop::collection::vec(-1e5_f64..1e7, 1..300), rank in 0.0_f64..=1.0,
        ) {
            let found = of(&values).quantile(rank).unwrap();
            let mut values = values;
            let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
            let exact = quantile(&mut values, rank).unwrap();
            // Between values of both signs the errors of the two ends add up.
            let allowed = if values.iter().all(|value| *value > 0.0) { exact.abs() } else { largest };
            prop_assert!((found - exact).abs() <= allowed * RELATIVE_ERROR + 1e-6);
        }

        #[test]
        fn parts_merged_in_either_order_are_the_whole(
            one in prop::collection::vec(-100.0_f64..1e5, 0..50),
            two in prop::collection::vec(-1e3_f64..1e3, 0..50),
        ) {
            let whole = of(&[one.clone(), two.clone()].concat());
            let mut merged = of(&one);
            merged.merge(&of(&two));
            let mut turned = of(&two);
            turned.merge(&of(&one));
            for rank in [0.0, 0.3, 0.5, 0.95, 1.0] {
                prop_assert_eq!(whole.quantile(rank), merged.quantile(rank));
                prop_assert_eq!(whole.quantile(rank), turned.quantile(rank));
            }
        }
    }

    proptest! {
        #[test]
        fn many_at_once_are_counted_as_one_by_one(
            values in prop::collection::vec(
                prop_oneof![Just(0.0), Just(-0.0), Just(1e-9), Just(f64::NAN),
                    -10.0_f64..10.0, 0.0_f64..1e9],
                0..700,
            ),
        ) {
            let mut together = LogHistogram::default();
            together.extend(&values);
            let apart = of(&values);
            prop_assert_eq!(together.len(), apart.len());
            for rank in [0.0, 0.1, 0.5, 0.9, 1.0] {
                prop_assert_eq!(together.quantile(rank), apart.quantile(rank));
            }
        }
    }

    #[test]
    fn zero_is_exact_and_what_is_no_number_is_left_out() {
        let histogram = of(&[0.0, 0.0, f64::NAN, 5.0]);
        assert_eq!(histogram.len(), 3);
        assert_eq!(histogram.quantile(0.5), Some(0.0));
        assert!(of(&[]).quantile(0.5).is_none());
    }
}
