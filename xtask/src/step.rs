//! Child processes that are seen: each prints its command, and the first that fails
//! ends the recipe by name.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};
use veriscope_base::{Clock, SystemClock};

use crate::workspace;

/// One command of a recipe, run in the root of the workspace.
pub(crate) struct Step {
    name: String,
    command: Command,
}

impl Step {
    pub(crate) fn new(name: &str, program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(workspace::root());
        Self {
            name: name.to_owned(),
            command,
        }
    }

    pub(crate) fn cargo(name: &str, arguments: &[&str]) -> Self {
        let mut step = Self::new(name, cargo()).arguments(arguments);
        // Cargo tells this program of its own package. Build scripts that look at such names
        // would run again below it, and everything after them be built again.
        let own = std::env::vars_os().map(|(name, _)| name);
        for name in own.filter(|name| is_of_package(&name.to_string_lossy())) {
            step.command.env_remove(name);
        }
        if in_ci() {
            // Nothing is built twice there, so the incremental cache only costs.
            step.command.env("CARGO_INCREMENTAL", "0");
        }
        step
    }

    pub(crate) fn arguments<I: AsRef<OsStr>>(
        mut self,
        arguments: impl IntoIterator<Item = I>,
    ) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away that this program has.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn in_folder(mut self, folder: PathBuf) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs the command; its output goes straight to ours.
    ///
    /// # Errors
    /// Where it cannot start, or ends with anything but success.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        eprintln!("\n[{}] {}", self.name, self.shown());
        let started_us = SystemClock.now_us();
        let status = self
            .command
            .status()
            .with_context(|| format!("{}: could not start the command", self.name))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.name);
        }
        eprintln!("[{}] done in {} s", self.name, seconds_since(started_us));
        Ok(())
    }

    /// The command as one would type it, with the environment that it sets.
    fn shown(&self) -> String {
        let set = self.command.get_envs().filter_map(|(name, value)| {
            Some(format!(
                "{}={:?}",
                name.to_string_lossy(),
                value?.to_string_lossy()
            ))
        });
        let program = std::path::Path::new(self.command.get_program());
        let program = program.file_name().unwrap_or(program.as_os_str());
        let words = std::iter::once(program).chain(self.command.get_args());
        set.chain(words.map(|word| word.to_string_lossy().into_owned()))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Whether cargo sets a variable for the package whose program it runs.
fn is_of_package(name: &str) -> bool {
    [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_CRATE_",
        "CARGO_BIN_",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// The cargo that runs this program, or the one in the path.
pub(crate) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Says whether a cargo subcommand is installed.
pub(crate) fn has_cargo_subcommand(subcommand: &str) -> bool {
    Command::new(cargo())
        .args([subcommand, "--version"])
        .output()
        .is_ok_and(|output| output.status.success())
}

pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

pub(crate) fn seconds_since(started_us: i64) -> i64 {
    (SystemClock.now_us() - started_us) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn a_failing_command_is_an_error_that_names_its_step() {
        let error = Step::cargo("no such flag", &["--no-such-flag"])
            .run()
            .unwrap_err();
        assert!(format!("{error:#}").contains("no such flag"), "{error:#}");
    }

    #[test]
    fn what_cargo_says_of_this_package_is_kept_from_the_cargo_below() {
        assert!(super::is_of_package("CARGO_PKG_VERSION_MAJOR"));
        assert!(super::is_of_package("CARGO_MANIFEST_DIR"));
        assert!(!super::is_of_package("CARGO_TARGET_DIR"));
    }

    #[test]
    fn a_command_is_shown_with_the_environment_it_sets() {
        let step = Step::new("docs", "/bin/cargo")
            .arguments(["doc"])
            .environment("A", "-D b");
        assert_eq!(step.shown(), "A=\"-D b\" cargo doc");
    }
}
