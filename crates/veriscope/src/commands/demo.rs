//! `demo`: a simulated month through the very path of `run`, into a lake of its own.

use anyhow::Context;
use veriscope_base::ErrorClass;
use veriscope_lake::Progress;
use veriscope_simulate::{Format, Options, Scenario, Simulation};
use veriscope_source::{Location, SourceSpec};

use super::run;
use crate::args::DemoArgs;
use crate::failure::{Ending, Failure};
use crate::ingest::{Ingest, Input, identities};
use crate::pipeline::SourceFeed;
use crate::settings::Settings;
use crate::terminal::format;

/// Threads that make documents, beside those that read them.
const RENDERING_THREADS: usize = 2;

/// Runs `demo`.
///
/// # Errors
/// As `run`; class `Target` when the folder can't be made.
pub fn run(args: &DemoArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let options = Options::default();
    let simulation = Simulation::new(Scenario::published_month()?, options)?;
    let ingest = Ingest::new(settings, &args.reading, "demo")?;
    std::fs::create_dir_all(&args.dir).with_context(|| {
        let message = format!("failed to make the folder {}", args.dir.display());
        Failure::new(ErrorClass::Target, message)
    })?;
    let writable = ingest.open_or_create()?;
    settings.terminal.note(&format!(
        "simulating a month of {} transactions and reading it as `run` reads logs",
        format::count(options.transactions)
    ));
    let sources = vec![source()];
    let (limits, columns) = (ingest.limits(), ingest.csv_columns());
    let input = Input {
        sources: identities(&sources),
        total_bytes: None,
        feed: |done: &Progress, bytes| {
            let documents = simulation.read(Format::Ndjson, RENDERING_THREADS);
            SourceFeed::new(sources, limits, columns, done.position(), bytes)
                .with_stream(Box::new(documents))
        },
        replayed: Vec::new(),
    };
    let ingested = ingest.run(writable, input, None)?;
    let summary = run::summary_with_figures(&ingest, &ingested, settings)?;
    run::finish(&args.reading, settings, &ingested, &summary)
}

/// The simulated month as a source: a stream, like standard input.
fn source() -> SourceSpec {
    let name = "simulated month".to_owned();
    SourceSpec {
        label: name.clone(),
        argument: name,
        location: Location::Stdin,
        collection: None,
        size_bytes: None,
    }
}
