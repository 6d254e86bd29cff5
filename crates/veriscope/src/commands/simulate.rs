//! `simulate`: write raw documents of an invented traffic, with known answers.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use veriscope_simulate::{Compression, Options, Scenario, SimulateError, Simulation, Truth};

use crate::args::SimulateArgs;
use crate::export::{Destination, ExportError, Sink, Target};
use crate::failure::Ending;
use crate::settings::{self, Settings};
use crate::terminal::format;

/// What is told of documents that were written.
#[derive(Serialize)]
struct Simulated {
    file: String,
    format: &'static str,
    seed: u64,
    transactions: u64,
    processes: u64,
    /// Before compression.
    bytes: u64,
    truth: Option<String>,
}

/// Runs `simulate`.
///
/// # Errors
/// Class `Configuration` for a scenario, `Usage` for dates that can't be, `Target` when a
/// file can't be written.
pub fn run(args: &SimulateArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let scenario = match &args.scenario {
        None => Scenario::published_month()?,
        Some(path) => scenario(path)?,
    };
    let options = Options {
        seed: args.seed,
        transactions: args.transactions,
        from: args.from,
        days: args.days,
        landmarks: !args.no_landmarks,
        pipeline: args.pipeline,
    };
    let simulation = Simulation::new(scenario, options)?;
    let destination = Destination::of(&args.out);
    let (target, sink) = Target::open(&destination)?;
    // Opened before anything is made: a mistyped folder should not cost a simulation.
    let truth_file = match &args.truth {
        None => None,
        Some(path) => Some(Target::open(&Destination::of(path))?),
    };
    let (truth, bytes) = documents(args, &simulation, &target, sink)?;
    target.complete(truth.counts.transactions)?.commit()?;
    if let Some((target, sink)) = truth_file {
        write_truth(&truth, &target, sink)?;
        target.complete(1)?.commit()?;
    }
    tell(args, settings, &destination, &truth, bytes)
}

fn scenario(path: &Path) -> anyhow::Result<Scenario> {
    let text = settings::read(path, "scenario")?;
    let named = |error| anyhow::Error::new(error).context(path.display().to_string());
    Scenario::parse(&text).map_err(named)
}

fn documents(
    args: &SimulateArgs,
    simulation: &Simulation,
    target: &Target,
    sink: Sink,
) -> anyhow::Result<(Truth, u64)> {
    let failed = |source| target.failed(source);
    let encoder = Compression::of(&args.out).encoder(sink).map_err(failed)?;
    let mut counted = Counted {
        inner: encoder,
        bytes: 0,
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let truth = match simulation.write(args.format, &mut counted, threads) {
        Ok(truth) => truth,
        Err(SimulateError::Write(source)) => return Err(failed(source).into()),
        Err(error) => return Err(error.into()),
    };
    counted.inner.finish().map_err(failed)?;
    Ok((truth, counted.bytes))
}

fn write_truth(truth: &Truth, target: &Target, mut sink: Sink) -> Result<(), ExportError> {
    serde_json::to_writer_pretty(&mut sink, truth)
        .map_err(io::Error::from)
        .and_then(|()| sink.write_all(b"\n"))
        .and_then(|()| sink.flush())
        .map_err(|source| target.failed(source))
}

fn tell(
    args: &SimulateArgs,
    settings: &Settings,
    destination: &Destination,
    truth: &Truth,
    bytes: u64,
) -> anyhow::Result<Ending> {
    let report = Simulated {
        file: args.out.display().to_string(),
        format: args.format.name(),
        seed: args.seed,
        transactions: truth.counts.transactions,
        processes: truth.counts.processes,
        bytes,
        truth: args.truth.as_ref().map(|path| path.display().to_string()),
    };
    if *destination == Destination::Stdout {
        return Ok(Ending::Done);
    }
    settings.terminal.note(&format!(
        "wrote {} transactions of {} processes, {}, to {}",
        format::count(report.transactions),
        format::count(report.processes),
        format::bytes(bytes),
        report.file
    ));
    if let Some(file) = &report.truth {
        settings
            .terminal
            .note(&format!("wrote what was planted to {file}"));
    }
    if settings.terminal.json {
        settings.terminal.data_json(&report)?;
    }
    Ok(Ending::Done)
}

/// Counts the bytes on their way.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.bytes += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
