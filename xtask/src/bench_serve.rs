//! `bench-serve`: how long the server takes to start and to answer a whole tab over a simulated
//! lake of any size, and its memory; prints a Markdown table for `docs/benchmarks.md`.

use std::process::Command;

use anyhow::{Context, bail};

use crate::bench::{Bench, machine};
use crate::bench_answers::lake_of;
use crate::options::Options;
use crate::served::Server;
use crate::workspace;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let transactions = options.get("transactions").unwrap_or("1000000");
    let questions = options.get("questions").unwrap_or("200");
    let at_once = options.get("at-once").unwrap_or("1");
    let bench = Bench::new(crate::bench::binary(options)?)?;
    let folder = lake_of(&bench, transactions)?;
    let server = Server::start(&bench.binary, &folder.join("lake"))?;
    let started_ms = server.started_us / 1_000;
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
        "\nReady after {}.{:01} s; {} MB then, {} MB at most.",
        started_ms / 1_000,
        started_ms % 1_000 / 100,
        megabytes(ready),
        megabytes(server.memory("VmHWM")),
    );
    Ok(())
}
