//! How many processes there are, and on which days.

use std::sync::Arc;

use super::Plan;
use crate::model::{Model, mean_attempts};
use crate::numbers::whole;

/// Weights of processes by day and segment. Days of a run take the weights of their day of
/// the month; where none of them has any, all days are alike.
pub(super) fn cell_weights(model: &Model) -> Vec<f64> {
    let mut weights = Vec::new();
    for day in 0..model.num_days {
        let date = model.start + chrono::Days::new(u64::from(day));
        let of_month = usize::try_from(chrono::Datelike::day0(&date)).unwrap_or(0);
        for segment in &model.segments {
            let all: f64 = segment.days.iter().sum();
            let own = segment.days.get(of_month).copied().unwrap_or(0.0);
            weights.push(segment.processes * own / all);
        }
    }
    if weights.iter().sum::<f64>() > 0.0 {
        return weights;
    }
    let days = f64::from(model.num_days);
    (0..model.num_days)
        .flat_map(|_| {
            model
                .segments
                .iter()
                .map(|segment| segment.processes / days)
        })
        .collect()
}

/// Returns the number of processes that gives at least the transactions asked for, and
/// hardly more: the plan is cut at their number.
pub(crate) fn fitting_processes(model: &Arc<Model>) -> u64 {
    let wanted = model.num_transactions;
    let mean = mean_attempts(&model.segments).max(1.0);
    let limit = wanted.saturating_mul(2).saturating_add(10_000);
    let mut tried = u64::try_from(whole(wanted as f64 / mean))
        .unwrap_or(1)
        .clamp(1, wanted.max(1));
    let mut best = wanted.max(1);
    for _ in 0..8 {
        let counted = Plan::new(Arc::clone(model), tried).count(limit);
        if counted >= wanted {
            best = best.min(tried);
            if counted - wanted <= wanted / 1_000 + 2 {
                break;
            }
        }
        let difference = (wanted as f64 - counted as f64) / mean;
        let step = if counted < wanted {
            whole(difference.ceil()).max(1)
        } else {
            whole(difference.ceil())
        };
        let next = i64::try_from(tried)
            .unwrap_or(i64::MAX)
            .saturating_add(step)
            .max(1);
        let next = u64::try_from(next).unwrap_or(1).min(wanted.max(1));
        if next == tried {
            break;
        }
        tried = next;
    }
    best
}
