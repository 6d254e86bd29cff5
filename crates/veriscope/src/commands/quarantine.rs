//! `quarantine`: list, show and replay documents that could not be taken.

use std::collections::BTreeMap;

use anyhow::Context;
use veriscope_base::ErrorClass;
use veriscope_lake::{Entry, Lake, Progress, SourceIdentity};

use super::{block_on, run};
use crate::args::{QuarantineCommand, ReadingArgs};
use crate::failure::{Ending, Failure};
use crate::ingest::{Ingest, Input};
use crate::lake_access::existing_key;
use crate::pipeline::ReplayFeed;
use crate::settings::Settings;
use crate::summary::SourceSummary;
use crate::terminal::{format, left, right, table};

/// Runs `quarantine list`, `show` or `replay`.
///
/// # Errors
/// Class `Usage` for an entry that is not there; what the lake says.
pub fn run(action: &QuarantineCommand, settings: &Settings) -> anyhow::Result<Ending> {
    match action {
        QuarantineCommand::List { run } => list(run.as_deref(), settings),
        QuarantineCommand::Show { id } => show(id, settings),
        QuarantineCommand::Replay { ids, reading } => replay(ids, reading, settings),
    }
}

fn list(run: Option<&str>, settings: &Settings) -> anyhow::Result<Ending> {
    let lake = Lake::open(&settings.lake, &settings.card()?)?;
    let mut entries = block_on(async { Ok(lake.quarantine().await?) })?;
    entries.retain(|entry| run.is_none_or(|run| entry.run_id == run));
    if settings.terminal.json {
        settings.terminal.data_json(&entries)?;
        return Ok(Ending::Done);
    }
    if entries.is_empty() {
        settings.terminal.note("nothing is in quarantine");
        return Ok(Ending::Done);
    }
    let columns = [
        left("id"),
        left("run"),
        left("source"),
        right("position"),
        right("bytes"),
        left("reason"),
        left("path"),
        left("what is wrong"),
        left("replayed by"),
    ];
    let rows = entries.iter().map(row).collect();
    settings.terminal.data(&table(&columns, rows))?;
    Ok(Ending::Done)
}

fn row(entry: &Entry) -> Vec<String> {
    let count = |number: i64| format::count(u64::try_from(number).unwrap_or_default());
    vec![
        short(&entry.id).to_owned(),
        entry.run_id.clone(),
        entry.source.clone(),
        count(entry.position),
        count(entry.size_bytes),
        entry.reason.clone(),
        entry.path.clone().unwrap_or_else(|| "-".to_owned()),
        entry.detail.clone(),
        entry.replayed_by.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}

/// The first characters of an id, which are enough to name it.
fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

fn show(id: &str, settings: &Settings) -> anyhow::Result<Ending> {
    let lake = Lake::open(&settings.lake, &settings.card()?)?;
    let key = existing_key(settings, lake.identity())?;
    let bytes = block_on(async {
        let entries = lake.quarantine().await?;
        let entry = named(&entries, id)?;
        lake.quarantined_bytes(&key, &[&entry.id])
            .await?
            .remove(&entry.id)
            .context("an entry without its bytes")
    })?;
    settings.terminal.data_bytes(&bytes)?;
    Ok(Ending::Done)
}

fn replay(ids: &[String], reading: &ReadingArgs, settings: &Settings) -> anyhow::Result<Ending> {
    // What is wrong with the database's settings is said before anything is read.
    settings.config()?.target()?;
    let ingest = Ingest::new(settings, reading, "quarantine replay")?;
    let writable = ingest.open_existing()?;
    let chosen = ingest.runtime.block_on(async {
        let entries = writable.lake.quarantine().await?;
        let mut chosen = Vec::new();
        let named = choose(&entries, ids)?;
        let named_ids: Vec<&str> = named.iter().map(|entry| entry.id.as_str()).collect();
        let mut bytes_by_id = writable
            .lake
            .quarantined_bytes(&writable.key, &named_ids)
            .await?;
        for entry in named {
            let bytes = bytes_by_id
                .remove(&entry.id)
                .context("an entry without its bytes")?;
            let is_whole = usize::try_from(entry.size_bytes).is_ok_and(|size| bytes.len() >= size);
            if is_whole {
                chosen.push((entry.clone(), bytes));
            } else if !ids.is_empty() {
                return Err(cut_short(entry).into());
            }
        }
        Ok::<_, anyhow::Error>(chosen)
    })?;
    if chosen.is_empty() {
        settings
            .terminal
            .note("nothing in quarantine waits to be replayed");
        return Ok(Ending::Done);
    }
    let replayed: Vec<String> = chosen.iter().map(|(entry, _)| entry.id.clone()).collect();
    let mut documents: BTreeMap<String, u64> = BTreeMap::new();
    for (entry, _) in &chosen {
        *documents.entry(entry.source.clone()).or_default() += 1;
    }
    let sources = documents
        .keys()
        .map(|label| SourceIdentity {
            label: label.clone(),
            location: "quarantine".to_owned(),
            size_bytes: None,
            modified_us: None,
            by_mark: false,
        })
        .collect();
    let (limits, columns) = (ingest.limits(), ingest.csv_columns());
    let input = Input {
        sources,
        total_bytes: Some(chosen.iter().map(|(_, bytes)| bytes.len() as u64).sum()),
        feed: |_: &Progress, _| ReplayFeed::new(chosen, limits, columns),
        replayed,
    };
    let ingested = ingest.run(writable, input, None)?;
    let mut summary = run::summary(&ingested, settings);
    // A run's progress is a place in its sources; here each document came from its own.
    summary.sources = documents
        .into_iter()
        .map(|(label, documents)| SourceSummary { label, documents })
        .collect();
    summary.transactions = ingest.runtime.block_on(ingested.snapshot.transactions())?;
    run::load_and_finish(&ingest, &ingested, summary)
}

fn cut_short(entry: &Entry) -> Failure {
    let message = format!(
        "document {} was over the size limit, and only its beginning is kept",
        short(&entry.id)
    );
    Failure::new(ErrorClass::Usage, message)
        .with_hint("run its source again with a larger --max-document-size")
}

/// Returns the named entries, or all that were not replayed yet.
fn choose<'a>(entries: &'a [Entry], ids: &[String]) -> anyhow::Result<Vec<&'a Entry>> {
    if ids.is_empty() {
        let waiting = |entry: &&Entry| entry.replayed_by.is_none();
        return Ok(entries.iter().filter(waiting).collect());
    }
    ids.iter().map(|id| named(entries, id)).collect()
}

/// Returns the entry whose id begins so.
fn named<'a>(entries: &'a [Entry], id: &str) -> anyhow::Result<&'a Entry> {
    let mut found = entries.iter().filter(|entry| entry.id.starts_with(id));
    let usage = |message: String| anyhow::Error::from(Failure::new(ErrorClass::Usage, message));
    match (found.next(), found.next()) {
        (Some(entry), None) if !id.is_empty() => Ok(entry),
        (None, _) => Err(usage(format!("no document {id} is in quarantine"))),
        (Some(_), _) => Err(usage(format!(
            "several ids begin with {id}; give more of it"
        ))),
    }
}
