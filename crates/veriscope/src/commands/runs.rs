//! `runs`: list the runs of the lake.

use veriscope_lake::{Lake, Run, RunStatus};

use super::block_on;
use crate::args::RunsArgs;
use crate::failure::Ending;
use crate::settings::Settings;
use crate::terminal::{format, left, right, table};

/// Runs `runs`.
///
/// # Errors
/// What the lake says.
pub fn run(args: &RunsArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let lake = Lake::open(&settings.lake, &settings.card()?)?;
    let mut runs = block_on(async { Ok(lake.runs().await?) })?;
    if let Some(limit) = args.limit {
        runs.drain(..runs.len().saturating_sub(limit));
    }
    if settings.terminal.json {
        settings.terminal.data_json(&runs)?;
        return Ok(Ending::Done);
    }
    let columns = [
        left("run"),
        left("started (UTC)"),
        left("command"),
        left("status"),
        right("snapshot"),
        right("read"),
        right("inserted"),
        right("updated"),
        right("unchanged"),
        right("put aside"),
    ];
    let mut text = table(&columns, runs.iter().map(row).collect());
    let reasons = runs
        .iter()
        .filter_map(|run| Some((run, run.reason.as_ref()?)));
    for (run, reason) in reasons {
        text.push_str(&format!("\n\n{}: {reason}", run.start.run_id));
    }
    settings.terminal.data(&text)?;
    Ok(Ending::Done)
}

fn row(run: &Run) -> Vec<String> {
    let mut cells = vec![
        run.start.run_id.clone(),
        format::instant(run.started_at_us),
        run.start.command.clone(),
        status(run.status).to_owned(),
        run.snapshot
            .map_or_else(|| "-".to_owned(), |number| number.to_string()),
    ];
    match &run.counts {
        // Nothing of it stands in the lake, whatever it had written until then.
        Some(counts) if run.status != RunStatus::Published => cells.extend([
            format::count(counts.read),
            "-".to_owned(),
            "-".to_owned(),
            "-".to_owned(),
            format::count(counts.quarantined_total()),
        ]),
        Some(counts) => cells.extend(
            [
                counts.read,
                counts.inserted,
                counts.updated,
                counts.unchanged,
                counts.quarantined_total(),
            ]
            .map(format::count),
        ),
        None => cells.extend(std::iter::repeat_n("-".to_owned(), 5)),
    }
    cells
}

const fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Started => "unfinished",
        RunStatus::Published => "published",
        RunStatus::Interrupted => "interrupted",
        RunStatus::Failed => "failed",
    }
}
