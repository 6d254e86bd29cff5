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
    let mut tab = RetriesTab {
        kinds,
        kinds_per_day,
        processes: Processes {
            n: found.processes.n,
            retried: tries
                .iter()
                .filter(|(tries, _)| *tries > 1)
                .map(|(_, processes)| processes)
                .sum(),
            accepted: found.processes.accepted,
            gone: found.processes.gone,
            open: found.processes.open,
            first: found.processes.first.map(share),
            ever: found.processes.ever.map(share),
        },
        attempts_per_process: tries
            .iter()
            .map(|(attempts, processes)| AttemptsPerProcess {
                attempts: *attempts,
                processes: *processes,
            })
            .collect(),
        recovery: found.by_attempt.iter().map(recovery).collect(),
        flow: flow(held, &found),
        accepted_by_attempt: curve(&found.accepted_by.attempts),
        accepted_by_minute: curve(&found.accepted_by.minutes),
        abandonment: found
            .abandonment
            .iter()
            .map(|one| Abandonment {
                code: one.code.as_deref().map(|code| text(held, code)),
                n: one.n,
                share: one.share,
                low: one.low,
                high: one.high,
            })
            .collect(),
        fix: found.to_fix.iter().map(|one| fix(held, one)).collect(),
        cost: RetryCost {
            retries: found.cost.retries,
            api_ms: found.cost.api_ms,
            api_share: found.cost.api_share,
            person_minutes: found.cost.person_minutes,
        },
        repeats: Repeats {
            n: found.repeats.n,
            processes: found.repeats.processes,
            accepted: found.repeats.accepted,
        },
        horizon_ms: float_i64(found.horizon_ms),
        one_in: taken.one_in,
        basis: chosen.basis()?,
    };
    scale(&mut tab);
    Ok(tab)
}

/// Takes what was counted of one person in several as many times; shares stay, and what they
/// rest on.
fn scale(tab: &mut RetriesTab) {
    let times = u64::from(tab.one_in);
    let (processes, repeats, cost) = (&mut tab.processes, &mut tab.repeats, &mut tab.cost);
    let fixed = [
        &mut processes.n,
        &mut processes.retried,
        &mut processes.accepted,
        &mut processes.gone,
        &mut processes.open,
        &mut repeats.n,
        &mut repeats.processes,
        &mut repeats.accepted,
        &mut cost.retries,
    ];
    let attempts = tab.attempts_per_process.iter_mut();
    let recovery = tab.recovery.iter_mut();
    let by_attempt = tab.accepted_by_attempt.iter_mut();
    let by_minute = tab.accepted_by_minute.iter_mut();
    let of_fix = |one: &'_ mut Fix| {
        one.extra_minutes *= float_u64(times);
        for count in [
            &mut one.failures,
            &mut one.lost,
            &mut one.lost_for_good,
            &mut one.extra_attempts,
        ] {
            *count *= times;
        }
    };
    fixed
        .into_iter()
        .chain(attempts.map(|one| &mut one.processes))
        .chain(recovery.flat_map(|one| [&mut one.gone, &mut one.open]))
        .chain(by_attempt.chain(by_minute).map(|one| &mut one.at_risk))
        .chain(tab.flow.iter_mut().map(|one| &mut one.n))
        .chain(tab.abandonment.iter_mut().map(|one| &mut one.n))
        .for_each(|count| *count *= times);
    cost.api_ms *= float_u64(times);
    cost.person_minutes *= float_u64(times);
    tab.fix.iter_mut().for_each(of_fix);
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

fn recovery(chance: &retries::AttemptChance) -> Recovery {
    Recovery {
        attempt: chance.attempt,
        accepted: share(chance.accepted),
        gone: chance.gone,
        open: chance.open,
    }
}

/// The share accepted by each time: what is left of those who were not.
fn curve(curve: &Curve) -> Vec<CurvePoint> {
    let points = curve.points.iter().map(|point| CurvePoint {
        x: point.time,
        share: 1.0 - point.survival,
        low: 1.0 - point.high,
        high: 1.0 - point.low,
        at_risk: point.at_risk,
    });
    points.collect()
}

/// What followed each failure.
fn flow(held: &Held, found: &retries::Retries) -> Vec<FlowLink> {
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
            n: next.n,
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

fn fix(held: &Held, one: &retries::CodeToFix) -> Fix {
    let known = one.code.parse().ok();
    let known = known.and_then(|number| held.card.code(number));
    let reason = known.and_then(|known| known.reason);
    Fix {
        code: text(held, &one.code),
        description: known.map(|known| known.description.clone()),
        reason: reason.map(|reason| reason.name().to_owned()),
        failures: one.failures,
        lost: one.lost,
        lost_for_good: one.lost_for_good,
        extra_attempts: one.extra_attempts,
        extra_minutes: one.extra_minutes,
    }
}
