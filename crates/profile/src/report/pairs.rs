//! What two columns have to do with each other.

use serde::Serialize;
use utoipa::ToSchema;

use super::Basis;

/// How columns go together.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Correlations {
    /// One heat map a measure, those that have at least two columns.
    pub matrices: Vec<CorrelationMatrix>,
    /// The strongest pairs by the measure `auto`, at most 200.
    pub pairs: Vec<Pair>,
    /// Over which rows.
    pub basis: Basis,
    /// Over which rows Kendall's tau, which takes at most 5,000.
    pub kendall_basis: Basis,
}

/// A measure of association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Association {
    /// By the measure that suits both columns.
    Auto,
    /// Pearson's r.
    Pearson,
    /// Spearman's rho, average ranks.
    Spearman,
    /// Kendall's tau-b.
    Kendall,
    /// Cramér's V without bias.
    CramersV,
    /// Phi-k.
    PhiK,
}

/// A heat map.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CorrelationMatrix {
    /// The measure.
    pub measure: Association,
    /// At most 100 columns, in an order that puts those that go together side by side.
    pub columns: Vec<usize>,
    /// The upper triangle without the diagonal, row by row; null where it cannot be computed.
    pub values: Vec<Option<f64>>,
    /// Columns that have this measure, of which `columns` are those with the strongest
    /// associations.
    pub of: u64,
}

/// Two columns and how they go together; measures that do not apply are left out.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Pair {
    /// One column.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Whether they are one measurement of two pictures.
    pub twins: bool,
    /// Rows in which both have a value.
    pub rows: u64,
    /// By the measure that suits both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<f64>,
    /// Pearson's r.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pearson: Option<f64>,
    /// Spearman's rho.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spearman: Option<f64>,
    /// Kendall's tau-b.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kendall: Option<f64>,
    /// Cramér's V without bias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cramers_v: Option<f64>,
    /// Phi-k.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phi_k: Option<f64>,
}

/// Correlation of being missing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Nullity {
    /// At most 100 columns that miss some values and not all.
    pub columns: Vec<usize>,
    /// Upper triangle without the diagonal, row by row: Pearson's r of being missing.
    pub values: Vec<Option<f64>>,
    /// Over which rows.
    pub basis: Basis,
}

/// Columns joined by how alike they are in what they miss.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Dendrogram {
    /// The leaves, at most 100 columns, in an order without crossing lines.
    pub columns: Vec<usize>,
    /// Joins, lowest first; average linkage over the Euclidean distance of being missing.
    pub merges: Vec<Merge>,
    /// Over which rows.
    pub basis: Basis,
}

/// One join of a dendrogram of n leaves: leaves are 0 to n − 1 (places in
/// [`Dendrogram::columns`]), the join at place k is n + k.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Merge {
    /// One part.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Distance at which they join: 0 where both miss the same rows; the root of the share of
    /// rows in which one is missing and not the other.
    pub height: f64,
}
