//! A column by what became of the transaction.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, Cell, Quantile};

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person passed.
    Accepted,
    /// The pictures did not.
    Rejected,
    /// The API failed.
    Technical,
}

/// How many rows came out how. Exact always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutcomeCounts {
    /// Accepted.
    pub accepted: u64,
    /// Rejected.
    pub rejected: u64,
    /// Technical errors.
    pub technical: u64,
}

/// One column by outcome: groups of a number column, or values of any other.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ByOutcome {
    /// A number column: accepted and rejected, and technical errors where there are enough
    /// (20).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<OutcomeGroup>,
    /// Lower edge of the first of the bins that all groups share (p0.5 of all).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper edge of the last bin (p99.5 of all).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Chance that an accepted one's value lies above a rejected one's, ties half: 0.5 tells
    /// nothing, 0 and 1 tell all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc: Option<f64>,
    /// Greatest distance of the two distribution functions (Kolmogorov–Smirnov).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ks: Option<f64>,
    /// A column of categories: its values, commonest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<OutcomeValue>,
    /// Over which rows.
    pub basis: Basis,
}

/// The values of one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OutcomeGroup {
    /// The outcome.
    pub outcome: Outcome,
    /// Rows, missing ones included.
    pub rows: u64,
    /// Values.
    pub n: u64,
    /// Mean; none of no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Standard deviation with n − 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
    /// Quantiles at 0.05, 0.25, 0.5, 0.75, 0.95.
    pub quantiles: Vec<Quantile>,
    /// Values of each bin from `low` to `high`; those beyond are in the outer bins.
    pub counts: Vec<u64>,
}

/// One category by outcome.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OutcomeValue {
    /// The category; none where the value is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Cell>,
    /// Rows.
    pub rows: u64,
    /// Accepted ones.
    pub accepted: u64,
    /// Rejected ones.
    pub rejected: u64,
    /// Technical errors.
    pub technical: u64,
}
