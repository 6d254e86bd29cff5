//! What transactions would take if several microservices were faster at once.

use arrow_array::RecordBatch;
use serde::Serialize;

use super::kernel::{Followed, LANE, Lanes};
use super::{Durations, PathModel, Ranged, Spread};
use crate::AnalysisError;
use crate::number::float;
use crate::quantiles::quantile;

/// What transactions would take, ms; ranges are over the orders of undecided groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// Transactions with a total time.
    pub rows: usize,
    /// Their total times as they are.
    pub before: Spread,
    /// Mean as it would be.
    pub mean: Ranged,
    /// Median as it would be.
    pub p50: Ranged,
    /// 95th percentile as it would be.
    pub p95: Ranged,
    /// Saved, mean.
    pub saved_mean: Ranged,
    /// Saved, as a share of the mean.
    pub saved_share: Ranged,
}

impl PathModel {
    /// Returns what the transactions of a batch would take if some microservices (by their
    /// numbers in [`Self::microservices`]) took `part` less, 0 to 1; `None` where none has a
    /// total time.
    ///
    /// The total shortens by what the path through the pipeline does: `total − (path before −
    /// path after)`, for each order of the undecided groups.
    ///
    /// # Errors
    /// As [`super::PathTally::update`].
    pub fn scenario(
        &self,
        batch: &RecordBatch,
        faster: &[(usize, f64)],
    ) -> Result<Option<Scenario>, AnalysisError> {
        let durations = Durations::of(self, batch)?;
        let left: Vec<f64> = self
            .owners
            .iter()
            .map(|owner| left(*owner, faster))
            .collect();
        let mut orders: Vec<Followed> = self.alternatives.iter().map(Followed::new).collect();
        let mut before: Vec<f64> = Vec::with_capacity(batch.num_rows());
        let mut after: Vec<Vec<f64>> = vec![Vec::new(); orders.len()];
        let mut lanes = Lanes::new(self.runs.len());
        for first in (0..batch.num_rows()).step_by(LANE) {
            lanes.load(&durations, first);
            let timed = lanes.timed;
            let is_timed = move |(_, timed): &(f64, f64)| *timed > 0.0;
            let totals = lanes.total.into_iter().zip(timed).filter(is_timed);
            before.extend(totals.map(|(total, _)| total));
            let rest: Vec<_> = self
                .alternatives
                .iter()
                .zip(&mut orders)
                .map(|(tree, order)| {
                    order.up(tree, &lanes);
                    let path = *order.path();
                    let mut rest = lanes.total;
                    for (rest, path) in rest.iter_mut().zip(path) {
                        *rest -= path;
                    }
                    rest
                })
                .collect();
            for (lane, left) in lanes.durations.iter_mut().zip(&left) {
                lane.iter_mut().for_each(|duration| *duration *= left);
            }
            let orders = self.alternatives.iter().zip(&mut orders);
            for ((tree, order), (rest, after)) in orders.zip(rest.iter().zip(&mut after)) {
                order.up(tree, &lanes);
                let totals = rest
                    .iter()
                    .zip(order.path())
                    .map(|(rest, path)| rest + path);
                let totals = totals.zip(timed).filter(is_timed);
                after.extend(totals.map(|(total, _)| total.max(0.0)));
            }
        }
        Ok(compared(before, after))
    }
}

/// What is left of a duration.
fn left(owner: usize, faster: &[(usize, f64)]) -> f64 {
    let found = faster
        .iter()
        .find(|(microservice, _)| *microservice == owner);
    found.map_or(1.0, |(_, part)| 1.0 - part.clamp(0.0, 1.0))
}

fn compared(mut before: Vec<f64>, mut after: Vec<Vec<f64>>) -> Option<Scenario> {
    let rows = before.len();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / float(rows);
    let spread = Spread {
        mean: mean(&before),
        p50: quantile(&mut before, 0.5)?,
        p95: quantile(&mut before, 0.95)?,
        approximate: false,
    };
    let means: Vec<f64> = after.iter().map(|totals| mean(totals)).collect();
    let saved = || means.iter().map(|mean| spread.mean - mean);
    let mut at = |rank: f64| Ranged::of(after.iter_mut().filter_map(|all| quantile(all, rank)));
    Some(Scenario {
        rows,
        before: spread,
        p50: at(0.5)?,
        p95: at(0.95)?,
        mean: Ranged::of(means.iter().copied())?,
        saved_mean: Ranged::of(saved())?,
        saved_share: Ranged::of(saved().map(|saved| {
            if spread.mean > 0.0 {
                saved / spread.mean
            } else {
                0.0
            }
        }))?,
    })
}
