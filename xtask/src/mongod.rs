//! The MongoDB server of the tests: a Python package in an environment of its own, installed
//! beside what is built.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::python;
use crate::workspace;

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
    let folder = workspace::target_folder().join("tools").join("mongod");
    let program = folder.join("bin").join("secantusd-py");
    let requirements = workspace::root().join(REQUIREMENTS);
    let wanted = std::fs::read(&requirements).with_context(|| REQUIREMENTS.to_owned())?;
    let stamp = folder.join("installed.txt");
    let is_current = std::fs::read(&stamp).is_ok_and(|installed| installed == wanted);
    if is_current && program.is_file() {
        return Ok(program);
    }
    install(&folder)?;
    std::fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())?;
    Ok(program)
}

fn install(folder: &Path) -> anyhow::Result<()> {
    let otherwise = format!("name the program of a server in {VARIABLE}");
    python::install(
        "MongoDB test server",
        folder,
        &otherwise,
        &["--requirement", REQUIREMENTS],
    )
}
