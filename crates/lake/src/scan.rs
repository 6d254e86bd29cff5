//! `scan`: new files are read back, decoded, and searched for raw values of their batch
//! before a commit may name them.

use deltalake::DeltaTable;
use deltalake::kernel::Add;
use futures::StreamExt;
use veriscope_privacy::LeakScan;

use crate::error::LakeError;
use crate::reader::open_file;
use crate::table::{TableName, data_path};

/// Searches files that no commit names yet.
pub(crate) async fn scan_files(
    table: &DeltaTable,
    name: TableName,
    adds: &[Add],
    scan: &LeakScan,
) -> Result<(), LakeError> {
    for add in adds {
        let path = data_path(&add.path)?;
        let failed = || LakeError::decode(&path);
        let size = u64::try_from(add.size).unwrap_or_default();
        let mut stream = open_file(table, &path, size)
            .await?
            .build()
            .map_err(|e| failed()(e))?;
        let mut rows_before = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|e| failed()(e))?;
            scan.check(&batch).map_err(|leak| LakeError::Leak {
                place: format!("the lake's table `{}`", name.folder()),
                column: leak.column,
                row: rows_before + leak.row,
                feature: leak.feature,
            })?;
            rows_before += batch.num_rows();
        }
    }
    Ok(())
}
