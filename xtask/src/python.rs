//! Programs that are had as Python packages, each in an environment of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::step::Step;
use crate::workspace;

/// The Python that the packages are built for.
const PYTHON: &str = "3.11";

/// Where an environment keeps its packages.
pub(crate) const PACKAGES: &str = "lib/python3.11/site-packages";

/// Returns a program out of an environment under the target folder, which is made where it is
/// missing or its requirements have changed: packages in a file, each in one version.
///
/// # Errors
/// As [`install`], or where the requirements can't be read.
pub(crate) fn program(
    tool: &str,
    program: &str,
    requirements: &str,
    otherwise: &str,
) -> anyhow::Result<PathBuf> {
    let folder = workspace::target_folder().join("tools").join(tool);
    let program = folder.join("bin").join(program);
    let wanted = std::fs::read(workspace::root().join(requirements));
    let wanted = wanted.with_context(|| requirements.to_owned())?;
    let stamp = folder.join("installed.txt");
    let is_current = std::fs::read(&stamp).is_ok_and(|installed| installed == wanted);
    if is_current && program.is_file() {
        return Ok(program);
    }
    install(tool, &folder, otherwise, &["--requirement", requirements])?;
    std::fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())?;
    Ok(program)
}

/// Makes an environment anew and installs packages there, without what they depend on.
///
/// # Errors
/// Where there is no such Python: says what to install, or what to do `otherwise`. Where a
/// package cannot be installed.
pub(crate) fn install(
    name: &str,
    folder: &Path,
    otherwise: &str,
    packages: &[&str],
) -> anyhow::Result<()> {
    let python = python().with_context(|| {
        format!("{name} needs Python {PYTHON} with `venv`: install it, or {otherwise}")
    })?;
    Step::new(&format!("environment of {name}"), python)
        .arguments(["-m", "venv", "--clear"])
        .arguments([folder])
        .run()?;
    Step::new(name, folder.join("bin").join("pip"))
        .arguments(["install", "--quiet", "--disable-pip-version-check"])
        .arguments(["--no-deps"])
        .arguments(packages)
        .run()
}

/// The first Python of the right version in the path.
fn python() -> Option<String> {
    let wanted = format!("Python {PYTHON}.");
    let names = [format!("python{PYTHON}"), "python3".to_owned()];
    names.into_iter().find(|name| {
        let told = Command::new(name).arg("--version").output();
        told.is_ok_and(|told| told.stdout.starts_with(wanted.as_bytes()))
    })
}
