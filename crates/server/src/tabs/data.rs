//! The tab of data health: runs and quarantine as they are now, and what follows from a
//! snapshot once.

mod policies;

use std::collections::BTreeMap;

use veriscope_cache::Cache;
use veriscope_lake::{Entry, Lake, RunStatus};

use super::counted::{Chosen, DAY};
use crate::api::{DataTab, Freshness, MetricTable, Policy, QuarantineReason, Run};
use crate::app::App;
use crate::held::Held;
use crate::instant;
use crate::query::TabQuery;
use crate::refusal::Refusal;

/// Runs that are listed.
const MOST_RUNS: usize = 200;
const POLICY: &str = "policy_id";

/// What follows from a snapshot alone.
pub(crate) struct DataParts {
    policies: Vec<Policy>,
    policies_per_week: MetricTable,
    per_day: MetricTable,
    last_transaction: Option<String>,
}

/// Says how the data is.
///
/// # Errors
/// The lake or the engine fails.
pub(crate) async fn data(app: &App, held: &std::sync::Arc<Held>) -> Result<DataTab, Refusal> {
    let parts = held
        .data
        .get_or_try_init(|| async {
            let settings = policies::settings(held).await?;
            let held = std::sync::Arc::clone(held);
            app.work(move || parts(&held, settings)).await
        })
        .await?;
    let lake = Lake::open(&app.folder, &held.card)?;
    let runs = lake.runs().await?;
    let entries = lake.quarantine().await?;
    let (quarantined, quarantine) = by_reason(&entries);
    Ok(DataTab {
        snapshot: held.info.clone(),
        now: instant::text(app.clock.now_us()),
        runs: told(runs),
        quarantine,
        quarantined,
        policies: parts.policies.clone(),
        policies_per_week: parts.policies_per_week.clone(),
        freshness: Freshness {
            last_transaction: parts.last_transaction.clone(),
            published_at: held.info.published_at.clone(),
        },
        exclusions: held.exclusions.clone(),
        per_day: parts.per_day.clone(),
    })
}

fn parts(held: &Held, settings: policies::Settings) -> Result<DataParts, Refusal> {
    let all = Chosen::of(held, &TabQuery::default())?;
    let by_day: Vec<_> = all.axis(DAY).into_iter().collect();
    let [per_day] = all.tables(["transactions"], &by_day)?;
    // Policies that are too many to be told apart are not held; the chart goes without.
    let by_week: Vec<_> = all
        .axis("week")
        .into_iter()
        .chain(all.largest(POLICY))
        .collect();
    let [policies_per_week] = all.tables(["transactions"], &by_week)?;
    let rows = all.selection.sample(usize::MAX);
    Ok(DataParts {
        policies: policies::policies(held, &rows, settings),
        policies_per_week,
        per_day,
        last_transaction: last(&held.cache, &rows).map(instant::text),
    })
}

fn last(cache: &Cache, rows: &[u32]) -> Option<i64> {
    let rows = rows.iter();
    let at = rows.filter_map(|row| cache.at_us().get(usize::try_from(*row).ok()?));
    at.max().copied()
}

/// Counts what still lies in quarantine, the most frequent reason first.
fn by_reason(entries: &[Entry]) -> (u64, Vec<QuarantineReason>) {
    let mut reasons: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.replayed_by.is_none()) {
        let (n, last_us) = reasons.entry(&entry.reason).or_insert((0, i64::MIN));
        *n += 1;
        *last_us = (*last_us).max(entry.at_us);
    }
    let mut told: Vec<QuarantineReason> = reasons
        .into_iter()
        .map(|(reason, (n, last_us))| QuarantineReason {
            reason: reason.to_owned(),
            n,
            last_at: Some(instant::text(last_us)),
        })
        .collect();
    told.sort_by_key(|one| std::cmp::Reverse(one.n));
    (told.iter().map(|one| one.n).sum(), told)
}

/// Tells runs, the newest first.
fn told(runs: Vec<veriscope_lake::Run>) -> Vec<Run> {
    let newest_first = runs.into_iter().rev().take(MOST_RUNS).enumerate();
    newest_first
        .map(|(place, run)| tell(run, place == 0))
        .collect()
}

fn tell(run: veriscope_lake::Run, is_newest: bool) -> Run {
    let counts = run.counts.unwrap_or_default();
    let state = match run.status {
        RunStatus::Published => "finished",
        RunStatus::Failed => "failed",
        RunStatus::Interrupted => "interrupted",
        // One writer at a time: a run that others came after was cut short.
        RunStatus::Started if is_newest => "running",
        RunStatus::Started => "interrupted",
    };
    Run {
        state: state.to_owned(),
        began_at: instant::text(run.started_at_us),
        ended_at: run.ended_at_us.map(instant::text),
        command: Some(run.start.command),
        run: run.start.run_id,
        reconciles: run.ended_at_us.is_some() && counts.reconcile().is_ok(),
        quarantined: counts.quarantined_total(),
        read: counts.read,
        inserted: counts.inserted,
        updated: counts.updated,
        unchanged: counts.unchanged,
        snapshot: run.snapshot,
    }
}
