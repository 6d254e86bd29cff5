//! How fast documents are made: `cargo run --release --example rate -- 20000 ndjson 2`.
#![expect(clippy::print_stdout, reason = "an example program")]

use std::error::Error;
use std::io;

use veriscope_base::{Clock, SystemClock};
use veriscope_simulate::{Format, Options, Scenario, Simulation};

struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |place: usize, default: &str| {
        arguments
            .get(place)
            .cloned()
            .unwrap_or_else(|| default.to_owned())
    };
    let options = Options {
        transactions: argument(0, "20000").parse()?,
        landmarks: argument(3, "landmarks") == "landmarks",
        ..Options::default()
    };
    let format: Format = argument(1, "ndjson").parse()?;
    let threads: usize = argument(2, "2").parse()?;
    let clock = SystemClock;
    let start_ms = clock.now_us() / 1_000;
    let simulation = Simulation::new(Scenario::published_month()?, options)?;
    let planned_ms = clock.now_us() / 1_000;
    let mut counter = Counter(0);
    let truth = simulation.write(format, &mut counter, threads)?;
    let written_ms = clock.now_us() / 1_000;
    let seconds = (written_ms - planned_ms) as f64 / 1e3;
    println!(
        "{} documents, {} bytes; planned in {} ms, written in {seconds:.2} s: {:.0} MB/s",
        truth.counts.transactions,
        counter.0,
        planned_ms - start_ms,
        counter.0 as f64 / 1e6 / seconds,
    );
    Ok(())
}
