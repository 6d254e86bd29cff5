//! Where those who were not accepted stopped in the pipeline, and with which codes.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use veriscope_card::Outcome;

use crate::critical_path::PathModel;

/// Transactions that ended alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The steps of the pipeline in which anything ran, as bits, the first the lowest.
    pub reached: u64,
    /// Summary code; none where there was no summary.
    pub code: Option<i64>,
    /// What became of them.
    pub outcome: Outcome,
    /// How many.
    pub n: u64,
}

/// A code, and how many were not accepted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeCount {
    /// Summary code; none where there was no summary.
    pub code: Option<i64>,
    /// Transactions.
    pub n: u64,
}

/// One step of the pipeline: who got there, and who got no further.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FunnelStep {
    /// Step, from 1; 0 is before any microservice.
    pub step: usize,
    /// Microservices that run in it.
    pub microservices: Vec<String>,
    /// Transactions in which any of them ran; a step that is switched off is not reached.
    pub reached: u64,
    /// Transactions that were not accepted and got no further than here.
    pub fell: u64,
    /// By which codes, most frequent first.
    pub codes: Vec<CodeCount>,
}

/// Returns the steps of a pipeline, before them the one in which nothing ran.
#[must_use]
pub fn funnel(ended: &[Ended], model: &PathModel) -> Vec<FunnelStep> {
    let before = std::iter::once(Vec::new());
    let steps = (0..model.steps()).map(|step| model.microservices_of_step(step));
    let steps = before.chain(steps).enumerate();
    steps.map(|(step, names)| of(ended, step, names)).collect()
}

fn of(ended: &[Ended], step: usize, microservices: Vec<String>) -> FunnelStep {
    let is_reached = |end: &&Ended| match step.checked_sub(1) {
        None => true,
        Some(bit) => end.reached >> bit & 1 == 1,
    };
    let deepest = |end: &Ended| u64::BITS - end.reached.leading_zeros();
    let stays = |end: &&Ended| usize::try_from(deepest(end)) == Ok(step);
    let codes = reasons(ended.iter().filter(stays));
    FunnelStep {
        step,
        microservices,
        reached: ended.iter().filter(is_reached).map(|end| end.n).sum(),
        fell: codes.iter().map(|code| code.n).sum(),
        codes,
    }
}

/// Returns the codes of those who were not accepted, most frequent first, equals by code.
#[must_use]
pub fn reasons<'a>(ended: impl IntoIterator<Item = &'a Ended>) -> Vec<CodeCount> {
    let mut codes: BTreeMap<Option<i64>, u64> = BTreeMap::new();
    for end in ended {
        if end.outcome != Outcome::Accepted {
            *codes.entry(end.code).or_default() += end.n;
        }
    }
    let mut codes: Vec<CodeCount> = codes
        .into_iter()
        .map(|(code, n)| CodeCount { code, n })
        .collect();
    codes.sort_by_key(|one| Reverse(one.n));
    codes
}
