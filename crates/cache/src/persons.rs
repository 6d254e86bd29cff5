//! How many persons stand behind rows, without a table of them all.

use std::collections::{HashMap, HashSet};

use veriscope_metrics::intervals::{ClusterSum, Level, MeanTally};

use crate::codes::at;
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

/// Sums a time up by persons, from which the interval of its mean comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonSums {
    /// The person at hand.
    last: u32,
    sum: ClusterSum,
    scattered: HashMap<u32, ClusterSum>,
    tally: MeanTally,
}

impl PersonSums {
    pub(crate) fn add(&mut self, cache: &Cache, row: u32, time: f64) {
        let person = at(&cache.persons, row);
        if person == NOBODY {
            let mut alone = ClusterSum::default();
            add(&mut alone, time);
            self.tally.add(alone);
        } else if cache.is_scattered(person) {
            add(self.scattered.entry(person).or_default(), time);
        } else {
            if person != self.last {
                self.tally.add(std::mem::take(&mut self.sum));
                self.last = person;
            }
            add(&mut self.sum, time);
        }
    }

    /// Adds what was summed up of another part of the cache.
    pub(crate) fn merge(&mut self, other: Self) {
        self.tally.add(other.sum);
        self.tally.merge(other.tally);
        for (person, more) in other.scattered {
            let mine = self.scattered.entry(person).or_default();
            mine.n += more.n;
            mine.sum += more.sum;
            mine.sum_squares += more.sum_squares;
        }
    }

    /// Returns the 95 % interval of the mean; none of fewer than two persons.
    pub(crate) fn interval(mut self) -> Option<(f64, f64)> {
        self.tally.add(self.sum);
        let mut scattered: Vec<(u32, ClusterSum)> = self.scattered.into_iter().collect();
        scattered.sort_unstable_by_key(|(person, _)| *person);
        for (_, sum) in scattered {
            self.tally.add(sum);
        }
        let found = self.tally.mean(Level::NINETY_FIVE)?;
        found.low.zip(found.high)
    }
}

fn add(sum: &mut ClusterSum, time: f64) {
    sum.n += 1;
    sum.sum += time;
    sum.sum_squares += time * time;
}
