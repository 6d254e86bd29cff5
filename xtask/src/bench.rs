//! `bench`: `veriscope run` on documents of full size, beside pandas on what fits, in one
//! run on one machine; prints a Markdown table for `docs/benchmarks.md`.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use chrono::DateTime;
use veriscope_base::{Clock, SystemClock};
use veriscope_simulate::Format;

use crate::bench_data::write;
use crate::measure::{Measured, measure};
use crate::options::Options;
use crate::step::Step;
use crate::workspace;

/// The pandas that the comparison is with.
const PANDAS: &str = "pandas==2.3.3";

/// One row of the table.
struct Row {
    what: &'static str,
    input: String,
    size_bytes: u64,
    measured: Measured,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let file_bytes = options.size_bytes("size", "1GB")?;
    let stream_bytes = options.size_bytes("stream", "10GB")?;
    let pandas_bytes = options.size_bytes("pandas", "500MB")?;
    let bench = Bench::new(binary(options)?)?;
    let mut rows = Vec::new();
    if file_bytes > 0 {
        let file = bench.data("documents.ndjson", file_bytes, Format::Ndjson)?;
        rows.push(bench.veriscope("NDJSON file", &file)?);
        fs::remove_file(file)?;
    }
    if stream_bytes > 0 {
        rows.push(bench.veriscope_stream(stream_bytes)?);
    }
    if pandas_bytes > 0 {
        let file = bench.data("documents.json", pandas_bytes, Format::Json)?;
        rows.push(bench.veriscope("JSON array", &file)?);
        rows.push(bench.pandas("JSON array", &file)?);
        fs::remove_file(file)?;
    }
    println!("{}\n\n{}", machine(), table(&rows));
    Ok(())
}

/// The binary to measure: the one named, or a release build of what is here.
pub(crate) fn binary(options: &Options) -> anyhow::Result<PathBuf> {
    if let Some(named) = options.get("binary") {
        return fs::canonicalize(named).with_context(|| format!("there is no {named}"));
    }
    Step::cargo(
        "release build",
        &["build", "--release", "--package", "veriscope"],
    )
    .run()?;
    let name = format!("veriscope{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace::target_folder().join("release").join(name))
}

/// Where a benchmark works; what it makes there is left for the next one to replace.
pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    pub(crate) binary: PathBuf,
}

impl Bench {
    pub(crate) fn new(binary: PathBuf) -> anyhow::Result<Self> {
        let folder = workspace::target_folder().join("bench");
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self { folder, binary })
    }

    fn data(&self, name: &str, size_bytes: u64, format: Format) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(name);
        let file = fs::File::create(&path).with_context(|| path.display().to_string())?;
        let written = write(&mut BufWriter::new(file), size_bytes, format)?;
        eprintln!(
            "[bench] {name}: {} documents, {} bytes",
            written.num_documents, written.size_bytes
        );
        Ok(path)
    }

    fn veriscope(&self, input: &str, file: &Path) -> anyhow::Result<Row> {
        // The feeder drops the pipe: the command reads nothing from it.
        let measured = measure(&mut self.command(&file.to_string_lossy())?, |_| Ok(0))?;
        let size_bytes = fs::metadata(file)?.len();
        Ok(Row {
            what: "`veriscope run`",
            input: input.to_owned(),
            size_bytes,
            measured,
        })
    }

    fn veriscope_stream(&self, size_bytes: u64) -> anyhow::Result<Row> {
        let measured = measure(&mut self.command("-")?, |stdin| {
            let written = write(&mut BufWriter::new(stdin), size_bytes, Format::Ndjson)?;
            Ok(written.size_bytes)
        })?;
        Ok(Row {
            what: "`veriscope run -`",
            input: "NDJSON stream, made beside it".to_owned(),
            size_bytes: measured.fed_bytes,
            measured,
        })
    }

    /// A run into a lake of its own, whose key stays in the folder of the benchmark.
    fn command(&self, source: &str) -> anyhow::Result<Command> {
        let lake = self.folder.join("lake");
        let settings = self.folder.join("settings");
        for folder in [&lake, &settings] {
            if folder.exists() {
                fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
            }
        }
        let mut command = Command::new(&self.binary);
        command.args(["run", source, "--quiet", "--lake"]).arg(lake);
        command
            .env("XDG_CONFIG_HOME", settings)
            .env_remove("VERISCOPE_KEY_FILE")
            .current_dir(&self.folder);
        Ok(command)
    }

    fn pandas(&self, input: &str, file: &Path) -> anyhow::Result<Row> {
        let python = self.python(PANDAS)?;
        let script = workspace::root().join("xtask/bench/pandas_baseline.py");
        let mut command = Command::new(python);
        command
            .arg(script)
            .arg(file)
            .arg(self.folder.join("pandas"));
        let measured = measure(&mut command, |_| Ok(0))?;
        let size_bytes = fs::metadata(file)?.len();
        Ok(Row {
            what: "pandas, as the scripts did",
            input: input.to_owned(),
            size_bytes,
            measured,
        })
    }

    /// A Python with a package, in an environment of the benchmarks.
    pub(crate) fn python(&self, package: &str) -> anyhow::Result<PathBuf> {
        let environment = self.folder.join("python");
        let python = environment.join("bin").join("python");
        if !python.exists() {
            Step::new("python environment", "python3")
                .arguments(["-m", "venv"])
                .arguments([environment.as_os_str()])
                .run()?;
        }
        Step::new("python package", &python)
            .arguments(["-m", "pip", "install", "--quiet", package])
            .run()?;
        Ok(python)
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = "| what | input | size | time | rate | peak memory |\n".to_owned();
    table.push_str("|---|---|---:|---:|---:|---:|\n");
    for row in rows {
        let seconds = row.measured.elapsed_us as f64 / 1e6;
        let megabytes = row.size_bytes as f64 / 1e6;
        let peak = row.measured.peak_bytes.map_or_else(
            || "unknown".to_owned(),
            |peak| format!("{:.0} MB", peak as f64 / 1e6),
        );
        table.push_str(&format!(
            "| {} | {} | {megabytes:.0} MB | {seconds:.1} s | {:.0} MB/s | {peak} |\n",
            row.what,
            row.input,
            megabytes / seconds.max(1e-6),
        ));
    }
    table
}

/// A heading with the day and the machine.
pub(crate) fn machine() -> String {
    let day = DateTime::from_timestamp_micros(SystemClock.now_us())
        .map_or_else(String::new, |now| now.format("%Y-%m-%d").to_string());
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZeroUsize::get);
    format!("### {day}: {cores} cores of {processor}, memory {memory}")
}

#[cfg(test)]
mod tests {
    use super::{Row, table};
    use crate::measure::Measured;

    #[test]
    fn a_row_shows_the_rate_in_decimal_megabytes() {
        let measured = Measured {
            elapsed_us: 4_000_000,
            peak_bytes: Some(250_000_000),
            fed_bytes: 0,
        };
        let row = Row {
            what: "a",
            input: "b".to_owned(),
            size_bytes: 1_000_000_000,
            measured,
        };
        let table = table(&[row]);
        assert!(
            table.ends_with("| a | b | 1000 MB | 4.0 s | 250 MB/s | 250 MB |\n"),
            "{table}"
        );
    }
}
