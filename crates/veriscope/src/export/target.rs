//! Where a file is written: beside its name until it is whole, so that a failure leaves
//! nothing behind and an earlier file of the name untouched.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::ExportError;
use crate::terminal::Stdout;

/// What exporters write to.
pub(crate) type Sink = BufWriter<Box<dyn Write + Send>>;

const BUFFER_BYTES: usize = 256 << 10;

/// Where a table goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A file.
    File(PathBuf),
    /// Stdout.
    Stdout,
}

impl Destination {
    /// Reads an `--out`: `-` is stdout.
    #[must_use]
    pub fn of(out: &Path) -> Self {
        if out == Path::new("-") {
            Self::Stdout
        } else {
            Self::File(out.to_path_buf())
        }
    }
}

/// An open destination.
#[derive(Debug)]
pub(crate) struct Target {
    /// As the user named it, for messages.
    named: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A file that takes its name when it is whole.
    Temporary { file: NamedTempFile, name: PathBuf },
    /// Stdout, a device or a pipe: bytes can't be taken back.
    Stream,
}

/// A whole file that has not taken its name yet. Dropped, it is deleted.
#[derive(Debug)]
#[must_use = "the file is deleted unless it is committed"]
pub struct Pending {
    target: Target,
    rows: u64,
}

impl Target {
    pub(crate) fn open(destination: &Destination) -> Result<(Self, Sink), ExportError> {
        let Destination::File(path) = destination else {
            let target = Self {
                named: PathBuf::from("stdout"),
                kind: Kind::Stream,
            };
            return Ok((target, sink(Stdout::open())));
        };
        let failed = |source| ExportError::Write {
            path: path.clone(),
            source,
        };
        match std::fs::metadata(path) {
            Ok(known) if known.is_dir() => Err(ExportError::IsFolder { path: path.clone() }),
            // A device or pipe is written, never replaced.
            Ok(known) if !known.is_file() => {
                let device = OpenOptions::new().write(true).open(path).map_err(failed)?;
                let target = Self {
                    named: path.clone(),
                    kind: Kind::Stream,
                };
                Ok((target, sink(device)))
            }
            Ok(_) => {
                // Behind a symbolic link it is the file that is replaced, not the link.
                let name = std::fs::canonicalize(path).map_err(failed)?;
                Self::temporary(path, name)
            }
            Err(_) => Self::temporary(path, path.clone()),
        }
    }

    fn temporary(named: &Path, name: PathBuf) -> Result<(Self, Sink), ExportError> {
        let failed = |source| ExportError::Write {
            path: named.to_path_buf(),
            source,
        };
        let folder = folder_of(&name);
        if !folder.is_dir() {
            return Err(ExportError::NoFolder {
                path: named.to_path_buf(),
                folder: folder.to_path_buf(),
            });
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".veriscope-").suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file: the user's umask decides. The default is for secrets.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(failed)?;
        let writer: File = file.as_file().try_clone().map_err(failed)?;
        let target = Self {
            named: named.to_path_buf(),
            kind: Kind::Temporary { file, name },
        };
        Ok((target, sink(writer)))
    }

    pub(crate) fn failed(&self, source: io::Error) -> ExportError {
        ExportError::Write {
            path: self.named.clone(),
            source,
        }
    }

    /// Makes the file's bytes safe on disk.
    pub(crate) fn complete(self, rows: u64) -> Result<Pending, ExportError> {
        if let Kind::Temporary { file, .. } = &self.kind {
            file.as_file()
                .sync_all()
                .map_err(|source| self.failed(source))?;
        }
        Ok(Pending { target: self, rows })
    }
}

impl Pending {
    /// Returns where the file's bytes are now; none for a stream.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.target.kind {
            Kind::Temporary { file, .. } => Some(file.path()),
            Kind::Stream => None,
        }
    }

    /// Gives the file its name, replacing an earlier one, and returns the number of rows.
    ///
    /// # Errors
    /// `Write`.
    pub fn commit(self) -> Result<u64, ExportError> {
        let named = self.target.named;
        let failed = |source| ExportError::Write {
            path: named.clone(),
            source,
        };
        if let Kind::Temporary { file, name } = self.target.kind {
            file.persist(&name).map_err(|error| failed(error.error))?;
            // The name itself is safe when its folder is; some file systems can't say so.
            #[cfg(unix)]
            if let Ok(folder) = File::open(folder_of(&name)) {
                let _ = folder.sync_all();
            }
        }
        Ok(self.rows)
    }
}

fn sink(writer: impl Write + Send + 'static) -> Sink {
    BufWriter::with_capacity(BUFFER_BYTES, Box::new(writer))
}

fn folder_of(name: &Path) -> &Path {
    match name.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}
