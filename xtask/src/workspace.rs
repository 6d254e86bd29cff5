//! Where the workspace is, and which files it has.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Folders that are never part of the source: built, fetched or made by running.
const SKIPPED: [&str; 4] = [".git", "target", "node_modules", "veriscope-lake"];

/// The root of the workspace: where cargo runs this program, else where it was built.
pub(crate) fn root() -> PathBuf {
    let built = env!("CARGO_MANIFEST_DIR");
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| built.into(), PathBuf::from);
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Where cargo builds, and where this program keeps what it installs and measures.
pub(crate) fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A text file of the workspace.
pub(crate) struct SourceFile {
    /// Relative to the root, with `/` between.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension() == Some(OsStr::new(extension))
    }
}

/// Reads every UTF-8 file of the workspace, in order of path.
pub(crate) fn files() -> anyhow::Result<Vec<SourceFile>> {
    let root = root();
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if SKIPPED.iter().any(|&skipped| entry.file_name() == skipped) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                files.extend(read(&root, &path)?);
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Returns nothing for a file that is no text.
fn read(root: &Path, path: &Path) -> anyhow::Result<Option<SourceFile>> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let relative = path
        .strip_prefix(root)?
        .to_string_lossy()
        .replace('\\', "/");
    Ok(String::from_utf8(bytes).ok().map(|text| SourceFile {
        path: relative,
        text,
    }))
}
