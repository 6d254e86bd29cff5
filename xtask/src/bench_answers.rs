//! `bench-answers`: each answer over a simulated lake of any size, beside the same aggregates
//! by DuckDB over the exported table; prints a Markdown table for `docs/benchmarks.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::bench::{Bench, machine};
use crate::measure::{Measured, measure};
use crate::options::Options;
use crate::workspace;

/// The DuckDB that the comparison is with.
const DUCKDB: &str = "duckdb==2.0.1";
/// Each is measured so often; the fastest counts, for other work only ever slows.
const ROUNDS: usize = 3;

/// An answer, and the aggregates of DuckDB that come nearest.
const QUESTIONS: [(&str, &str); 3] = [
    ("bottlenecks", "times"),
    ("acceptance", "acceptance"),
    ("retries", "retries"),
];

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let transactions = options.get("transactions").unwrap_or("1000000");
    let bench = Bench::new(crate::bench::binary(options)?)?;
    let lake = lake_of(&bench, transactions)?;
    let table = lake.join("transform.parquet");
    if !table.exists() {
        let mut export = veriscope(&bench.binary, &lake);
        let out = table.to_string_lossy();
        done(export.args(["export", "transform", "--quiet", "--out", &out]))?;
    }
    let python = bench.python(DUCKDB)?;
    let script = workspace::root().join("xtask/bench/duckdb_aggregates.py");
    println!("{}, {transactions} transactions\n", machine());
    println!("| what | time | peak memory |\n|---|---:|---:|");
    for (question, aggregates) in QUESTIONS {
        let mut answer = veriscope(&bench.binary, &lake);
        answer.args(["answer", question, "--json"]);
        row(
            &format!("`veriscope answer {question}`"),
            fastest(&mut answer)?,
        );
        let mut duckdb = Command::new(&python);
        duckdb.arg(&script).arg(aggregates).arg(&table);
        row(
            &format!("DuckDB, aggregates `{aggregates}`"),
            fastest(&mut duckdb)?,
        );
    }
    Ok(())
}

/// The folder of a simulated lake of so many transactions; it stays for the next benchmark.
pub(crate) fn lake_of(bench: &Bench, transactions: &str) -> anyhow::Result<PathBuf> {
    let folder = bench.folder.join(format!("answers-{transactions}"));
    if !folder.join("lake").exists() {
        make(&bench.binary, &folder, transactions)?;
    }
    Ok(folder)
}

/// Simulates documents straight into a lake.
fn make(binary: &Path, folder: &Path, transactions: &str) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut simulate = Command::new(binary)
        .args(["simulate", "--no-landmarks", "--quiet", "--out", "-"])
        .args(["--transactions", transactions])
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start the simulator")?;
    let documents = simulate.stdout.take().context("no pipe to read from")?;
    let run = veriscope(binary, folder)
        .args(["run", "-", "--quiet"])
        .stdin(documents)
        .status()?;
    if !simulate.wait()?.success() || !run.success() {
        bail!("the lake could not be made");
    }
    Ok(())
}

/// The binary over the lake of a folder.
pub(crate) fn veriscope(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("--lake")
        .arg(folder.join("lake"))
        .env("XDG_CONFIG_HOME", folder.join("settings"))
        .env_remove("VERISCOPE_KEY_FILE")
        .current_dir(folder);
    command
}

/// Runs a command to its end.
pub(crate) fn done(command: &mut Command) -> anyhow::Result<()> {
    if !command.status()?.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}

fn fastest(command: &mut Command) -> anyhow::Result<Measured> {
    let mut best: Option<Measured> = None;
    for _ in 0..ROUNDS {
        let measured = measure(command, |_| Ok(0))?;
        if best.is_none_or(|best| measured.elapsed_us < best.elapsed_us) {
            best = Some(measured);
        }
    }
    best.context("nothing was measured")
}

fn row(what: &str, measured: Measured) {
    let seconds = measured.elapsed_us as f64 / 1e6;
    let peak = measured.peak_bytes.map_or_else(
        || "unknown".to_owned(),
        |peak| format!("{:.0} MB", peak as f64 / 1e6),
    );
    println!("| {what} | {seconds:.2} s | {peak} |");
}
