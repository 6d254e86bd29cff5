//! `anonymize`: write the pseudonymous staging table of sources to a CSV file, and store
//! nothing but the numbers that clients and users were given.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::schema::column;
use veriscope_lake::{LakeError, Progress, SourceIdentity};
use veriscope_privacy::LeakScan;

use super::run;
use crate::args::{AnonymizeArgs, MongoArgs};
use crate::export::{Destination, Dialect, Export, Form};
use crate::failure::{Ending, Failure};
use crate::ingest::{Ingest, Input};
use crate::marks::Marks;
use crate::pipeline::{AllSources, FileReading, RowSink};
use crate::settings::Settings;
use crate::sources::{identities_of, resolve_all, total_bytes};
use crate::terminal::format;

#[derive(Serialize)]
struct Anonymized {
    file: String,
    read: u64,
    rows: u64,
    quarantined: u64,
    key_id: String,
}

/// Runs `anonymize`.
///
/// # Errors
/// As `run`; class `Target` when the file can't be written.
pub fn run(args: &AnonymizeArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let destination = Destination::of(&args.out);
    let form = Form::choose(&destination, None, None)?;
    if form != Form::Csv(Dialect::Plain) {
        let message = format!("{} is no CSV: name the file .csv", args.out.display());
        return Err(Failure::new(ErrorClass::Usage, message)
            .with_hint("for Parquet or NDJSON, take `veriscope run` and `veriscope export`")
            .into());
    }
    let mongo = MongoArgs {
        selection: args.selection.clone(),
        ..MongoArgs::default()
    };
    let sources = resolve_all(&args.sources, &mongo, &args.reading, settings)?;
    let ingest = Ingest::new(settings, &args.reading, "anonymize")?;
    let published = ingest.card.published_staging_schema();
    let mut sink = FileSink {
        columns: columns(&ingest.card),
        export: Export::create(&destination, form, &published)?,
    };
    let writable = ingest.open_or_create()?;
    let reading = FileReading {
        limits: ingest.limits(),
        csv_columns: ingest.csv_columns(),
    };
    let marks = Marks::untouched(&writable, &sources);
    let input = Input {
        // A file is written anew each time: there is nothing to go on from.
        sources: identities_of(&sources)
            .into_iter()
            .map(|source| SourceIdentity {
                size_bytes: None,
                by_mark: false,
                ..source
            })
            .collect(),
        total_bytes: total_bytes(&sources),
        feed: |done: &Progress, bytes| {
            let prepared = marks.prepare(sources, done, None);
            AllSources::new(prepared, reading, done, bytes)
        },
        replayed: Vec::new(),
    };
    let ingested = ingest.run(writable, input, Some(&mut sink));
    for notice in marks.take_notices() {
        settings.terminal.warn(&notice.to_string());
    }
    let ingested = ingested?;
    let rows = sink.export.finish()?.commit()?;
    let counts = &ingested.progress.counts;
    let report = Anonymized {
        file: args.out.display().to_string(),
        read: counts.read,
        rows,
        quarantined: counts.quarantined_total(),
        key_id: ingested.lake.identity().key_id.clone(),
    };
    settings.terminal.note(&format!(
        "wrote {} rows to {}",
        format::count(rows),
        report.file
    ));
    if let Some(key_file) = &ingested.new_key_file {
        settings.terminal.note(&format!(
            "made the key {}; keep it safe",
            key_file.display()
        ));
    }
    if settings.terminal.json && destination != Destination::Stdout {
        settings.terminal.data_json(&report)?;
    }
    if counts.read == 0 {
        settings.terminal.warn("the sources hold no documents");
    }
    Ok(run::ending(
        settings,
        &ingested,
        args.reading.max_rejects.is_some(),
    ))
}

fn columns(card: &Card) -> Vec<String> {
    let mut names: Vec<String> = card
        .features
        .iter()
        .map(|feature| feature.name.clone())
        .collect();
    names.push(column::UTC_OFFSET.to_owned());
    names
}

struct FileSink {
    columns: Vec<String>,
    export: Export,
}

impl RowSink for FileSink {
    fn take(&mut self, rows: &RecordBatch, scan: &LeakScan) -> anyhow::Result<()> {
        let rows = self.published(rows)?;
        scan.check(&rows).map_err(|leak| LakeError::Leak {
            place: "the file".to_owned(),
            column: leak.column,
            row: leak.row,
            feature: leak.feature,
        })?;
        self.export.write(&rows)?;
        Ok(())
    }
}

impl FileSink {
    fn published(&self, rows: &RecordBatch) -> anyhow::Result<RecordBatch> {
        let schema: SchemaRef = rows.schema();
        let indexes: Vec<usize> = self
            .columns
            .iter()
            .map(|name| schema.index_of(name))
            .collect::<Result<_, _>>()?;
        Ok(rows.project(&indexes)?)
    }
}
