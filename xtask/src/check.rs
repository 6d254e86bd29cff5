//! `check`: all that CI runs, quickest first, stopping at the first failure.

use veriscope_base::{Clock, SystemClock};

use crate::step::{Step, seconds_since};
use crate::{deny, examples, recipes, tidy, web};

pub(crate) fn run() -> anyhow::Result<()> {
    let started_us = SystemClock.now_us();
    tidy::check()?;
    examples::check()?;
    Step::cargo("format", &["fmt", "--all", "--check"]).run()?;
    deny::check()?;
    web::check()?;
    Step::cargo(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ],
    )
    .run()?;
    // The pages under docs/ that are made from the card are compared by tests.
    recipes::test(&[])?;
    web::journeys()?;
    Step::cargo(
        "documentation",
        &["doc", "--workspace", "--no-deps", "--locked"],
    )
    .environment("RUSTDOCFLAGS", "-D warnings")
    .run()?;
    eprintln!("\ncheck: all passed in {} s", seconds_since(started_us));
    Ok(())
}
