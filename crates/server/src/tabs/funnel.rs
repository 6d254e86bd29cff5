//! Where those who were not accepted stopped, and with which codes, as the API has it.

use std::collections::BTreeMap;

use veriscope_card::Outcome;
use veriscope_metrics::funnel::{self, CodeCount, Ended};
use veriscope_metrics::number::share;

use crate::api::{FunnelCode, FunnelStep, OutcomeName, Reason};
use crate::held::Held;

/// The steps of the pipeline, before them the one in which nothing ran; none without a
/// pipeline.
pub(super) fn steps(held: &Held, ended: &[Ended]) -> Vec<FunnelStep> {
    let Some(model) = &held.model else {
        return Vec::new();
    };
    let code = |one: CodeCount| FunnelCode {
        code: one.code,
        n: one.n,
    };
    funnel::funnel(ended, model)
        .into_iter()
        .map(|step| FunnelStep {
            step: u64::try_from(step.step).unwrap_or(u64::MAX),
            microservices: step.microservices,
            reached: step.reached,
            fell: step.fell,
            codes: step.codes.into_iter().map(code).collect(),
        })
        .collect()
}

/// Codes of those who were not accepted, most frequent first.
pub(super) fn reasons(held: &Held, ended: &[Ended]) -> Vec<Reason> {
    let total: u64 = ended.iter().map(|end| end.n).sum();
    let mut codes: BTreeMap<(Option<i64>, bool), u64> = BTreeMap::new();
    for end in ended {
        if end.outcome != Outcome::Accepted {
            let is_technical = end.outcome == Outcome::Technical;
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
                share: share(n, total).unwrap_or(0.0),
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
