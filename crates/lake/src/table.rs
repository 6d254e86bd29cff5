//! One Delta table of the lake: made, opened, written, committed, taken back.
//!
//! Invariant: a table is opened anew for each batch. A handle that is used again grows
//! slower with every commit (27 to 223 ms over 800 commits, as measured with delta-rs 1.1).

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use deltalake::DeltaTable;
use deltalake::kernel::engine::arrow_conversion::{TryIntoArrow, TryIntoKernel};
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, StructField, StructType};
use deltalake::logstore::LogStoreRef;
use deltalake::operations::create::CreateBuilder;
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::file::properties::{EnabledStatistics, WriterProperties};
use deltalake::parquet::schema::types::ColumnPath;
use deltalake::protocol::DeltaOperation;
use deltalake::writer::{DeltaWriter, RecordBatchWriter};

use veriscope_privacy::LeakScan;

use crate::error::LakeError;
use crate::scan::scan_files;
use crate::store::Store;

/// The lake's Delta tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TableName {
    /// One row per transaction.
    Staging,
    /// One row per policy.
    Policies,
    /// One row per client or user number.
    Registry,
    /// One row per document that was put aside.
    Quarantine,
    /// Two rows per run: its begin and its end.
    Runs,
}

impl TableName {
    /// The tables whose versions make up a published snapshot.
    pub(crate) const PUBLISHED: [Self; 3] = [Self::Staging, Self::Policies, Self::Registry];

    /// All tables.
    pub(crate) const ALL: [Self; 5] = [
        Self::Staging,
        Self::Policies,
        Self::Registry,
        Self::Quarantine,
        Self::Runs,
    ];

    /// Returns the name of the table's folder.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Policies => "policies",
            Self::Registry => "registry",
            Self::Quarantine => "quarantine",
            Self::Runs => "runs",
        }
    }
}

/// How a new table is laid out.
pub(crate) struct Layout<'a> {
    /// Its columns.
    pub(crate) schema: &'a Schema,
    /// The column that it is partitioned by.
    pub(crate) partition: Option<&'a str>,
    /// The one column that file statistics are kept of; more cost space and help no query.
    pub(crate) statistics: &'a str,
}

/// Rows of a row group, which a writer holds in memory and a bloom filter is sized for.
pub(crate) const ROW_GROUP_ROWS: usize = 32_768;

/// Files grow no larger than this, so that one changed row never costs more to rewrite.
pub(crate) const TARGET_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Chance of a needless read per key and row group. With the usual 1 % a look-up of
/// 1,000 keys would read every row group there is.
const BLOOM_FALSE_POSITIVES: f64 = 1e-6;

/// Makes a table unless it is there.
pub(crate) async fn create(
    store: &Store,
    name: TableName,
    layout: &Layout<'_>,
) -> Result<(), LakeError> {
    let log_store = store.log_store(name)?;
    let failed = || LakeError::table("create", name.folder());
    let exists = log_store
        .is_delta_table_location()
        .await
        .map_err(|e| failed()(e))?;
    if exists {
        return Ok(());
    }
    CreateBuilder::new()
        .with_log_store(log_store)
        .with_table_name(name.folder())
        .with_columns(delta_fields(layout.schema)?)
        .with_partition_columns(layout.partition.iter().map(|column| (*column).to_owned()))
        .with_configuration([
            // Only `trim_log` removes entries, after publication: until then the published
            // version may be older than the newest checkpoint.
            (
                "delta.enableExpiredLogCleanup".to_owned(),
                Some("false".to_owned()),
            ),
            ("delta.checkpointInterval".to_owned(), Some("10".to_owned())),
            (
                "delta.dataSkippingStatsColumns".to_owned(),
                Some(layout.statistics.to_owned()),
            ),
            (
                "delta.logRetentionDuration".to_owned(),
                Some("interval 7 days".to_owned()),
            ),
            (
                "delta.deletedFileRetentionDuration".to_owned(),
                Some("interval 7 days".to_owned()),
            ),
        ])
        .await
        .map_err(|e| failed()(e))?;
    Ok(())
}

/// Opens a table at its newest version.
pub(crate) async fn open(store: &Store, name: TableName) -> Result<DeltaTable, LakeError> {
    let mut table = DeltaTable::new(store.log_store(name)?);
    table
        .load()
        .await
        .map_err(LakeError::table("open", name.folder()))?;
    Ok(table)
}

/// Opens a table at a version.
pub(crate) async fn open_at(
    store: &Store,
    name: TableName,
    version: u64,
) -> Result<DeltaTable, LakeError> {
    let mut table = DeltaTable::new(store.log_store(name)?);
    table
        .load_version(version)
        .await
        .map_err(LakeError::table("open", name.folder()))?;
    Ok(table)
}

/// Returns the version of an open table.
pub(crate) fn version(table: &DeltaTable) -> u64 {
    table.version().unwrap_or_default()
}

/// Returns the columns of an open table.
pub(crate) fn schema(table: &DeltaTable, name: TableName) -> Result<SchemaRef, LakeError> {
    let failed = || LakeError::table("read the columns of", name.folder());
    let kernel = table.snapshot().map_err(|e| failed()(e))?.schema();
    let arrow: Schema = kernel.as_ref().try_into_arrow()?;
    Ok(Arc::new(arrow))
}

/// Writes rows as new files, without committing them. Rows flow through: what stays in
/// memory is one encoded row group for each partition.
pub(crate) struct FileWriter {
    inner: RecordBatchWriter,
    name: TableName,
    rows: u64,
}

impl FileWriter {
    /// Opens a writer; `key` gets a bloom filter.
    pub(crate) fn new(
        table: &DeltaTable,
        name: TableName,
        key: Option<&str>,
    ) -> Result<Self, LakeError> {
        let inner = RecordBatchWriter::for_table(table)
            .map_err(LakeError::table("write", name.folder()))?
            .with_writer_properties(writer_properties(key))
            .with_target_file_size(TARGET_FILE_BYTES);
        Ok(Self {
            inner,
            name,
            rows: 0,
        })
    }

    /// Writes rows.
    pub(crate) async fn write(&mut self, rows: &RecordBatch) -> Result<(), LakeError> {
        self.rows += rows.num_rows() as u64;
        self.inner
            .write(rows.clone())
            .await
            .map_err(LakeError::table("write", self.name.folder()))
    }

    /// Finishes the files; returns them and the number of rows that were written.
    pub(crate) async fn finish(mut self) -> Result<(Vec<Add>, u64), LakeError> {
        let adds = self
            .inner
            .flush()
            .await
            .map_err(LakeError::table("write", self.name.folder()))?;
        Ok((adds, self.rows))
    }
}

/// Commits actions on top of the version that `table` was opened at.
pub(crate) async fn commit(
    table: &DeltaTable,
    name: TableName,
    actions: Vec<Action>,
    metadata: HashMap<String, serde_json::Value>,
) -> Result<u64, LakeError> {
    let failed = || LakeError::table("commit to", name.folder());
    let removes = actions
        .iter()
        .any(|action| matches!(action, Action::Remove(_)));
    let operation = if removes {
        DeltaOperation::Update { predicate: None }
    } else {
        DeltaOperation::Write {
            mode: deltalake::protocol::SaveMode::Append,
            partition_by: None,
            predicate: None,
        }
    };
    let state = table.snapshot().map_err(|e| failed()(e))?;
    // One writer holds the lake, so a conflict is somebody else's hand in its folder:
    // no retry, which could only hide it. Logs are trimmed after publication alone,
    // because the published version may be older than the newest checkpoint.
    let properties = CommitProperties::default()
        .with_metadata(metadata)
        .with_max_retries(0)
        .with_cleanup_expired_logs(Some(false));
    let finished = CommitBuilder::from(properties)
        .with_actions(actions)
        .build(Some(state), table.log_store(), operation)
        .await
        .map_err(|e| failed()(e))?;
    Ok(finished.version())
}

/// Appends rows in a commit of their own, after searching them; no rows make no commit.
pub(crate) async fn append(
    store: &Store,
    name: TableName,
    rows: &RecordBatch,
    scan: Option<&LeakScan>,
) -> Result<(), LakeError> {
    if rows.num_rows() == 0 {
        return Ok(());
    }
    let table = open(store, name).await?;
    let mut writer = FileWriter::new(&table, name, None)?;
    writer.write(rows).await?;
    let (adds, _) = writer.finish().await?;
    if let Some(scan) = scan
        && let Err(error) = scan_files(&table, name, &adds, scan).await
    {
        discard(&table.log_store(), &adds).await?;
        return Err(error);
    }
    commit(
        &table,
        name,
        adds.into_iter().map(Action::Add).collect(),
        HashMap::new(),
    )
    .await?;
    Ok(())
}

/// Goes back to an earlier version, by a commit of its own, where the table is ahead of it.
pub(crate) async fn restore(
    store: &Store,
    name: TableName,
    published: u64,
) -> Result<u64, LakeError> {
    let table = open(store, name).await?;
    if version(&table) <= published {
        return Ok(version(&table));
    }
    let properties = CommitProperties::default().with_cleanup_expired_logs(Some(false));
    let (restored, _) = table
        .restore()
        .with_version_to_restore(published)
        .with_commit_properties(properties)
        .await
        .map_err(LakeError::table("restore", name.folder()))?;
    Ok(version(&restored))
}

/// Checks that the columns that a card and the published table share are of one type.
pub(crate) async fn check_columns(
    store: &Store,
    name: TableName,
    published: u64,
    wanted: &Schema,
) -> Result<(), LakeError> {
    let present = schema(&open_at(store, name, published).await?, name)?;
    for field in wanted.fields() {
        let Ok(found) = present.field_with_name(field.name()) else {
            continue;
        };
        if found.data_type() != field.data_type() {
            return Err(LakeError::OtherColumn {
                table: name.folder(),
                column: field.name().clone(),
                lake: found.data_type().to_string(),
                given: field.data_type().to_string(),
            });
        }
    }
    Ok(())
}

/// Adds the columns that the card has and the table lacks.
pub(crate) async fn add_missing_columns(
    store: &Store,
    name: TableName,
    wanted: &Schema,
) -> Result<(), LakeError> {
    let table = open(store, name).await?;
    let present = schema(&table, name)?;
    let missing: Vec<_> = wanted
        .fields()
        .iter()
        .filter(|field| present.index_of(field.name()).is_err())
        .cloned()
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let fields = delta_fields(&Schema::new(missing))?;
    table
        .add_columns()
        .with_fields(fields)
        .await
        .map_err(LakeError::table("add columns to", name.folder()))?;
    Ok(())
}

/// Returns how data files are written.
pub(crate) fn writer_properties(key: Option<&str>) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS));
    if let Some(key) = key {
        let column = ColumnPath::from(key);
        // Sized for a full row group; the writer folds it down to the rows there are.
        builder = builder
            .set_column_bloom_filter_fpp(column.clone(), BLOOM_FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(column.clone(), ROW_GROUP_ROWS as u64)
            .set_column_dictionary_enabled(column, false);
    }
    builder.build()
}

/// Removes data files that no commit names.
pub(crate) async fn discard(log_store: &LogStoreRef, adds: &[Add]) -> Result<(), LakeError> {
    use deltalake::logstore::object_store::ObjectStoreExt;
    let objects = log_store.object_store(None);
    for add in adds {
        let location = data_path(&add.path)?;
        objects
            .delete(&location)
            .await
            .map_err(LakeError::object("delete", &location))?;
    }
    Ok(())
}

/// Returns a data file's place within its table.
pub(crate) fn data_path(path: &str) -> Result<deltalake::Path, LakeError> {
    deltalake::Path::parse(path).map_err(|source| LakeError::Defect(source.to_string()))
}

fn delta_fields(schema: &Schema) -> Result<Vec<StructField>, LakeError> {
    let kernel: StructType = schema.try_into_kernel()?;
    Ok(kernel.fields().cloned().collect())
}
