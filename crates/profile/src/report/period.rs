//! Change over time.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, TimeUnit};

/// Change over time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Drift {
    /// Length of a period.
    pub unit: TimeUnit,
    /// The periods, in order; 4 to 24.
    pub periods: Vec<Period>,
    /// Columns by how much they change, most first; their figures are `Column::drift`.
    pub ranked: Vec<usize>,
    /// Over which rows.
    pub basis: Basis,
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Period {
    /// First day, `YYYY-MM-DD`.
    pub start: String,
    /// Rows that were read of it.
    pub rows: u64,
}

/// How far, by the size of the effect and never by the number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A population stability index under 0.1.
    Stable,
    /// From 0.1 on.
    Moderate,
    /// From 0.25 on.
    Strong,
}

/// The change of one column.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ColumnDrift {
    /// Population stability index of each period against all others; null of too few rows.
    pub psi: Vec<Option<f64>>,
    /// The greatest of them.
    pub greatest: f64,
    /// Place of the period that has it.
    pub period: usize,
    /// By its size.
    pub verdict: Verdict,
    /// A number's median, or the share of a category's commonest value, in each period.
    pub series: Vec<Option<f64>>,
    /// Share missing in each period.
    pub missing: Vec<Option<f64>>,
    /// Share of variance (ε²) of a number, or Cramér's V of a category, that the hour tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_hour: Option<f64>,
    /// The same of the weekday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_weekday: Option<f64>,
    /// Whether hour or weekday tell enough to call it seasonal.
    pub seasonal: bool,
}
