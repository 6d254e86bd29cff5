//! A folder of its own for each test, and the binary called in it.

use std::path::Path;
use std::process::{Command as Process, Output};

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder that commands run in; nothing of the user's own settings reaches them.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// Reads a file of the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Names in the folder, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A command that runs in the folder.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        Command::from_std(self.process(words))
    }

    /// The same as a process that can be left running.
    pub(crate) fn process(&self, words: &[&str]) -> Process {
        let mut command = Process::new(assert_cmd::cargo::cargo_bin!("veriscope"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("VERISCOPE_") || name.starts_with("XDG_") {
                command.env_remove(name.as_ref());
            }
        }
        command.args(words).current_dir(self.path());
        command
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join("config"));
        command
    }

    /// Runs a command that must succeed.
    pub(crate) fn run_ok(&self, words: &[&str]) -> Said {
        let said = self.run(words);
        assert_eq!(said.code, Some(0), "{words:?}: {said:?}");
        said
    }

    /// Runs a command and returns what it said.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        Said::of(self.command(words).output().unwrap())
    }
}

/// What a command said, and its exit code.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
