//! Persons by what they add to a group, each kind with how many there are: of millions of
//! persons there are few kinds, so that a row costs an addition and a person one look-up.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::{AddAssign, BitAnd, Not};

use foldhash::fast::FixedState;

use crate::measure::MOST;
use crate::{Cache, NOBODY};

/// A person's rows that eight bits can count; who has more is kept by number.
const MOST_ROWS: u32 = 255;

/// For each condition how many rows it holds for, in eight bits: eight conditions in half the
/// room of sixteen.
pub(crate) trait Counts:
    Copy + Default + Eq + Hash + AddAssign + BitAnd<Output = Self> + Not<Output = Self>
{
    /// One for each bit of a mask, in a byte of its own.
    fn spread(mask: u16) -> Self;
    /// Returns the counts one by one.
    fn each(self) -> [u8; MOST];
    /// Returns bits that differ where counts do.
    fn mixed(self) -> u64;
}

impl Counts for u64 {
    fn spread(mask: u16) -> Self {
        let [low, _] = mask.to_le_bytes();
        spread_byte(low)
    }

    fn each(self) -> [u8; MOST] {
        u128::from(self).to_le_bytes()
    }

    fn mixed(self) -> u64 {
        self
    }
}

impl Counts for u128 {
    fn spread(mask: u16) -> Self {
        let [low, high] = mask.to_le_bytes();
        Self::from(spread_byte(low)) | Self::from(spread_byte(high)) << 64
    }

    fn each(self) -> [u8; MOST] {
        self.to_le_bytes()
    }

    fn mixed(self) -> u64 {
        let half = |part: Self| u64::try_from(part & Self::from(u64::MAX)).unwrap_or(0);
        half(self) ^ half(self >> 64).rotate_left(29)
    }
}

/// What one cluster (a person, or a row of nobody) adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Pattern<C> {
    group: u32,
    /// Whether the whole gets the same, all rows being in this group.
    is_all: bool,
    is_person: bool,
    counts: C,
}

/// One kind of cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster {
    pub(crate) group: u32,
    /// Whether the whole gets the same.
    pub(crate) is_all: bool,
    /// Whether it is a person, and no row of nobody.
    pub(crate) is_person: bool,
    /// Rows for which each condition holds.
    pub(crate) counts: [u32; MOST],
    /// How many there are.
    pub(crate) times: u64,
}

/// Clusters of some rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clusters<C> {
    kinds: HashMap<Pattern<C>, u64, FixedState>,
    /// Persons whose rows stand apart or are many: what each adds to a group.
    by_person: HashMap<(u32, u32), [u32; MOST], FixedState>,
}

impl<C: Counts> Clusters<C> {
    fn add(&mut self, pattern: Pattern<C>, times: u64) {
        if times > 0 {
            *self.kinds.entry(pattern).or_default() += times;
        }
    }

    /// Adds those of other rows.
    pub(crate) fn merge(&mut self, other: Self) {
        for (pattern, times) in other.kinds {
            self.add(pattern, times);
        }
        for (place, counts) in other.by_person {
            let mine = self.by_person.entry(place).or_default();
            for (mine, more) in mine.iter_mut().zip(counts) {
                *mine += more;
            }
        }
    }

    /// Calls for each kind of cluster, in no order.
    pub(crate) fn each(&self, mut call: impl FnMut(&Cluster)) {
        for (pattern, times) in &self.kinds {
            call(&Cluster {
                group: pattern.group,
                is_all: pattern.is_all,
                is_person: pattern.is_person,
                counts: pattern.counts.each().map(u32::from),
                times: *times,
            });
        }
        for ((_, group), counts) in &self.by_person {
            call(&Cluster {
                group: *group,
                is_all: false,
                is_person: true,
                counts: *counts,
                times: 1,
            });
        }
    }
}

/// Patterns that came lately, each at a place of its own, so that most are counted without a
/// look into the table of all.
#[derive(Debug)]
struct Recent<C>(Vec<(Pattern<C>, u64)>);

impl<C: Counts> Recent<C> {
    const BITS: u32 = 13;

    fn new() -> Self {
        Self(vec![(Pattern::default(), 0); 1 << Self::BITS])
    }

    fn count(&mut self, pattern: Pattern<C>, found: &mut Clusters<C>) {
        // Fibonacci hashing: the high bits of the product depend on all below them.
        let mixed = (pattern.counts.mixed() ^ u64::from(pattern.group).rotate_left(43))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = usize::try_from(mixed >> (64 - Self::BITS)).unwrap_or(0);
        let Some((known, times)) = self.0.get_mut(place) else {
            return;
        };
        if *known != pattern {
            found.add(*known, *times);
            (*known, *times) = (pattern, 0);
        }
        *times += 1;
    }
}

/// The walk over rows that come in the order of the cache, person by person.
#[derive(Debug)]
pub(crate) struct Walk<'a, C> {
    cache: &'a Cache,
    /// The group of all rows.
    whole: u32,
    /// Conditions that hold for rows with a person alone, as bits.
    of_persons: u16,
    /// The person at hand, and what its rows add to the group of the first of them.
    person: u32,
    rows: u32,
    group: u32,
    counts: C,
    /// What they add to other groups.
    others: Vec<(u32, C)>,
    /// Whether the person at hand has more rows than a pattern counts.
    is_many: bool,
    recent: Recent<C>,
    found: Clusters<C>,
}

impl<'a, C: Counts> Walk<'a, C> {
    pub(crate) fn new(cache: &'a Cache, whole: u32, of_persons: u16) -> Self {
        Self {
            cache,
            whole,
            of_persons,
            person: NOBODY,
            rows: 0,
            group: 0,
            counts: C::default(),
            others: Vec::new(),
            is_many: false,
            recent: Recent::new(),
            found: Clusters::default(),
        }
    }

    /// Adds a row with the conditions that hold for it, as bits.
    #[inline]
    pub(crate) fn add(&mut self, person: u32, group: u32, mask: u16) {
        let counts = C::spread(mask);
        if person != self.person || self.rows == MOST_ROWS || person == NOBODY {
            self.turn_to(person);
            (self.rows, self.group, self.counts) = (1, group, counts);
            return;
        }
        self.rows += 1;
        if group == self.group {
            self.counts += counts;
        } else {
            self.add_to_other(group, counts);
        }
    }

    /// Ends the walk.
    pub(crate) fn finish(mut self) -> Clusters<C> {
        self.turn_to(NOBODY);
        self.rows = 0;
        for (pattern, times) in &self.recent.0 {
            self.found.add(*pattern, *times);
        }
        self.found
    }

    fn add_to_other(&mut self, group: u32, counts: C) {
        let others = &mut self.others;
        match others.iter_mut().find(|(known, _)| *known == group) {
            Some((_, sum)) => *sum += counts,
            None => others.push((group, counts)),
        }
    }

    /// Ends the rows at hand, of which no more come, or too many for a pattern. The caller
    /// puts the next in their place.
    #[inline]
    fn turn_to(&mut self, person: u32) {
        let is_same = person == self.person && person != NOBODY;
        self.is_many |= is_same;
        let is_usual = !self.is_many && self.person != NOBODY && self.others.is_empty();
        if is_usual && self.rows > 0 {
            let pattern = Pattern {
                group: self.group,
                is_all: true,
                is_person: true,
                counts: self.counts,
            };
            self.recent.count(pattern, &mut self.found);
        } else {
            self.count_unusual();
        }
        if !is_same {
            self.person = person;
            self.is_many = self.cache.is_scattered(person);
        }
    }

    fn count_unusual(&mut self) {
        if self.is_many {
            self.keep_by_person();
        } else if self.rows > 0 {
            self.count_person();
        }
        self.others.clear();
    }

    fn count_person(&mut self) {
        let is_person = self.person != NOBODY;
        let counted = |group: u32, is_all: bool, counts: C| Pattern {
            group,
            is_all,
            is_person,
            counts,
        };
        let is_all = self.others.is_empty();
        let mut whole = self.counts;
        if !is_person {
            whole = whole & !C::spread(self.of_persons);
        }
        let first = counted(self.group, is_all, whole);
        self.recent.count(first, &mut self.found);
        if is_all {
            return;
        }
        for (group, counts) in &self.others {
            let other = counted(*group, false, *counts);
            self.recent.count(other, &mut self.found);
            whole += *counts;
        }
        let whole = counted(self.whole, false, whole);
        self.recent.count(whole, &mut self.found);
    }

    /// Adds the rows at hand to what is kept of their person.
    fn keep_by_person(&mut self) {
        let first = (self.rows > 0).then_some((self.group, self.counts));
        for (group, counts) in first.into_iter().chain(self.others.drain(..)) {
            let counts = counts.each();
            for group in [group, self.whole] {
                let kept = self.found.by_person.entry((self.person, group));
                for (sum, more) in kept.or_default().iter_mut().zip(counts) {
                    *sum += u32::from(more);
                }
            }
        }
    }
}

/// One for each bit, in a byte of its own.
const fn spread_byte(bits: u8) -> u64 {
    SPREAD[bits as usize]
}

static SPREAD: [u64; 256] = spread_table();

const fn spread_table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut bits = 0;
    while bits < 256 {
        let mut bit = 0;
        while bit < 8 {
            if bits >> bit & 1 == 1 {
                table[bits] |= 1 << (8 * bit);
            }
            bit += 1;
        }
        bits += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn each_bit_of_a_mask_gets_a_byte_of_its_own() {
        for mask in [0, 1, 0x8000, 0x0180, u16::MAX] {
            for (bit, byte) in u128::spread(mask).each().into_iter().enumerate() {
                assert_eq!(u16::from(byte), mask >> bit & 1, "{mask:b} {bit}");
            }
            for (bit, byte) in u64::spread(mask).each().into_iter().enumerate() {
                let wanted = if bit < 8 { mask >> bit & 1 } else { 0 };
                assert_eq!(u16::from(byte), wanted, "{mask:b} {bit}");
            }
        }
    }
}
