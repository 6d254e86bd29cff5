//! How many persons stand behind rows, without a table of them all.

use std::collections::HashSet;

use crate::coded::at;
use crate::{Cache, NOBODY};

/// Counts the persons of rows that come in the order of the cache.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonCount {
    count: u64,
    /// The person of the row before.
    last: u32,
    /// Persons whose rows stand apart.
    scattered: HashSet<u32>,
}

impl PersonCount {
    pub(crate) fn add(&mut self, cache: &Cache, row: u32) {
        let person = at(&cache.persons, row);
        if person == NOBODY || person == self.last {
            return;
        }
        if cache.is_scattered(person) {
            self.scattered.insert(person);
        } else {
            self.last = person;
            self.count += 1;
        }
    }

    /// Adds what was counted of another part of the cache.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.scattered.extend(other.scattered);
    }

    /// Returns how many; none where the card knows no persons.
    pub(crate) fn finish(&self, cache: &Cache) -> Option<u64> {
        let apart = u64::try_from(self.scattered.len()).unwrap_or(0);
        cache.person.as_ref().map(|_| self.count + apart)
    }
}
