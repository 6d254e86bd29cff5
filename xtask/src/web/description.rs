//! The API put to the test of its own description: Schemathesis asks the real server what the
//! description allows, and what it forbids, and holds the answers against it.

use std::path::Path;

use crate::python;
use crate::served::Server;
use crate::step::Step;

/// What is installed, each in one version.
const REQUIREMENTS: &str = "crates/server/tests/requirements.txt";
/// Cases for each operation and kind of test.
const CASES: &str = "15";

/// Checks the server of a lake.
///
/// # Errors
/// Where the tool can't be had, the server does not start, or an answer is not as described.
pub(super) fn check(binary: &Path, lake: &Path) -> anyhow::Result<()> {
    let otherwise = "run the other checks alone";
    let program = python::program("schemathesis", "st", REQUIREMENTS, otherwise)?;
    let server = Server::start(binary, lake, None)?;
    let address = format!("{}/api/v1/openapi.json", server.address);
    // It keeps notes where it stands.
    let folder = lake.parent().unwrap_or(lake).to_path_buf();
    Step::new("answers against their description", program)
        .in_folder(folder)
        .arguments(["run", "--no-color", "--max-examples", CASES, "--seed", "1"])
        // A stream of news has no end.
        .arguments(["--exclude-path", "/api/v1/events"])
        // A parameter may name any column: one that is none is well formed, and refused.
        .arguments(["--exclude-checks", "positive_data_acceptance"])
        .arguments([address])
        .run()
}
