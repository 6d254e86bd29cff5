//! The key: made, read, written and named, never shown.
//!
//! A key file is text: one line of 64 hexadecimal characters, and lines that begin with `#`.
//! The comment `# veriscope key <id>` names the key; when it is there it must be true, so
//! that a damaged file is told from another key.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use thiserror::Error;
use veriscope_base::ErrorClass;
use zeroize::{Zeroize, Zeroizing};

use crate::prf::Prf;

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// No key file is longer; a named log file must not be read whole to see that.
const MAX_FILE_BYTES: u64 = 4096;

/// Start of the comment that names the key of a file.
const COMMENT: &str = "# veriscope key ";

/// The secret of a lake: 32 bytes, wiped from memory when dropped.
///
/// `Debug` shows the id alone.
#[derive(Clone)]
pub struct Key([u8; KEY_BYTES]);

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error("no random bytes for a new key: check the operating system's random source")]
    NoRandomness(#[source] io::Error),
    /// The file is not there.
    #[error(
        "no key file at {}: put the lake's key back there, or name another with --key-file",
        path.display()
    )]
    Missing {
        /// Key file.
        path: PathBuf,
    },
    /// The file is there and can't be read.
    #[error("key file {} can't be read: check its owner and permissions", path.display())]
    Unreadable {
        /// Key file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// The file holds no key.
    #[error(
        "{} is no key file: it needs one line of 64 hexadecimal characters; restore it from a \
         backup, or name another with --key-file",
        path.display()
    )]
    Malformed {
        /// Key file.
        path: PathBuf,
    },
    /// The file's comment names another key than the file holds.
    #[error(
        "key file {} is damaged: it names key {named} but holds {held}; restore it from a backup",
        path.display()
    )]
    Damaged {
        /// Key file.
        path: PathBuf,
        /// Id in the comment.
        named: String,
        /// Id of the key.
        held: String,
    },
    /// Text from the environment is no key.
    #[error("the text given as a key is none: it needs 64 hexadecimal characters")]
    MalformedText,
    /// A key is never overwritten.
    #[error(
        "{} exists and is not overwritten: choose another file, or move it away if no lake \
         needs it",
        path.display()
    )]
    Exists {
        /// Key file.
        path: PathBuf,
    },
    /// The new file can't be written.
    #[error(
        "key file {} can't be written: check the folder and its permissions, or name another \
         with --key-file",
        path.display()
    )]
    Unwritable {
        /// Key file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// There is no folder for settings.
    #[error(
        "no folder to keep the key in: set XDG_CONFIG_HOME or HOME to an absolute path, or name \
         a file with --key-file"
    )]
    NoConfigFolder,
    /// The lake's id is no file name.
    #[error("lake id {lake_id:?} can't name a key file: use letters, digits, - and _")]
    BadLakeId {
        /// The id.
        lake_id: String,
    },
    /// The key would lie beside the data that it protects.
    #[error(
        "key file {} lies inside the lake {}: whoever copies the lake would have the key; move \
         it out and name it with --key-file",
        key.display(),
        lake.display()
    )]
    InsideLake {
        /// Key file.
        key: PathBuf,
        /// Folder of the lake.
        lake: PathBuf,
    },
}

impl KeyError {
    /// Returns the failure class.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NoRandomness(_)
            | Self::Missing { .. }
            | Self::Unreadable { .. }
            | Self::Malformed { .. }
            | Self::Damaged { .. }
            | Self::MalformedText
            | Self::Exists { .. }
            | Self::Unwritable { .. }
            | Self::NoConfigFolder
            | Self::BadLakeId { .. }
            | Self::InsideLake { .. } => ErrorClass::Configuration,
        }
    }
}

impl Key {
    /// Makes a new key from the operating system's random source.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = Self([0; KEY_BYTES]);
        getrandom::fill(&mut key.0).map_err(|error| KeyError::NoRandomness(error.into()))?;
        Ok(key)
    }

    /// Takes 32 bytes as a key.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads the text of `VERISCOPE_KEY`: 64 hexadecimal characters, blanks around them
    /// allowed, or the text of a whole key file.
    ///
    /// # Errors
    /// [`KeyError::MalformedText`].
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        parse(text)
            .map(|parsed| parsed.key)
            .ok_or(KeyError::MalformedText)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyError::Missing`], [`KeyError::Unreadable`], [`KeyError::Malformed`],
    /// [`KeyError::Damaged`].
    pub fn read_file(path: &Path) -> Result<Self, KeyError> {
        let mut content = Zeroizing::new(Vec::new());
        let read = File::open(path)
            .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeyError::Missing {
                    path: path.to_owned(),
                });
            }
            Err(source) => {
                return Err(KeyError::Unreadable {
                    path: path.to_owned(),
                    source,
                });
            }
        }
        let too_long = u64::try_from(content.len()).is_ok_and(|length| length > MAX_FILE_BYTES);
        let parsed = std::str::from_utf8(&content)
            .ok()
            .filter(|_| !too_long)
            .and_then(parse)
            .ok_or_else(|| KeyError::Malformed {
                path: path.to_owned(),
            })?;
        let held = parsed.key.id();
        match parsed.named {
            Some(named) if named != held => Err(KeyError::Damaged {
                path: path.to_owned(),
                named,
                held,
            }),
            _ => Ok(parsed.key),
        }
    }

    /// Writes a new key file, mode 0600, and the folders above it that are missing, mode
    /// 0700. It is on disk when this returns. A file that could not be written whole is
    /// removed.
    ///
    /// # Errors
    /// [`KeyError::Exists`] (nothing is overwritten), [`KeyError::Unwritable`].
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        let unwritable = |source| KeyError::Unwritable {
            path: path.to_owned(),
            source,
        };
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent {
            private_folders(parent).map_err(unwritable)?;
        }
        let mut file = match private_new_file(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(KeyError::Exists {
                    path: path.to_owned(),
                });
            }
            Err(source) => return Err(unwritable(source)),
        };
        let written = file
            .write_all(self.file_text().as_bytes())
            .and_then(|()| file.sync_all());
        if let Err(source) = written {
            // Half a key would pass for a damaged one later.
            let _ = fs::remove_file(path);
            return Err(unwritable(source));
        }
        // The name of a new file is durable once its folder is.
        let folder = File::open(parent.unwrap_or(Path::new("."))).map_err(unwritable)?;
        folder.sync_all().map_err(unwritable)
    }

    /// Returns the key's name: 16 hexadecimal characters, an HMAC under the key itself, so
    /// that it tells keys apart and says nothing about them.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = HEXLOWER.encode(&Prf::new(self, "key-id", &[]).finish());
        id.truncate(16);
        id
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn file_text(&self) -> Zeroizing<String> {
        let hex = Zeroizing::new(HEXLOWER.encode(&self.0));
        Zeroizing::new(format!("{COMMENT}{}\n{}\n", self.id(), *hex))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Key")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

/// Returns whether others than its owner may read, write or run a key file. False where
/// the file system knows no such modes.
///
/// # Errors
/// When the file can't be looked at.
pub fn permissions_are_wide(path: &Path) -> io::Result<bool> {
    let metadata = fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(metadata.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Ok(false)
    }
}

struct Parsed {
    key: Key,
    /// Id in the comment, where there is one.
    named: Option<String>,
}

fn parse(text: &str) -> Option<Parsed> {
    let named = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(COMMENT))
        .map(|id| id.trim().to_owned());
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let hex = lines.next()?;
    if lines.next().is_some() || hex.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut key = Key([0; KEY_BYTES]);
    HEXLOWER_PERMISSIVE
        .decode_mut(hex.as_bytes(), &mut key.0)
        .ok()?;
    Some(Parsed { key, named })
}

fn private_folders(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn private_new_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
