//! `tabs/retries`: why people try again, and what it costs.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, MetricTable};

/// The tab of retries.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RetriesTab {
    /// What the numbers rest on.
    pub basis: Basis,
    /// Transactions by kind: first, retry, repeat.
    pub kinds: MetricTable,
    /// Transactions by day and kind.
    pub kinds_per_day: MetricTable,
    /// How processes end.
    pub processes: Processes,
    /// How many attempts processes take, repeats not counted.
    pub attempts_per_process: Vec<AttemptsPerProcess>,
    /// What comes of each attempt.
    pub recovery: Vec<Recovery>,
    /// From one code to the next.
    pub flow: Vec<FlowLink>,
    /// Share of processes accepted by their attempt number `x`.
    pub accepted_by_attempt: Vec<CurvePoint>,
    /// Share of processes accepted `x` minutes after they began.
    pub accepted_by_minute: Vec<CurvePoint>,
    /// Share of failures after which nobody came back, all first, then by code.
    pub abandonment: Vec<Abandonment>,
    /// What to fix first.
    pub fix: Vec<Fix>,
    /// What retries cost.
    pub cost: RetryCost,
    /// Attempts after an accepted one.
    pub repeats: Repeats,
    /// How long after its last attempt a process counts as given up, ms.
    pub horizon_ms: f64,
    /// One person in so many was looked at: 1 where all were. Counts are estimates above that,
    /// but for those of `kinds`, `kinds_per_day` and `basis`.
    pub one_in: u32,
}

/// How processes end.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Processes {
    /// Processes.
    pub n: u64,
    /// With a second attempt before any was accepted.
    pub retried: u64,
    /// Accepted at last.
    pub accepted: u64,
    /// Given up.
    pub gone: u64,
    /// Too near the end of the data to know.
    pub open: u64,
    /// Share accepted at once.
    pub first: Option<Share>,
    /// Share ever accepted.
    pub ever: Option<Share>,
}

/// A share of trials, 0 to 1, with its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Hits.
    pub hits: u64,
    /// Trials.
    pub trials: u64,
    /// Persons behind them.
    pub persons: u64,
}

/// How many processes take so many attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttemptsPerProcess {
    /// Attempts.
    pub attempts: u64,
    /// Processes.
    pub processes: u64,
}

/// What comes of an attempt.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Recovery {
    /// Its number, from 1.
    pub attempt: u64,
    /// Share accepted of those that got here.
    pub accepted: Share,
    /// Given up after it.
    pub gone: u64,
    /// Too near the end of the data to know.
    pub open: u64,
}

/// From one code to what came next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowLink {
    /// The code of a failed attempt, as four digits; `none` where it had none.
    pub from: String,
    /// The code of the next attempt, or `accepted`, `gone`, `open`.
    pub to: String,
    /// How often.
    pub n: u64,
}

/// A point of a curve, with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct CurvePoint {
    /// Attempts or minutes.
    pub x: f64,
    /// Share, 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Processes that were still open to it.
    pub at_risk: u64,
}

/// Share of failures after which nobody came back, with its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Abandonment {
    /// The code; null for all.
    pub code: Option<String>,
    /// Failures.
    pub n: u64,
    /// Share, 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A code, and what its failures cost.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Fix {
    /// The code.
    pub code: String,
    /// What the dictionary says of it.
    pub description: Option<String>,
    /// Whose it is to mend: `person`, `attack`, `ours`.
    pub reason: Option<String>,
    /// Failures with it.
    pub failures: u64,
    /// Processes given up after it.
    pub lost: u64,
    /// Of those, whose person never came back in another process.
    pub lost_for_good: u64,
    /// Attempts that came after it.
    pub extra_attempts: u64,
    /// Minutes that persons spent on them.
    pub extra_minutes: f64,
}

/// What retries cost.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RetryCost {
    /// Retries.
    pub retries: u64,
    /// Time of the API that they took, ms.
    pub api_ms: f64,
    /// As a share of all of it, 0 to 1.
    pub api_share: Option<f64>,
    /// Minutes that persons spent.
    pub person_minutes: f64,
}

/// Attempts after an accepted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Repeats {
    /// Such attempts.
    pub n: u64,
    /// Processes with one.
    pub processes: u64,
    /// Of those attempts, the accepted ones.
    pub accepted: u64,
}
