//! `maintain`: small files become larger ones, and what no reader needs is removed.
//!
//! Compaction, and removal of files, make commits, so they come before publication. Logs
//! are trimmed after it: until then the published version may be older than the newest.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use deltalake::kernel::transaction::CommitProperties;
use deltalake::operations::vacuum::VacuumMode;
use deltalake::protocol::checkpoints::cleanup_metadata;

use crate::error::LakeError;
use crate::lookup::data_files;
use crate::store::Store;
use crate::table::{self, TARGET_FILE_BYTES, TableName, writer_properties};

/// Below this a file counts as small, bytes.
const SMALL_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// So many small files in one partition are worth a rewrite: each row is then rewritten
/// only a few times over a lake's life, and a look-up opens few files.
const SMALL_FILES: usize = 8;

/// Merges small files where a partition has many. Returns whether any were.
pub(crate) async fn compact(
    store: &Store,
    name: TableName,
    key: Option<&str>,
) -> Result<bool, LakeError> {
    let table = table::open(store, name).await?;
    let mut small: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for file in data_files(&table)? {
        if file.size < SMALL_FILE_BYTES {
            *small.entry(file.partition).or_default() += 1;
        }
    }
    if small.values().all(|count| *count < SMALL_FILES) {
        return Ok(false);
    }
    let target = NonZeroU64::new(TARGET_FILE_BYTES).unwrap_or(NonZeroU64::MIN);
    table
        .optimize()
        .with_target_size(target)
        .with_max_concurrent_tasks(1)
        .with_writer_properties(writer_properties(key))
        .with_commit_properties(CommitProperties::default().with_cleanup_expired_logs(Some(false)))
        .await
        .map_err(LakeError::table("compact", name.folder()))?;
    Ok(true)
}

/// Removes data files that left the table, or never came into it, seven days ago or earlier.
///
/// Files of `published` stay: a run that was cut short long ago may be resumed, and its
/// rewritten files have left the newest version but not yet the published one.
pub(crate) async fn remove_expired(
    store: &Store,
    name: TableName,
    published: Option<u64>,
) -> Result<(), LakeError> {
    let table = table::open(store, name).await?;
    table
        .vacuum()
        .with_mode(VacuumMode::Full)
        .with_keep_versions(published.as_slice())
        .await
        .map_err(LakeError::table("clean up", name.folder()))?;
    Ok(())
}

/// Removes log entries that are past their retention of seven days.
pub(crate) async fn trim_log(store: &Store, name: TableName) -> Result<(), LakeError> {
    let table = table::open(store, name).await?;
    cleanup_metadata(&table, None)
        .await
        .map_err(LakeError::table("trim the log of", name.folder()))?;
    Ok(())
}
