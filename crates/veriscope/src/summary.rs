//! What a run says when it ends: one table for a person, or the same figures as JSON.

mod render;

use std::collections::BTreeMap;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use veriscope_metrics::query::{Excluded, Outsize};

pub use render::render;

use crate::commands::load::LoadSummary;

/// All that is told of a run.
#[derive(Clone, Debug, Serialize)]
pub struct RunSummary {
    /// The run.
    pub run_id: String,
    /// Number of the published snapshot; none when nothing was published.
    pub snapshot: Option<u64>,
    /// Sources, in order.
    pub sources: Vec<SourceSummary>,
    /// Documents read.
    pub read: u64,
    /// Transactions that were not there.
    pub inserted: u64,
    /// Transactions that were there with other content.
    pub updated: u64,
    /// Transactions that were there with the same content.
    pub unchanged: u64,
    /// Documents put aside.
    pub quarantined: Quarantined,
    /// What was noticed while reading.
    pub notes: Vec<NoteCount>,
    /// Processes in the lake, but for exclusions; none where the command does not look.
    pub processes: Option<u64>,
    /// Transactions in the lake.
    pub transactions: u64,
    /// Acceptance in the lake, but for exclusions; none where the command does not look.
    pub acceptance: Option<Acceptance>,
    /// What exclusions left out of these figures.
    pub excluded: Vec<Excluded>,
    /// Outsize shares of the processes, which bend them; none where they were not looked for.
    pub outsize: Option<Vec<Outsize>>,
    /// The microservice with the longest mean time; none where none has a time.
    pub slowest_microservice: Option<SlowestMicroservice>,
    /// Bytes of the sources that were read (compressed where they are).
    pub bytes_read: u64,
    /// How long it took, ms.
    pub elapsed_ms: u64,
    /// Folder of the lake.
    pub lake: String,
    /// Id of the key.
    pub key_id: String,
    /// File of the key when this run made it.
    pub new_key_file: Option<String>,
    /// What was loaded into the database; none where none is configured, or it failed.
    pub database: Option<LoadSummary>,
    /// Commands that may come next.
    pub next_steps: Vec<String>,
}

/// One source of a run.
#[derive(Clone, Debug, Serialize)]
pub struct SourceSummary {
    /// Name without folder, `-` for stdin.
    pub label: String,
    /// Documents read from it.
    pub documents: u64,
}

/// Documents put aside, by reason.
#[derive(Clone, Debug, Default)]
pub struct Quarantined(pub BTreeMap<String, u64>);

impl Quarantined {
    /// Returns all documents put aside.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl Serialize for Quarantined {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Quarantined", 2)?;
        fields.serialize_field("total", &self.total())?;
        fields.serialize_field("by_reason", &self.0)?;
        fields.end()
    }
}

/// How often something was noticed in one feature.
#[derive(Clone, Debug, Serialize)]
pub struct NoteCount {
    /// What: `rounded-duration`.
    pub note: String,
    /// Where.
    pub feature: String,
    /// How often.
    pub count: u64,
}

/// Acceptance over all transactions and over last attempts.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Acceptance {
    /// Of all transactions.
    pub transactions: Share,
    /// Of the last attempt of each process.
    pub last_attempts: Share,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Share {
    /// Accepted.
    pub accepted: u64,
    /// All.
    pub total: u64,
}

/// The microservice with the longest mean time.
#[derive(Clone, Debug, Serialize)]
pub struct SlowestMicroservice {
    /// Name, as in column names.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Mean of execution and queue over all pictures, of transactions in which it ran, ms.
    pub mean_ms: f64,
    /// Transactions in which it ran.
    pub transactions: u64,
}

#[cfg(test)]
mod tests;
