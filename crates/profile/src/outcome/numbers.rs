//! A number column by outcome.

use crate::Scope;
use crate::number::figure;
use crate::pairs::number::rounded;
use crate::report::{ByOutcome, Outcome, OutcomeGroup};

use super::sorted::{Bins, Sorted};
use super::{LEAST_VALUES, OUTCOMES, separation};

/// Bins that all groups share.
const BINS: usize = 40;

/// Returns the distributions of accepted and rejected, of technical errors where there are
/// enough, and how far the first two are apart; none where one of them has too few values.
pub(super) fn by_outcome(scope: &Scope<'_>, values: &[f64], outcomes: &[u8]) -> Option<ByOutcome> {
    let bins = Bins::new(&Sorted::new(values.iter().copied()), BINS)?;
    let mut groups = Vec::new();
    for (outcome, code) in OUTCOMES {
        let here = values
            .iter()
            .zip(outcomes)
            .filter(|(_, outcome)| **outcome == code);
        let rows = u64::try_from(here.clone().count()).unwrap_or(u64::MAX);
        groups.push((outcome, rows, Sorted::new(here.map(|(value, _)| *value))));
    }
    groups.retain(|(outcome, _, sorted)| {
        sorted.len() >= LEAST_VALUES || *outcome != Outcome::Technical
    });
    let [(_, _, accepted), (_, _, rejected), ..] = groups.as_slice() else {
        return None;
    };
    if accepted.len() < LEAST_VALUES || rejected.len() < LEAST_VALUES {
        return None;
    }
    let apart = separation(accepted, rejected)?;
    let group = |(outcome, rows, sorted): &(Outcome, u64, Sorted)| OutcomeGroup {
        outcome: *outcome,
        rows: *rows,
        n: u64::try_from(sorted.len()).unwrap_or(u64::MAX),
        mean: sorted.mean().and_then(figure),
        sd: sorted.sd().and_then(figure),
        quantiles: sorted.quantiles(),
        counts: bins.count(sorted),
    };
    Some(ByOutcome {
        groups: groups.iter().map(group).collect(),
        low: figure(bins.low),
        high: figure(bins.high),
        auc: Some(rounded(apart.auc)),
        ks: Some(rounded(apart.ks)),
        values: Vec::new(),
        basis: scope.basis(),
    })
}
