//! Times of the microservices: each run of the pipeline, and all of a transaction's.

use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::number::{float_i64, float_u64};
use veriscope_metrics::quantiles::Milliseconds;
use veriscope_metrics::times::Times;

use crate::durations::Duration;
use crate::persons::{PersonCount, PersonSums};
use crate::selection::{RUN, every};
use crate::{Cache, Durations, Selection};

/// Of more rows than this an even part is read.
const MOST_ROWS: usize = 250_000;

/// The times of one microservice.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceTimes {
    /// Microservice.
    pub microservice: String,
    /// Execution time of one run; none where nothing was measured.
    pub service: Option<Times>,
    /// Time in the queue; none where it has no queue, or none was measured.
    pub queue: Option<Times>,
    /// Transactions in which it ran.
    pub transactions: u64,
    /// Persons behind them; none where the card knows none.
    pub persons: Option<u64>,
    /// Mean of execution and queue time of all its runs in a transaction in which it ran, ms.
    pub mean_ms: Option<f64>,
    /// Its 95 % interval, by persons.
    pub interval: Option<(f64, f64)>,
    /// Whether only a part of the rows was read.
    pub is_sampled: bool,
}

/// The columns of one microservice.
struct Columns<'a> {
    services: Vec<&'a Durations>,
    queues: Vec<&'a Durations>,
}

/// What some rows come to.
#[derive(Clone, Debug, Default)]
struct Tally {
    service: Milliseconds,
    queue: Milliseconds,
    transactions: u64,
    sum: i64,
    persons: PersonCount,
    sums: PersonSums,
}

impl Selection<'_> {
    /// Returns the times of each microservice of a pipeline, in the card's order. Exact up to
    /// 250,000 rows; of more every second, third and so on is read, and it is said.
    #[must_use]
    pub fn service_times(&self, model: &PathModel) -> Vec<ServiceTimes> {
        let cache = self.cache;
        let step = self.one_in(MOST_ROWS, None);
        let columns: Vec<Columns<'_>> = model
            .microservices()
            .iter()
            .map(|name| Columns::of(cache, model, name))
            .collect();
        let mut parts = self
            .each(None, |rows| {
                let walked = columns
                    .iter()
                    .map(|columns| columns.walk(cache, rows, step));
                walked.collect::<Vec<Tally>>()
            })
            .into_iter();
        let mut whole = parts
            .next()
            .unwrap_or_else(|| vec![Tally::default(); columns.len()]);
        for part in parts {
            for (mine, more) in whole.iter_mut().zip(part) {
                mine.merge(more);
            }
        }
        let names = model.microservices().iter().cloned();
        names
            .zip(whole)
            .map(|(name, tally)| tally.finish(name, cache, step > 1))
            .collect()
    }
}

impl<'a> Columns<'a> {
    fn of(cache: &'a Cache, model: &PathModel, microservice: &str) -> Self {
        let runs = || {
            let runs = model.runs().iter();
            runs.filter(|run| run.microservice == microservice)
        };
        Self {
            services: runs()
                .filter_map(|run| cache.duration(&run.service))
                .collect(),
            queues: runs()
                .filter_map(|run| cache.duration(run.queue.as_deref()?))
                .collect(),
        }
    }

    fn walk(&self, cache: &Cache, rows: &[u32], step: usize) -> Tally {
        let mut tally = Tally::default();
        for row in every(rows, step, RUN) {
            let (mut ran, mut sum) = (false, 0_i64);
            for service in &self.services {
                let time = service.at(*row);
                ran |= !time.is_none();
                sum += time.ms();
                time.count_in(&mut tally.service);
            }
            for queue in &self.queues {
                let time = queue.at(*row);
                sum += time.ms();
                time.count_in(&mut tally.queue);
            }
            if ran {
                tally.transactions += 1;
                tally.sum = tally.sum.saturating_add(sum);
                tally.persons.add(cache, *row);
                tally.sums.add(cache, *row, float_i64(sum));
            }
        }
        tally
    }
}

impl Duration {
    /// Returns whether nothing was measured.
    pub(crate) const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    /// Counts the time where something was measured.
    fn count_in(self, into: &mut Milliseconds) {
        if !self.is_none() {
            into.add(self.ms());
        }
    }

    /// Returns the time, ms; 0 where nothing was measured.
    pub(crate) fn ms(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Short(value) => i64::from(value),
            Self::Apart(value) => value,
        }
    }
}

impl Tally {
    fn merge(&mut self, other: Self) {
        self.service.merge(&other.service);
        self.queue.merge(&other.queue);
        self.transactions += other.transactions;
        self.sum = self.sum.saturating_add(other.sum);
        self.persons.merge(other.persons);
        self.sums.merge(other.sums);
    }

    fn finish(mut self, microservice: String, cache: &Cache, is_sampled: bool) -> ServiceTimes {
        ServiceTimes {
            microservice,
            service: Times::of(&mut self.service, is_sampled),
            queue: Times::of(&mut self.queue, is_sampled),
            transactions: self.transactions,
            persons: self.persons.finish(cache),
            mean_ms: (self.transactions > 0)
                .then(|| float_i64(self.sum) / float_u64(self.transactions)),
            interval: self.sums.interval(),
            is_sampled,
        }
    }
}
