//! Adding up times batch by batch.

use arrow_array::RecordBatch;

use super::{MicroserviceTimes, Times};
use crate::AnalysisError;
use crate::critical_path::{DurationColumn, LANE, PathModel};
use crate::quantiles::Sketch;

/// Quantiles are exact up to so many runs of a microservice on a picture.
const EXACT_RUNS: usize = 100_000;

/// The times of one run of the pipeline.
#[derive(Clone, Debug)]
struct RunTimes {
    service: Sketch,
    queue: Sketch,
    both: Sketch,
}

impl RunTimes {
    const fn new() -> Self {
        Self {
            service: Sketch::new(EXACT_RUNS),
            queue: Sketch::new(EXACT_RUNS),
            both: Sketch::new(EXACT_RUNS),
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
            service: times(&mut self.service),
            queue: times(&mut self.queue),
            both: times(&mut self.both),
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
            runs: vec![RunTimes::new(); model.runs().len()],
        }
    }

    /// Adds the rows of a batch of `attempts`. A duration below zero is no measurement.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, model: &PathModel, batch: &RecordBatch) -> Result<(), AnalysisError> {
        let mut service = [f64::NAN; LANE];
        let mut queue = [f64::NAN; LANE];
        for (run, tally) in model.runs().iter().zip(&mut self.runs) {
            let services = DurationColumn::of(batch, &run.service)?;
            let queues = match &run.queue {
                Some(name) => Some(DurationColumn::of(batch, name)?),
                None => None,
            };
            for first in (0..batch.num_rows()).step_by(LANE) {
                services.load(first, &mut service);
                known(&mut service);
                tally.service.extend(&service);
                if let Some(queues) = &queues {
                    queues.load(first, &mut queue);
                    known(&mut queue);
                    tally.queue.extend(&queue);
                    for (both, waited) in service.iter_mut().zip(&queue) {
                        *both += if waited.is_nan() { 0.0 } else { *waited };
                    }
                }
                tally.both.extend(&service);
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
            let mut all = RunTimes::new();
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
