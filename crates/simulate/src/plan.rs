//! The plan: every attempt in the order of its date, with its code, before any measurement.
//!
//! One generator makes it, so it is the same whatever renders it. It keeps the processes
//! under way and nothing else, so memory does not grow with the number of transactions.

mod fit;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::deck::{Deck, apportion};
use crate::model::{CodeModel, Model, SegmentModel, day_of, hour_at, num_identities};
use crate::numbers::whole;
use crate::person::{Arrival, People};
use crate::random::Random;
use crate::scenario::parts::CauseFeature;
use crate::time::{DAY_US, SECOND_US};
use crate::truth::{Ending, PlanTally};
use crate::verdict::{Code, with_switches};

use fit::cell_weights;
pub(crate) use fit::fitting_processes;

/// The plan's own stream; measurements take those of their transaction.
const STREAM: u64 = u64::MAX;

/// One attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Number of the transaction, from 0, in the order of dates.
    pub(crate) number: u64,
    /// Local time, microseconds since 1970-01-01.
    pub(crate) at_us: i64,
    pub(crate) day: u32,
    /// Place of its code in [`Code::ALL`].
    pub(crate) code: usize,
    pub(crate) process: Process,
}

/// What all attempts of a process share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) number: u64,
    pub(crate) start_s: i64,
    pub(crate) segment: usize,
    pub(crate) client: usize,
    pub(crate) person: u64,
    pub(crate) device: usize,
    pub(crate) country: usize,
    pub(crate) gateway: usize,
    pub(crate) size: [i64; 2],
}

/// A process whose next attempt is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at_us: i64,
    process: Process,
    arrival: Arrival,
    num_attempts: u32,
    was_accepted: bool,
    /// Code of the attempt before, as a place in the segment's list.
    previous: Option<usize>,
    previous_code: usize,
}

impl Due {
    fn ending(&self, is_cut: bool) -> Ending {
        Ending {
            last_code: self.previous_code,
            ever_accepted: self.was_accepted,
            is_cut,
        }
    }
}

/// The decks of one segment.
#[derive(Clone, Debug)]
struct Decks {
    clients: Deck,
    sizes: Deck,
    devices: Deck,
    fresh: Deck,
    stop: Vec<Deck>,
}

/// Starts of processes of one segment on one day.
#[derive(Clone, Copy, Debug, Default)]
struct Starts {
    num_left: u64,
    num_all: u64,
    next_us: Option<i64>,
}

/// An iterator over all attempts.
#[derive(Debug)]
pub(crate) struct Plan {
    model: Arc<Model>,
    random: Random,
    people: People,
    decks: Vec<Decks>,
    countries: Deck,
    gateways: Deck,
    /// Processes by day and segment.
    cells: Vec<u64>,
    next_day: u32,
    starts: Vec<Starts>,
    due: BinaryHeap<Reverse<Due>>,
    num_processes: u64,
    num_emitted: u64,
    end_us: i64,
    tally: PlanTally,
    is_closed: bool,
}

impl Plan {
    /// Makes a plan of so many processes that ends after so many transactions.
    pub(crate) fn new(model: Arc<Model>, num_processes: u64) -> Self {
        let cells = apportion(num_processes, &cell_weights(&model));
        let num_segments = model.segments.len().max(1);
        let num_outsize: u64 = cells
            .iter()
            .enumerate()
            .filter(|(cell, _)| {
                model
                    .segments
                    .get(cell % num_segments)
                    .is_some_and(|segment| segment.outsize)
            })
            .map(|(_, count)| count)
            .sum();
        let persons = model.scenario.persons;
        let identities = num_identities(num_outsize, persons.processes_per_outsize_identity);
        let weights = |map: &std::collections::BTreeMap<String, f64>| -> Vec<f64> {
            map.values().copied().collect()
        };
        let size = model.scenario.deck;
        Self {
            random: Random::new(model.seed, STREAM),
            people: People::new(persons, model.clients.len(), identities),
            decks: model
                .segments
                .iter()
                .map(|segment| Decks::new(segment, size))
                .collect(),
            countries: Deck::new(&weights(&model.scenario.countries), size),
            gateways: Deck::new(&weights(&model.scenario.gateways), 0),
            cells,
            next_day: 0,
            starts: Vec::new(),
            due: BinaryHeap::new(),
            num_processes: 0,
            num_emitted: 0,
            end_us: model.start_us + i64::from(model.num_days) * DAY_US,
            tally: PlanTally::new(&model),
            is_closed: false,
            model,
        }
    }

    /// Returns how many attempts there are, without the limit of the model.
    pub(crate) fn count(mut self, limit: u64) -> u64 {
        while self.num_emitted < limit {
            if self.step().is_none() {
                break;
            }
        }
        self.num_emitted
    }

    /// Returns what was counted; complete once the iterator has ended.
    pub(crate) fn into_tally(mut self) -> PlanTally {
        self.close();
        self.tally
    }

    /// Processes that wait for an attempt when the documents end stay as they are.
    fn close(&mut self) {
        if self.is_closed {
            return;
        }
        self.is_closed = true;
        for Reverse(due) in self.due.drain() {
            if due.num_attempts > 0 {
                self.tally.end(&due.process, &due.ending(true));
            }
        }
    }

    fn step(&mut self) -> Option<Attempt> {
        loop {
            let next_due = self.due.peek().map(|Reverse(due)| due.at_us);
            let next_start = self.next_start();
            match (next_due, next_start) {
                (Some(due_us), Some((start_us, _))) if due_us < start_us => {
                    return self.attempt();
                }
                (_, Some((_, segment))) => self.start(segment),
                (Some(_), None) if self.next_day >= self.model.num_days => return self.attempt(),
                (Some(due_us), None) if due_us < self.day_start_us() => return self.attempt(),
                (None, None) if self.next_day >= self.model.num_days => return None,
                (_, None) => self.begin_day(),
            }
        }
    }

    fn day_start_us(&self) -> i64 {
        self.model.start_us + i64::from(self.next_day) * DAY_US
    }

    fn begin_day(&mut self) {
        let num_segments = self.model.segments.len();
        let first = usize::try_from(self.next_day)
            .unwrap_or(usize::MAX)
            .saturating_mul(num_segments);
        self.starts = (0..num_segments)
            .map(|segment| {
                let num_all = self.cells.get(first + segment).copied().unwrap_or(0);
                Starts {
                    num_left: num_all,
                    num_all,
                    next_us: None,
                }
            })
            .collect();
        self.next_day += 1;
        for segment in 0..num_segments {
            self.schedule_start(segment);
        }
    }

    /// Starts are spread over the day as its hours have it: one in each equal part.
    fn schedule_start(&mut self, segment: usize) {
        let day_us = self.day_start_us() - DAY_US;
        let Some(starts) = self.starts.get_mut(segment) else {
            return;
        };
        if starts.num_left == 0 {
            starts.next_us = None;
            return;
        }
        let before = starts.num_all - starts.num_left;
        starts.num_left -= 1;
        let part = (before as f64 + self.random.unit()) / starts.num_all as f64;
        let hours = self
            .model
            .segments
            .get(segment)
            .map_or(&[][..], |segment| &segment.hours);
        let hour = hour_at(hours, part);
        starts.next_us = Some(day_us + whole(hour * 3_600.0 * SECOND_US as f64).min(DAY_US - 1));
    }

    fn next_start(&self) -> Option<(i64, usize)> {
        self.starts
            .iter()
            .enumerate()
            .filter_map(|(segment, starts)| starts.next_us.map(|at_us| (at_us, segment)))
            .min()
    }

    fn start(&mut self, segment: usize) {
        let Some(at_us) = self.starts.get(segment).and_then(|starts| starts.next_us) else {
            return;
        };
        self.schedule_start(segment);
        let model = Arc::clone(&self.model);
        let (Some(kind), Some(decks)) = (model.segments.get(segment), self.decks.get_mut(segment))
        else {
            return;
        };
        let random = &mut self.random;
        let client = at(&kind.clients.0, decks.clients.draw(random));
        let size = kind
            .sizes
            .0
            .get(decks.sizes.draw(random))
            .copied()
            .unwrap_or([590, 896]);
        let device = at(&kind.devices.0, decks.devices.draw(random));
        let country = self.countries.draw(random);
        let gateway = self.gateways.draw(random);
        let start_s = at_us.div_euclid(SECOND_US);
        let outsize = if kind.outsize {
            self.people.outsize(start_s)
        } else {
            None
        };
        let arrival = match outsize {
            Some(arrival) => arrival,
            None => self.people.arrive(client, start_s, random),
        };
        let process = Process {
            number: self.num_processes,
            start_s: arrival.start_s,
            segment,
            client,
            person: arrival.person,
            device,
            country,
            gateway,
            size,
        };
        self.num_processes += 1;
        let wait_s = model.scenario.gaps.start.at(random.unit());
        let first_us = arrival.start_s * SECOND_US + whole(wait_s * SECOND_US as f64);
        self.due.push(Reverse(Due {
            // Whoever came before the end is counted, if only at its last moment.
            at_us: first_us.max(at_us).min(self.end_us - 1),
            process,
            arrival,
            num_attempts: 0,
            was_accepted: false,
            previous: None,
            previous_code: Code::ACCEPTED,
        }));
    }

    fn attempt(&mut self) -> Option<Attempt> {
        let Reverse(mut due) = self.due.pop()?;
        let model = Arc::clone(&self.model);
        let segment = model.segments.get(due.process.segment)?;
        let day = day_of(due.at_us, model.start_us);
        let (listed, code) = self.outcome(&model, segment, &due, day)?;
        let attempt = Attempt {
            number: self.num_emitted,
            at_us: due.at_us,
            day,
            code,
            process: due.process,
        };
        self.num_emitted += 1;
        self.tally
            .attempt(&attempt, due.num_attempts, due.was_accepted, &due.arrival);
        due.num_attempts += 1;
        due.was_accepted |= code == Code::ACCEPTED;
        due.previous = Some(listed);
        due.previous_code = code;
        self.go_on_or_end(segment, due);
        Some(attempt)
    }

    fn go_on_or_end(&mut self, segment: &SegmentModel, mut due: Due) {
        let stops = match (segment.fixed_attempts, due.previous) {
            (Some(attempts), _) => due.num_attempts >= attempts,
            (None, Some(listed)) => self
                .decks
                .get_mut(due.process.segment)
                .and_then(|decks| decks.stop.get_mut(listed))
                .is_none_or(|deck| deck.draw(&mut self.random) == 0),
            (None, None) => true,
        };
        let gaps = &self.model.scenario.gaps;
        let gap = if segment.fixed_attempts.is_some() {
            &gaps.bulk
        } else if due.previous_code == Code::ACCEPTED {
            &gaps.after_acceptance
        } else {
            &gaps.after_rejection
        };
        let gap_us = whole(gap.at(self.random.unit()) * SECOND_US as f64).max(1);
        due.at_us = due.at_us.saturating_add(gap_us);
        let is_cut = !stops && due.at_us >= self.end_us;
        if stops || is_cut {
            self.tally.end(&due.process, &due.ending(is_cut));
            return;
        }
        self.due.push(Reverse(due));
    }

    /// Draws how an attempt ends: its place in the segment's list, and its code.
    fn outcome(
        &mut self,
        model: &Model,
        segment: &SegmentModel,
        due: &Due,
        day: u32,
    ) -> Option<(usize, usize)> {
        let persists = due
            .previous
            .and_then(|listed| segment.codes.get(listed))
            .is_some_and(|code| self.random.chance(code.persistence));
        let drawn = match due.previous {
            Some(listed) if persists => listed,
            _ => {
                let decks = self.decks.get_mut(due.process.segment)?;
                decks.fresh.draw(&mut self.random)
            }
        };
        let drawn_code = segment.codes.get(drawn)?.place;
        let client = model.clients.get(due.process.client)?;
        let asked = with_switches(drawn_code, &client.switches);
        let code = self.with_effects(model, &due.process, day, asked);
        let code = with_switches(code, &client.switches);
        if code == drawn_code {
            return Some((drawn, code));
        }
        let listed = listed(&segment.codes, code).unwrap_or(drawn);
        Some((listed, code))
    }

    /// Lets what is planted turn an accepted attempt into another.
    fn with_effects(&mut self, model: &Model, process: &Process, day: u32, code: usize) -> usize {
        if code != Code::ACCEPTED {
            return code;
        }
        let client = model
            .clients
            .get(process.client)
            .map(|client| client.name.as_str());
        for (place, change) in model.scenario.policy_changes.iter().enumerate() {
            let concerns = change.client.is_none() || change.client.as_deref() == client;
            if concerns && change.loss > 0.0 && day >= change.from_day {
                let lost = self.random.chance(change.loss);
                self.tally.policy_effects.count(place, lost);
                if lost {
                    return Code::of(&change.code).unwrap_or(code);
                }
            }
        }
        for (place, cause) in model.scenario.causes.iter().enumerate() {
            let value = model.context(cause.feature, process.device, process.country);
            if value == cause.value && cause.loss > 0.0 {
                let lost = self.random.chance(cause.loss);
                self.tally.cause_effects.count(place, lost);
                if lost {
                    return Code::of(&cause.code).unwrap_or(code);
                }
            }
        }
        code
    }
}

impl Iterator for Plan {
    type Item = Attempt;

    fn next(&mut self) -> Option<Attempt> {
        if self.num_emitted >= self.model.num_transactions {
            return None;
        }
        self.step()
    }
}

impl Decks {
    fn new(segment: &SegmentModel, size: u32) -> Self {
        let fresh: Vec<f64> = segment.codes.iter().map(|code| code.fresh).collect();
        let stop = segment
            .codes
            .iter()
            .map(|code| Deck::new(&[code.stop, 1.0 - code.stop], size))
            .collect();
        Self {
            clients: Deck::new(&segment.clients.1, size),
            sizes: Deck::new(&segment.sizes.1, size),
            devices: Deck::new(&segment.devices.1, size),
            fresh: Deck::new(&fresh, size),
            stop,
        }
    }
}

fn listed(codes: &[CodeModel], place: usize) -> Option<usize> {
    codes.iter().position(|code| code.place == place)
}

fn at(places: &[usize], place: usize) -> usize {
    places.get(place).copied().unwrap_or(0)
}

/// Kinds of features for the truth.
pub(crate) const fn feature_name(feature: CauseFeature) -> &'static str {
    match feature {
        CauseFeature::Device => "device",
        CauseFeature::Browser => "browser",
        CauseFeature::Country => "country",
    }
}
