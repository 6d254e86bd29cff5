//! Writing one table to one file: CSV, Parquet, JSON or NDJSON.
//!
//! Rows come as record batches: the published columns, then the date's offset as
//! `_utc_offset_min`. Each format is one `Exporter` in a file of its own. A file appears
//! whole under its name or not at all, and the same rows give the same bytes however they
//! were batched.

mod any;
mod cells;
mod csv;
mod instant;
mod json;
mod ndjson;
mod parquet;
mod target;

use std::io;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::coalesce::BatchCoalescer;
use veriscope_base::ErrorClass;

use crate::args::{Excel, Format};
pub use any::AnyRows;
use cells::Layout;
pub use csv::Dialect;
pub use target::{Destination, Pending};
pub(crate) use target::{Sink, Target};

/// Rows that exporters get at a time, whatever the batches that came in.
const BATCH_ROWS: usize = 8_192;

/// Writes rows in one format.
trait Exporter {
    /// Writes some rows.
    fn write(&mut self, rows: &cells::Rows) -> io::Result<()>;
    /// Writes what is left and flushes.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file's ending tells no format.
    #[error(
        "the ending of {} tells no format; name the file .csv, .parquet, .ndjson or .jsonl, or give --format",
        path.display()
    )]
    UnknownEnding {
        /// The file.
        path: PathBuf,
    },
    /// `--excel` with a format that is no CSV.
    #[error("--excel is for CSV files only; name the file .csv or give --format csv")]
    ExcelIsCsv,
    /// The file's folder is not there.
    #[error("failed to write {}: there is no folder {}", path.display(), folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// The name belongs to a folder.
    #[error("failed to write {}: it is a folder; name a file in it", path.display())]
    IsFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The file could not be written; an earlier one of its name is untouched.
    #[error("failed to write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The rows are not of the table.
    #[error("internal inconsistency: {0}")]
    Layout(String),
    /// The rows could not be put together.
    #[error("internal inconsistency in a table's rows")]
    Arrow(#[from] ArrowError),
}

impl ExportError {
    /// Returns the class of failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::UnknownEnding { .. } | Self::ExcelIsCsv => ErrorClass::Usage,
            Self::NoFolder { .. } | Self::IsFolder { .. } | Self::Write { .. } => {
                ErrorClass::Target
            }
            Self::Layout(_) | Self::Arrow(_) => ErrorClass::Defect,
        }
    }
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CSV in some dialect.
    Csv(Dialect),
    /// Parquet.
    Parquet,
    /// One JSON array.
    Json,
    /// NDJSON.
    Ndjson,
}

impl Form {
    /// CSV for no spreadsheet in particular.
    pub const PLAIN_CSV: Self = Self::Csv(Dialect::Plain);

    /// Decides the form of a file: by `--format`, else by its ending; on stdout CSV.
    ///
    /// # Errors
    /// `UnknownEnding`, `ExcelIsCsv`.
    pub fn choose(
        destination: &Destination,
        format: Option<Format>,
        excel: Option<Excel>,
    ) -> Result<Self, ExportError> {
        let format = match (format, destination) {
            (Some(format), _) => format,
            (None, Destination::Stdout) => Format::Csv,
            (None, Destination::File(path)) => format_of(path)?,
        };
        match (format, excel) {
            (Format::Csv, None) => Ok(Self::Csv(Dialect::Plain)),
            (Format::Csv, Some(Excel::Es)) => Ok(Self::Csv(Dialect::ExcelEs)),
            (Format::Parquet, None) => Ok(Self::Parquet),
            (Format::Ndjson, None) => Ok(Self::Ndjson),
            (Format::Parquet | Format::Ndjson, Some(_)) => Err(ExportError::ExcelIsCsv),
        }
    }
}

fn format_of(path: &Path) -> Result<Format, ExportError> {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => Ok(Format::Csv),
        Some("parquet") => Ok(Format::Parquet),
        Some("ndjson" | "jsonl") => Ok(Format::Ndjson),
        Some(_) | None => Err(ExportError::UnknownEnding {
            path: path.to_path_buf(),
        }),
    }
}

/// One table on its way to one file.
pub struct Export {
    layout: Layout,
    coalescer: BatchCoalescer,
    exporter: Box<dyn Exporter>,
    target: Target,
    rows: u64,
}

impl Export {
    /// Opens a file for a table with these published columns.
    ///
    /// # Errors
    /// `NoFolder`, `IsFolder`, `Write`.
    pub fn create(
        destination: &Destination,
        form: Form,
        published: &SchemaRef,
    ) -> Result<Self, ExportError> {
        let layout = Layout::new(published);
        let (target, sink) = Target::open(destination)?;
        let exporter =
            open_exporter(form, sink, published).map_err(|source| target.failed(source))?;
        let coalescer = BatchCoalescer::new(layout.schema(), BATCH_ROWS);
        Ok(Self {
            layout,
            coalescer,
            exporter,
            target,
            rows: 0,
        })
    }

    /// Writes rows: the published columns, then `_utc_offset_min`.
    ///
    /// # Errors
    /// `Write`; `Layout` when the columns are others.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        self.coalescer.push_batch(self.layout.conform(batch)?)?;
        self.drain()
    }

    /// Writes what is left. The file takes its name with [`Pending::commit`] only, so that it
    /// can be looked into before.
    ///
    /// # Errors
    /// `Write`.
    pub fn finish(mut self) -> Result<Pending, ExportError> {
        self.coalescer.finish_buffered_batch()?;
        self.drain()?;
        self.exporter
            .finish()
            .map_err(|source| self.target.failed(source))?;
        self.target.complete(self.rows)
    }

    fn drain(&mut self) -> Result<(), ExportError> {
        while let Some(batch) = self.coalescer.next_completed_batch() {
            let rows = self.layout.split(&batch)?;
            self.rows += u64::try_from(rows.num_rows()).unwrap_or(u64::MAX);
            self.exporter
                .write(&rows)
                .map_err(|source| self.target.failed(source))?;
        }
        Ok(())
    }
}

fn open_exporter(form: Form, sink: Sink, published: &SchemaRef) -> io::Result<Box<dyn Exporter>> {
    Ok(match form {
        Form::Csv(dialect) => Box::new(csv::CsvExporter::new(sink, dialect, published)?),
        Form::Parquet => Box::new(parquet::ParquetExporter::new(sink, published)?),
        Form::Json => Box::new(json::JsonExporter::new(sink, published)),
        Form::Ndjson => Box::new(ndjson::NdjsonExporter::new(sink, published)),
    })
}

#[cfg(test)]
mod tests;
