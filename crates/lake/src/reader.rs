//! Opens a data file of the lake for reading.

use std::sync::Arc;

use deltalake::{DeltaTable, Path};
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;

use crate::error::LakeError;

#[expect(
    deprecated,
    reason = "arrow-rs moves this reader out of the crate (arrow-rs 10308); its successor comes \
              with a later version of the engine"
)]
type DataFileReader = parquet::arrow::async_reader::ParquetObjectReader;

/// A data file whose footer has been read.
pub(crate) type DataFileBuilder = ParquetRecordBatchStreamBuilder<DataFileReader>;

/// Reads the footer of a data file of a table.
pub(crate) async fn open_file(
    table: &DeltaTable,
    path: &Path,
    size: u64,
) -> Result<DataFileBuilder, LakeError> {
    let reader =
        DataFileReader::new(Arc::clone(&table.object_store()), path.clone()).with_file_size(size);
    // Compaction writes text as views and says so in the file's Arrow metadata; by the
    // Parquet types alone every file reads alike.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    DataFileBuilder::new_with_options(reader, options)
        .await
        .map_err(LakeError::decode(path))
}
