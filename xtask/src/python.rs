//! Programs that are had as Python packages, each in an environment of its own.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::step::Step;

/// The Python that the packages are built for.
const PYTHON: &str = "3.11";

/// Where an environment keeps its packages.
pub(crate) const PACKAGES: &str = "lib/python3.11/site-packages";

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
