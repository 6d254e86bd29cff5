//! The PostgreSQL server that tests start: installed where it is missing and can be.
//!
//! Only the programs are installed. No cluster of the system's is made, started or touched:
//! tests make their own in temporary folders.

use std::path::Path;

use anyhow::Context;

use crate::apt;

/// Where Debian and Ubuntu put the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// What keeps the package from making and starting a cluster of its own.
const NO_CLUSTER: (&str, &str) = (
    "/etc/postgresql-common/createcluster.conf",
    "create_main_cluster = false\n",
);

/// Makes sure that there is a server; where it can't be installed, says what to do, and lets
/// the tests that need it fail.
pub(crate) fn ensure() -> anyhow::Result<()> {
    if is_installed() {
        return Ok(());
    }
    if !apt::may_install() {
        eprintln!(
            "[postgresql] NOT INSTALLED: tests that load into PostgreSQL will fail. Install the \
             package `postgresql`, or name the folder with initdb and postgres in \
             VERISCOPE_POSTGRES_BIN"
        );
        return Ok(());
    }
    keep_from_making_a_cluster()?;
    apt::install(&["postgresql"])
}

fn is_installed() -> bool {
    if std::env::var_os("VERISCOPE_POSTGRES_BIN").is_some_and(|value| !value.is_empty()) {
        return true;
    }
    let debian = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut folders: Vec<_> = debian.map(|version| version.path().join("bin")).collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    folders
        .iter()
        .any(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
}

/// An administrator's own settings stay as they are.
fn keep_from_making_a_cluster() -> anyhow::Result<()> {
    let (file, text) = NO_CLUSTER;
    if Path::new(file).exists() {
        return Ok(());
    }
    let folder = Path::new(file).parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    std::fs::write(file, text).with_context(|| file.to_owned())
}
