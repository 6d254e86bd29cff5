//! `upsert`: a batch of staged rows goes into the staging table in one commit, or in none
//! where it changes nothing.
//!
//! New rows are appended. Only files that hold a changed row are rewritten. Repeats inside
//! the batch are resolved first: the later row wins.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, RecordBatch, StringArray, UInt32Array,
    new_null_array,
};
use arrow_schema::SchemaRef;
use arrow_select::filter::filter_record_batch;
use arrow_select::take::take_record_batch;
use deltalake::DeltaTable;
use deltalake::kernel::{Action, Add};
use futures::StreamExt;
use veriscope_card::schema::column;

use crate::error::LakeError;
use crate::failpoint::failpoint;
use crate::lookup::{DataFile, Lookup, added_rows, lookup};
use crate::progress::{Progress, commit_metadata};
use crate::reader::open_file;
use crate::scan::scan_files;
use crate::store::Store;
use crate::table::{self, FileWriter, TableName};
use veriscope_privacy::LeakScan;

/// What an upsert did, row by row of the batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpsertCounts {
    /// Transactions that were not there.
    pub inserted: u64,
    /// Transactions that were there with other content.
    pub updated: u64,
    /// Transactions that were there with the same content.
    pub unchanged: u64,
}

/// What an upsert did, and what it cost.
#[derive(Clone, Debug, Default)]
pub struct UpsertReport {
    /// Row by row.
    pub counts: UpsertCounts,
    /// Whether there was a commit.
    pub committed: bool,
    /// Files that look-up or rewriting read rows of.
    pub files_read: usize,
    /// Files that a commit replaced, because they held a changed row.
    pub files_rewritten: usize,
    /// Bytes of the files that the commit added.
    pub bytes_written: u64,
}

/// Which rows of a batch are written, and what they replace.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    counts: UpsertCounts,
    /// Rows of the batch, ascending.
    write: Vec<u32>,
    /// Keys whose present rows go.
    replaced: HashSet<String>,
    /// Files that hold them, as indexes of the look-up.
    rewrite: BTreeSet<usize>,
}

/// What an upsert needs besides its rows.
pub(crate) struct Upsert<'a> {
    pub(crate) store: &'a Store,
    /// The key column: the card's role `transaction`.
    pub(crate) key: &'a str,
    /// Looks for raw values of the batch in every file before it is committed.
    pub(crate) scan: &'a LeakScan,
    /// The run that the commit belongs to.
    pub(crate) run_id: &'a str,
}

impl Upsert<'_> {
    /// Upserts rows of [`veriscope_card::Card::staged_schema`]. `through` is the run's
    /// progress with this batch's documents read but its rows not counted; the commit keeps
    /// it with them counted, and it is returned so.
    pub(crate) async fn execute(
        self,
        rows: &RecordBatch,
        mut through: Progress,
    ) -> Result<(UpsertReport, Progress), LakeError> {
        let table = table::open(self.store, TableName::Staging).await?;
        let (tokens, hashes) = (self.keys(rows)?, hashes(rows)?);
        let wanted: HashSet<&str> = tokens.iter().flatten().collect();
        let known = lookup(&table, self.key, &wanted).await?;
        let plan = resolve(tokens, hashes, &known);
        through.counts.inserted += plan.counts.inserted;
        through.counts.updated += plan.counts.updated;
        through.counts.unchanged += plan.counts.unchanged;
        let mut report = UpsertReport {
            counts: plan.counts,
            files_read: known.files_read,
            ..UpsertReport::default()
        };
        if plan.write.is_empty() {
            return Ok((report, through));
        }
        let adds = self.write(&table, rows, &plan, &known).await?;
        failpoint("staging-before-commit");
        report.bytes_written = adds
            .iter()
            .map(|add| u64::try_from(add.size).unwrap_or(0))
            .sum();
        report.files_rewritten = plan.rewrite.len();
        report.committed = true;
        let removes = plan
            .rewrite
            .iter()
            .filter_map(|index| known.files.get(*index))
            .map(|file| Action::Remove(file.remove.clone()));
        let actions = removes.chain(adds.into_iter().map(Action::Add)).collect();
        let metadata = commit_metadata(self.run_id, &through)?;
        table::commit(&table, TableName::Staging, actions, metadata).await?;
        failpoint("staging-after-commit");
        Ok((report, through))
    }

    /// Writes and searches the new files; on any failure they are deleted.
    async fn write(
        &self,
        table: &DeltaTable,
        rows: &RecordBatch,
        plan: &Plan,
        known: &Lookup,
    ) -> Result<Vec<Add>, LakeError> {
        let schema = table::schema(table, TableName::Staging)?;
        let mut writer = FileWriter::new(table, TableName::Staging, Some(self.key))?;
        let fresh = take_record_batch(rows, &UInt32Array::from(plan.write.clone()))?;
        writer.write(&conform(&fresh, &schema)?).await?;
        for index in &plan.rewrite {
            let file = known.files.get(*index).ok_or_else(|| {
                LakeError::Defect("a look-up named a file that is not there".to_owned())
            })?;
            self.keep(table, file, &plan.replaced, &mut writer).await?;
        }
        let (adds, expected) = writer.finish().await?;
        let written = added_rows(&adds);
        let checked = if written == expected {
            scan_files(table, TableName::Staging, &adds, self.scan).await
        } else {
            Err(LakeError::Unreconciled(format!(
                "{expected} rows were to be written and {written} were"
            )))
        };
        if let Err(error) = checked {
            table::discard(&table.log_store(), &adds).await?;
            return Err(error);
        }
        Ok(adds)
    }

    /// Writes the rows of a file that stay.
    async fn keep(
        &self,
        table: &DeltaTable,
        file: &DataFile,
        replaced: &HashSet<String>,
        writer: &mut FileWriter,
    ) -> Result<(), LakeError> {
        let schema = table::schema(table, TableName::Staging)?;
        let failed = || LakeError::decode(&file.path);
        let mut stream = open_file(table, &file.path, file.size)
            .await?
            .build()
            .map_err(|e| failed()(e))?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|e| failed()(e))?;
            let stays: BooleanArray = self
                .keys(&batch)?
                .iter()
                .map(|token| Some(token.is_none_or(|token| !replaced.contains(token))))
                .collect();
            let batch = filter_record_batch(&batch, &stays)?;
            let batch = with_partition(&conform(&batch, &schema)?, file.partition.as_deref())?;
            writer.write(&batch).await?;
        }
        Ok(())
    }

    fn keys<'b>(&self, rows: &'b RecordBatch) -> Result<&'b StringArray, LakeError> {
        let keys = rows
            .column_by_name(self.key)
            .and_then(|keys| keys.as_string_opt::<i32>());
        let keys =
            keys.ok_or_else(|| LakeError::Defect(format!("no text column `{}`", self.key)))?;
        if keys.null_count() > 0 {
            return Err(LakeError::Defect(format!(
                "a row without `{}` reached the lake",
                self.key
            )));
        }
        Ok(keys)
    }
}

fn hashes(rows: &RecordBatch) -> Result<&BinaryArray, LakeError> {
    rows.column_by_name(column::CONTENT_HASH)
        .and_then(|hashes| hashes.as_binary_opt::<i32>())
        .ok_or_else(|| LakeError::Defect("rows without content hash".to_owned()))
}

/// Decides what to write; touches nothing.
fn resolve(tokens: &StringArray, hashes: &BinaryArray, known: &Lookup) -> Plan {
    let mut counts = UpsertCounts::default();
    let mut latest: HashMap<&str, (u32, &[u8])> = HashMap::with_capacity(tokens.len());
    for ((row, token), hash) in (0_u32..)
        .zip(tokens.iter().flatten())
        .zip(hashes.iter().flatten())
    {
        let present = latest
            .get(token)
            .map(|(_, hash)| *hash)
            .or_else(|| known.found.get(token).map(|(hash, _)| hash.as_slice()));
        match present {
            None => counts.inserted += 1,
            Some(present) if present == hash => counts.unchanged += 1,
            Some(_) => counts.updated += 1,
        }
        if present != Some(hash) {
            latest.insert(token, (row, hash));
        }
    }
    let mut plan = Plan {
        counts,
        ..Plan::default()
    };
    for (token, (row, hash)) in latest {
        match known.found.get(token) {
            Some((present, _)) if present == hash => continue,
            Some((_, file)) => {
                plan.replaced.insert(token.to_owned());
                plan.rewrite.insert(*file);
            }
            None => {}
        }
        plan.write.push(row);
    }
    plan.write.sort_unstable();
    plan
}

/// Puts columns into the order of `schema`; one that is missing is null.
pub(crate) fn conform(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, LakeError> {
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            rows.column_by_name(field.name())
                .cloned()
                .unwrap_or_else(|| new_null_array(field.data_type(), rows.num_rows()))
        })
        .collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// A data file leaves its partition out: gives it back.
fn with_partition(rows: &RecordBatch, partition: Option<&str>) -> Result<RecordBatch, LakeError> {
    let schema = rows.schema();
    let index = schema.index_of(column::PARTITION)?;
    let value: StringArray = std::iter::repeat_n(partition, rows.num_rows()).collect();
    let mut columns = rows.columns().to_vec();
    if let Some(slot) = columns.get_mut(index) {
        *slot = Arc::new(value);
    }
    Ok(RecordBatch::try_new(schema, columns)?)
}

#[cfg(test)]
mod tests;
