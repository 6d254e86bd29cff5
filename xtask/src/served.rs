//! `veriscope serve` as a child process, for what asks it: benchmarks, and the check of its
//! description.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use veriscope_base::{Clock, SystemClock};

/// How long a lake may take to be read into memory.
const LONGEST_START: Duration = Duration::from_secs(300);
const INTERVAL: Duration = Duration::from_millis(50);

/// A server that ends with its value.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    /// From its start until it was ready.
    pub(crate) started_us: i64,
}

impl Server {
    /// Serves a lake on a free port, keeping its snapshot in a folder if one is named; returns
    /// once the snapshot is in memory.
    ///
    /// # Errors
    /// Where it cannot start, or is not ready in time.
    pub(crate) fn start(
        binary: &Path,
        lake: &Path,
        prepared: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let began_us = SystemClock.now_us();
        let mut serve = Command::new(binary);
        serve
            .args(["serve", "--addr", "127.0.0.1:0", "--lake"])
            .arg(lake);
        if let Some(folder) = prepared {
            serve.arg("--prepared").arg(folder);
        }
        let mut child = serve
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
                    let _ = tell.send(found.trim_end_matches(['/', ';']).to_owned());
                }
            }
        });
        let address = told.recv_timeout(LONGEST_START);
        server.address = address.context("the server said no address")?;
        let waits = LONGEST_START.as_millis() / INTERVAL.as_millis();
        for _ in 0..waits {
            if server.is_ready() {
                server.started_us = SystemClock.now_us() - began_us;
                return Ok(server);
            }
            std::thread::sleep(INTERVAL);
        }
        bail!("the server was not ready in time")
    }

    /// Asks once; anything but a yes is a no.
    fn is_ready(&self) -> bool {
        let host = self.address.trim_start_matches("http://");
        let asked = TcpStream::connect(host).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            write!(stream, "GET /health/ready HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
            let mut first = String::new();
            BufReader::new(stream).read_line(&mut first)?;
            Ok(first.contains(" 200 "))
        });
        asked.unwrap_or(false)
    }

    /// A line of the kernel's account of the process, in bytes.
    pub(crate) fn memory(&self, line: &str) -> Option<u64> {
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
