//! Execution and queue times of each microservice, over the runs in which it ran.
//!
//! Quantiles of whole milliseconds are exact; those of times with fractions up to a limit, above
//! it within [`crate::quantiles::RELATIVE_ERROR`]. Tallies of parts of a table merge.

mod tally;

use serde::Serialize;

use crate::quantiles::Milliseconds;

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

impl Times {
    /// Returns the times that were counted; none of none. Whether they are but a part of all
    /// is for the caller to say.
    #[must_use]
    pub fn of(times: &mut Milliseconds, approximate: bool) -> Option<Self> {
        let mean = times.mean()?;
        let [p50, p95, p99] = times.quantiles([0.5, 0.95, 0.99])?;
        Some(Self {
            n: times.len(),
            mean,
            p50,
            p95,
            p99,
            approximate,
        })
    }
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
