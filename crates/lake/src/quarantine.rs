//! Documents that could not be taken, sealed with the key, until someone looks or replays.
//!
//! The quarantine is no part of a snapshot: it survives runs that publish nothing. An entry
//! is known by a keyed fingerprint of its bytes and place, so a run that is repeated puts
//! nothing aside twice.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use data_encoding::HEXLOWER;
use serde::Serialize;
use veriscope_privacy::{Key, LeakScan, fingerprint, open as unseal, seal};

use crate::error::LakeError;
use crate::read::read_all;
use crate::store::Store;
use crate::table::{self, TableName};

/// A document that could not be taken.
#[derive(Clone, Debug)]
pub struct PutAside {
    /// Source, without its folder.
    pub source: String,
    /// Number within the source, from 0.
    pub position: u64,
    /// First byte within the (decompressed) source.
    pub byte_offset: u64,
    /// Why, as a slug: `broken-json`.
    pub reason: String,
    /// Feature path that it failed at.
    pub path: Option<String>,
    /// What was wrong, without any value.
    pub detail: String,
    /// How the bytes are to be read: `json` or `csv`.
    pub encoding: String,
    /// Bytes of the whole document.
    pub size_bytes: u64,
    /// The document, or the beginning of one over the size limit.
    pub bytes: Vec<u8>,
    /// SHA-256 of the whole, where `bytes` is only its beginning.
    pub sha256: Option<[u8; 32]>,
}

/// An entry of the quarantine, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Keyed fingerprint: 32 hex characters.
    pub id: String,
    /// The run that put it aside.
    pub run_id: String,
    /// When, microseconds since 1970.
    pub at_us: i64,
    /// Source, without its folder.
    pub source: String,
    /// Number within the source, from 0.
    pub position: i64,
    /// First byte within the (decompressed) source.
    pub byte_offset: i64,
    /// Why.
    pub reason: String,
    /// Feature path that it failed at.
    pub path: Option<String>,
    /// What was wrong.
    pub detail: String,
    /// How the bytes are to be read.
    pub encoding: String,
    /// Bytes of the whole document.
    pub size_bytes: i64,
    /// Hex SHA-256 of the whole, where only its beginning is kept.
    pub sha256: Option<String>,
    /// The run that took it in after all.
    pub replayed_by: Option<String>,
}

/// Columns but the sealed bytes.
const COLUMNS: [&str; 13] = [
    "id",
    "event",
    "run_id",
    "at",
    "source",
    "position",
    "byte_offset",
    "reason",
    "path",
    "detail",
    "encoding",
    "size_bytes",
    "sha256",
];

const SEALED: &str = "sealed";

pub(crate) fn schema() -> SchemaRef {
    let field = |name: &str| match name {
        "at" => Field::new(
            name,
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            true,
        ),
        "position" | "byte_offset" | "size_bytes" => Field::new(name, DataType::Int64, true),
        _ => Field::new(name, DataType::Utf8, true),
    };
    let mut fields: Vec<Field> = COLUMNS.iter().map(|name| field(name)).collect();
    fields.push(Field::new(SEALED, DataType::Binary, true));
    Arc::new(Schema::new(fields))
}

/// Adds documents that are not there yet; `known` holds the ids that are. Returns the ids
/// of all of them.
pub(crate) async fn put_aside(
    store: &Store,
    key: &Key,
    known: &mut HashSet<String>,
    documents: &[PutAside],
    run: (&str, i64),
    scan: &LeakScan,
) -> Result<Vec<String>, LakeError> {
    let ids: Vec<String> = documents.iter().map(|document| id(key, document)).collect();
    let mut fresh = Vec::new();
    for (id, document) in ids.iter().zip(documents) {
        if known.insert(id.clone()) {
            fresh.push((id.clone(), document));
        }
    }
    if let Some(rows) = put_rows(key, &fresh, run)? {
        table::append(store, TableName::Quarantine, &rows, Some(scan)).await?;
    }
    Ok(ids)
}

/// Notes that a run took entries in after all.
pub(crate) async fn replayed(
    store: &Store,
    ids: &[&String],
    run: (&str, i64),
) -> Result<(), LakeError> {
    let count = ids.len();
    let repeated = |value: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            value, count,
        )))
    };
    let columns = schema()
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            "id" => Arc::new(StringArray::from_iter_values(ids)) as ArrayRef,
            "event" => repeated("replayed"),
            "run_id" => repeated(run.0),
            "at" => instants(run.1, count),
            _ => arrow_array::new_null_array(field.data_type(), count),
        })
        .collect();
    let rows = RecordBatch::try_new(schema(), columns)?;
    table::append(store, TableName::Quarantine, &rows, None).await
}

/// Returns the ids of the entries that wait; one that was replayed may come again.
pub(crate) async fn ids(store: &Store) -> Result<HashSet<String>, LakeError> {
    let waiting = entries(store)
        .await?
        .into_iter()
        .filter(|entry| entry.replayed_by.is_none());
    Ok(waiting.map(|entry| entry.id).collect())
}

/// Returns all entries, in the order in which they were put aside.
pub(crate) async fn entries(store: &Store) -> Result<Vec<Entry>, LakeError> {
    let mut by_id: BTreeMap<String, Entry> = BTreeMap::new();
    let mut replays: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for batch in read_all(store, TableName::Quarantine, Some(&COLUMNS)).await? {
        let events = strings(&batch, "event")?;
        for row in 0..batch.num_rows() {
            let event = entry(&batch, row, events.value(row) == "replayed")?;
            match event {
                Event::Put(entry) => {
                    let newer = by_id
                        .get(&entry.id)
                        .is_none_or(|known| known.at_us <= entry.at_us);
                    if newer {
                        by_id.insert(entry.id.clone(), entry);
                    }
                }
                Event::Replayed { id, at_us, run_id } => {
                    let newer = replays.get(&id).is_none_or(|(known, _)| *known <= at_us);
                    if newer {
                        replays.insert(id, (at_us, run_id));
                    }
                }
            }
        }
    }
    let mut entries: Vec<Entry> = by_id.into_values().collect();
    for entry in &mut entries {
        // An entry that was put aside once more after its replay waits again.
        entry.replayed_by = replays
            .remove(&entry.id)
            .filter(|(at_us, _)| *at_us >= entry.at_us)
            .map(|(_, run_id)| run_id);
    }
    entries.sort_by(|a, b| {
        (a.at_us, &a.source, a.position, &a.id).cmp(&(b.at_us, &b.source, b.position, &b.id))
    });
    Ok(entries)
}

enum Event {
    Put(Entry),
    Replayed {
        id: String,
        at_us: i64,
        run_id: String,
    },
}

/// Returns the bytes of entries by id; one that isn't there is left out.
pub(crate) async fn bytes(
    store: &Store,
    key: &Key,
    wanted: &HashSet<&str>,
) -> Result<BTreeMap<String, Vec<u8>>, LakeError> {
    let mut found = BTreeMap::new();
    for batch in read_all(store, TableName::Quarantine, Some(&["id", SEALED])).await? {
        let ids = strings(&batch, "id")?;
        let sealed = batch
            .column_by_name(SEALED)
            .and_then(|column| column.as_binary_opt::<i32>())
            .ok_or_else(other_type)?;
        for row in 0..batch.num_rows() {
            let id = ids.value(row);
            if wanted.contains(id) && sealed.is_valid(row) {
                let plain = unseal(key, sealed.value(row), id.as_bytes())?;
                found.insert(id.to_owned(), plain);
            }
        }
    }
    Ok(found)
}

fn id(key: &Key, document: &PutAside) -> String {
    let mut bytes = Vec::with_capacity(document.bytes.len() + 64);
    bytes.extend_from_slice(&(document.source.len() as u64).to_le_bytes());
    bytes.extend_from_slice(document.source.as_bytes());
    bytes.extend_from_slice(&document.position.to_le_bytes());
    bytes.extend_from_slice(&document.bytes);
    HEXLOWER.encode(&fingerprint(key, &bytes))
}

fn put_rows(
    key: &Key,
    documents: &[(String, &PutAside)],
    run: (&str, i64),
) -> Result<Option<RecordBatch>, LakeError> {
    if documents.is_empty() {
        return Ok(None);
    }
    let count = documents.len();
    let text = |value: fn(&PutAside) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            documents.iter().map(|(_, d)| value(d)),
        ))
    };
    let number = |value: fn(&PutAside) -> u64| -> ArrayRef {
        let values = documents
            .iter()
            .map(|(_, d)| i64::try_from(value(d)).unwrap_or(i64::MAX));
        Arc::new(Int64Array::from_iter_values(values))
    };
    let paths: StringArray = documents.iter().map(|(_, d)| d.path.as_deref()).collect();
    let digests: StringArray = documents
        .iter()
        .map(|(_, d)| d.sha256.map(|hash| HEXLOWER.encode(&hash)))
        .collect();
    let mut sealed = Vec::with_capacity(count);
    for (id, document) in documents {
        sealed.push(seal(key, &document.bytes, id.as_bytes())?);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(
            documents.iter().map(|(id, _)| id),
        )),
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            "put", count,
        ))),
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            run.0, count,
        ))),
        instants(run.1, count),
        text(|d| &d.source),
        number(|d| d.position),
        number(|d| d.byte_offset),
        text(|d| &d.reason),
        Arc::new(paths),
        text(|d| &d.detail),
        text(|d| &d.encoding),
        number(|d| d.size_bytes),
        Arc::new(digests),
        Arc::new(BinaryArray::from_iter_values(sealed)),
    ];
    Ok(Some(RecordBatch::try_new(schema(), columns)?))
}

fn instants(at_us: i64, count: usize) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(vec![at_us; count]).with_timezone("UTC"))
}

fn entry(batch: &RecordBatch, row: usize, is_replay: bool) -> Result<Event, LakeError> {
    let text = |name: &str| Ok::<_, LakeError>(strings(batch, name)?.value(row).to_owned());
    let optional = |name: &str| {
        let column = strings(batch, name)?;
        Ok::<_, LakeError>(column.is_valid(row).then(|| column.value(row).to_owned()))
    };
    let number = |name: &str| {
        let column = batch
            .column_by_name(name)
            .and_then(|c| c.as_primitive_opt::<Int64Type>());
        Ok::<_, LakeError>(column.ok_or_else(other_type)?.value(row))
    };
    let at = batch
        .column_by_name("at")
        .and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>())
        .ok_or_else(other_type)?;
    if is_replay {
        let (id, run_id) = (text("id")?, text("run_id")?);
        return Ok(Event::Replayed {
            id,
            at_us: at.value(row),
            run_id,
        });
    }
    Ok(Event::Put(Entry {
        id: text("id")?,
        run_id: text("run_id")?,
        at_us: at.value(row),
        source: text("source")?,
        position: number("position")?,
        byte_offset: number("byte_offset")?,
        reason: text("reason")?,
        path: optional("path")?,
        detail: text("detail")?,
        encoding: text("encoding")?,
        size_bytes: number("size_bytes")?,
        sha256: optional("sha256")?,
        replayed_by: None,
    }))
}

fn strings<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray, LakeError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_string_opt::<i32>())
        .ok_or_else(other_type)
}

fn other_type() -> LakeError {
    LakeError::Defect("the quarantine has a column of another type".to_owned())
}
