//! `stage`: pseudonymous rows become rows of the staging table and policies.
//!
//! Adds policy id, content hash, run and partition. Pure: no I/O.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, SchemaRef};
use arrow_select::take::take_record_batch;
use chrono::{DateTime, Datelike};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use veriscope_card::Card;
use veriscope_card::schema::{column, context_column};

use crate::error::LakeError;

/// Bytes of a content hash. 128 bits: two contents of one transaction never meet by chance.
pub(crate) const HASH_BYTES: usize = 16;

/// Turns pseudonymous batches into staged ones.
#[derive(Debug)]
pub struct Stager {
    staged: SchemaRef,
    policy: SchemaRef,
    date: String,
    policy_features: Vec<String>,
    /// Staged column, and the pseudonymous column that it comes from.
    sources: Vec<(String, String)>,
}

/// A staged batch and the policies that it names.
#[derive(Debug)]
pub struct Staged {
    /// Rows of the staging table: [`Card::staged_schema`].
    pub rows: RecordBatch,
    /// Each policy of the batch once: [`Card::policy_schema`].
    pub policies: RecordBatch,
}

impl Stager {
    /// Prepares for a card.
    #[must_use]
    pub fn new(card: &Card) -> Self {
        let published = card
            .features
            .iter()
            .map(|f| (f.name.clone(), f.name.clone()));
        let context = card
            .stored_context()
            .map(|f| (context_column(&f.name), f.name.clone()));
        Self {
            staged: card.staged_schema(),
            policy: card.policy_schema(),
            date: card.roles.date.clone(),
            policy_features: card.policy_features().map(|f| f.name.clone()).collect(),
            sources: published.chain(context).collect(),
        }
    }

    /// Stages pseudonymous rows (raw schema without `drop` columns) of one run.
    ///
    /// # Errors
    /// `Defect` when a column is missing or of another type.
    pub fn stage(&self, rows: &RecordBatch, run: &str) -> Result<Staged, LakeError> {
        let policy_ids = self.policy_ids(rows)?;
        let policies = self.policies(rows, &policy_ids)?;
        let hashes = content_hashes(rows)?;
        let partitions = partitions(rows, &self.date)?;
        let runs = StringArray::from_iter_values(std::iter::repeat_n(run, rows.num_rows()));
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.staged.fields().len());
        for field in self.staged.fields() {
            let array: ArrayRef = match field.name().as_str() {
                column::POLICY => Arc::new(policy_ids.clone()),
                column::CONTENT_HASH => Arc::clone(&hashes),
                column::RUN => Arc::new(runs.clone()),
                column::PARTITION => Arc::clone(&partitions),
                name => named(rows, self.source_of(name))?,
            };
            columns.push(array);
        }
        let rows = RecordBatch::try_new(Arc::clone(&self.staged), columns)?;
        Ok(Staged { rows, policies })
    }

    fn source_of<'a>(&'a self, staged: &'a str) -> &'a str {
        self.sources
            .iter()
            .find(|(name, _)| name == staged)
            .map_or(staged, |(_, source)| source.as_str())
    }

    /// A policy's id is a hash of what it says, so that the same policy has the same id in
    /// every lake; a row without any policy feature has none.
    fn policy_ids(&self, rows: &RecordBatch) -> Result<StringArray, LakeError> {
        let mut cells = Vec::with_capacity(self.policy_features.len());
        for feature in &self.policy_features {
            cells.push(HashedColumn::new(feature, named(rows, feature)?));
        }
        let mut ids = StringBuilder::with_capacity(rows.num_rows(), rows.num_rows() * 16);
        for row in 0..rows.num_rows() {
            if cells.iter().all(|cell| cell.values.is_null(row)) {
                ids.append_null();
            } else {
                ids.append_value(HEXLOWER.encode(&hash_row(&cells, row)?[..8]));
            }
        }
        Ok(ids.finish())
    }

    fn policies(&self, rows: &RecordBatch, ids: &StringArray) -> Result<RecordBatch, LakeError> {
        let mut seen = HashSet::new();
        let mut first_rows = Vec::new();
        for (row, id) in (0_u32..).zip(ids.iter()) {
            if id.is_some_and(|id| seen.insert(id)) {
                first_rows.push(row);
            }
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(ids.clone())];
        for feature in &self.policy_features {
            columns.push(named(rows, feature)?);
        }
        let all = RecordBatch::try_new(Arc::clone(&self.policy), columns)?;
        Ok(take_record_batch(&all, &UInt32Array::from(first_rows))?)
    }
}

/// A column with the hash of its name, which stands for it in every row's hash.
struct HashedColumn {
    name_hash: [u8; 8],
    values: ArrayRef,
}

impl HashedColumn {
    fn new(name: &str, values: ArrayRef) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let mut name_hash = [0; 8];
        name_hash.copy_from_slice(&digest[..8]);
        Self { name_hash, values }
    }
}

/// Hashes what a row says, and not where it was read. Only cells with a value count, each
/// with its column's name: a card that grows leaves the hashes of older documents alone.
fn content_hashes(rows: &RecordBatch) -> Result<ArrayRef, LakeError> {
    let schema = rows.schema();
    let mut cells: Vec<HashedColumn> = schema
        .fields()
        .iter()
        .zip(rows.columns())
        .filter(|(field, _)| ![column::SOURCE, column::POSITION].contains(&field.name().as_str()))
        .map(|(field, values)| HashedColumn::new(field.name(), Arc::clone(values)))
        .collect();
    cells.sort_by_key(|cell| cell.name_hash);
    let mut hashes = BinaryBuilder::with_capacity(rows.num_rows(), rows.num_rows() * HASH_BYTES);
    for row in 0..rows.num_rows() {
        hashes.append_value(&hash_row(&cells, row)?[..HASH_BYTES]);
    }
    Ok(Arc::new(hashes.finish()))
}

fn hash_row(cells: &[HashedColumn], row: usize) -> Result<[u8; 32], LakeError> {
    let mut hash = Sha256::new();
    for cell in cells {
        if cell.values.is_valid(row) {
            hash.update(cell.name_hash);
            hash_value(&mut hash, &cell.values, row)?;
        }
    }
    Ok(hash.finalize().into())
}

fn hash_value(hash: &mut Sha256, values: &ArrayRef, row: usize) -> Result<(), LakeError> {
    match values.data_type() {
        DataType::Utf8 => {
            let text = values.as_string::<i32>().value(row);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        DataType::Int64 => hash.update(values.as_primitive::<Int64Type>().value(row).to_le_bytes()),
        DataType::Int32 => hash.update(values.as_primitive::<Int32Type>().value(row).to_le_bytes()),
        DataType::Float64 => {
            hash.update(
                values
                    .as_primitive::<Float64Type>()
                    .value(row)
                    .to_bits()
                    .to_le_bytes(),
            );
        }
        DataType::Boolean => hash.update([u8::from(values.as_boolean().value(row))]),
        DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, _) => {
            let instant = values.as_primitive::<TimestampMicrosecondType>().value(row);
            hash.update(instant.to_le_bytes());
        }
        other => {
            return Err(LakeError::Defect(format!(
                "no hash for a column of {other}"
            )));
        }
    }
    Ok(())
}

/// Returns the month of each date in UTC.
fn partitions(rows: &RecordBatch, date: &str) -> Result<ArrayRef, LakeError> {
    let dates = named(rows, date)?;
    let dates = dates
        .as_primitive_opt::<TimestampMicrosecondType>()
        .ok_or_else(|| LakeError::Defect(format!("column `{date}` is no instant")))?;
    let mut months = StringBuilder::with_capacity(rows.num_rows(), rows.num_rows() * 7);
    for instant in dates {
        let utc = instant
            .and_then(DateTime::from_timestamp_micros)
            .ok_or_else(|| {
                LakeError::Defect(format!("a row without a `{date}` reached the lake"))
            })?;
        months.append_value(format!("{:04}-{:02}", utc.year(), utc.month()));
    }
    Ok(Arc::new(months.finish()))
}

fn named(rows: &RecordBatch, name: &str) -> Result<ArrayRef, LakeError> {
    rows.column_by_name(name)
        .cloned()
        .ok_or_else(|| LakeError::Defect(format!("column `{name}` is missing")))
}
