//! What following the path tells.

use serde::Serialize;

/// A number that the undecided groups leave open: its least and greatest value over their
/// orders. Equal where they make no difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ranged {
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
}

impl Ranged {
    /// Returns the range of what values there are, or `None` of none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        values.into_iter().filter(|value| !value.is_nan()).fold(
            None,
            |range: Option<Self>, value| {
                Some(range.map_or(
                    Self {
                        low: value,
                        high: value,
                    },
                    |range| Self {
                        low: range.low.min(value),
                        high: range.high.max(value),
                    },
                ))
            },
        )
    }
}

/// Mean and quantiles, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Mean; always exact.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Whether the quantiles are within 0.2 % and not exact.
    pub approximate: bool,
}

/// What of the total no microservice accounts for, ms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Remainder {
    /// Total less the sum of all runs; negative where stages overlap.
    pub serial: Option<Spread>,
    /// Total less the path: mean.
    pub path: Option<Ranged>,
    /// Total less the path: median.
    pub path_p50: Option<Ranged>,
    /// Intercept of the least-squares line of the total on the path.
    pub intercept: Option<Ranged>,
    /// Slope of that line; 1 where the path tells the total.
    pub slope: Option<Ranged>,
}

/// One run of one microservice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunOnPath {
    /// Microservice.
    pub microservice: String,
    /// Picture; none where it runs once a transaction.
    pub image: Option<String>,
    /// Transactions in which it ran.
    pub n: u64,
    /// Mean of execution plus queue time where it ran, ms.
    pub mean_ms: Option<f64>,
    /// Share of those transactions in which it is on the path; ties share.
    pub on_path: Option<Ranged>,
    /// Mean of how much longer it could have been without a longer path, ms.
    pub slack_ms: Option<Ranged>,
}

/// One microservice over all its runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MicroserviceOnPath {
    /// Microservice.
    pub microservice: String,
    /// Transactions in which it ran.
    pub n: u64,
    /// Mean of execution plus queue time, all pictures, where it ran, ms.
    pub mean_ms: Option<f64>,
    /// Its time on the path as a share of all total time.
    pub share_of_total: Option<Ranged>,
    /// Its time as a share of all total time, were nothing at once.
    pub share_if_serial: Option<f64>,
    /// Share of all transactions in which it is on the path at all; ties count as whole.
    pub on_path: Option<Ranged>,
    /// Share of all transactions in which it took the most time; ties share.
    pub longest: Option<f64>,
}

/// What comes of a faster microservice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIf {
    /// Microservice.
    pub microservice: String,
    /// One case for each of 10, 25, 50 and 100 %.
    pub cases: Vec<WhatIfCase>,
}

/// One case: execution and queue time less by so much, the rest of the total as it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIfCase {
    /// How much faster, percent; 100 is removed.
    pub faster_percent: u8,
    /// Saved: mean, ms.
    pub saved_mean: Option<Ranged>,
    /// Saved: median over transactions, ms.
    pub saved_p50: Option<Ranged>,
    /// Saved: 95th percentile over transactions, ms.
    pub saved_p95: Option<Ranged>,
    /// Saved, as a share of all total time.
    pub saved_share: Option<Ranged>,
    /// New total: mean, ms.
    pub total_mean: Option<Ranged>,
    /// New total: median, ms.
    pub total_p50: Option<Ranged>,
    /// New total: 95th percentile, ms.
    pub total_p95: Option<Ranged>,
    /// Whether the quantiles are within 0.2 % and not exact.
    pub approximate: bool,
}

/// Where the time goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bottlenecks {
    /// Transactions with a total time.
    pub transactions: u64,
    /// Transactions left out because they have none.
    pub without_total: u64,
    /// Total time.
    pub total: Option<Spread>,
    /// Length of the path, mean, ms.
    pub path_mean: Option<Ranged>,
    /// Share of transactions whose path is longer than their total, which no right pipeline
    /// can have (but for rounding).
    pub path_longer: Option<Ranged>,
    /// What no microservice accounts for.
    pub remainder: Remainder,
    /// Each microservice, in the card's order.
    pub microservices: Vec<MicroserviceOnPath>,
    /// Each run, in the order of the pipeline.
    pub runs: Vec<RunOnPath>,
    /// What-if table, in the card's order; empty where it was left out.
    pub what_if: Vec<WhatIf>,
}
