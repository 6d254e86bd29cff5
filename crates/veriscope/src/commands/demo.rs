//! `demo`: a simulated month through the very path of `run`, into a lake of its own.

use anyhow::Context;
use veriscope_base::ErrorClass;
use veriscope_lake::Progress;
use veriscope_simulate::{Format, Options, Scenario, Simulation};
use veriscope_source::{Location, SourceSpec};

use super::{run, serve};
use crate::args::{DemoArgs, Shared};
use crate::failure::{Ending, Failure};
use crate::ingest::{Ingest, Input, identities};
use crate::pipeline::SourceFeed;
use crate::settings::Settings;
use crate::terminal::format;

/// Threads that make documents, beside those that read them.
const RENDERING_THREADS: usize = 2;

/// Puts lake and key into the demonstration's folder: invented data go to no lake of the
/// user's and need no key of theirs, and all is gone with the folder.
///
/// # Errors
/// Class `Usage` when a lake was named.
pub fn keep_apart(args: &DemoArgs, shared: &mut Shared) -> Result<(), Failure> {
    if shared.lake.is_some() {
        let message = "a demonstration has a lake of its own, so it takes no --lake";
        return Err(
            Failure::new(ErrorClass::Usage, message).with_hint("name its folder with --dir")
        );
    }
    shared.lake = Some(args.dir.join("lake"));
    shared
        .key_file
        .get_or_insert_with(|| args.dir.join("demo.key"));
    Ok(())
}

/// Runs `demo`.
///
/// # Errors
/// As `run`; class `Target` when the folder can't be made.
pub fn run(args: &DemoArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let options = Options {
        transactions: args.transactions,
        ..Options::default()
    };
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
    let mut summary = run::summary_with_figures(&ingest, &ingested, settings)?;
    summary.next_steps = next_steps(&summary.lake);
    let ending = run::finish(&args.reading, settings, &ingested, &summary)?;
    if args.serve {
        return Ok(ending.and(serve::serve(
            args.address.addr,
            None,
            settings,
            ingest.interrupt.clone(),
        )?));
    }
    settings.terminal.note(&format!(
        "see it in the browser: veriscope serve --lake {}",
        summary.lake
    ));
    Ok(ending)
}

/// Commands that show what can be asked, for whoever sees a lake for the first time.
fn next_steps(lake: &str) -> Vec<String> {
    [
        "answer bottlenecks",
        "answer acceptance",
        "answer retries",
        "metrics get acceptance_first acceptance_last --by convenio",
        "sql 'SELECT kind, outcome, count(*) AS n FROM attempts GROUP BY kind, outcome'",
        "export no-retries --out no-retries.csv",
    ]
    .map(|command| format!("veriscope {command} --lake {lake}"))
    .to_vec()
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
