//! `cargo xtask RECIPE`: the project's chores, one small file for each.
//!
//! Invariant: depends on nothing heavy, so that it builds in seconds on a new machine.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool talks to its terminal"
)]

mod apt;
mod bench;
mod bench_answers;
mod bench_data;
mod bench_profile;
mod bench_serve;
mod check;
mod deny;
mod examples;
mod measure;
mod mongod;
mod options;
mod postgres_server;
mod python;
mod recipes;
mod served;
mod step;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use crate::options::Options;
use crate::step::Step;

const HELP: &str = "\
cargo xtask RECIPE

  check         everything that CI runs
  test          the tests and doctests alone; further words go to the test runner
  web           the checks of the front end alone, and its journeys in a browser
  fix           format, and mend what clippy can mend
  docs          write the generated pages under docs/ again
  examples      write examples/transactions.ndjson again
  bench-data    simulated documents: --size 1GB --out FILE|- [--layout ndjson|array]
  bench         run against pandas: [--size 1GB] [--stream 10GB] [--pandas 500MB], 0 leaves one out;
                --binary FILE measures that one and builds nothing
  bench-answers each answer beside DuckDB: [--transactions 1000000] [--binary FILE]
  bench-serve   the dashboard's tabs under changing filters: [--transactions 1000000]
                [--questions 200] [--at-once 1] [--binary FILE]
  bench-profile exploratory reports: [--transactions 4427] beside fg-data-profiling,
                [--alone 14654,1000000] by themselves, 0 leaves either out; [--binary FILE]
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let recipe = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    if cfg!(debug_assertions) && recipe.starts_with("bench") {
        return optimised(&recipe, &rest);
    }
    match recipe.as_str() {
        "test" => recipes::test(&rest),
        "bench-data" => bench_data::run(&Options::parse(&rest, &["size", "out", "layout"])?),
        "bench" => bench::run(&Options::parse(
            &rest,
            &["size", "stream", "pandas", "binary"],
        )?),
        "bench-serve" => bench_serve::run(&Options::parse(
            &rest,
            &["transactions", "questions", "at-once", "binary"],
        )?),
        "bench-profile" => bench_profile::run(&Options::parse(
            &rest,
            &["transactions", "alone", "binary"],
        )?),
        "bench-answers" => bench_answers::run(&Options::parse(&rest, &["transactions", "binary"])?),
        "check" | "web" | "fix" | "docs" | "examples" => {
            Options::parse(&rest, &[])?;
            match recipe.as_str() {
                "check" => check::run(),
                "web" => web::check().and_then(|()| web::journeys()),
                "fix" => recipes::fix(),
                "docs" => recipes::docs(),
                _ => examples::write(),
            }
        }
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => anyhow::bail!("no recipe called `{unknown}`; `cargo xtask help` lists them"),
    }
}

/// Runs a recipe in an optimised build of this program: making documents is ten times
/// faster there, and must not be what a benchmark waits for.
fn optimised(recipe: &str, rest: &[String]) -> anyhow::Result<()> {
    Step::cargo(
        "optimised xtask",
        &["run", "--release", "--quiet", "--package", "xtask"],
    )
    .arguments(["--", recipe])
    .arguments(rest)
    .in_folder(std::env::current_dir()?) // a file to write is named from there
    .run()
}
