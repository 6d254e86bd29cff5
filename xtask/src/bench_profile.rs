//! `bench-profile`: exploratory reports of simulated tables, beside the successor of
//! ydata-profiling on the same CSV file; prints a Markdown table for `docs/profile.md`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::bench::{Bench, machine};
use crate::bench_answers::{done, lake_of, veriscope};
use crate::measure::{Measured, measure};
use crate::options::Options;
use crate::workspace;

/// The profiler that the comparison is with, and the library beneath it.
const PROFILER: [&str; 2] = ["fg-data-profiling==4.20.0", "scipy==1.15.3"];
/// Each of ours is measured so often; the fastest counts, for other work only ever slows. The
/// other takes minutes and is measured once.
const ROUNDS: usize = 3;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let bench = Bench::new(crate::bench::binary(options)?)?;
    println!("{}\n", machine());
    println!("| what | table | time | peak memory | HTML |\n|---|---|---:|---:|---:|");
    for transactions in sizes(options, "transactions", "4427") {
        let table = Table::new(&bench, transactions)?;
        table.file(&bench)?;
        table.beside(&bench)?;
    }
    for transactions in sizes(options, "alone", "14654,1000000") {
        let table = Table::new(&bench, transactions)?;
        table.lake(&bench)?;
        table.file(&bench)?;
    }
    Ok(())
}

/// Numbers of transactions, comma by comma; `0` leaves them out.
fn sizes<'o>(
    options: &'o Options,
    name: &str,
    otherwise: &'o str,
) -> impl Iterator<Item = &'o str> {
    let given = options.get(name).unwrap_or(otherwise);
    given.split(',').map(str::trim).filter(|size| *size != "0")
}

/// A simulated lake, and its transform table as CSV.
struct Table<'s> {
    folder: PathBuf,
    csv: PathBuf,
    transactions: &'s str,
}

impl<'s> Table<'s> {
    fn new(bench: &Bench, transactions: &'s str) -> anyhow::Result<Self> {
        let folder = lake_of(bench, transactions)?;
        let csv = folder.join("transform.csv");
        if !csv.exists() {
            let mut export = veriscope(&bench.binary, &folder);
            let out = csv.to_string_lossy();
            done(export.args(["export", "transform", "--quiet", "--out", &out]))?;
        }
        Ok(Self {
            folder,
            csv,
            transactions,
        })
    }

    fn lake(&self, bench: &Bench) -> anyhow::Result<()> {
        let mut profile = veriscope(&bench.binary, &self.folder);
        profile.args(["profile", "transform", "--quiet", "--out"]);
        self.ours("`veriscope profile transform`, of the lake", &mut profile)
    }

    fn file(&self, bench: &Bench) -> anyhow::Result<()> {
        let mut profile = veriscope(&bench.binary, &self.folder);
        profile
            .arg("profile")
            .arg(&self.csv)
            .args(["--quiet", "--out"]);
        self.ours("`veriscope profile transform.csv`", &mut profile)
    }

    /// Measures a command that ends in `--out`.
    fn ours(&self, what: &str, command: &mut Command) -> anyhow::Result<()> {
        let out = self.folder.join("profile");
        command.arg(&out);
        let mut best: Option<Measured> = None;
        for _ in 0..ROUNDS {
            if out.exists() {
                fs::remove_dir_all(&out).with_context(|| out.display().to_string())?;
            }
            let measured = measure(command, |_| Ok(0))?;
            if best.is_none_or(|best| measured.elapsed_us < best.elapsed_us) {
                best = Some(measured);
            }
        }
        let page = page_in(&out)?;
        self.row(what, best.context("nothing was measured")?, &page)
    }

    fn beside(&self, bench: &Bench) -> anyhow::Result<()> {
        let mut python = PathBuf::new();
        for package in PROFILER {
            python = bench.python(package)?;
        }
        let page = self.folder.join("profile-beside.html");
        let mut command = Command::new(python);
        command
            .arg(workspace::root().join("xtask/bench/profile_baseline.py"))
            .arg(&self.csv)
            .arg(&page);
        let measured = measure(&mut command, |_| Ok(0))?;
        self.row("fg-data-profiling 4.20.0, explorative", measured, &page)
    }

    fn row(&self, what: &str, measured: Measured, page: &Path) -> anyhow::Result<()> {
        let (rows, columns) = shape(&self.csv)?;
        let seconds = measured.elapsed_us as f64 / 1e6;
        let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
        println!(
            "| {what} | {rows} × {columns} of {} transactions | {seconds:.2} s | {} | {} |",
            self.transactions,
            measured
                .peak_bytes
                .map_or_else(|| "unknown".to_owned(), megabytes),
            megabytes(fs::metadata(page)?.len()),
        );
        Ok(())
    }
}

/// The only page of a folder.
fn page_in(folder: &Path) -> anyhow::Result<PathBuf> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            return Ok(path);
        }
    }
    bail!("there is no page in {}", folder.display())
}

/// Rows and columns of a CSV file without quoted line breaks, which the export has none of.
fn shape(csv: &Path) -> anyhow::Result<(usize, usize)> {
    let file = fs::File::open(csv).with_context(|| csv.display().to_string())?;
    let mut lines = BufReader::new(file).split(b'\n');
    let header = lines.next().transpose()?.unwrap_or_default();
    let columns = header.split(|byte| *byte == b',').count();
    Ok((lines.count(), columns))
}

#[cfg(test)]
mod tests {
    use super::sizes;
    use crate::options::Options;

    #[test]
    fn sizes_are_told_comma_by_comma_and_none_by_a_zero() {
        let given = ["--alone".to_owned(), "10, 20".to_owned()];
        let options = Options::parse(&given, &["alone", "transactions"]).unwrap();
        assert_eq!(
            sizes(&options, "alone", "1").collect::<Vec<_>>(),
            ["10", "20"]
        );
        assert_eq!(sizes(&options, "transactions", "0").count(), 0);
    }
}
