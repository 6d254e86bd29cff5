//! Parquet: the published columns with their types, compressed.

use std::io;

use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::Exporter;
use super::cells::Rows;
use super::target::Sink;

/// Rows of a row group at most; with the next limit it bounds memory.
const GROUP_ROWS: usize = 131_072;
/// Encoded bytes of a row group at most.
const GROUP_BYTES: usize = 64 << 20;

/// Writes Parquet.
pub(super) struct ParquetExporter {
    writer: ArrowWriter<Sink>,
}

impl ParquetExporter {
    pub(super) fn new(sink: Sink, published: &SchemaRef) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .set_created_by(format!("veriscope version {}", env!("CARGO_PKG_VERSION")))
            .build();
        let writer =
            ArrowWriter::try_new(sink, published.clone(), Some(properties)).map_err(into_io)?;
        Ok(Self { writer })
    }
}

impl Exporter for ParquetExporter {
    fn write(&mut self, rows: &Rows) -> io::Result<()> {
        self.writer.write(&rows.batch).map_err(into_io)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let mut sink = self.writer.into_inner().map_err(into_io)?;
        io::Write::flush(&mut sink)
    }
}

/// Parquet hides the error of a full disk or a closed pipe inside its own.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
