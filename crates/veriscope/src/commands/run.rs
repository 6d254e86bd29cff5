//! `run` and `stage`: read documents into the lake and publish them; `run` then says what
//! the lake shows.

use std::collections::BTreeMap;

use veriscope_base::ErrorClass;
use veriscope_lake::Progress;

use super::load;
use crate::args::{ReadingArgs, RunArgs};
use crate::failure::{self, Ending};
use crate::figures::figures;
use crate::ingest::{Ingest, Ingested, Input};
use crate::interrupt::Interrupt;
use crate::marks::Marks;
use crate::pipeline::{AllSources, FileReading};
use crate::settings::Settings;
use crate::sources::{Source, identities_of, resolve_all, total_bytes};
use crate::summary::{NoteCount, Quarantined, RunSummary, SourceSummary, render};
use crate::terminal::format;

/// Runs `run`.
///
/// # Errors
/// Class `Source` when a source can't be read, `Configuration` for card or key, `Target`
/// when the lake can't be written, `CheckFailed`, `Interrupted`.
pub fn run(args: &RunArgs, settings: &Settings) -> anyhow::Result<Ending> {
    // What is wrong with the database's settings is said before anything is read.
    settings.config()?.target()?;
    let sources = resolve_all(&args.sources, &args.mongo, &args.reading, settings)?;
    if args.mongo.follow {
        return super::follow::run(args, settings, sources, "run");
    }
    let (ingest, ingested) = ingest(args, settings, sources, "run")?;
    let summary = summary_with_figures(&ingest, &ingested, settings)?;
    let ending = load_and_finish(&ingest, &ingested, summary)?;
    report(args, &ingest)?;
    Ok(ending)
}

/// Writes exploratory reports where they are asked for.
fn report(args: &RunArgs, ingest: &Ingest<'_>) -> anyhow::Result<()> {
    let Some(folder) = &args.profile else {
        return Ok(());
    };
    super::profile::of_tables(folder, ingest.interrupt.clone(), ingest.settings)
}

/// Loads what a run published, where a database is configured, and tells what the run did.
pub(crate) fn load_and_finish(
    ingest: &Ingest<'_>,
    ingested: &Ingested,
    mut summary: RunSummary,
) -> anyhow::Result<Ending> {
    let failed = match load_published(ingest, ingested) {
        Ok(loaded) => {
            summary.database = loaded;
            None
        }
        Err(error) => Some(error),
    };
    let ending = finish(ingest.reading, ingest.settings, ingested, &summary)?;
    Ok(match failed {
        None => ending,
        Some(error) => ending.and(load_failed(&error, ingested, ingest.settings)),
    })
}

/// Loads what a run published into the database, where one is configured.
pub(crate) fn load_published(
    ingest: &Ingest<'_>,
    ingested: &Ingested,
) -> anyhow::Result<Option<load::LoadSummary>> {
    let settings = ingest.settings;
    let Some(target) = settings.config()?.target()? else {
        return Ok(None);
    };
    // Where a run that is asked to stop is published, it is loaded too.
    let keep_on = Interrupt::default();
    let source = load::Source {
        card: &ingest.card,
        lake: &ingested.lake,
        snapshot: &ingested.snapshot,
        interrupt: match ingest.publishes_when_stopped {
            true => &keep_on,
            false => &ingest.interrupt,
        },
    };
    let loading = load::load_changes(settings, target, &source);
    ingest.runtime.block_on(loading).map(Some)
}

/// Tells that a load failed after a run was published, and returns how the command ends.
fn load_failed(error: &anyhow::Error, ingested: &Ingested, settings: &Settings) -> Ending {
    // What is printed is the failure alone; the exit code is that of all that happened.
    let _ = failure::report(error, &settings.terminal);
    settings.terminal.warn(&format!(
        "the run is published in the lake as snapshot {}, and the database is as it was; \
         `veriscope load{}` loads it",
        ingested.snapshot.published().number,
        lake_option(settings)
    ));
    Ending::With(failure::class_of(error))
}

/// Returns what a run counted, with the figures of the lake.
pub(crate) fn summary_with_figures(
    ingest: &Ingest<'_>,
    ingested: &Ingested,
    settings: &Settings,
) -> anyhow::Result<RunSummary> {
    let mut summary = summary(ingested, settings);
    summary.transactions = ingest.runtime.block_on(ingested.snapshot.transactions())?;
    let exclude = settings.config()?.exclude;
    match ingest
        .runtime
        .block_on(figures(&ingested.snapshot, &ingest.card, exclude))
    {
        Ok(figures) => {
            summary.processes = Some(figures.processes);
            summary.acceptance = Some(figures.acceptance);
            summary.excluded = figures.excluded;
            summary.outsize = figures.outsize;
            summary.slowest_microservice = figures.slowest;
        }
        // The run is published: its counts must be told whatever the lake's figures do.
        Err(error) => settings.terminal.warn(&format!(
            "the figures of the lake could not be read: {error:#}"
        )),
    }
    Ok(summary)
}

/// Runs `stage`.
///
/// # Errors
/// As [`run`].
pub fn stage(args: &RunArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let sources = resolve_all(&args.sources, &args.mongo, &args.reading, settings)?;
    if args.mongo.follow {
        return super::follow::run(args, settings, sources, "stage");
    }
    let (ingest, ingested) = ingest(args, settings, sources, "stage")?;
    let mut summary = summary(&ingested, settings);
    summary.transactions = ingest.runtime.block_on(ingested.snapshot.transactions())?;
    let ending = finish(&args.reading, settings, &ingested, &summary)?;
    report(args, &ingest)?;
    Ok(ending)
}

fn ingest<'a>(
    args: &'a RunArgs,
    settings: &'a Settings,
    sources: Vec<Source>,
    command: &'static str,
) -> anyhow::Result<(Ingest<'a>, Ingested)> {
    let ingest = Ingest::new(settings, &args.reading, command)?;
    let writable = ingest.open_or_create()?;
    let reading = FileReading {
        limits: ingest.limits(),
        csv_columns: ingest.csv_columns(),
    };
    let marks = Marks::read(&ingest, &writable, &sources)?;
    let input = Input {
        sources: identities_of(&sources),
        total_bytes: total_bytes(&sources),
        feed: |done: &Progress, bytes| {
            let prepared = marks.prepare(sources, done, None);
            AllSources::new(prepared, reading, done, bytes)
        },
        replayed: Vec::new(),
    };
    let ingested = ingest.run(writable, input, None);
    for notice in marks.take_notices() {
        settings.terminal.warn(&notice.to_string());
    }
    Ok((ingest, ingested?))
}

/// Tells what a run did, and how it ended.
pub(crate) fn finish(
    reading: &ReadingArgs,
    settings: &Settings,
    ingested: &Ingested,
    summary: &RunSummary,
) -> anyhow::Result<Ending> {
    if settings.terminal.json {
        settings.terminal.data_json(summary)?;
    } else if !settings.terminal.quiet {
        settings
            .terminal
            .data(&render(summary, settings.terminal.out))?;
    }
    if ingested.progress.counts.read == 0 {
        settings.terminal.warn("the sources hold no documents");
    }
    Ok(ending(settings, ingested, reading.max_rejects.is_some()))
}

/// Documents in quarantine are told by the exit code, unless a limit allowed them.
pub(crate) fn ending(settings: &Settings, ingested: &Ingested, has_limit: bool) -> Ending {
    let quarantined = ingested.progress.counts.quarantined_total();
    if quarantined == 0 {
        return Ending::Done;
    }
    let documents = format::counted(quarantined, "document was", "documents were");
    settings.terminal.warn(&format!(
        "{documents} put aside; `veriscope quarantine list{}` says why",
        lake_option(settings)
    ));
    if has_limit {
        Ending::Done
    } else {
        Ending::With(ErrorClass::Quarantined)
    }
}

/// Returns what a run counted; figures of the lake are left out.
pub(crate) fn summary(ingested: &Ingested, settings: &Settings) -> RunSummary {
    let counts = &ingested.progress.counts;
    let lake = settings.lake.display().to_string();
    let labels = ingested.source_labels.iter();
    RunSummary {
        run_id: ingested.run_id.clone(),
        snapshot: Some(ingested.snapshot.published().number),
        sources: labels
            .zip(
                ingested
                    .progress
                    .documents
                    .iter()
                    .chain(std::iter::repeat(&0)),
            )
            .map(|(label, documents)| SourceSummary {
                label: label.clone(),
                documents: *documents,
            })
            .collect(),
        read: counts.read,
        inserted: counts.inserted,
        updated: counts.updated,
        unchanged: counts.unchanged,
        quarantined: Quarantined(counts.quarantined.clone()),
        notes: notes(&counts.notes),
        processes: None,
        transactions: 0,
        acceptance: None,
        excluded: Vec::new(),
        outsize: None,
        slowest_microservice: None,
        bytes_read: ingested.bytes_read,
        elapsed_ms: ingested.elapsed_ms,
        key_id: ingested.lake.identity().key_id.clone(),
        new_key_file: ingested
            .new_key_file
            .as_ref()
            .map(|path| path.display().to_string()),
        database: None,
        next_steps: next_steps(settings, counts.quarantined_total() > 0),
        lake,
    }
}

fn notes(counts: &BTreeMap<String, u64>) -> Vec<NoteCount> {
    counts
        .iter()
        .map(|(name, count)| {
            let (note, feature) = name.split_once(' ').unwrap_or((name, ""));
            NoteCount {
                note: note.to_owned(),
                feature: feature.to_owned(),
                count: *count,
            }
        })
        .collect()
}

/// Returns what a suggested command needs to find the lake.
fn lake_option(settings: &Settings) -> String {
    if settings.lake.as_os_str() == "veriscope-lake" {
        return String::new();
    }
    format!(" --lake {}", settings.lake.display())
}

fn next_steps(settings: &Settings, has_quarantined: bool) -> Vec<String> {
    let lake = lake_option(settings);
    let mut steps = vec![
        format!("veriscope export no-retries --out no-retries.csv{lake}"),
        format!("veriscope runs{lake}"),
    ];
    if has_quarantined {
        steps.insert(0, format!("veriscope quarantine list{lake}"));
    }
    steps
}
