//! Persons over processes, and what another definition of a process would say.

use super::chances::count;
use super::history::{Fate, Histories};
use super::result::{Definition, PersonsBack};
use super::{NONE, Outcome};
use crate::number::float_u64;

/// Gaps that are tried, minutes: ten minutes, an hour, a day, a week.
const GAPS_MINUTES: [i64; 4] = [10, 60, 1440, 10_080];

/// Who came back, with which lost processes were made up for later.
pub(super) struct Back {
    pub(super) summary: PersonsBack,
    /// For each process: its person was accepted in a later one.
    pub(super) accepted_later: Vec<bool>,
}

pub(super) fn persons_back(histories: &Histories<'_>) -> Back {
    let all = &histories.processes;
    let mut order: Vec<(u32, i64, usize)> = all
        .iter()
        .enumerate()
        .filter_map(|(place, one)| Some((one.person?, histories.at(one.first), place)))
        .collect();
    order.sort_unstable();
    let mut summary = PersonsBack {
        gone: count(all.iter().filter(|one| one.fate == Fate::Gone).count()),
        ..PersonsBack::default()
    };
    let mut accepted_later = vec![false; all.len()];
    for own in order.chunk_by(|one, next| one.0 == next.0) {
        let of_person: Vec<_> = own
            .iter()
            .filter_map(|(_, _, place)| Some((*place, all.get(*place)?)))
            .collect();
        summary.persons += 1;
        let first = of_person.first().map(|(_, one)| one.client);
        let several = of_person.iter().any(|(_, one)| Some(one.client) != first);
        summary.persons_of_several_clients += u64::from(several);
        // From the last process backwards: what comes after each.
        let mut accepted = false;
        let mut later_clients: Vec<u32> = Vec::new();
        for (place, process) in of_person.iter().rev() {
            if process.fate == Fate::Gone {
                summary.known += 1;
                if later_clients.contains(&process.client) {
                    summary.same_client += 1;
                } else if !later_clients.is_empty() {
                    summary.other_client += 1;
                }
                if accepted {
                    summary.accepted_later += 1;
                    if let Some(here) = accepted_later.get_mut(*place) {
                        *here = true;
                    }
                }
            }
            accepted |= process.is_accepted();
            if !later_clients.contains(&process.client) {
                later_clients.push(process.client);
            }
        }
    }
    Back {
        summary,
        accepted_later,
    }
}

/// Acceptance by process id, and by person and client within each gap. A row without a
/// person stays in its own process.
pub(super) fn definitions(histories: &Histories<'_>) -> Vec<Definition> {
    if histories.processes.is_empty() {
        return Vec::new();
    }
    let attempts = histories.attempts;
    let is_accepted = |row: usize| attempts.outcome.get(row) == Some(&Outcome::Accepted);
    let mut tally = Tally::default();
    for process in &histories.processes {
        for row in process.first..process.first + process.attempts {
            tally.add(row == process.first, is_accepted(row));
        }
    }
    let mut definitions = vec![tally.finish(None)];
    let mut order = by_person_and_client(histories);
    let place = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
    // Of two in one instant the failure came first, in whatever order they are read.
    order.sort_unstable_by_key(|(own, at, row)| (*own, *at, is_accepted(place(*row)), *row));
    for minutes in GAPS_MINUTES {
        let limit = minutes * 60_000_000;
        let mut tally = Tally::default();
        let mut last: Option<(u64, i64)> = None;
        for (own, at, row) in &order {
            let together = last.is_some_and(|(before, then)| {
                before == *own && (is_unknown(*own) || at.saturating_sub(then) <= limit)
            });
            tally.add(!together, is_accepted(place(*row)));
            last = Some((*own, *at));
        }
        definitions.push(tally.finish(Some(minutes * 60_000)));
    }
    definitions
}

/// Whose each row is, when, and its place. A row without a person is its process's.
fn by_person_and_client(histories: &Histories<'_>) -> Vec<(u64, i64, u32)> {
    let attempts = histories.attempts;
    let rows = attempts.person.iter().zip(&attempts.client);
    rows.zip(attempts.process.iter().zip(&attempts.at_us))
        .zip(0_u32..)
        .map(|(((person, client), (process, at)), row)| {
            let other = if *person == NONE { process } else { client };
            (u64::from(*person) << 32 | u64::from(*other), *at, row)
        })
        .collect()
}

const fn is_unknown(own: u64) -> bool {
    own >> 32 == NONE as u64
}

#[derive(Default)]
struct Tally {
    processes: u64,
    attempts: u64,
    first: u64,
    ever: u64,
    accepted: bool,
}

impl Tally {
    fn add(&mut self, begins: bool, accepted: bool) {
        self.attempts += 1;
        if begins {
            self.processes += 1;
            self.first += u64::from(accepted);
            self.accepted = false;
        }
        if accepted && !self.accepted {
            self.ever += 1;
            self.accepted = true;
        }
    }

    fn finish(&self, gap_ms: Option<i64>) -> Definition {
        let processes = float_u64(self.processes);
        Definition {
            gap_ms,
            processes: self.processes,
            attempts_each: float_u64(self.attempts) / processes,
            first: float_u64(self.first) / processes,
            ever: float_u64(self.ever) / processes,
        }
    }
}
