//! `tabs/clients`: who is accepted, by client and day, and where the others fell.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, Cell, Culprit, MetricTable, Num, OutcomeName};

/// The tab of client insights.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ClientsTab {
    /// What the numbers rest on.
    pub basis: Basis,
    /// The numbers at the top.
    pub headline: Headline,
    /// The same of the period before, where that was asked for and has days.
    pub previous: Option<Headline>,
    /// The period before.
    pub previous_period: Option<Period>,
    /// Transactions by day and client; clients beyond the largest as null.
    pub per_day: MetricTable,
    /// Transactions of the period before, by its own days.
    pub per_day_previous: Option<MetricTable>,
    /// Acceptance by day.
    pub acceptance_per_day: MetricTable,
    /// Transactions by response code.
    pub codes: MetricTable,
    /// Transactions by outcome.
    pub outcomes: MetricTable,
    /// Clients, those with most transactions first, at most 200.
    pub by_client: Vec<ClientRow>,
    /// How many clients there are.
    pub clients: u64,
    /// Where transactions fell out, step by step.
    pub funnel: Vec<FunnelStep>,
    /// Transactions by weekday (1 is Monday) and hour.
    pub hours: MetricTable,
    /// Acceptance by weekday and hour.
    pub hours_acceptance: MetricTable,
    /// Codes of what was not accepted, the most frequent first.
    pub reasons: Vec<Reason>,
}

/// Local days, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Period {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// The numbers at the top.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Headline {
    /// Transactions.
    pub transactions: Num,
    /// Processes.
    pub processes: Num,
    /// Persons.
    pub persons: Num,
    /// Share of transactions that were accepted.
    pub acceptance: Num,
    /// Of first attempts.
    pub acceptance_first: Num,
    /// Of last attempts.
    pub acceptance_last: Num,
    /// Share of processes ever accepted.
    pub acceptance_ever: Num,
    /// Accepted of those accepted or rejected.
    pub acceptance_decided: Num,
    /// Share of transactions that ended in an error of the API.
    pub technical_error_rate: Num,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ClientRow {
    /// The client; null where a transaction names none.
    pub client: Cell,
    /// Transactions.
    pub transactions: u64,
    /// Persons behind them.
    pub persons: Option<u64>,
    /// Share of transactions that were accepted.
    pub acceptance: Num,
    /// Of first attempts.
    pub acceptance_first: Num,
    /// Of last attempts.
    pub acceptance_last: Num,
    /// Share of processes ever accepted.
    pub acceptance_ever: Num,
    /// Share of transactions that ended in an error of the API.
    pub technical_error_rate: Num,
}

/// A step of the pipeline, and what fell out there.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FunnelStep {
    /// Its place; 0 is before the first.
    pub step: u64,
    /// The microservices that run in it.
    pub microservices: Vec<String>,
    /// Transactions that got here.
    pub reached: u64,
    /// Of those, the ones that got no further and were not accepted.
    pub fell: u64,
    /// With which codes, the most frequent first.
    pub codes: Vec<FunnelCode>,
}

/// A code with which transactions fell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FunnelCode {
    /// The code; null where there was none.
    pub code: Option<i64>,
    /// Transactions.
    pub n: u64,
}

/// A code of what was not accepted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Reason {
    /// The code; null where there was none.
    pub code: Option<i64>,
    /// Transactions with it.
    pub n: u64,
    /// Their share of all transactions, 0 to 1.
    pub share: f64,
    /// What the dictionary says of it.
    pub description: Option<String>,
    /// Whose it is to mend.
    pub reason: Option<Culprit>,
    /// What it makes of a transaction.
    pub outcome: OutcomeName,
}
