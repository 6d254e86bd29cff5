//! `lookup`: which of a batch's transactions the lake has, where, and with what content.
//!
//! Stateless: reads bloom filters, and of the row groups that they leave, key and hash
//! alone. Cost follows the batch and the number of row groups, not the rows of history.

use std::collections::{HashMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use deltalake::kernel::{Add, Remove};
use deltalake::{DeltaTable, Path};
use futures::{StreamExt, TryStreamExt};
use parquet::arrow::ProjectionMask;
use veriscope_card::schema::column;

use crate::error::LakeError;
use crate::reader::open_file;
use crate::stage::HASH_BYTES;
use crate::table::TableName;

/// How many files are looked into at once.
const CONCURRENT_FILES: usize = 4;

/// A data file of the table.
#[derive(Clone, Debug)]
pub(crate) struct DataFile {
    /// Its place within the table.
    pub(crate) path: Path,
    /// Bytes.
    pub(crate) size: u64,
    /// Value of the partition column.
    pub(crate) partition: Option<String>,
    /// The action that takes it out of the table.
    pub(crate) remove: Remove,
}

/// What the lake holds of a batch's keys.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    /// The table's files.
    pub(crate) files: Vec<DataFile>,
    /// Key → content hash and index into `files`.
    pub(crate) found: HashMap<String, (Vec<u8>, usize)>,
    /// Files of which more than footer and bloom filters was read.
    pub(crate) files_read: usize,
}

/// Looks keys up in a table that is open at the wanted version.
pub(crate) async fn lookup(
    table: &DeltaTable,
    key: &str,
    keys: &HashSet<&str>,
) -> Result<Lookup, LakeError> {
    let files = data_files(table)?;
    let searches = files.iter().map(|file| search(table, file, key, keys));
    let hits: Vec<_> = futures::stream::iter(searches)
        .buffered(CONCURRENT_FILES)
        .try_collect()
        .await?;
    let files_read = hits.iter().filter(|hit| hit.is_some()).count();
    let mut found = HashMap::new();
    for (index, hit) in hits.into_iter().enumerate() {
        for (key, hash) in hit.into_iter().flatten() {
            found.insert(key, (hash, index));
        }
    }
    Ok(Lookup {
        files,
        found,
        files_read,
    })
}

/// Returns the files of a table's open version.
pub(crate) fn data_files(table: &DeltaTable) -> Result<Vec<DataFile>, LakeError> {
    let failed = LakeError::table("list the files of", "(any)");
    let state = table.snapshot().map_err(failed)?;
    let log = state.log_data();
    let files = log.iter().map(|view| DataFile {
        path: view.object_store_path(),
        size: u64::try_from(view.size()).unwrap_or_default(),
        partition: view
            .partition_values_map()
            .remove(column::PARTITION)
            .flatten(),
        remove: view.remove_action(true),
    });
    Ok(files.collect())
}

/// Returns how many rows the files of an open table hold, by their statistics.
pub(crate) fn rows(table: &DeltaTable) -> Result<u64, LakeError> {
    let failed = LakeError::table("count the rows of", TableName::Staging.folder());
    let state = table.snapshot().map_err(failed)?;
    Ok(state
        .log_data()
        .iter()
        .filter_map(|view| view.num_records())
        .map(|n| n as u64)
        .sum())
}

/// Returns the rows that new files hold, by their statistics.
pub(crate) fn added_rows(adds: &[Add]) -> u64 {
    adds.iter()
        .filter_map(|add| add.stats.as_deref())
        .filter_map(|stats| serde_json::from_str::<serde_json::Value>(stats).ok())
        .filter_map(|stats| stats.get("numRecords").and_then(serde_json::Value::as_u64))
        .sum()
}

/// Searches one file; none where its bloom filters rule every key out.
async fn search(
    table: &DeltaTable,
    file: &DataFile,
    key: &str,
    keys: &HashSet<&str>,
) -> Result<Option<Vec<(String, Vec<u8>)>>, LakeError> {
    let failed = || LakeError::decode(&file.path);
    let mut builder = open_file(table, &file.path, file.size).await?;
    let descriptor = builder.parquet_schema();
    let key_index = descriptor
        .columns()
        .iter()
        .position(|column| column.name() == key);
    let key_index =
        key_index.ok_or_else(|| LakeError::Defect(format!("a data file has no column `{key}`")))?;
    let mask = ProjectionMask::columns(descriptor, [key, column::CONTENT_HASH]);
    let mut groups = Vec::new();
    for group in 0..builder.metadata().num_row_groups() {
        let filter = builder
            .get_row_group_column_bloom_filter(group, key_index)
            .await
            .map_err(|e| failed()(e))?;
        if filter.is_none_or(|filter| keys.iter().any(|key| filter.check(*key))) {
            groups.push(group);
        }
    }
    if groups.is_empty() {
        return Ok(None);
    }
    let mut batches = builder
        .with_row_groups(groups)
        .with_projection(mask)
        .build()
        .map_err(|e| failed()(e))?;
    let mut hits = Vec::new();
    while let Some(batch) = batches.next().await {
        collect_hits(&batch.map_err(|e| failed()(e))?, key, keys, &mut hits)?;
    }
    Ok(Some(hits))
}

fn collect_hits(
    batch: &RecordBatch,
    key: &str,
    keys: &HashSet<&str>,
    hits: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), LakeError> {
    let missing = |name: &str| LakeError::Defect(format!("a data file has no column `{name}`"));
    let tokens = batch.column_by_name(key).ok_or_else(|| missing(key))?;
    let hashes = batch
        .column_by_name(column::CONTENT_HASH)
        .ok_or_else(|| missing(column::CONTENT_HASH))?;
    if *tokens.data_type() != DataType::Utf8 || *hashes.data_type() != DataType::Binary {
        return Err(LakeError::Defect(
            "a data file's key or hash has another type".to_owned(),
        ));
    }
    let (tokens, hashes) = (tokens.as_string::<i32>(), hashes.as_binary::<i32>());
    for row in 0..tokens.len() {
        let token = tokens.value(row);
        if keys.contains(token) {
            debug_assert_eq!(hashes.value(row).len(), HASH_BYTES);
            hits.push((token.to_owned(), hashes.value(row).to_vec()));
        }
    }
    Ok(())
}
