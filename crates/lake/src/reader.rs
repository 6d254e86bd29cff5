//! Opens a data file of the lake for reading.

use std::sync::Arc;

use deltalake::{DeltaTable, Path};
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
    DataFileBuilder::new(reader).await.map_err(LakeError::decode(path))
}
