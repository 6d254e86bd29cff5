//! What the numbers of a tab rest on.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Exclusion, Text};

/// What the numbers of a tab rest on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Basis {
    /// Transactions that the filters keep.
    pub transactions: u64,
    /// Processes with such a transaction.
    pub processes: u64,
    /// Persons behind them; null where the API knows no persons.
    pub persons: Option<u64>,
    /// First local day, `2025-01-08`.
    pub first_day: Option<String>,
    /// Last local day.
    pub last_day: Option<String>,
    /// Version of the snapshot.
    pub snapshot: u64,
    /// How long it took to compute, ms.
    pub elapsed_ms: f64,
    /// What exclusions leave out.
    pub excluded: Vec<Exclusion>,
    /// Outsize shares of one person or client, which bend every rate.
    pub outsize: Vec<Text>,
}
