//! The runs ledger: two rows per run, one when it begins and one when it ends, and a row
//! for each mark that was moved on between runs.
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

/// Kind of the row that is written when a run begins.
const STARTED: &str = "started";

/// Kind of the row that is written when a run ends.
const ENDED: &str = "ended";

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
    /// Whether it is read from a mark on (a database, say): each run goes on after the mark
    /// of the last one, and a run that was cut short after its own last mark.
    #[serde(default)]
    pub by_mark: bool,
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
            .any(|source| source.size_bytes.is_none() && !source.by_mark);
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
    /// How far it came in the sources that are read by a mark, source by source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Option<String>>,
    /// Why it published nothing, where that was written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is written down when a run ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunEnd {
    pub(crate) status: RunStatus,
    pub(crate) snapshot: Option<u64>,
    pub(crate) counts: RunCounts,
    #[serde(default)]
    pub(crate) marks: Vec<Option<String>>,
    #[serde(default)]
    pub(crate) reason: Option<String>,
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
    write(store, &start.run_id, STARTED, &json(start)?, now_us).await
}

/// Writes down that a run ended.
pub(crate) async fn ended(
    store: &Store,
    run_id: &str,
    end: &RunEnd,
    now_us: i64,
) -> Result<(), LakeError> {
    write(store, run_id, ENDED, &json(end)?, now_us).await
}

/// Writes a row of the ledger.
pub(crate) async fn write(
    store: &Store,
    run_id: &str,
    kind: &str,
    detail: &str,
    now_us: i64,
) -> Result<(), LakeError> {
    let row = RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(StringArray::from(vec![run_id])),
            Arc::new(StringArray::from(vec![kind])),
            Arc::new(TimestampMicrosecondArray::from(vec![now_us]).with_timezone("UTC")),
            Arc::new(StringArray::from(vec![detail])),
        ],
    )?;
    table::append(store, TableName::Runs, &row, None).await?;
    Ok(())
}

/// One row of the ledger.
pub(crate) struct Event {
    pub(crate) run_id: String,
    pub(crate) kind: String,
    pub(crate) at_us: i64,
    pub(crate) detail: String,
}

/// Returns all rows of the ledger, by their time.
pub(crate) async fn events(store: &Store) -> Result<Vec<Event>, LakeError> {
    let mut events = Vec::new();
    for batch in read_all(store, TableName::Runs, None).await? {
        let columns = (text(&batch, 0)?, text(&batch, 1)?, text(&batch, 3)?);
        let at = batch.column(2).as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            events.push(Event {
                run_id: columns.0.value(row).to_owned(),
                kind: columns.1.value(row).to_owned(),
                at_us: at.value(row),
                detail: columns.2.value(row).to_owned(),
            });
        }
    }
    events.sort_by_key(|event| event.at_us);
    Ok(events)
}

/// Returns all runs, oldest first.
pub(crate) async fn runs(store: &Store) -> Result<Vec<Run>, LakeError> {
    runs_of(&events(store).await?)
}

/// Puts the rows of the ledger together to runs, oldest first.
pub(crate) fn runs_of(events: &[Event]) -> Result<Vec<Run>, LakeError> {
    let mut starts = BTreeMap::new();
    let mut ends: BTreeMap<&str, (i64, RunEnd)> = BTreeMap::new();
    for event in events {
        let id = event.run_id.as_str();
        match event.kind.as_str() {
            STARTED => {
                let start: RunStart = parse(&event.detail)?;
                starts.insert(id, (event.at_us, start));
            }
            ENDED => {
                ends.insert(id, (event.at_us, parse(&event.detail)?));
            }
            _ => {}
        }
    }
    let mut runs: Vec<Run> = starts
        .into_iter()
        .map(|(id, (started_at_us, start))| run_of(start, started_at_us, ends.remove(id)))
        .collect();
    runs.sort_by(|a, b| {
        (a.started_at_us, &a.start.run_id).cmp(&(b.started_at_us, &b.start.run_id))
    });
    Ok(runs)
}

fn run_of(start: RunStart, started_at_us: i64, end: Option<(i64, RunEnd)>) -> Run {
    let Some((ended_at_us, end)) = end else {
        return Run {
            start,
            started_at_us,
            ended_at_us: None,
            status: RunStatus::Started,
            snapshot: None,
            counts: None,
            marks: Vec::new(),
            reason: None,
        };
    };
    Run {
        start,
        started_at_us,
        ended_at_us: Some(ended_at_us),
        status: end.status,
        snapshot: end.snapshot,
        counts: Some(end.counts),
        marks: end.marks,
        reason: end.reason,
    }
}

fn text(batch: &RecordBatch, index: usize) -> Result<&StringArray, LakeError> {
    batch
        .column(index)
        .as_string_opt::<i32>()
        .ok_or_else(|| LakeError::Defect("the ledger has a column of another type".to_owned()))
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, LakeError> {
    serde_json::to_string(value).map_err(|source| LakeError::Defect(source.to_string()))
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, LakeError> {
    serde_json::from_str(text).map_err(|source| LakeError::Description {
        path: "runs".into(),
        source,
    })
}
