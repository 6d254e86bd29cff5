//! Where PostgreSQL's programs are, and as whom they run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Variable that names the folder of `initdb` and `postgres`.
const VARIABLE: &str = "VERISCOPE_POSTGRES_BIN";

/// PostgreSQL's programs, and the user that runs them.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    bin: PathBuf,
    /// User and group; none where this process is unprivileged already.
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Finds the programs.
    ///
    /// # Panics
    /// Where there are none, saying how to install them.
    pub(crate) fn find() -> Self {
        let bin = folder().unwrap_or_else(|| {
            panic!(
                "no PostgreSQL server to test with: `cargo xtask test` installs one on Debian \
                 and Ubuntu as root; else install the package `postgresql`, or name the folder \
                 that has initdb and postgres in {VARIABLE}"
            )
        });
        Self {
            bin,
            user: unprivileged_user(),
        }
    }

    /// A command that runs as the unprivileged user and dies with the thread that starts it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let Some(setpriv) = setpriv() else {
            assert!(
                self.user.is_none(),
                "PostgreSQL refuses to run as root, and `setpriv` (util-linux) is not there"
            );
            return Command::new(program);
        };
        let mut command = Command::new(setpriv);
        command.args(["--pdeathsig", "KILL"]);
        if let Some((user, group)) = self.user {
            command.args([
                format!("--reuid={user}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ]);
        }
        command.arg("--").arg(program);
        // Nothing of the user's own settings reaches the server.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Gives a file or folder to the unprivileged user.
    pub(crate) fn give(&self, path: &Path) {
        #[cfg(unix)]
        if let Some((user, group)) = self.user {
            std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
        }
        #[cfg(not(unix))]
        let _ = path;
    }

    /// What tells one installation from another, for the name of a folder.
    pub(crate) fn label(&self) -> String {
        let user = self.user.map_or(u32::MAX, |(user, _)| user);
        let path = self.bin.display().to_string();
        let path: String = path
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        format!("{path}-{user}")
    }
}

fn folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        return Some(named.into());
    }
    let has_both = |bin: &PathBuf| bin.join("initdb").exists() && bin.join("postgres").exists();
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .filter(|(_, bin)| has_both(bin))
        .collect();
    debian.sort();
    let in_path = std::env::var_os("PATH");
    debian
        .pop()
        .map(|(_, bin)| bin)
        .or_else(|| std::env::split_paths(in_path.as_ref()?).find(has_both))
}

fn setpriv() -> Option<&'static str> {
    ["/usr/bin/setpriv", "/bin/setpriv"]
        .into_iter()
        .find(|path| Path::new(path).exists())
}

/// Returns `nobody` where this process is root's.
fn unprivileged_user() -> Option<(u32, u32)> {
    if id(&["-u"])? != 0 {
        return None;
    }
    Some((id(&["-u", "nobody"])?, id(&["-g", "nobody"])?))
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
