//! `tabs/data`: what was read, what was put aside, and how fresh it is.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Cell, Exclusion, MetricTable, SnapshotInfo};

/// The tab of data health.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DataTab {
    /// The snapshot.
    pub snapshot: SnapshotInfo,
    /// What the server's clock says, `2025-02-01T10:00:00Z`.
    pub now: String,
    /// Runs, the newest first, at most 200.
    pub runs: Vec<Run>,
    /// What was put aside, by reason; never its contents.
    pub quarantine: Vec<QuarantineReason>,
    /// Documents put aside.
    pub quarantined: u64,
    /// Policies, the newest first, at most 50.
    pub policies: Vec<Policy>,
    /// Transactions by week and policy; policies beyond the largest as null.
    pub policies_per_week: MetricTable,
    /// How fresh the data is.
    pub freshness: Freshness,
    /// What exclusions leave out.
    pub exclusions: Vec<Exclusion>,
    /// Transactions by day.
    pub per_day: MetricTable,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Run {
    /// Its id.
    pub run: String,
    /// `running`, `finished`, `failed` and the like.
    pub state: String,
    /// When it began.
    pub began_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The command.
    pub command: Option<String>,
    /// Documents read.
    pub read: u64,
    /// New transactions.
    pub inserted: u64,
    /// Transactions with another content.
    pub updated: u64,
    /// The same again.
    pub unchanged: u64,
    /// Put aside.
    pub quarantined: u64,
    /// Whether what was read is what became of it.
    pub reconciles: bool,
    /// The snapshot that it published.
    pub snapshot: Option<u64>,
}

/// Why documents were put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantineReason {
    /// The reason.
    pub reason: String,
    /// Documents.
    pub n: u64,
    /// When the last was put aside.
    pub last_at: Option<String>,
}

/// Thresholds and switches that went together.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Policy {
    /// Its id; null where a transaction carries none.
    pub policy_id: Option<String>,
    /// First local day with it.
    pub first_day: String,
    /// Last.
    pub last_day: String,
    /// Transactions.
    pub n: u64,
    /// What it sets.
    pub settings: Vec<Setting>,
    /// Clients with such a transaction.
    pub clients: u64,
}

/// A setting of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Cell,
}

/// How fresh the data is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Freshness {
    /// When the last transaction came in.
    pub last_transaction: Option<String>,
    /// When the snapshot was published.
    pub published_at: Option<String>,
}
