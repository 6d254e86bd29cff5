//! Two or more parts of a table, or files, side by side.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, Cell, ColumnKind, Quantile, Verdict};

/// Parts side by side; the first is what others are measured against.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// The parts, as they were named.
    pub parts: Vec<ComparedPart>,
    /// Every column of any part, those that differ most first.
    pub columns: Vec<ComparedColumn>,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedPart {
    /// As it was named: `2025-01`, `convenio_1`, a file.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Columns.
    pub columns: u64,
    /// Share of cells that miss a value.
    pub missing_share: f64,
    /// Rows beyond the first of each.
    pub duplicates: u64,
    /// Share of rows that were accepted, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_share: Option<f64>,
}

/// One column in all parts.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedColumn {
    /// Its name.
    pub name: String,
    /// Its place in `Report::columns`, where it stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// How it was compared.
    pub compared: Compared,
    /// One entry a part, in the order of the parts; null where the part has no such column.
    pub parts: Vec<Option<PartFigures>>,
    /// Lower edge of the first bin of `PartFigures::counts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper edge of the last bin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Categories, those most common in all parts first; counts in `PartFigures::counts`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<ComparedValue>,
    /// Distances of each further part from the first; null where they cannot be computed.
    pub distances: Vec<Option<Distance>>,
    /// The greatest population stability index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greatest: Option<f64>,
    /// By its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// How a column was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// As numbers.
    Numbers,
    /// As categories.
    Categories,
    /// By counts alone: identifiers, free text, or parts of different types.
    Counts,
}

/// One column in one part.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PartFigures {
    /// What it holds there.
    pub kind: ColumnKind,
    /// Its Arrow type there.
    pub arrow_type: String,
    /// Usable values.
    pub n: u64,
    /// Share without a usable value.
    pub missing_share: f64,
    /// Different values.
    pub distinct: u64,
    /// Mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Standard deviation with n − 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
    /// Quantiles at 0.05, 0.25, 0.5, 0.75, 0.95.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantiles: Vec<Quantile>,
    /// Rows of each bin, or of each of `ComparedColumn::values`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<u64>,
    /// Over which rows quantiles and counts.
    pub basis: Basis,
}

/// A category that parts are compared by.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedValue {
    /// The value; none for all that are not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Cell>,
}

/// How far a part is from the first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Distance {
    /// Population stability index, missing values a bin of their own.
    pub psi: f64,
    /// Kolmogorov–Smirnov distance; numbers alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ks: Option<f64>,
    /// Jensen–Shannon divergence, base 2: 0 to 1.
    pub js: f64,
}
