//! The reader of one source: opens it and yields its documents.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::document::Document;
use crate::error::SourceError;
use crate::resolve::SourceSpec;

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
    /// Rows of CSV.
    Csv,
}

/// The documents of one source, in order.
pub struct DocumentReader {
    encoding: Encoding,
    consumed: Arc<AtomicU64>,
}

impl DocumentReader {
    /// Opens a source and recognises its format.
    ///
    /// # Errors
    /// The source can't be read, or is of no known format.
    pub fn open(
        spec: &SourceSpec,
        limits: Limits,
        csv_columns: &[String],
    ) -> Result<Self, SourceError> {
        let _ = (spec, limits, csv_columns);
        Ok(Self {
            encoding: Encoding::Json,
            consumed: Arc::default(),
        })
    }

    /// Reads documents from any reader; `label` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_read(
        label: &str,
        input: Box<dyn Read + Send>,
        limits: Limits,
        csv_columns: &[String],
    ) -> Result<Self, SourceError> {
        let _ = (label, input, limits, csv_columns);
        Ok(Self {
            encoding: Encoding::Json,
            consumed: Arc::default(),
        })
    }

    /// Returns the encoding of the documents.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns the count of bytes taken from the source so far, compressed ones where compressed.
    #[must_use]
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }
}

impl Iterator for DocumentReader {
    type Item = Result<Document, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}
