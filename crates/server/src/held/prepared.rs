//! A snapshot as memory holds it, kept in a file, so that a server that starts again need not
//! make it anew.

use std::fs;
use std::io;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use veriscope_cache::{Cache, StoredError};

use super::{Place, Seen};

/// What all files of ours begin with.
const PREFIX: &str = "snapshot-";

/// Where a snapshot is kept, and what it is made of.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    folder: PathBuf,
    path: PathBuf,
    made_of: String,
}

impl Prepared {
    /// Returns where a snapshot is kept; none where none is to be. The name tells program,
    /// lake, snapshot, card and exclusions: what is made of others is another file.
    pub(super) fn of(place: &Place, seen: &Seen) -> Option<Self> {
        let folder = place.prepared.clone()?;
        let mut hash = Sha256::new();
        let parts: [Vec<u8>; 5] = [
            env!("CARGO_PKG_VERSION").into(),
            seen.lake_id.as_bytes().to_vec(),
            seen.number.to_string().into(),
            serde_json::to_vec(&*place.card).unwrap_or_default(),
            serde_json::to_vec(&place.rules).unwrap_or_default(),
        ];
        for part in parts {
            hash.update(part);
            hash.update([0]);
        }
        let digest = hash.finalize();
        let made_of: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let short: String = made_of.chars().take(16).collect();
        Some(Self {
            path: folder.join(format!("{PREFIX}{short}.arrow")),
            folder,
            made_of,
        })
    }

    /// Reads the snapshot; none where it is not kept, or can't be read: it is made anew then.
    pub(super) async fn read(&self) -> Option<Cache> {
        let prepared = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            Cache::read(&prepared.path, &prepared.made_of)
                .ok()
                .flatten()
        });
        read.await.ok().flatten()
    }

    /// Keeps a snapshot, in place of those before it.
    ///
    /// # Errors
    /// [`StoredError`]: the folder can't be written to.
    pub(crate) fn write(&self, cache: &Cache) -> Result<(), StoredError> {
        let file_error = |what| {
            move |source: io::Error| StoredError::File {
                what,
                path: self.folder.clone(),
                source,
            }
        };
        fs::create_dir_all(&self.folder).map_err(file_error("make"))?;
        cache.write(&self.path, &self.made_of)?;
        for entry in fs::read_dir(&self.folder).map_err(file_error("list"))? {
            let path = entry.map_err(file_error("list"))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.starts_with(PREFIX)) && path != self.path {
                fs::remove_file(&path).map_err(file_error("tidy"))?;
            }
        }
        Ok(())
    }
}
