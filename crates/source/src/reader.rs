//! The reader of one source: opens it and yields its documents.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::csv::CsvFramer;
use crate::decompress::Decompressed;
use crate::document::Document;
use crate::error::SourceError;
use crate::frame::archive::{ArchiveFramer, ArchiveProblem};
use crate::frame::bson::BsonFramer;
use crate::frame::json::JsonFramer;
use crate::frame::unit::Frame;
use crate::recognise::{Format, Unrecognised, recognise};
use crate::resolve::{Location, SourceSpec};
use crate::window::Window;

/// What bounds the memory of a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size over which a document is put aside, in bytes.
    pub max_document_bytes: usize,
    /// How much of an oversize document is kept, in bytes.
    pub kept_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_document_bytes: 64 << 20,
            kept_bytes: 64 << 10,
        }
    }
}

/// The encoding of a source's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// JSON objects.
    Json,
    /// BSON documents.
    Bson,
    /// Rows of CSV.
    Csv,
}

/// The documents of one source, in order.
///
/// After an error, and after the last document, there is nothing more.
pub struct DocumentReader {
    /// Path of the file, or `standard input`: names the source in errors.
    location: String,
    framer: Framer,
    consumed: Arc<AtomicU64>,
    next_ordinal: u64,
    is_done: bool,
}

enum Framer {
    Json(JsonFramer),
    Bson(BsonFramer),
    Archive(Box<ArchiveFramer>),
    Csv(Box<CsvFramer>),
}

impl DocumentReader {
    /// Opens a source and recognises its format.
    ///
    /// `csv_columns` are the columns that make a CSV header recognisable: all of them must be
    /// there, in any order and among others.
    ///
    /// Of an archive of `mongodump` it reads one collection: the one that the source names
    /// (`dump.archive#db.collection`), else the only one that is no view and not the server's own
    /// (`system.*`, and what stands in `admin`, `config` and `local`).
    ///
    /// # Errors
    /// The source can't be read, or is of no known format; the archive has several collections
    /// and none was named, or not the one that was.
    pub fn open(
        spec: &SourceSpec,
        limits: Limits,
        csv_columns: &[String],
    ) -> Result<Self, SourceError> {
        match &spec.location {
            Location::Stdin => {
                let stdin = Box::new(io::stdin());
                let collection = spec.collection.as_deref();
                Self::from_read_of("standard input", stdin, limits, csv_columns, collection)
            }
            Location::File(path) => {
                let location = path.display().to_string();
                let file = match File::open(path) {
                    Ok(file) => file,
                    Err(source) => return Err(SourceError::Read { location, source }),
                };
                let collection = spec.collection.as_deref();
                Self::from_read_of(&location, Box::new(file), limits, csv_columns, collection)
            }
        }
    }

    /// Reads documents from any reader; `location` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_read(
        location: &str,
        input: Box<dyn Read + Send>,
        limits: Limits,
        csv_columns: &[String],
    ) -> Result<Self, SourceError> {
        Self::from_read_of(location, input, limits, csv_columns, None)
    }

    /// Reads documents from any reader; of an archive those of one `collection`.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_read_of(
        location: &str,
        input: Box<dyn Read + Send>,
        limits: Limits,
        csv_columns: &[String],
        collection: Option<&str>,
    ) -> Result<Self, SourceError> {
        let location = location.to_owned();
        let consumed = Arc::new(AtomicU64::new(0));
        let decompressed = match Decompressed::open(input, Arc::clone(&consumed)) {
            Ok(decompressed) => decompressed,
            Err(source) => return Err(SourceError::Read { location, source }),
        };
        let mut window = Window::new(decompressed);
        let format = match recognise(&mut window, csv_columns) {
            Ok(format) => format,
            Err(Unrecognised::Read(source)) => return Err(SourceError::Read { location, source }),
            Err(Unrecognised::Unknown(hint)) => {
                return Err(SourceError::UnknownFormat { location, hint });
            }
            Err(Unrecognised::CsvColumnsMissing(missing)) => {
                return Err(SourceError::CsvColumnsMissing { location, missing });
            }
        };
        let compression = window.compression().name();
        if let Some(source) = window.take_undecodable() {
            return Err(SourceError::Undecodable {
                location,
                compression,
                source,
            });
        }
        if let Some(collection) = collection
            && !matches!(format, Format::Archive)
        {
            let collection = collection.to_owned();
            return Err(SourceError::NoArchive {
                location,
                collection,
            });
        }
        let framer = match format {
            Format::Bson => Framer::Bson(BsonFramer::new(window, limits)),
            Format::Archive => match ArchiveFramer::open(window, limits, collection) {
                Ok(framer) => Framer::Archive(Box::new(framer)),
                Err(problem) => return Err(archive_error(location, collection, problem)),
            },
            Format::Json => Framer::Json(JsonFramer::new(window, limits)),
            Format::Csv(header) => Framer::Csv(Box::new(CsvFramer::new(window, limits, header))),
        };
        Ok(Self {
            location,
            framer,
            consumed,
            next_ordinal: 0,
            is_done: false,
        })
    }

    /// Returns the encoding of the documents.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        match self.framer {
            Framer::Json(_) => Encoding::Json,
            Framer::Bson(_) | Framer::Archive(_) => Encoding::Bson,
            Framer::Csv(_) => Encoding::Csv,
        }
    }

    /// Returns the count of bytes taken from the source so far, compressed ones where compressed.
    #[must_use]
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// Returns the size of the buffer, in bytes; for tests of the bound on memory.
    #[doc(hidden)]
    #[must_use]
    pub fn buffer_capacity(&self) -> usize {
        match &self.framer {
            Framer::Json(framer) => framer.window().capacity(),
            Framer::Bson(framer) => framer.window().capacity(),
            Framer::Archive(framer) => framer.window().capacity(),
            Framer::Csv(framer) => framer.window().capacity(),
        }
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, io::Error> {
        match &mut self.framer {
            Framer::Json(framer) => framer.next_frame(),
            Framer::Bson(framer) => framer.next_frame(),
            Framer::Archive(framer) => framer.next_frame(),
            Framer::Csv(framer) => framer.next_frame(),
        }
    }
}

fn archive_error(location: String, asked: Option<&str>, problem: ArchiveProblem) -> SourceError {
    match problem {
        ArchiveProblem::Read(source) => SourceError::Read { location, source },
        ArchiveProblem::Prelude(what) => SourceError::BrokenArchive { location, what },
        ArchiveProblem::Choice(collections) => SourceError::WhichCollection {
            location,
            asked: asked.map(str::to_owned),
            collections,
        },
    }
}

impl Iterator for DocumentReader {
    type Item = Result<Document, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        match self.next_frame() {
            Ok(Some(Frame { offset, content })) => {
                let ordinal = self.next_ordinal;
                self.next_ordinal += 1;
                Some(Ok(Document {
                    ordinal,
                    offset,
                    content,
                }))
            }
            Ok(None) => {
                self.is_done = true;
                None
            }
            Err(source) => {
                self.is_done = true;
                Some(Err(SourceError::Read {
                    location: self.location.clone(),
                    source,
                }))
            }
        }
    }
}
