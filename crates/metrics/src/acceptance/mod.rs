//! Who is accepted: of all transactions, of first and last attempts, of processes, by any
//! dimensions, with intervals that allow for one person's attempts going together.
//!
//! ```text
//! attempts ── all: how each process began and ended
//!          └─ those asked about: person, outcome, place in the process, a small number for
//!             each group; sorted by person once, for each dimension one walk over the persons
//! ```
//!
//! The registry's metrics (`acceptance`, `acceptance_first`, …) say the same of one dimension
//! at a time; this says it of all at once.

mod count;
mod funnel;
pub(crate) mod groups;
mod rows;

use serde::Serialize;

use crate::intervals::Proportion;
use crate::query::Cell;

pub use rows::{AcceptanceRows, ProcessEnds};

/// A rate with what it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// The rate; none of nothing, or where it rests on too little.
    pub share: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Rows that it is of.
    pub n: u64,
    /// Of these: rows that count.
    pub hits: u64,
    /// Persons behind them; a row without a person counts as one.
    pub persons: u64,
    /// Whether that is too little to show it.
    #[serde(rename = "too_few")]
    pub is_too_few: bool,
}

impl Rate {
    fn of(found: Option<Proportion>, enough: crate::intervals::Enough) -> Self {
        let Some(found) = found else {
            return Self::default();
        };
        let is_enough = found.is_enough(enough);
        let shown = |value: f64| is_enough.then_some(value);
        Self {
            share: shown(found.share),
            low: shown(found.low),
            high: shown(found.high),
            n: found.trials,
            hits: found.hits,
            persons: found.clusters,
            is_too_few: !is_enough,
        }
    }
}

/// The rates of some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    /// Accepted, of all transactions.
    pub all: Rate,
    /// Accepted, of first attempts.
    pub first: Rate,
    /// Accepted, of last attempts: what the published table without retries shows.
    pub last: Rate,
    /// Processes ever accepted, by their last attempt's group.
    pub ever: Rate,
    /// Accepted, of those accepted or rejected.
    pub decided: Rate,
    /// Technical errors, of all transactions.
    pub technical: Rate,
}

/// The rates of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRates {
    /// The group.
    pub group: Cell,
    /// Its rates.
    #[serde(flatten)]
    pub rates: Rates,
}

/// The rates by one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DimensionRates {
    /// The column of `attempts`.
    pub column: String,
    /// Each group, in the order of its values, none first.
    pub groups: Vec<GroupRates>,
    /// Rows of groups beyond the first 65,534, which are in none.
    pub ungrouped: u64,
}

/// A code, and how many were not accepted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeCount {
    /// Summary code; none where there was no summary.
    pub code: Option<i64>,
    /// Transactions.
    pub n: u64,
}

/// One step of the pipeline: who got there, and who got no further.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FunnelStep {
    /// Step, from 1; 0 is before any microservice.
    pub step: usize,
    /// Microservices that run in it.
    pub microservices: Vec<String>,
    /// Transactions in which any of them ran; a step that is switched off is not reached.
    pub reached: u64,
    /// Transactions that were not accepted and got no further than here.
    pub fell: u64,
    /// By which codes, most frequent first.
    pub codes: Vec<CodeCount>,
}

/// Who is accepted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Acceptance {
    /// The whole.
    pub total: Rates,
    /// By each dimension, in the order asked for.
    pub by: Vec<DimensionRates>,
    /// The pipeline's steps, in order.
    pub funnel: Vec<FunnelStep>,
    /// Codes of those not accepted, most frequent first.
    pub reasons: Vec<CodeCount>,
}
