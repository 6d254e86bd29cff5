//! Where those who were not accepted stopped, and with which codes.

use std::collections::BTreeMap;

use veriscope_cache::REACHED;
use veriscope_metrics::number::share;
use veriscope_metrics::query::Cell;

use super::counted::Chosen;
use crate::api::{FunnelCode, FunnelStep, OutcomeName, Reason};
use crate::held::Held;
use crate::refusal::Refusal;

/// Transactions by what they reached, how they ended and with which code.
pub(super) struct Stopped {
    ends: Vec<End>,
    total: u64,
}

struct End {
    /// The steps that were reached, as bits.
    reached: u64,
    code: Option<i64>,
    outcome: OutcomeName,
    n: u64,
}

/// Counts how transactions ended.
pub(super) fn stopped(chosen: &Chosen<'_>) -> Result<Stopped, Refusal> {
    let code = chosen.held.card.roles.code.as_deref();
    let columns = [Some(REACHED), code, Some("outcome")];
    let found = columns.map(|name| chosen.axis(name?));
    let axes: Vec<_> = found.iter().flatten().cloned().collect();
    let groups = chosen.rows(&axes)?;
    let ends = groups.iter().map(|(values, n)| {
        let mut values = values.iter();
        let mut next = |place: usize| {
            let has_axis = found.get(place).is_some_and(Option::is_some);
            has_axis.then(|| values.next()).flatten()
        };
        let (reached, code, outcome) = (next(0), next(1), next(2));
        End {
            reached: int(reached)
                .and_then(|mask| u64::try_from(mask).ok())
                .unwrap_or(0),
            code: int(code),
            outcome: match outcome {
                Some(Cell::Text(text)) if text == "accepted" => OutcomeName::Accepted,
                Some(Cell::Text(text)) if text == "rejected" => OutcomeName::Rejected,
                _ => OutcomeName::Technical,
            },
            n: *n,
        }
    });
    Ok(Stopped {
        total: groups.iter().map(|(_, n)| n).sum(),
        ends: ends.collect(),
    })
}

fn int(cell: Option<&Cell>) -> Option<i64> {
    match cell {
        Some(Cell::Int(value)) => Some(*value),
        _ => None,
    }
}

impl Stopped {
    /// The steps of the pipeline, before them the one in which nothing ran; none without a
    /// pipeline.
    pub(super) fn funnel(&self, held: &Held) -> Vec<FunnelStep> {
        let Some(model) = &held.model else {
            return Vec::new();
        };
        (0..=model.steps())
            .map(|step| {
                let names = step
                    .checked_sub(1)
                    .map(|step| model.microservices_of_step(step));
                self.step(step, names.unwrap_or_default())
            })
            .collect()
    }

    fn step(&self, step: usize, microservices: Vec<String>) -> FunnelStep {
        let deepest = |end: &End| u64::BITS - end.reached.leading_zeros();
        let mut codes: BTreeMap<Option<i64>, u64> = BTreeMap::new();
        let mut reached = 0;
        for end in &self.ends {
            let is_reached = match step.checked_sub(1) {
                None => true,
                Some(bit) => end.reached >> bit & 1 == 1,
            };
            reached += if is_reached { end.n } else { 0 };
            let is_deepest = usize::try_from(deepest(end)) == Ok(step);
            if end.outcome != OutcomeName::Accepted && is_deepest {
                *codes.entry(end.code).or_default() += end.n;
            }
        }
        let mut codes: Vec<FunnelCode> = codes
            .into_iter()
            .map(|(code, n)| FunnelCode { code, n })
            .collect();
        codes.sort_by_key(|code| std::cmp::Reverse(code.n));
        FunnelStep {
            step: u64::try_from(step).unwrap_or(u64::MAX),
            microservices,
            reached,
            fell: codes.iter().map(|code| code.n).sum(),
            codes,
        }
    }

    /// Codes of those who were not accepted, most frequent first.
    pub(super) fn reasons(&self, held: &Held) -> Vec<Reason> {
        let mut codes: BTreeMap<(Option<i64>, bool), u64> = BTreeMap::new();
        for end in &self.ends {
            if end.outcome != OutcomeName::Accepted {
                let is_technical = end.outcome == OutcomeName::Technical;
                *codes.entry((end.code, is_technical)).or_default() += end.n;
            }
        }
        let mut reasons: Vec<Reason> = codes
            .into_iter()
            .map(|((code, is_technical), n)| {
                let known = code.and_then(|code| held.card.code(code));
                Reason {
                    code,
                    n,
                    share: share(n, self.total).unwrap_or(0.0),
                    description: known.map(|known| known.description.clone()),
                    reason: known.and_then(|known| Some(known.reason?.into())),
                    outcome: if is_technical {
                        OutcomeName::Technical
                    } else {
                        OutcomeName::Rejected
                    },
                }
            })
            .collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.n));
        reasons
    }
}
