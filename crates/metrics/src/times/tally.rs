//! Adding up times batch by batch.

use arrow_array::{Int64Array, RecordBatch};

use super::{MicroserviceTimes, Times};
use crate::AnalysisError;
use crate::critical_path::{DurationColumn, LANE, PathModel};
use crate::number::float_i64;
use crate::quantiles::{Milliseconds, Sketch};

/// Quantiles of times with fractions are exact up to so many runs of a microservice on a picture.
const EXACT_RUNS: usize = 100_000;

/// Times as they are measured: whole milliseconds, until any other comes.
#[derive(Clone, Debug, Default)]
struct Measured {
    whole: Milliseconds,
    any: Option<Sketch>,
}

impl Measured {
    fn whole(&mut self) -> Option<&mut Milliseconds> {
        self.any.is_none().then_some(&mut self.whole)
    }

    /// Takes times with fractions from here on.
    fn any(&mut self) -> &mut Sketch {
        self.any.get_or_insert_with(|| {
            let mut sketch = Sketch::new(EXACT_RUNS);
            for (value, count) in std::mem::take(&mut self.whole).each() {
                let count = usize::try_from(count).unwrap_or(0);
                sketch.extend(&vec![float_i64(value); count]);
            }
            sketch
        })
    }

    fn merge(&mut self, other: &Self) {
        if self.any.is_none() && other.any.is_none() {
            self.whole.merge(&other.whole);
        } else {
            self.any().merge(other.clone().any());
        }
    }

    fn finish(&mut self) -> Option<Times> {
        match &mut self.any {
            Some(any) => times(any),
            None => Times::of(&mut self.whole, false),
        }
    }
}

/// The times of one run of the pipeline.
#[derive(Clone, Debug, Default)]
struct RunTimes {
    service: Measured,
    queue: Measured,
    both: Measured,
}

impl RunTimes {
    /// Adds whole milliseconds; returns whether it could, which it can't once it has taken others.
    fn add_whole(&mut self, services: &Int64Array, queues: Option<&Int64Array>) -> bool {
        let (Some(service), Some(queue), Some(both)) =
            (self.service.whole(), self.queue.whole(), self.both.whole())
        else {
            return false;
        };
        let known = |time: Option<i64>| time.filter(|time| *time >= 0);
        let Some(queues) = queues else {
            for served in services.iter().filter_map(known) {
                service.add(served);
                both.add(served);
            }
            return true;
        };
        for (served, waited) in services.iter().zip(queues) {
            let waited = known(waited);
            if let Some(waited) = waited {
                queue.add(waited);
            }
            if let Some(served) = known(served) {
                service.add(served);
                both.add(served.saturating_add(waited.unwrap_or(0)));
            }
        }
        true
    }

    fn add_any(
        &mut self,
        services: DurationColumn<'_>,
        queues: Option<DurationColumn<'_>>,
        rows: usize,
    ) {
        let (mut service, mut queue) = ([f64::NAN; LANE], [f64::NAN; LANE]);
        for first in (0..rows).step_by(LANE) {
            services.load(first, &mut service);
            known(&mut service);
            self.service.any().extend(&service);
            if let Some(queues) = queues {
                queues.load(first, &mut queue);
                known(&mut queue);
                self.queue.any().extend(&queue);
                for (both, waited) in service.iter_mut().zip(&queue) {
                    *both += if waited.is_nan() { 0.0 } else { *waited };
                }
            }
            self.both.any().extend(&service);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.service.merge(&other.service);
        self.queue.merge(&other.queue);
        self.both.merge(&other.both);
    }

    fn finish(&mut self, microservice: &str, image: Option<&str>) -> MicroserviceTimes {
        MicroserviceTimes {
            microservice: microservice.to_owned(),
            image: image.map(str::to_owned),
            service: self.service.finish(),
            queue: self.queue.finish(),
            both: self.both.finish(),
        }
    }
}

/// Collects the times of all microservices.
#[derive(Clone, Debug)]
pub struct TimesTally {
    runs: Vec<RunTimes>,
}

impl TimesTally {
    /// Returns an empty tally.
    #[must_use]
    pub fn new(model: &PathModel) -> Self {
        Self {
            runs: vec![RunTimes::default(); model.runs().len()],
        }
    }

    /// Adds the rows of a batch of `attempts`. A duration below zero is no measurement.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, model: &PathModel, batch: &RecordBatch) -> Result<(), AnalysisError> {
        for (run, tally) in model.runs().iter().zip(&mut self.runs) {
            let services = DurationColumn::of(batch, &run.service)?;
            let queues = match &run.queue {
                Some(name) => Some(DurationColumn::of(batch, name)?),
                None => None,
            };
            let is_whole = match (services, queues) {
                (DurationColumn::Int(services), None) => tally.add_whole(services, None),
                (DurationColumn::Int(services), Some(DurationColumn::Int(queues))) => {
                    tally.add_whole(services, Some(queues))
                }
                _ => false,
            };
            if !is_whole {
                tally.add_any(services, queues, batch.num_rows());
            }
        }
        Ok(())
    }

    /// Adds what another tally of the same model has seen.
    pub fn merge(&mut self, other: &Self) {
        for (mine, more) in self.runs.iter_mut().zip(&other.runs) {
            mine.merge(more);
        }
    }

    /// Returns each microservice in the card's order: all its runs together, then, where
    /// there are several, each picture.
    #[must_use]
    pub fn finish(mut self, model: &PathModel) -> Vec<MicroserviceTimes> {
        let mut found = Vec::new();
        for name in model.microservices() {
            let mut all = RunTimes::default();
            let mut pictures = Vec::new();
            for (run, tally) in model.runs().iter().zip(&mut self.runs) {
                if run.microservice == *name {
                    all.merge(tally);
                    pictures.push(tally.finish(name, run.image.as_deref()));
                }
            }
            found.push(all.finish(name, None));
            if pictures.len() > 1 {
                found.extend(pictures);
            }
        }
        found
    }
}

/// Leaves nothing of what is no measurement.
fn known(lane: &mut [f64; LANE]) {
    for value in lane {
        *value = if *value >= 0.0 { *value } else { f64::NAN };
    }
}

fn times(sketch: &mut Sketch) -> Option<Times> {
    let mean = sketch.mean()?;
    let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|rank| sketch.quantile(rank));
    let p50 = p50?;
    Some(Times {
        n: sketch.len(),
        mean,
        p50: p50.value,
        p95: p95?.value,
        p99: p99?.value,
        approximate: p50.approximate,
    })
}
