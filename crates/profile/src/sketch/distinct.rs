//! How many different values there are, and how many of them occur once: adaptive sampling.
//!
//! All hashes are kept with their counts until there are too many; then those whose last bit is
//! set are dropped, and so on. What is kept is a random part of the *different* values with
//! exact counts, which says how many there are and how often they occur.
//!
//! Source: M. Wegman's algorithm, in P. Flajolet (1990), On adaptive sampling, Computing 43,
//! 391-400: standard error 1.2 / √capacity.

use crate::hash::HashedMap;
use crate::number::{count, float};

/// Hashes with counts, all or a part of them.
#[derive(Clone, Debug)]
pub(crate) struct HashSample {
    capacity: usize,
    level: u32,
    counts: HashedMap<u128, u32>,
}

impl HashSample {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            level: 0,
            counts: HashedMap::default(),
        }
    }

    /// Adds one hash; returns how often it had been there before (0 for one that is not kept).
    pub(crate) fn add(&mut self, hash: u128) -> u32 {
        self.add_many(hash, 1)
    }

    /// Adds one hash so many times, as [`Self::add`].
    pub(crate) fn add_many(&mut self, hash: u128, times: u32) -> u32 {
        if !kept(hash, self.level) {
            return 0;
        }
        let here = self.counts.entry(hash).or_insert(0);
        let before = *here;
        *here = here.saturating_add(times);
        while self.counts.len() > self.capacity {
            self.level += 1;
            let level = self.level;
            self.counts.retain(|hash, _| kept(*hash, level));
        }
        before
    }

    /// Returns how many different ones there are.
    pub(crate) fn different(&self) -> u64 {
        self.scaled(count(self.counts.len()))
    }

    /// Returns how many different ones occur once.
    pub(crate) fn once(&self) -> u64 {
        self.scaled(count(
            self.counts.values().filter(|times| **times == 1).count(),
        ))
    }

    /// Returns how many occur more than once, and how often beyond the first time.
    pub(crate) fn repeated(&self) -> (u64, u64) {
        let mut groups = 0;
        let mut beyond = 0;
        for times in self.counts.values().filter(|times| **times > 1) {
            groups += 1;
            beyond += u64::from(times - 1);
        }
        (self.scaled(groups), self.scaled(beyond))
    }

    /// Returns how often a hash occurs, as far as it is kept.
    pub(crate) fn times(&self, hash: u128) -> u64 {
        self.counts.get(&hash).copied().map_or(0, u64::from)
    }

    /// Returns the standard relative error of [`Self::different`].
    pub(crate) fn relative_error(&self) -> Option<f64> {
        (self.level > 0).then(|| 1.2 / float(count(self.capacity)).sqrt())
    }

    const fn scaled(&self, kept: u64) -> u64 {
        kept << self.level
    }
}

const fn kept(hash: u128, level: u32) -> bool {
    hash.trailing_zeros() >= level
}

#[cfg(test)]
mod tests {
    use super::HashSample;
    use crate::hash::mix;
    use crate::number::float;

    fn of(values: impl IntoIterator<Item = u64>, capacity: usize) -> HashSample {
        let mut sample = HashSample::new(capacity);
        for value in values {
            sample.add(u128::from(mix(value)) << 64 | u128::from(mix(value ^ 1)));
        }
        sample
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let sample = of([1, 2, 2, 3, 3, 3], 100);
        assert_eq!(sample.relative_error(), None);
        assert_eq!((sample.different(), sample.once()), (3, 1));
        assert_eq!(sample.repeated(), (2, 3));
    }

    #[test]
    fn many_values_are_within_four_standard_errors() {
        let sample = of((0..200_000).chain(0..50_000), 4096);
        let error = sample.relative_error().unwrap();
        assert!((float(sample.different()) / 200_000.0 - 1.0).abs() < 4.0 * error);
        assert!((float(sample.once()) / 150_000.0 - 1.0).abs() < 6.0 * error);
    }
}
