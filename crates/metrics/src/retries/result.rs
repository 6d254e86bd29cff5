//! What the attempts tell.

use serde::Serialize;

use super::HorizonRule;
use crate::intervals::{Difference, Proportion};
use crate::survival::{Curve, IncidencePoint};

/// How processes went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Processes {
    /// Processes.
    pub n: u64,
    /// Attempts, repeats included.
    pub attempts: u64,
    /// Attempts after a failure (retries).
    pub retries: u64,
    /// Accepted at some attempt.
    pub accepted: u64,
    /// Not accepted, and nobody came back for the horizon.
    pub gone: u64,
    /// Not accepted so far; too near the end of the data to say.
    pub open: u64,
    /// Accepted at the first attempt.
    pub first: Option<Proportion>,
    /// Accepted at any attempt; open processes count as not accepted.
    pub ever: Option<Proportion>,
    /// Accepted at any attempt, of those that are not open.
    pub ever_of_closed: Option<Proportion>,
    /// What retries add: ever less first.
    pub added: Option<Difference>,
}

/// One attempt number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttemptChance {
    /// Number of the try, from 1.
    pub attempt: u64,
    /// Accepted, of those that got so far without an acceptance.
    pub accepted: Proportion,
    /// Of those that failed there: never came back (by the horizon).
    pub gone: u64,
    /// Of those that failed there: too early to say.
    pub open: u64,
}

/// How soon people are accepted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AcceptedBy {
    /// Time to acceptance in attempts, as though those who left had gone on; survival is
    /// the share not yet accepted.
    pub attempts: Curve,
    /// Acceptance by attempt with leaving as the other ending.
    pub attempts_or_gone: Vec<IncidencePoint>,
    /// Time to acceptance in minutes since the first attempt, at most 200 points. Those who
    /// left stay not accepted: they are censored by the end of the data alone.
    pub minutes: Curve,
    /// The same at a few times, in full; times that nobody was seen for are left out.
    pub within: Vec<AcceptedWithin>,
}

/// Accepted within some time of the first attempt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AcceptedWithin {
    /// Minutes.
    pub minutes: f64,
    /// Share of processes.
    pub share: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// Attempts after an acceptance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repeats {
    /// Repeats.
    pub n: u64,
    /// Processes that have any.
    pub processes: u64,
    /// Repeats that were accepted again.
    pub accepted: u64,
    /// Repeats that were rejected.
    pub rejected: u64,
    /// Repeats with a technical error.
    pub technical: u64,
    /// API time of repeats, ms.
    pub api_ms: u64,
}

/// Time between a failure and the next try, ms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gaps {
    /// Code of the failure; none for all together.
    pub code: Option<String>,
    /// Gaps.
    pub n: u64,
    /// Median.
    pub p50_ms: f64,
    /// 90th percentile.
    pub p90_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
}

/// What retries cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Retries.
    pub retries: u64,
    /// Processes that have any.
    pub processes: u64,
    /// API time of retries, ms.
    pub api_ms: f64,
    /// Its share of all API time.
    pub api_share: Option<f64>,
    /// Persons' time between tries, minutes; a long pause counts up to a limit.
    pub person_minutes: f64,
    /// Persons' time for each process with a retry, minutes, mean.
    pub person_minutes_each: Option<f64>,
}

/// What followed a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// Another failure with this code.
    Code(String),
    /// Acceptance.
    Accepted,
    /// Nothing within the horizon.
    Gone,
    /// Nothing so far; too early to say.
    Open,
}

/// How often something followed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Transition {
    /// What followed.
    pub next: Next,
    /// How often.
    pub n: u64,
    /// As a share of what followed, those too early to say left out; none for them.
    pub share: Option<f64>,
}

/// What followed failures with one code.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TransitionRow {
    /// Code of the failure; `none` where there was no summary.
    pub code: String,
    /// Failures.
    pub n: u64,
    /// The same code again.
    pub same: u64,
    /// Another failure.
    pub other: u64,
    /// Acceptance.
    pub accepted: u64,
    /// Nothing within the horizon.
    pub gone: u64,
    /// Too early to say.
    pub open: u64,
    /// Everything that followed, most frequent first.
    pub next: Vec<Transition>,
}

/// Who does not come back after a failure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Abandonment {
    /// Code of the failure; none for all together.
    pub code: Option<String>,
    /// Failures.
    pub n: u64,
    /// Probability of no further try within the horizon, failures near the end of the data
    /// counted for as long as they were seen.
    pub share: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// Persons whose process was lost, and who came back under another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PersonsBack {
    /// Processes that are gone.
    pub gone: u64,
    /// Of these: the person is known.
    pub known: u64,
    /// Of these: the person began another process later, at the same client.
    pub same_client: u64,
    /// Of these: only at another client.
    pub other_client: u64,
    /// Of these: the person was accepted in a later process.
    pub accepted_later: u64,
    /// Persons with a process.
    pub persons: u64,
    /// Persons with processes of more than one client.
    pub persons_of_several_clients: u64,
}

/// One definition of a process, and what it makes of acceptance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    /// Longest time between attempts of a person at a client that are one process, ms; none
    /// is by process id.
    pub gap_ms: Option<i64>,
    /// Processes.
    pub processes: u64,
    /// Attempts (repeats included) for each process, mean.
    pub attempts_each: f64,
    /// Accepted at the first attempt, share.
    pub first: f64,
    /// Accepted at any attempt, share.
    pub ever: f64,
}

/// A score from a failed try to the next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreChange {
    /// Score.
    pub score: String,
    /// Pairs in which both were measured, on other pictures.
    pub n: u64,
    /// Higher than before.
    pub higher: u64,
    /// Lower than before.
    pub lower: u64,
    /// Median change.
    pub median: Option<f64>,
}

/// Whether people come again with the same pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PictureChange {
    /// Pairs of a failed try and the next in which pictures were measured.
    pub pairs: u64,
    /// Pairs with all measurements equal: the same pictures again.
    pub same: u64,
    /// Acceptance after the same pictures.
    pub accepted_same: Option<Proportion>,
    /// Acceptance after other pictures.
    pub accepted_other: Option<Proportion>,
    /// Scores on other pictures.
    pub scores: Vec<ScoreChange>,
}

/// A reason to mend, by what it costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CodeToFix {
    /// Code; `none` where there was no summary.
    pub code: String,
    /// Tries that failed with it.
    pub failures: u64,
    /// Processes that ended with it and are gone.
    pub lost: u64,
    /// Of these: the person was not accepted in a later process either, as far as is known.
    pub lost_for_good: u64,
    /// Further tries it caused.
    pub extra_attempts: u64,
    /// API time of those, ms.
    pub extra_api_ms: f64,
    /// Persons' time before those, minutes.
    pub extra_minutes: f64,
    /// Processes in which it occurred.
    pub processes: u64,
    /// Of these: accepted in the end.
    pub processes_accepted: u64,
}

/// Why people try again, what comes of it and what it costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Retries {
    /// How long nobody must have come back before a process counts as gone, ms.
    pub horizon_ms: i64,
    /// Where that comes from.
    pub horizon_rule: HorizonRule,
    /// Last instant that the data cover, µs since 1970.
    pub data_end_us: i64,
    /// How processes went.
    pub processes: Processes,
    /// Processes by number of tries: (tries, processes).
    pub attempts_per_process: Vec<(u64, u64)>,
    /// Chance of acceptance at each try, up to the 20th.
    pub by_attempt: Vec<AttemptChance>,
    /// How soon people are accepted.
    pub accepted_by: AcceptedBy,
    /// Attempts after an acceptance.
    pub repeats: Repeats,
    /// Time between a failure and the next try: all, then by code.
    pub gaps: Vec<Gaps>,
    /// What retries cost.
    pub cost: Cost,
    /// What followed each first failure, by code, most frequent first.
    pub after_first_failure: Vec<TransitionRow>,
    /// What followed any failure, by code, most frequent first.
    pub transitions: Vec<TransitionRow>,
    /// Who does not come back: all, then by code.
    pub abandonment: Vec<Abandonment>,
    /// Persons who came back under another process.
    pub persons_back: PersonsBack,
    /// What other definitions of a process would say.
    pub definitions: Vec<Definition>,
    /// Whether people come again with the same pictures.
    pub pictures: PictureChange,
    /// Codes by processes lost, then by further tries caused.
    pub to_fix: Vec<CodeToFix>,
}
