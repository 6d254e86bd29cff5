//! `bench-serve`: how long the server takes to start and to answer a whole tab over a simulated
//! lake of any size, and its memory; prints a Markdown table for `docs/benchmarks.md`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use veriscope_base::{Clock, SystemClock};

use crate::bench::{Bench, machine};
use crate::bench_answers::lake_of;
use crate::options::Options;
use crate::workspace;

/// How long a lake may take to be read into memory.
const LONGEST_START: Duration = Duration::from_secs(300);
const INTERVAL: Duration = Duration::from_millis(50);

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

/// A server that ends with its value.
struct Server {
    child: Child,
    address: String,
    /// From its start until it was ready.
    started_us: i64,
}

impl Server {
    fn start(binary: &Path, lake: &Path) -> anyhow::Result<Self> {
        let began_us = SystemClock.now_us();
        let mut child = Command::new(binary)
            .args(["serve", "--addr", "127.0.0.1:0", "--lake"])
            .arg(lake)
            .stderr(Stdio::piped())
            .spawn()
            .context("could not start the server")?;
        let said = child.stderr.take().context("no pipe to read from")?;
        let mut server = Self {
            child,
            address: String::new(),
            started_us: 0,
        };
        let (tell, told) = std::sync::mpsc::channel();
        // It reads to the end, so that the server never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                let found = line
                    .split_whitespace()
                    .find(|word| word.starts_with("http://"));
                if let Some(found) = found {
                    // Nobody listens any more once the address is known.
                    let _ = tell.send(found.trim_end_matches('/').to_owned());
                }
            }
        });
        let address = told.recv_timeout(LONGEST_START);
        server.address = address.context("the server said no address")?;
        let ready = format!("{}/health/ready", server.address);
        let waits = LONGEST_START.as_millis() / INTERVAL.as_millis();
        for _ in 0..waits {
            let asked = Command::new("curl")
                .args(["--silent", "--fail", "--output", "/dev/null", &ready])
                .status()
                .context("could not start curl")?;
            if asked.success() {
                server.started_us = SystemClock.now_us() - began_us;
                return Ok(server);
            }
            std::thread::sleep(INTERVAL);
        }
        bail!("the server was not ready in time")
    }

    /// A line of the kernel's account of the process, in bytes.
    fn memory(&self, line: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let found = status.lines().find(|one| one.starts_with(line))?;
        let kilobytes: u64 = found.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes * 1_024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
