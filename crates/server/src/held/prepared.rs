//! A snapshot as memory holds it, kept in a file, so that a server that starts again need not
//! make it anew.

use std::fs;
use std::path::{Path, PathBuf};

use veriscope_cache::{Cache, StoredError};
use veriscope_lake::Published;

use super::{LoadError, Place, Seen, digest};

/// What all files of ours begin with.
const PREFIX: &str = "snapshot-";
/// What they end with.
const SUFFIX: &str = ".arrow";

/// Where a snapshot is kept, and what it is made of.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    folder: PathBuf,
    path: PathBuf,
    fingerprint: String,
}

impl Prepared {
    /// Returns where a snapshot is kept; none where none is to be. The fingerprint is of
    /// program, lake, publication, card and exclusions: what is made of others is another file.
    ///
    /// # Errors
    /// [`LoadError::Fingerprint`], a defect.
    pub(super) fn of(
        place: &Place,
        seen: &Seen,
        published: &Published,
    ) -> Result<Option<Self>, LoadError> {
        let Some(folder) = place.prepared.clone() else {
            return Ok(None);
        };
        let fingerprint = digest(&[
            program().as_bytes(),
            seen.lake_id.as_bytes(),
            &serde_json::to_vec(published)?,
            &serde_json::to_vec(&*place.card)?,
            &serde_json::to_vec(&place.rules)?,
        ]);
        let short: String = fingerprint.chars().take(SHORT).collect();
        Ok(Some(Self {
            path: folder.join(format!("{PREFIX}{short}{SUFFIX}")),
            folder,
            fingerprint,
        }))
    }

    /// Reads the snapshot; none where it is not kept.
    ///
    /// # Errors
    /// [`StoredError`]: the file can't be read, or is damaged; it is made anew then.
    pub(super) async fn read(&self) -> Result<Option<Cache>, StoredError> {
        let prepared = self.clone();
        let read =
            tokio::task::spawn_blocking(move || Cache::read(&prepared.path, &prepared.fingerprint));
        read.await.unwrap_or(Ok(None))
    }

    /// Keeps a snapshot, in place of those before it.
    ///
    /// # Errors
    /// [`StoredError`]: the folder can't be written to.
    pub(crate) fn write(&self, cache: &Cache) -> Result<(), StoredError> {
        fs::create_dir_all(&self.folder).map_err(|source| StoredError::File {
            what: "make",
            path: self.folder.clone(),
            source,
        })?;
        cache.write(&self.path, &self.fingerprint)?;
        self.tidy();
        Ok(())
    }

    /// Removes the files before this one. What can't be removed takes room and does no harm.
    fn tidy(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let others = entries.map(|entry| entry.path());
        for path in others.filter(|path| *path != self.path && is_ours(path)) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Letters of the fingerprint in the name of a file.
const SHORT: usize = 16;

/// Whether a file bears a name that no one but us would give it.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let short = name.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    short.is_some_and(|short| {
        short.len() == SHORT && short.bytes().all(|letter| letter.is_ascii_hexdigit())
    })
}

/// The program: its version, and the file that runs, for one version may be built twice.
fn program() -> String {
    let file = std::env::current_exe().and_then(fs::metadata);
    let file = file.and_then(|file| Ok((file.len(), file.modified()?)));
    format!("{} {file:?}", env!("CARGO_PKG_VERSION"))
}
