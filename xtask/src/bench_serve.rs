//! `bench-serve`: how long the server takes to start and to answer a whole tab over a simulated
//! lake of any size, and its memory; prints a Markdown table for `docs/benchmarks.md`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::bench::{Bench, machine};
use crate::bench_answers::lake_of;
use crate::options::Options;
use crate::served::Server;
use crate::workspace;

/// How long a snapshot may take to be kept.
const WAITS: u32 = 1_200;
const INTERVAL: Duration = Duration::from_millis(100);

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let transactions = options.get("transactions").unwrap_or("1000000");
    let questions = options.get("questions").unwrap_or("200");
    let at_once = options.get("at-once").unwrap_or("1");
    let bench = Bench::new(crate::bench::binary(options)?)?;
    let folder = lake_of(&bench, transactions)?;
    let prepared = folder.join("prepared");
    if prepared.exists() {
        fs::remove_dir_all(&prepared).with_context(|| prepared.display().to_string())?;
    }
    let lake = folder.join("lake");
    let first = Server::start(&bench.binary, &lake, Some(&prepared))?;
    let first_us = first.started_us;
    until_kept(&prepared)?;
    let first_peak = first.memory("VmHWM");
    drop(first);
    let server = Server::start(&bench.binary, &lake, Some(&prepared))?;
    let ready = server.memory("VmRSS");
    println!("{}, {transactions} transactions\n", machine());
    println!("| what | server, median | server, p95 | caller, median | caller, p95 |");
    println!("|---|---:|---:|---:|---:|");
    let load = Command::new("node")
        .arg(workspace::root().join("web/scripts/load.mjs"))
        .args([server.address.as_str(), questions, at_once])
        .status()
        .context("could not start node")?;
    if !load.success() {
        bail!("the questions were not answered");
    }
    let megabytes = |bytes: Option<u64>| {
        bytes.map_or_else(|| "–".to_owned(), |bytes| (bytes / 1_000_000).to_string())
    };
    println!(
        "\nReady after {} at the first start ({} MB at most), after {} from what that start kept; \
         {} MB then, {} MB at most.",
        seconds(first_us),
        megabytes(first_peak),
        seconds(server.started_us),
        megabytes(ready),
        megabytes(server.memory("VmHWM")),
    );
    Ok(())
}

/// Waits until a snapshot is kept in a folder.
fn until_kept(folder: &Path) -> anyhow::Result<()> {
    let is_kept = || {
        let mut entries = fs::read_dir(folder).ok()?.flatten();
        let of_ours = |entry: &fs::DirEntry| entry.path().extension() == Some("arrow".as_ref());
        entries.find(of_ours)
    };
    for _ in 0..WAITS {
        if is_kept().is_some() {
            return Ok(());
        }
        std::thread::sleep(INTERVAL);
    }
    bail!("no snapshot was kept in {}", folder.display())
}

fn seconds(elapsed_us: i64) -> String {
    let tenths = elapsed_us / 100_000;
    format!("{}.{} s", tenths / 10, tenths % 10)
}
