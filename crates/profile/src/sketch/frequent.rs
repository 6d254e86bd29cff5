//! The commonest values: exact while there are few different ones, else with lower bounds.
//!
//! When there are too many, half of them leave: the median of all counts is taken off each, and
//! what falls to nothing goes. Every count is then too low by at most what was taken off, which
//! is at most n ÷ (capacity ÷ 2); a value with more rows than that is never lost.
//!
//! Source: J. Misra and D. Gries (1982), Science of Computer Programming 2(2), 143-152, with the
//! purge of D. Anderson and others (2017), A high-performance algorithm for identifying frequent
//! items in data streams, IMC. It keeps what space-saving keeps (P. Agarwal and others, 2013,
//! Mergeable summaries, TODS 38(4)).

use crate::hash::HashedMap;

/// Values by their hash, each with a count and whatever tells what it is.
#[derive(Clone, Debug)]
pub(crate) struct Frequent<V> {
    capacity: usize,
    taken_off: u64,
    entries: HashedMap<u64, Entry<V>>,
}

/// One value.
#[derive(Clone, Debug)]
pub(crate) struct Entry<V> {
    /// Rows since it was last let in, less what was taken off.
    pub(crate) count: u64,
    /// What it is.
    pub(crate) value: V,
}

impl<V> Frequent<V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(2),
            taken_off: 0,
            entries: HashedMap::default(),
        }
    }

    /// Adds a value; `make` says what it is where it is new.
    #[inline]
    pub(crate) fn add(&mut self, hash: u64, times: u64, make: impl FnOnce() -> V) -> &mut V {
        if self.entries.len() > self.capacity && !self.entries.contains_key(&hash) {
            self.purge();
        }
        let entry = self.entries.entry(hash).or_insert_with(|| Entry {
            count: 0,
            value: make(),
        });
        entry.count += times;
        &mut entry.value
    }

    #[cold]
    fn purge(&mut self) {
        let mut counts: Vec<u64> = self.entries.values().map(|entry| entry.count).collect();
        let middle = counts.len() / 2;
        if middle == 0 {
            return;
        }
        let (_, median, _) = counts.select_nth_unstable(middle);
        let median = *median;
        self.taken_off += median;
        self.entries.retain(|_, entry| {
            entry.count = entry.count.saturating_sub(median);
            entry.count > 0
        });
    }

    /// Returns whether a further new value would make others leave.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() > self.capacity
    }

    /// Returns whether every value is there with its own count.
    pub(crate) const fn exact(&self) -> bool {
        self.taken_off == 0
    }

    /// Returns how many values are there.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the entry of a value.
    pub(crate) fn get(&self, hash: u64) -> Option<&Entry<V>> {
        self.entries.get(&hash)
    }

    /// Returns all that are there, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &Entry<V>)> {
        self.entries.iter().map(|(hash, entry)| (*hash, entry))
    }

    /// Returns all that are there, in no order, to be changed.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.values_mut().map(|entry| &mut entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::Frequent;
    use crate::hash::mix;

    #[test]
    fn a_common_value_survives_any_number_of_rare_ones() {
        let mut frequent = Frequent::new(100);
        for rare in 0..20_000_u64 {
            frequent.add(mix(rare), 1, || rare);
            if rare % 4 == 0 {
                frequent.add(7, 1, || 7);
            }
        }
        let common = frequent.get(7).map(|entry| entry.count).unwrap();
        assert!(
            !frequent.exact() && (4500..=5000).contains(&common),
            "{common}"
        );
        assert!(frequent.len() <= 101);
    }

    #[test]
    fn few_values_keep_their_counts() {
        let mut frequent = Frequent::new(10);
        for value in [1, 2, 2, 3, 3, 3_u64] {
            frequent.add(value, 1, || value);
        }
        assert!(frequent.exact() && frequent.get(3).map(|entry| entry.count) == Some(3));
    }
}
