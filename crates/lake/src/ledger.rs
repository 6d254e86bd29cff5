//! The runs ledger: two rows per run, one when it begins and one when it ends.
//!
//! The ledger is no part of a snapshot: it survives runs that publish nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::read::read_all;
use crate::store::Store;
use crate::table::{self, TableName};

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Begun; still running, or cut short without a word.
    Started,
    /// Ended; what it wrote is published.
    Published,
    /// Stopped by the user; the same sources resume it.
    Interrupted,
    /// Failed; nothing was published.
    Failed,
}

/// What a run counted. `read = inserted + updated + unchanged + quarantined`, and for
/// `anonymize`, which fills no table, `read = anonymized + quarantined`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Documents read.
    pub read: u64,
    /// Transactions that were not there.
    pub inserted: u64,
    /// Transactions that were there with other content.
    pub updated: u64,
    /// Transactions that were there with the same content.
    pub unchanged: u64,
    /// Documents that went into a file and not into the lake.
    #[serde(default)]
    pub anonymized: u64,
    /// Documents put aside, by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// What was noticed while reading, by kind and feature.
    pub notes: BTreeMap<String, u64>,
}

impl RunCounts {
    /// Returns all documents put aside.
    #[must_use]
    pub fn quarantined_total(&self) -> u64 {
        self.quarantined.values().sum()
    }

    /// Checks that every document read ended as exactly one thing.
    ///
    /// # Errors
    /// `Unreconciled`.
    pub fn reconcile(&self) -> Result<(), LakeError> {
        let taken = self.inserted + self.updated + self.unchanged + self.anonymized;
        let ended = taken + self.quarantined_total();
        if self.read == ended {
            return Ok(());
        }
        Err(LakeError::Unreconciled(format!(
            "{} documents read, but {taken} taken and {} quarantined",
            self.read,
            self.quarantined_total()
        )))
    }
}

/// A source as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceIdentity {
    /// Name without folder.
    pub label: String,
    /// Full place, to know the same source again.
    pub location: String,
    /// Bytes; none for a stream, which can't be resumed.
    pub size_bytes: Option<u64>,
    /// When it was last changed, microseconds since 1970.
    pub modified_us: Option<i64>,
}

/// What is written down when a run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStart {
    /// The run.
    pub run_id: String,
    /// The command.
    pub command: String,
    /// Version of veriscope.
    pub program: String,
    /// Hash of the card.
    pub card_hash: String,
    /// Id of the key.
    pub key_id: String,
    /// Size over which a document is put aside, bytes.
    #[serde(default)]
    pub max_document_bytes: u64,
    /// What it reads, in order.
    pub sources: Vec<SourceIdentity>,
}

impl RunStart {
    /// Returns whether another run does the same work, so that one may go on with the other's.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        let streams = self
            .sources
            .iter()
            .any(|source| source.size_bytes.is_none());
        !streams
            && !self.sources.is_empty()
            && self.command == earlier.command
            && self.program == earlier.program
            && self.card_hash == earlier.card_hash
            && self.key_id == earlier.key_id
            && self.max_document_bytes == earlier.max_document_bytes
            && self.sources == earlier.sources
    }
}

/// A run as the ledger tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// What it set out to do.
    #[serde(flatten)]
    pub start: RunStart,
    /// When it began, microseconds since 1970.
    pub started_at_us: i64,
    /// When it ended.
    pub ended_at_us: Option<i64>,
    /// How it stands.
    pub status: RunStatus,
    /// The snapshot that shows its work.
    pub snapshot: Option<u64>,
    /// What it counted, once it ended.
    pub counts: Option<RunCounts>,
}

/// What is written down when a run ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunEnd {
    pub(crate) status: RunStatus,
    pub(crate) snapshot: Option<u64>,
    pub(crate) counts: RunCounts,
}

pub(crate) fn schema() -> SchemaRef {
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("run_id", DataType::Utf8, true),
        Field::new("event", DataType::Utf8, true),
        Field::new("at", instant, true),
        Field::new("detail", DataType::Utf8, true),
    ]))
}

/// Writes down that a run begins.
pub(crate) async fn started(store: &Store, start: &RunStart, now_us: i64) -> Result<(), LakeError> {
    write(store, &start.run_id, "started", &json(start)?, now_us).await
}

/// Writes down that a run ended.
pub(crate) async fn ended(
    store: &Store,
    run_id: &str,
    end: &RunEnd,
    now_us: i64,
) -> Result<(), LakeError> {
    write(store, run_id, "ended", &json(end)?, now_us).await
}

async fn write(
    store: &Store,
    run_id: &str,
    event: &str,
    detail: &str,
    now_us: i64,
) -> Result<(), LakeError> {
    let row = RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(StringArray::from(vec![run_id])),
            Arc::new(StringArray::from(vec![event])),
            Arc::new(TimestampMicrosecondArray::from(vec![now_us]).with_timezone("UTC")),
            Arc::new(StringArray::from(vec![detail])),
        ],
    )?;
    table::append(store, TableName::Runs, &row, None).await?;
    Ok(())
}

/// Returns all runs, oldest first.
pub(crate) async fn runs(store: &Store) -> Result<Vec<Run>, LakeError> {
    let mut starts = BTreeMap::new();
    let mut ends: BTreeMap<String, (i64, RunEnd)> = BTreeMap::new();
    for batch in read_all(store, TableName::Runs, None).await? {
        let columns = (text(&batch, 0)?, text(&batch, 1)?, text(&batch, 3)?);
        let at = batch.column(2).as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let (id, event, detail) = (
                columns.0.value(row),
                columns.1.value(row),
                columns.2.value(row),
            );
            if event == "started" {
                let start: RunStart = parse(detail)?;
                starts.insert(id.to_owned(), (at.value(row), start));
            } else if ends
                .get(id)
                .is_none_or(|(earlier, _)| *earlier <= at.value(row))
            {
                ends.insert(id.to_owned(), (at.value(row), parse(detail)?));
            }
        }
    }
    let mut runs: Vec<Run> = starts
        .into_iter()
        .map(|(id, (started_at_us, start))| {
            let end = ends.remove(&id);
            Run {
                start,
                started_at_us,
                ended_at_us: end.as_ref().map(|(at, _)| *at),
                status: end
                    .as_ref()
                    .map_or(RunStatus::Started, |(_, end)| end.status),
                snapshot: end.as_ref().and_then(|(_, end)| end.snapshot),
                counts: end.map(|(_, end)| end.counts),
            }
        })
        .collect();
    runs.sort_by(|a, b| {
        (a.started_at_us, &a.start.run_id).cmp(&(b.started_at_us, &b.start.run_id))
    });
    Ok(runs)
}

fn text(batch: &RecordBatch, index: usize) -> Result<&StringArray, LakeError> {
    batch
        .column(index)
        .as_string_opt::<i32>()
        .ok_or_else(|| LakeError::Defect("the ledger has a column of another type".to_owned()))
}

fn json(value: &impl Serialize) -> Result<String, LakeError> {
    serde_json::to_string(value).map_err(|source| LakeError::Defect(source.to_string()))
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, LakeError> {
    serde_json::from_str(text).map_err(|source| LakeError::Description {
        path: "runs".into(),
        source,
    })
}
