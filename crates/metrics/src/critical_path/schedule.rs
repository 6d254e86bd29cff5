//! When each run of one transaction began, by the pipeline: a waterfall.

use arrow_array::RecordBatch;
use serde::Serialize;

use super::kernel::{Followed, LANE, Lanes};
use super::tree::FlatKind;
use super::{DurationColumn, Durations, PathModel, Tree};
use crate::AnalysisError;

/// One run in a waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// Its number in [`PathModel::runs`].
    pub run: usize,
    /// When it could begin, ms after the first of all.
    pub start_ms: f64,
    /// Time in the queue, ms, from `start_ms` on.
    pub queue_ms: f64,
    /// Execution time, ms, after the queue.
    pub service_ms: f64,
    /// Whether it is on the critical path.
    pub on_path: bool,
}

impl PathModel {
    /// Lays out the runs of one row of a batch of `attempts`, in the order of the pipeline.
    /// Undecided groups run all at once. Logs have durations and no beginnings: a run begins
    /// when all that the pipeline puts before it have ended. Nothing without a total time.
    ///
    /// # Errors
    /// As [`super::PathTally::update`].
    pub fn schedule(&self, batch: &RecordBatch, row: usize) -> Result<Vec<Bar>, AnalysisError> {
        let Some(tree) = self.alternatives.first() else {
            return Ok(Vec::new());
        };
        let durations = Durations::of(self, batch)?;
        let mut lanes = Lanes::new(self.runs.len());
        lanes.load(&durations, row);
        let mut followed = Followed::new(tree);
        followed.up(tree, &lanes);
        followed.down(tree);
        let mut bars = Vec::new();
        for (place, start_ms) in starts(tree, &followed) {
            let Some(FlatKind::Run(run)) = tree.nodes.get(place).map(|node| node.kind) else {
                continue;
            };
            let ran = lanes.ran.get(run).and_then(|lane| lane.first());
            if ran.is_none_or(|ran| *ran <= 0.0) {
                continue;
            }
            let (service_ms, queue_ms) = self.times(batch, run, row)?;
            let share = followed.shares.get(place).and_then(|lane| lane.first());
            bars.push(Bar {
                run,
                start_ms,
                queue_ms,
                service_ms,
                on_path: share.is_some_and(|share| *share > 0.0),
            });
        }
        bars.sort_by_key(|bar| bar.run);
        Ok(bars)
    }

    /// Execution and queue time of a run, ms.
    fn times(
        &self,
        batch: &RecordBatch,
        run: usize,
        row: usize,
    ) -> Result<(f64, f64), AnalysisError> {
        let Some(run) = self.runs.get(run) else {
            return Ok((0.0, 0.0));
        };
        let read = |name: &str| -> Result<f64, AnalysisError> {
            let mut lane = [f64::NAN; LANE];
            DurationColumn::of(batch, name)?.load(row, &mut lane);
            let value = lane.first().copied().unwrap_or(0.0);
            Ok(if value > 0.0 { value } else { 0.0 })
        };
        let queue = run.queue.as_deref().map_or(Ok(0.0), read)?;
        Ok((read(&run.service)?, queue))
    }
}

/// When each node begins, ms: in a series after the one before, in a parallel group together.
fn starts(tree: &Tree, followed: &Followed) -> Vec<(usize, f64)> {
    let mut starts = vec![0.0; tree.nodes.len()];
    for (place, node) in tree.nodes.iter().enumerate().rev() {
        let mut at: f64 = starts.get(place).copied().unwrap_or(0.0);
        for child in &node.children {
            if let Some(start) = starts.get_mut(*child) {
                *start = at;
            }
            if node.kind == FlatKind::Series {
                let length = followed.lengths.get(*child).and_then(|lane| lane.first());
                at += length.copied().unwrap_or(0.0);
            }
        }
    }
    starts.into_iter().enumerate().collect()
}
