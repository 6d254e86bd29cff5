//! Counts and sums that grow while documents are made.

use super::{AttemptsTruth, Counts};
use crate::measure::Measured;
use crate::model::Model;
use crate::person::Arrival;
use crate::pipeline::MICROSERVICES;
use crate::plan::{Attempt, Process};
use crate::verdict::Code;

/// Attempts that met planted effects, and those turned by them.
#[derive(Clone, Debug, Default)]
pub(crate) struct EffectTally(Vec<(u64, u64)>);

impl EffectTally {
    pub(crate) fn count(&mut self, place: usize, was_turned: bool) {
        if let Some((exposed, turned)) = self.0.get_mut(place) {
            *exposed += 1;
            *turned += u64::from(was_turned);
        }
    }

    pub(super) fn at(&self, place: usize) -> (u64, u64) {
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// Counts that the plan knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanTally {
    pub(super) all: Counts,
    pub(super) by_code: Vec<u64>,
    pub(super) last_by_code: Vec<u64>,
    pub(super) by_day: Vec<u64>,
    pub(super) by_client: Vec<Counts>,
    pub(super) by_segment: Vec<Counts>,
    pub(super) attempts: AttemptsTruth,
    pub(super) num_persons: u64,
    pub(super) num_shared: u64,
    pub(crate) policy_effects: EffectTally,
    pub(crate) cause_effects: EffectTally,
}

impl PlanTally {
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            by_code: vec![0; Code::ALL.len()],
            last_by_code: vec![0; Code::ALL.len()],
            by_client: vec![Counts::default(); model.clients.len()],
            by_segment: vec![Counts::default(); model.segments.len()],
            policy_effects: EffectTally(vec![(0, 0); model.scenario.policy_changes.len()]),
            cause_effects: EffectTally(vec![(0, 0); model.scenario.causes.len()]),
            ..Self::default()
        }
    }

    fn each(&mut self, process: &Process, change: impl Fn(&mut Counts)) {
        change(&mut self.all);
        self.by_client.get_mut(process.client).map(&change);
        self.by_segment.get_mut(process.segment).map(&change);
    }

    pub(crate) fn attempt(
        &mut self,
        attempt: &Attempt,
        before: u32,
        was_accepted: bool,
        arrival: &Arrival,
    ) {
        let accepted = attempt.code == Code::ACCEPTED;
        let is_first = before == 0;
        self.each(&attempt.process, |counts| {
            counts.transactions += 1;
            counts.accepted += u64::from(accepted);
            counts.processes += u64::from(is_first);
            counts.first_accepted += u64::from(is_first && accepted);
        });
        if let Some(count) = self.by_code.get_mut(attempt.code) {
            *count += 1;
        }
        let day = usize::try_from(attempt.day).unwrap_or(0);
        if self.by_day.len() <= day {
            self.by_day.resize(day + 1, 0);
        }
        if let Some(count) = self.by_day.get_mut(day) {
            *count += 1;
        }
        if is_first {
            self.num_persons += u64::from(arrival.is_new);
            self.num_shared += u64::from(arrival.is_shared);
        } else if was_accepted {
            self.attempts.repeats += 1;
        } else {
            self.attempts.retries += 1;
        }
        self.attempts.ever_accepted += u64::from(accepted && !was_accepted);
    }

    /// A process ended, or the data did (`is_cut`).
    pub(crate) fn end(&mut self, process: &Process, ending: &Ending) {
        let accepted = ending.last_code == Code::ACCEPTED;
        self.each(process, |counts| {
            counts.last_accepted += u64::from(accepted)
        });
        if let Some(count) = self.last_by_code.get_mut(ending.last_code) {
            *count += 1;
        }
        self.attempts.cut_off += u64::from(ending.is_cut);
        self.attempts.abandoned += u64::from(!ending.is_cut && !ending.ever_accepted);
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    pub(crate) last_code: usize,
    pub(crate) ever_accepted: bool,
    pub(crate) is_cut: bool,
}

/// Sums that the measurements give; adding them up is free of order.
#[derive(Clone, Debug, Default)]
pub(crate) struct MeasureTally {
    pub(super) microservices: [(u64, i64, i64, i64); MICROSERVICES.len()],
    pub(super) total_ms: i64,
    pub(super) path_ms: i64,
    pub(super) by_release: Vec<(u64, i64)>,
}

impl MeasureTally {
    pub(crate) fn add(&mut self, measured: &Measured, release: usize) {
        for (place, sums) in self.microservices.iter_mut().enumerate() {
            let (runs, service_ms, queue_ms) = measured.of_microservice(place);
            sums.0 += runs;
            sums.1 += service_ms;
            sums.2 += queue_ms;
            sums.3 += measured.path.on_path[place];
        }
        self.total_ms += measured.total_ms;
        self.path_ms += measured.path.total_ms();
        if self.by_release.len() <= release {
            self.by_release.resize(release + 1, (0, 0));
        }
        if let Some(sums) = self.by_release.get_mut(release) {
            sums.0 += 1;
            sums.1 += measured.total_ms;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (sums, more) in self.microservices.iter_mut().zip(other.microservices) {
            sums.0 += more.0;
            sums.1 += more.1;
            sums.2 += more.2;
            sums.3 += more.3;
        }
        self.total_ms += other.total_ms;
        self.path_ms += other.path_ms;
        if self.by_release.len() < other.by_release.len() {
            self.by_release.resize(other.by_release.len(), (0, 0));
        }
        for (sums, more) in self.by_release.iter_mut().zip(&other.by_release) {
            sums.0 += more.0;
            sums.1 += more.1;
        }
    }
}
