//! The short recipes: `test`, `fix` and `docs`.

use crate::mongod;
use crate::postgres_server;
use crate::step::{Step, has_cargo_subcommand};

/// Runs the tests with nextest where it is installed, else with cargo, then the doctests.
pub(crate) fn test(further: &[String]) -> anyhow::Result<()> {
    postgres_server::ensure()?;
    let mongod = mongod::program()?;
    let mongod = mongod.to_string_lossy();
    if has_cargo_subcommand("nextest") {
        Step::cargo(
            "tests",
            &["nextest", "run", "--workspace", "--no-fail-fast"],
        )
        .arguments(further)
        .environment(mongod::VARIABLE, &mongod)
        .run()?;
    } else {
        eprintln!(
            "[tests] cargo-nextest is not installed: cargo test runs them, one binary at a time"
        );
        Step::cargo(
            "tests",
            &[
                "test",
                "--workspace",
                "--no-fail-fast",
                "--lib",
                "--bins",
                "--tests",
            ],
        )
        .arguments(further)
        .environment(mongod::VARIABLE, &mongod)
        .run()?;
    }
    Step::cargo("doctests", &["test", "--workspace", "--doc", "--quiet"]).run()
}

/// Formats, and lets clippy mend what it can.
pub(crate) fn fix() -> anyhow::Result<()> {
    Step::cargo(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--fix",
            "--allow-dirty",
            "--allow-staged",
        ],
    )
    .run()?;
    Step::cargo("format", &["fmt", "--all"]).run()
}

/// Lets the tests that compare generated pages write them instead.
pub(crate) fn docs() -> anyhow::Result<()> {
    Step::cargo(
        "generated pages",
        &["test", "--package", "veriscope-card", "--quiet"],
    )
    .environment("UPDATE_DOCS", "1")
    .run()
}
