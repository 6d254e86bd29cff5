//! Execution and queue times of each microservice, over the runs in which it ran.
//!
//! Quantiles are exact up to a limit, above it within [`crate::quantiles::RELATIVE_ERROR`];
//! tallies of parts of a table merge.

mod tally;

use serde::Serialize;

pub use tally::TimesTally;

/// How long something took, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Times {
    /// Runs.
    pub n: u64,
    /// Mean; always exact.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Whether the quantiles are approximate.
    pub approximate: bool,
}

/// The times of a microservice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MicroserviceTimes {
    /// Microservice.
    pub microservice: String,
    /// Picture; none for all its runs together, and where it runs once a transaction.
    pub image: Option<String>,
    /// Execution time.
    pub service: Option<Times>,
    /// Time in the queue; none where it has no queue, or none was measured.
    pub queue: Option<Times>,
    /// Execution and queue time together, where it ran; a queue time that was not measured
    /// adds nothing.
    pub both: Option<Times>,
}
