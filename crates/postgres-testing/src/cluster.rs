//! Data folders: one cluster is made per machine and copied for each server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::program::Programs;

/// Folders of servers begin with this; the process that made one comes after it.
const PREFIX: &str = "veriscope-postgres-";

/// The administrator of every test cluster.
pub(crate) const SUPERUSER: &str = "veriscope_tests";
/// The administrator's password: worth nothing outside the test.
pub(crate) const PASSWORD: &str = "of the tests alone";

/// Returns a folder with a fresh cluster in `data`.
pub(crate) fn fresh(programs: &Programs) -> TempDir {
    sweep();
    let template = template(programs);
    let folder = tempfile::Builder::new()
        .prefix(&format!("{PREFIX}{}-", std::process::id()))
        .tempdir()
        .unwrap();
    programs.give(folder.path());
    let data = folder.path().join("data");
    let copied = Command::new("cp")
        .arg("-a")
        .args([&template, &data])
        .status()
        .unwrap();
    assert!(copied.success(), "failed to copy the cluster");
    folder
}

/// Returns the cluster that others are copied from; makes it where it isn't there.
fn template(programs: &Programs) -> PathBuf {
    let place = std::env::temp_dir().join(format!("veriscope-cluster-2{}", programs.label()));
    if place.join("PG_VERSION").exists() {
        return place;
    }
    let folder = tempfile::Builder::new()
        .prefix(&format!("{PREFIX}{}-", std::process::id()))
        .tempdir()
        .unwrap();
    programs.give(folder.path());
    let password = folder.path().join("password");
    std::fs::write(&password, PASSWORD).unwrap();
    programs.give(&password);
    let made = folder.path().join("data");
    let output = programs
        .command("initdb")
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
        .args(["--auth=scram-sha-256", "--wal-segsize=1"])
        .arg(format!("--username={SUPERUSER}"))
        .arg(format!("--pwfile={}", password.display()))
        .arg(format!("--pgdata={}", made.display()))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "initdb failed: {said}");
    // Another process may have been quicker; its cluster is as good.
    let _ = std::fs::rename(&made, &place);
    assert!(place.join("PG_VERSION").exists(), "no {}", place.display());
    place
}

/// Removes folders of processes that are no more.
fn sweep() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    if !Path::new("/proc/self").exists() {
        return;
    }
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let process = rest.split('-').next().unwrap_or_default();
        let is_number = process.parse::<u32>().is_ok();
        if is_number && !Path::new("/proc").join(process).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
