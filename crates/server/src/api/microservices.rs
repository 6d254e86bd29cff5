//! `tabs/microservices` and `what-if`: where the time goes.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, MetricTable, Num, Text};

/// The tab of microservice times.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MicroservicesTab {
    /// What the numbers rest on.
    pub basis: Basis,
    /// Total time of a transaction, ms.
    pub total: TotalTimes,
    /// Mean time of each microservice, service and queue of all its runs, ms.
    pub donut: Vec<DonutSlice>,
    /// Transactions by response code and class of size, a table a picture.
    pub code_by_size: Vec<MetricTable>,
    /// Transactions by response code and orientation, a table a picture.
    pub code_by_orientation: Vec<MetricTable>,
    /// The part that each microservice has in the total time.
    pub path: Vec<PathRow>,
    /// The time that is in no microservice.
    pub remainder: PathRemainder,
    /// Transactions whose path was followed.
    pub path_sample: u64,
    /// By day and by hour one transaction in so many was looked at; counts are as many times
    /// those.
    pub one_in: u64,
    /// Total time over the days.
    pub over_time: OverTime,
    /// Service and queue time of each microservice, a run at a time.
    pub service_queue: Vec<ServiceQueue>,
    /// Total time by hour of the day.
    pub by_hour: Vec<HourRow>,
    /// A typical and a slow transaction, run by run.
    pub waterfall: Vec<Waterfall>,
    /// What the data says of the pipeline; null where the card has none or there is too little.
    pub verdict: Option<Verdict>,
}

/// Mean and quantiles, ms.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TotalTimes {
    /// Mean.
    pub mean: Num,
    /// Median.
    pub p50: Num,
    /// 95th percentile.
    pub p95: Num,
    /// 99th percentile.
    pub p99: Num,
}

/// A microservice's mean time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DonutSlice {
    /// The microservice.
    pub microservice: String,
    /// Its mean time, ms.
    pub mean: Num,
}

/// A number that is known up to an order of runs which the data can't tell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Ranged {
    /// The least that it can be.
    pub low: f64,
    /// The most.
    pub high: f64,
}

/// The part that a microservice has in the total time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PathRow {
    /// The microservice.
    pub microservice: String,
    /// Transactions in which it ran.
    pub n: u64,
    /// Its mean time, all runs added up, ms.
    pub mean_ms: Option<f64>,
    /// Share of the total time that it has on the critical path, 0 to 1.
    pub share_of_total: Option<Ranged>,
    /// Share of the total time that its runs would have one after the other.
    pub share_if_serial: Option<f64>,
    /// Share of transactions in which it was on the critical path.
    pub on_path: Option<Ranged>,
    /// Share of transactions in which it was the longest of those that run beside it.
    pub longest: Option<f64>,
    /// By how much it could be slower without making the transaction slower, mean, ms.
    pub slack_ms: Option<Ranged>,
}

/// The time that is in no microservice, ms.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PathRemainder {
    /// Total minus the sum of all runs, mean; negative where runs overlap.
    pub serial_mean_ms: Option<f64>,
    /// Total minus the critical path, mean.
    pub path_mean_ms: Option<Ranged>,
}

/// Total time over the days.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OverTime {
    /// How much time a row stands for.
    pub grain: Grain,
    /// Rows in order of time.
    pub rows: Vec<TimeRow>,
}

/// How much time a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// An hour of the day.
    Hour,
    /// A day.
    Day,
    /// A week, named by its Monday.
    Week,
    /// A month.
    Month,
}

/// Quantiles of the total time in a stretch of time, ms; null where they rest on too little.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TimeRow {
    /// When it begins: `2025-01-08`.
    pub at: String,
    /// Transactions.
    pub n: u64,
    /// Median.
    pub p50: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// 99th percentile.
    pub p99: Option<f64>,
}

/// Times of runs, ms.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TimesCell {
    /// Runs.
    pub n: u64,
    /// Mean.
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

/// Service and queue time of a microservice.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ServiceQueue {
    /// The microservice.
    pub microservice: String,
    /// Service; null where it rests on too little.
    pub service: Option<TimesCell>,
    /// Queue; null where it has none, or too little.
    pub queue: Option<TimesCell>,
}

/// Times in an hour of the day, ms; null where they rest on too little.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HourRow {
    /// Local hour, 0 to 23.
    pub hour: u64,
    /// Transactions.
    pub n: u64,
    /// Median of the total time.
    pub p50: Option<f64>,
    /// 95th percentile of the total time.
    pub p95: Option<f64>,
    /// Mean of all queue times of a transaction added up.
    pub queue_mean: Option<f64>,
}

/// A transaction, run by run.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Waterfall {
    /// The quantile of the total time at which it stands: 0.5, 0.95.
    pub share: f64,
    /// The transaction.
    pub file_token: String,
    /// Its total time, ms.
    pub total_ms: f64,
    /// Its runs.
    pub bars: Vec<WaterfallBar>,
}

/// A run of a microservice, as the card's pipeline has it; times in ms.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WaterfallBar {
    /// The microservice.
    pub microservice: String,
    /// The picture; null where it runs once a transaction.
    pub image: Option<String>,
    /// When it began, from the beginning of the transaction.
    pub start_ms: f64,
    /// How long it waited.
    pub queue_ms: f64,
    /// How long it ran.
    pub service_ms: f64,
    /// Whether it is on the critical path.
    pub on_path: bool,
}

/// What the data says of the pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Verdict {
    /// In a sentence.
    pub sentence: Text,
    /// Steps and groups that the data supports.
    pub supported: u64,
    /// That it contradicts.
    pub contradicted: u64,
    /// Of which it can't tell.
    pub undecided: u64,
    /// Share of transactions whose path is longer than their total time, 0 to 1.
    pub path_longer: Option<f64>,
    /// Each step and group.
    pub steps: Vec<VerdictStep>,
    /// Transactions that were looked at.
    pub rows: u64,
}

/// What the data says of one step or group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct VerdictStep {
    /// What the card says.
    pub words: Text,
    /// Whether it stands.
    pub verdict: Standing,
}

/// Whether a hypothesis stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The data supports it.
    Supported,
    /// The data contradicts it.
    Contradicted,
    /// The data can't tell.
    Undecided,
}

/// What would change if microservices were faster.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatIfResult {
    /// Transactions that it was worked out on.
    pub rows: u64,
    /// Transactions that the filters keep.
    pub of: u64,
    /// Total time as it is, ms.
    pub before: WhatIfBefore,
    /// Total time as it would be, ms.
    pub after: WhatIfAfter,
    /// What the mean would be less, ms.
    pub saved_mean: Ranged,
    /// The same as a share of the mean, 0 to 1.
    pub saved_share: Ranged,
}

/// Total time as it is, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatIfBefore {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
}

/// Total time as it would be, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatIfAfter {
    /// Mean.
    pub mean: Ranged,
    /// Median.
    pub p50: Ranged,
    /// 95th percentile.
    pub p95: Ranged,
}
