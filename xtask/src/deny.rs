//! `cargo deny`: licences, banned and doubled crates, sources; advisories where their
//! database can be had.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::step::{Step, cargo, has_cargo_subcommand};
use crate::workspace;

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

/// How long a fetch of the advisory database may take before it counts as unreachable.
const FETCH_LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn check() -> anyhow::Result<()> {
    let program = installed()?;
    deny_step("licences, bans, sources", &program)
        .arguments([
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ])
        .run()?;
    if fetched_advisories(&program) {
        return deny_step("advisories", &program)
            .arguments(["check", "advisories"])
            .run();
    }
    eprintln!(
        "[advisories] NOT CHECKED: their database could not be fetched; advisories and yanked \
         versions of dependencies are unknown. Run `cargo deny check advisories` where there is \
         a network"
    );
    Ok(())
}

/// Where cargo-deny is.
enum Program {
    /// Installed for the user, as a cargo subcommand.
    Subcommand,
    /// Installed by this recipe, beside what it builds.
    File(PathBuf),
}

fn deny_step(name: &str, program: &Program) -> Step {
    match program {
        Program::Subcommand => Step::cargo(name, &["deny"]),
        Program::File(path) => Step::new(name, path),
    }
}

fn installed() -> anyhow::Result<Program> {
    if has_cargo_subcommand("deny") {
        return Ok(Program::Subcommand);
    }
    let tools = workspace::target_folder().join("tools");
    let path = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        let build = tools.join("build");
        // Built without optimisation: half the time, for a check that takes seconds.
        Step::cargo(
            "install cargo-deny",
            &["install", "cargo-deny", "--locked", "--debug"],
        )
        .arguments(["--version", VERSION, "--root"])
        .arguments([tools.as_os_str()])
        .arguments(["--target-dir".as_ref(), build.as_os_str()])
        .run()?;
        std::fs::remove_dir_all(build)?;
    }
    Ok(Program::File(path))
}

/// Fetches the advisory database; false where it fails or takes too long.
fn fetched_advisories(program: &Program) -> bool {
    let mut command = match program {
        Program::Subcommand => {
            let mut command = Command::new(cargo());
            command.arg("deny");
            command
        }
        Program::File(path) => Command::new(path),
    };
    command.args(["fetch", "db"]).current_dir(workspace::root());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let step = Duration::from_millis(200);
    let mut waited = Duration::ZERO;
    while waited < FETCH_LIMIT {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(step),
            Err(_) => return false,
        }
        waited += step;
    }
    // A child that ended in the meantime is as good as stopped.
    let _ = child.kill();
    let _ = child.wait();
    false
}
