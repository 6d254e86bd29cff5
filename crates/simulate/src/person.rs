//! Who comes: new persons, persons seen before, and identities of outsize traffic.

use std::collections::VecDeque;

use crate::random::Random;
use crate::scenario::parts::Persons;

/// So many of the persons last seen at a client can come again.
const NUM_REMEMBERED: usize = 512;

/// Invented identity numbers have ten digits and begin with a 9, which no issued one does.
const FIRST_NUMBER: u64 = 9_000_000_000;
const NUM_NUMBERS: u64 = 1_000_000_000;
/// Coprime to the number of numbers, so that no two persons share one.
const STEP: u64 = 618_033_989;

/// A person at the start of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrival {
    pub(crate) person: u64,
    /// Start of the process, in whole seconds; no person starts two in one second.
    pub(crate) start_s: i64,
    /// Whether another client has seen the person.
    pub(crate) is_shared: bool,
    /// Whether nobody has.
    pub(crate) is_new: bool,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    person: u64,
    start_s: i64,
}

/// All persons of a simulation, in memory that does not grow with them.
#[derive(Clone, Debug)]
pub(crate) struct People {
    parameters: Persons,
    num_persons: u64,
    seen: Vec<VecDeque<Seen>>,
    outsize: Vec<Seen>,
    num_outsize_processes: usize,
}

impl People {
    pub(crate) fn new(parameters: Persons, num_clients: usize, num_outsize: usize) -> Self {
        Self {
            parameters,
            num_persons: num_outsize as u64,
            seen: vec![VecDeque::new(); num_clients],
            outsize: (0..num_outsize as u64)
                .map(|person| Seen {
                    person,
                    start_s: i64::MIN,
                })
                .collect(),
            num_outsize_processes: 0,
        }
    }

    /// Returns the identity of outsize traffic whose turn it is.
    pub(crate) fn outsize(&mut self, start_s: i64) -> Option<Arrival> {
        let turn = self.num_outsize_processes % self.outsize.len().max(1);
        let is_new = self.num_outsize_processes < self.outsize.len();
        self.num_outsize_processes += 1;
        let seen = self.outsize.get_mut(turn)?;
        seen.start_s = start_s.max(seen.start_s.saturating_add(1));
        Some(Arrival {
            person: seen.person,
            start_s: seen.start_s,
            is_shared: false,
            is_new,
        })
    }

    /// Returns who comes to a client.
    pub(crate) fn arrive(&mut self, client: usize, start_s: i64, random: &mut Random) -> Arrival {
        let comes_back = !random.chance(self.parameters.new_share);
        let is_shared = random.chance(self.parameters.shared_between_clients);
        let place = random.bits();
        if comes_back {
            let from = if is_shared {
                self.other_client(client, place)
            } else {
                Some(client)
            };
            if let Some(arrival) = self.again(from, client, start_s, place) {
                return arrival;
            }
        }
        let person = self.num_persons;
        self.num_persons += 1;
        self.remember(client, Seen { person, start_s });
        Arrival {
            person,
            start_s,
            is_shared: false,
            is_new: true,
        }
    }

    fn other_client(&self, client: usize, place: u64) -> Option<usize> {
        let others: Vec<usize> = (0..self.seen.len())
            .filter(|other| {
                *other != client && self.seen.get(*other).is_some_and(|seen| !seen.is_empty())
            })
            .collect();
        let turn = usize::try_from(place >> 32)
            .ok()?
            .checked_rem(others.len())?;
        others.get(turn).copied()
    }

    fn again(
        &mut self,
        from: Option<usize>,
        client: usize,
        start_s: i64,
        place: u64,
    ) -> Option<Arrival> {
        let from = from?;
        let remembered = self.seen.get_mut(from)?;
        let turn = usize::try_from(place & 0xffff_ffff)
            .ok()?
            .checked_rem(remembered.len())?;
        let seen = remembered.get_mut(turn)?;
        seen.start_s = start_s.max(seen.start_s + 1);
        let seen = *seen;
        Some(Arrival {
            person: seen.person,
            start_s: seen.start_s,
            is_shared: from != client,
            is_new: false,
        })
    }

    fn remember(&mut self, client: usize, seen: Seen) {
        if let Some(remembered) = self.seen.get_mut(client) {
            if remembered.len() == NUM_REMEMBERED {
                remembered.pop_front();
            }
            remembered.push_back(seen);
        }
    }
}

/// Returns a person's identity number: ten digits, different for every person.
pub(crate) fn identity_number(person: u64, seed: u64) -> u64 {
    let mixed = (person % NUM_NUMBERS) * STEP + seed % NUM_NUMBERS;
    FIRST_NUMBER + mixed % NUM_NUMBERS
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{People, identity_number};
    use crate::random::Random;
    use crate::scenario::parts::Persons;

    #[test]
    fn identity_numbers_differ_and_have_ten_digits() {
        let numbers: HashSet<u64> = (0..100_000)
            .map(|person| identity_number(person, 42))
            .collect();
        assert_eq!(numbers.len(), 100_000);
        assert!(
            numbers
                .iter()
                .all(|number| (9_000_000_000..10_000_000_000).contains(number))
        );
    }

    #[test]
    fn nobody_starts_two_processes_in_one_second() {
        let persons = Persons {
            new_share: 0.5,
            shared_between_clients: 0.3,
            processes_per_outsize_identity: 10,
        };
        let mut people = People::new(persons, 3, 2);
        let mut random = Random::new(1, 0);
        let mut starts = HashSet::new();
        let mut num_shared = 0;
        for process in 0..20_000_i64 {
            let arrival = if process % 5 == 0 {
                people.outsize(process / 50).unwrap()
            } else {
                people.arrive(
                    usize::try_from(process % 3).unwrap(),
                    process / 50,
                    &mut random,
                )
            };
            num_shared += u32::from(arrival.is_shared);
            assert!(starts.insert((arrival.person, arrival.start_s)));
            assert!(arrival.start_s >= process / 50);
        }
        // 16,000 arrivals, half of them back, 3 in 10 of those from elsewhere.
        assert!((2_200..2_600).contains(&num_shared), "{num_shared}");
    }
}
