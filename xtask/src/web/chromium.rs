//! The browser of the journeys: installed where it is missing and can be.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::apt;

/// Names the browser's program to the journeys.
pub(crate) const VARIABLE: &str = "VERISCOPE_CHROMIUM";

/// What its program is called, by system.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// With a font, or pages have no letters.
const PACKAGES: [&str; 2] = ["chromium", "fonts-dejavu-core"];

/// Returns the browser's program: the one that is named in the environment, else one of the
/// path, which is installed where it is missing.
///
/// # Errors
/// Where there is none, and none can be installed: says what to do.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    if let Some(found) = in_path() {
        return Ok(found);
    }
    if !apt::may_install() {
        bail!(
            "the journeys of the dashboard need Chromium: install the package `chromium`, or \
             name a browser in {VARIABLE}"
        );
    }
    apt::install(&PACKAGES)?;
    in_path().context("the package `chromium` has no program in the path")
}

fn in_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}
