//! Chances of acceptance, by attempt and over time.

use std::collections::BTreeMap;

use super::history::{Fate, Histories, Process};
use super::result::{AcceptedBy, AcceptedWithin, AttemptChance, Processes};
use super::{Outcome, if_whole};
use crate::intervals::{
    ClusterCount, ClusterTally, Difference, Level, PairedCount, Proportion,
    difference_within_clusters,
};
use crate::number::{float, float_i64};
use crate::survival::{
    Ending, IncidencePoint, Observation, Survival, cumulative_incidence, kaplan_meier,
};

/// Attempt numbers that are shown.
const MOST_ATTEMPTS: usize = 20;
/// Points of the curve in minutes.
const MOST_POINTS: usize = 200;
/// Times at which acceptance is told in full, minutes: up to a day.
const MINUTES: [f64; 5] = [1.0, 5.0, 15.0, 60.0, 1440.0];
const US_PER_MINUTE: f64 = 60_000_000.0;

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Counts over persons, reused from one proportion to the next: persons are numbered
/// densely, so that no hash is needed.
pub(super) struct Persons {
    counts: Vec<ClusterCount>,
    touched: Vec<u32>,
}

impl Persons {
    pub(super) fn of(histories: &Histories<'_>) -> Self {
        let most = histories
            .processes
            .iter()
            .filter_map(|one| one.person)
            .max();
        let size = most.map_or(0, |most| usize::try_from(most).unwrap_or(0) + 1);
        Self {
            counts: vec![ClusterCount::default(); size],
            touched: Vec::new(),
        }
    }

    /// Returns the counts of the persons that occur, in the order of first sight; a row
    /// without a person is one of its own and comes last.
    fn counts(&mut self, rows: impl Iterator<Item = (Option<u32>, bool)>) -> Vec<ClusterCount> {
        let mut alone = Vec::new();
        for (person, hit) in rows {
            let here = person.and_then(|person| {
                let place = usize::try_from(person).ok()?;
                Some((person, self.counts.get_mut(place)?))
            });
            let Some((person, here)) = here else {
                alone.push(ClusterCount {
                    hits: u64::from(hit),
                    trials: 1,
                });
                continue;
            };
            if here.trials == 0 {
                self.touched.push(person);
            }
            here.trials += 1;
            here.hits += u64::from(hit);
        }
        let mut counts: Vec<ClusterCount> = Vec::with_capacity(self.touched.len() + alone.len());
        for person in self.touched.drain(..) {
            let place = usize::try_from(person).unwrap_or(usize::MAX);
            if let Some(here) = self.counts.get_mut(place) {
                counts.push(std::mem::take(here));
            }
        }
        counts.append(&mut alone);
        counts
    }

    /// The proportion over rows, clustered by person.
    pub(super) fn proportion(
        &mut self,
        level: Level,
        rows: impl Iterator<Item = (Option<u32>, bool)>,
    ) -> Option<Proportion> {
        let mut tally = ClusterTally::default();
        let counts = self.counts(rows);
        counts.iter().for_each(|count| tally.add(*count, 1));
        tally.proportion(level)
    }
}

fn is_first(histories: &Histories<'_>, first: usize) -> bool {
    histories.attempts.outcome.get(first) == Some(&Outcome::Accepted)
}

pub(super) fn processes(histories: &Histories<'_>, persons: &mut Persons) -> Processes {
    let all = &histories.processes;
    let level = histories.options.level;
    let fates = |fate| count(all.iter().filter(|one| one.fate == fate).count());
    let tries: usize = all.iter().map(|one| one.tries).sum();
    let first = || {
        all.iter()
            .map(|one| (one.person, is_first(histories, one.first)))
    };
    let ever = || all.iter().map(|one| (one.person, one.is_accepted()));
    let closed = all
        .iter()
        .filter(|one| one.fate != Fate::Open)
        .map(|one| (one.person, one.is_accepted()));
    Processes {
        n: count(all.len()),
        attempts: count(histories.attempts.len()),
        retries: count(tries - all.len()),
        accepted: fates(Fate::Accepted),
        gone: fates(Fate::Gone),
        open: fates(Fate::Open),
        first: persons.proportion(level, first()),
        ever: persons.proportion(level, ever()),
        ever_of_closed: if_whole(&histories.options, || persons.proportion(level, closed)),
        added: if_whole(&histories.options, || added(histories, persons)),
    }
}

/// What retries add: ever accepted less accepted at first.
fn added(histories: &Histories<'_>, persons: &mut Persons) -> Option<Difference> {
    let all = || histories.processes.iter();
    let ever = persons.counts(all().map(|one| (one.person, one.is_accepted())));
    let first = all().map(|one| (one.person, is_first(histories, one.first)));
    // Both list the same persons in the same order.
    let pairs = ever.into_iter().zip(persons.counts(first));
    let pairs: Vec<PairedCount> = pairs
        .map(|(first, second)| PairedCount { first, second })
        .collect();
    difference_within_clusters(&pairs, histories.options.level)
}

pub(super) fn attempts_per_process(histories: &Histories<'_>) -> Vec<(u64, u64)> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for process in &histories.processes {
        *counts.entry(count(process.tries)).or_default() += 1;
    }
    counts.into_iter().collect()
}

pub(super) fn by_attempt(histories: &Histories<'_>, persons: &mut Persons) -> Vec<AttemptChance> {
    let mut reached: Vec<&Process> = histories.processes.iter().collect();
    let mut chances = Vec::new();
    for attempt in 1..=MOST_ATTEMPTS {
        reached.retain(|one| one.tries >= attempt);
        let accepted = persons.proportion(
            histories.options.level,
            reached
                .iter()
                .map(|one| (one.person, one.tries == attempt && one.is_accepted())),
        );
        let Some(accepted) = accepted else {
            break;
        };
        let ended = |fate| {
            let here = reached
                .iter()
                .filter(|one| one.tries == attempt && one.fate == fate);
            count(here.count())
        };
        chances.push(AttemptChance {
            attempt: count(attempt),
            accepted,
            gone: ended(Fate::Gone),
            open: ended(Fate::Open),
        });
    }
    chances
}

pub(super) fn accepted_by(histories: &Histories<'_>) -> AcceptedBy {
    let level = histories.options.level;
    let mut attempts: Vec<Observation> = histories
        .processes
        .iter()
        .map(|one| Observation {
            time: float(one.tries),
            event: one.is_accepted(),
        })
        .collect();
    let attempts = kaplan_meier(&mut attempts, level);
    let attempts_or_gone = if_whole(&histories.options, || attempts_or_gone(histories));
    let mut minutes: Vec<Observation> = histories
        .processes
        .iter()
        .map(|one| {
            let first = histories.at(one.first);
            let until = if one.is_accepted() {
                histories.at(one.last_try())
            } else {
                histories.data_end_us
            };
            Observation {
                time: float_i64(until.saturating_sub(first).max(0)) / US_PER_MINUTE,
                event: one.is_accepted(),
            }
        })
        .collect();
    let minutes = Survival::of(&mut minutes, level);
    AcceptedBy {
        attempts,
        attempts_or_gone,
        within: MINUTES
            .iter()
            .filter_map(|at| within(&minutes, *at))
            .collect(),
        minutes: minutes.thinned(MOST_POINTS),
    }
}

/// How processes end, by attempts.
fn attempts_or_gone(histories: &Histories<'_>) -> Vec<IncidencePoint> {
    let ending = |process: &Process| {
        let ending = match process.fate {
            Fate::Accepted => Ending::Event,
            Fate::Gone => Ending::Other,
            Fate::Open => Ending::Censored,
        };
        (float(process.tries), ending)
    };
    let mut endings: Vec<(f64, Ending)> = histories.processes.iter().map(ending).collect();
    cumulative_incidence(&mut endings, histories.options.level)
}

fn within(survival: &Survival, minutes: f64) -> Option<AcceptedWithin> {
    // Beyond the last time that was seen the curve says nothing.
    let last = survival.last_time().filter(|last| *last >= minutes);
    let point = survival.at(minutes);
    last.map(|_| AcceptedWithin {
        minutes,
        share: point.map_or(0.0, |point| 1.0 - point.survival),
        low: point.map_or(0.0, |point| 1.0 - point.high),
        high: point.map_or(0.0, |point| 1.0 - point.low),
    })
}
