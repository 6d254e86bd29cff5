//! Whole milliseconds, counted one by one: mean and quantiles are exact.

use crate::number::{float_i64, float_u64, floor_index};

/// Whole milliseconds, counted by their value.
#[derive(Clone, Debug, Default)]
pub struct Milliseconds {
    /// How many there are of each length below a minute and a little.
    counts: Vec<u32>,
    /// Those that are negative or longer.
    apart: Vec<i64>,
}

impl Milliseconds {
    /// Adds a time.
    #[inline]
    pub fn add(&mut self, value: i64) {
        match u16::try_from(value) {
            Ok(short) => {
                let place = usize::from(short);
                match self.counts.get_mut(place) {
                    Some(count) => *count += 1,
                    None => self.add_longer(place),
                }
            }
            Err(_) => self.apart.push(value),
        }
    }

    /// Adds a time that is longer than all before.
    fn add_longer(&mut self, place: usize) {
        self.counts.resize((place + 1).next_power_of_two(), 0);
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
    }

    /// Adds what another has counted.
    pub fn merge(&mut self, other: &Self) {
        let length = self.counts.len().max(other.counts.len());
        self.counts.resize(length, 0);
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.apart.extend(&other.apart);
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        let short: u64 = self.counts.iter().copied().map(u64::from).sum();
        short + u64::try_from(self.apart.len()).unwrap_or(0)
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns each time with how many there are of it.
    pub(crate) fn each(&self) -> impl Iterator<Item = (i64, u32)> {
        let short = (0..).zip(self.counts.iter().copied());
        let apart = self.apart.iter().map(|value| (*value, 1));
        short.filter(|(_, count)| *count > 0).chain(apart)
    }

    fn sum(&self) -> i64 {
        let short = self.counts.iter().zip(0_i64..);
        let short: i64 = short.map(|(count, ms)| i64::from(*count) * ms).sum();
        let apart = self.apart.iter().copied();
        apart.fold(short, i64::saturating_add)
    }

    /// Returns the mean.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let n = self.len();
        (n > 0).then(|| float_i64(self.sum()) / float_u64(n))
    }

    /// Returns quantiles, interpolated as [`super::quantile`] does;
    /// ranks must ascend.
    #[must_use]
    pub fn quantiles<const N: usize>(&mut self, ranks: [f64; N]) -> Option<[f64; N]> {
        let last = self.len().checked_sub(1)?;
        self.apart.sort_unstable();
        let mut found = [0.0; N];
        let mut steps = Steps::of(self);
        for (found, rank) in found.iter_mut().zip(ranks) {
            let place = rank.clamp(0.0, 1.0) * float_u64(last);
            let below = u64::try_from(floor_index(place)).unwrap_or(0).min(last);
            let part = place - float_u64(below);
            let low = steps.value(below);
            // The rank above needs no step back for the next quantile.
            let high = if part > 0.0 {
                steps.clone().value(below + 1)
            } else {
                low
            };
            *found = float_i64(high - low).mul_add(part, float_i64(low));
        }
        Some(found)
    }
}

/// The values in order: those below all short ones, the short ones, those above.
#[derive(Clone)]
struct Steps<'a> {
    counts: &'a [u32],
    below: &'a [i64],
    above: &'a [i64],
    /// Values before the one at `at`.
    passed: u64,
    at: usize,
}

impl<'a> Steps<'a> {
    fn of(times: &'a Milliseconds) -> Self {
        let negative = times.apart.partition_point(|value| *value < 0);
        let (below, above) = times.apart.split_at(negative);
        Self {
            counts: &times.counts,
            below,
            above,
            passed: u64::try_from(below.len()).unwrap_or(0),
            at: 0,
        }
    }

    /// Returns the value of a rank that is not below the last one asked for.
    fn value(&mut self, rank: u64) -> i64 {
        let place = |rank: u64| usize::try_from(rank).unwrap_or(usize::MAX);
        if let Some(value) = self.below.get(place(rank)) {
            return *value;
        }
        while let Some(count) = self.counts.get(self.at) {
            let next = self.passed + u64::from(*count);
            if rank < next {
                return i64::try_from(self.at).unwrap_or(i64::MAX);
            }
            self.passed = next;
            self.at += 1;
        }
        let above = self.above.get(place(rank - self.passed));
        above.copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Milliseconds;
    use crate::quantiles::quantile;

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_values(
            values in prop::collection::vec(
                prop_oneof![0_i64..40, -5_i64..3, 65_000_i64..70_000], 1..60)
        ) {
            let mut histogram = Milliseconds::default();
            let mut other = Milliseconds::default();
            for (row, value) in values.iter().enumerate() {
                let into = if row % 3 == 0 { &mut other } else { &mut histogram };
                into.add(*value);
            }
            histogram.merge(&other);
            let mut plain: Vec<f64> = values.iter().map(|value| f64::from(i32::try_from(*value).unwrap())).collect();
            let ranks = [0.0, 0.3, 0.5, 0.95, 1.0];
            let found = histogram.quantiles(ranks).unwrap();
            for (rank, found) in ranks.iter().zip(found) {
                let expected = quantile(&mut plain, *rank).unwrap();
                prop_assert!((found - expected).abs() < 1e-9, "{rank}: {found} {expected}");
            }
        }
    }
}
