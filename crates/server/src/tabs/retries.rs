//! The tab of retries: why people try again, what comes of it and what it costs.

use veriscope_metrics::intervals::Proportion;
use veriscope_metrics::retries::{self, Next, Options};
use veriscope_metrics::survival::Curve;

use super::counted::{Chosen, DAY};
use crate::api::{
    Abandonment, AttemptsPerProcess, CurvePoint, Fix, FlowLink, Processes, Recovery, Repeats,
    RetriesTab, RetryCost, Share,
};
use crate::held::Held;
use crate::query::TabQuery;
use crate::refusal::Refusal;
use veriscope_metrics::number::{float_i64, float_u64};

/// Of more processes those of an even part of the persons are looked at.
const MOST_PROCESSES: usize = 250_000;

/// Answers the tab of retries. Filters select processes by their last attempts; all attempts
/// of those are read, for what is left out would change who comes back. Where one
/// person in several was looked at, counts are as many times those that were found; shares keep
/// what they rest on.
///
/// # Errors
/// [`Refusal`]: a filter that does not go with the columns.
pub(crate) fn retries(held: &Held, query: &TabQuery) -> Result<RetriesTab, Refusal> {
    let chosen = Chosen::of(held, query)?;
    let kind: Vec<_> = chosen.axis("kind").into_iter().collect();
    let by_day: Vec<_> = [DAY, "kind"]
        .into_iter()
        .filter_map(|name| chosen.axis(name))
        .collect();
    let [kinds] = chosen.tables(["transactions"], &kind)?;
    let [kinds_per_day] = chosen.tables(["transactions"], &by_day)?;
    let taken = chosen.selection.attempts(MOST_PROCESSES);
    let options = Options {
        // What was selected does not end the data sooner.
        data_end_us: held.cache.last_us(),
        is_whole: false,
        ..Options::default()
    };
    let found = retries::retries(&taken.attempts, &options);
    let tries = &found.attempts_per_process;
    let times = u64::from(taken.one_in);
    Ok(RetriesTab {
        kinds,
        kinds_per_day,
        processes: Processes {
            n: found.processes.n * times,
            retried: tries
                .iter()
                .filter(|(tries, _)| *tries > 1)
                .map(|(_, processes)| processes * times)
                .sum(),
            accepted: found.processes.accepted * times,
            gone: found.processes.gone * times,
            open: found.processes.open * times,
            first: found.processes.first.map(share),
            ever: found.processes.ever.map(share),
        },
        attempts_per_process: tries
            .iter()
            .map(|(attempts, processes)| AttemptsPerProcess {
                attempts: *attempts,
                processes: processes * times,
            })
            .collect(),
        recovery: found
            .by_attempt
            .iter()
            .map(|one| recovery(one, times))
            .collect(),
        flow: flow(held, &found, times),
        accepted_by_attempt: curve(&found.accepted_by.attempts, times),
        accepted_by_minute: curve(&found.accepted_by.minutes, times),
        abandonment: found
            .abandonment
            .iter()
            .map(|one| Abandonment {
                code: one.code.as_deref().map(|code| text(held, code)),
                n: one.n * times,
                share: one.share,
                low: one.low,
                high: one.high,
            })
            .collect(),
        fix: found
            .to_fix
            .iter()
            .map(|one| fix(held, one, times))
            .collect(),
        cost: RetryCost {
            retries: found.cost.retries * times,
            api_ms: found.cost.api_ms * float_u64(times),
            api_share: found.cost.api_share,
            person_minutes: found.cost.person_minutes * float_u64(times),
        },
        repeats: Repeats {
            n: found.repeats.n * times,
            processes: found.repeats.processes * times,
            accepted: found.repeats.accepted * times,
        },
        horizon_ms: float_i64(found.horizon_ms),
        one_in: taken.one_in,
        basis: chosen.basis()?,
    })
}

const fn share(found: Proportion) -> Share {
    Share {
        share: found.share,
        low: found.low,
        high: found.high,
        hits: found.hits,
        trials: found.trials,
        persons: found.clusters,
    }
}

fn recovery(chance: &retries::AttemptChance, times: u64) -> Recovery {
    Recovery {
        attempt: chance.attempt,
        accepted: share(chance.accepted),
        gone: chance.gone * times,
        open: chance.open * times,
    }
}

/// The share accepted by each time: what is left of those who were not.
fn curve(curve: &Curve, times: u64) -> Vec<CurvePoint> {
    let points = curve.points.iter().map(|point| CurvePoint {
        x: point.time,
        share: 1.0 - point.survival,
        low: 1.0 - point.high,
        high: 1.0 - point.low,
        at_risk: point.at_risk * times,
    });
    points.collect()
}

/// What followed each failure.
fn flow(held: &Held, found: &retries::Retries, times: u64) -> Vec<FlowLink> {
    let mut links: Vec<FlowLink> = Vec::new();
    for row in &found.transitions {
        let from = text(held, &row.code);
        links.extend(row.next.iter().map(|next| FlowLink {
            from: from.clone(),
            to: match &next.next {
                Next::Code(code) => text(held, code),
                Next::Accepted => "accepted".to_owned(),
                Next::Gone => "gone".to_owned(),
                Next::Open => "open".to_owned(),
            },
            n: next.n * times,
        }));
    }
    links.sort_by_key(|link| std::cmp::Reverse(link.n));
    links
}

/// A code as the dictionary writes it: `0302`; `none` where there was no summary.
fn text(held: &Held, code: &str) -> String {
    let known = code.parse().ok().and_then(|number| held.card.code(number));
    known.map_or_else(|| code.to_owned(), |known| known.code.clone())
}

fn fix(held: &Held, one: &retries::CodeToFix, times: u64) -> Fix {
    let known = one.code.parse().ok();
    let known = known.and_then(|number| held.card.code(number));
    let reason = known.and_then(|known| known.reason);
    Fix {
        code: text(held, &one.code),
        description: known.map(|known| known.description.clone()),
        reason: reason.map(|reason| reason.name().to_owned()),
        failures: one.failures * times,
        lost: one.lost * times,
        lost_for_good: one.lost_for_good * times,
        extra_attempts: one.extra_attempts * times,
        extra_minutes: one.extra_minutes * float_u64(times),
    }
}
