//! One writer holds a lake: an operating-system lock that ends with its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::LakeError;

/// The lock file within a lake's folder.
pub(crate) const FILE: &str = "writer.lock";

/// How often a waiting writer looks again.
const POLL: Duration = Duration::from_millis(100);

/// Who holds a lake, as the next one reads it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Holder {
    /// Process id.
    pid: u32,
    /// What it does: `run`, `anonymize`…
    command: String,
}

/// The right to write to a lake; given back when dropped or when the process ends.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
    folder: PathBuf,
}

impl WriterLock {
    /// Takes the lock of a lake's folder, which is made where it isn't there. Waits for
    /// another writer; `waiting` is told once who that is.
    ///
    /// # Errors
    /// `Locked` after `patience`, `Folder` when the folder can't be made or written.
    pub fn acquire(
        folder: &Path,
        command: &str,
        patience: Duration,
        mut waiting: impl FnMut(&str),
    ) -> Result<Self, LakeError> {
        let path = folder.join(FILE);
        let failed = |source| LakeError::Folder {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(|source| LakeError::Folder {
            path: folder.to_path_buf(),
            source,
        })?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        let mut polls = patience.as_millis() / POLL.as_millis();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) => {}
            }
            let holder = read_holder(&mut file);
            if polls == 0 {
                return Err(LakeError::Locked {
                    path: folder.to_path_buf(),
                    holder,
                });
            }
            if !told {
                waiting(&holder);
                told = true;
            }
            polls -= 1;
            std::thread::sleep(POLL);
        }
        write_holder(&mut file, command).map_err(failed)?;
        Ok(Self {
            _file: file,
            folder: folder.to_path_buf(),
        })
    }

    /// Returns the folder that is held.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn read_holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.read_to_string(&mut text));
    let holder: Option<Holder> = read.ok().and_then(|_| serde_json::from_str(&text).ok());
    holder.map_or_else(
        || "another process".to_owned(),
        |holder| format!("`veriscope {}` (process {})", holder.command, holder.pid),
    )
}

fn write_holder(file: &mut File, command: &str) -> std::io::Result<()> {
    let holder = Holder {
        pid: std::process::id(),
        command: command.to_owned(),
    };
    let text = serde_json::to_string(&holder)?;
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())?;
    file.flush()
}
