//! Single values: cells, common values, extremes.

use serde::Serialize;
use utoipa::ToSchema;

use super::Basis;

/// One value, as JSON has it. Instants are text (RFC 3339, UTC), and so are whole numbers
/// beyond 2^53 and text is cut to 120 characters, with `…`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Cell {
    /// A yes or no.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A value that is not shown.
    Hidden {
        /// Its shape: letters as `a` or `A`, digits as `9`, runs with their length
        /// (`documento_A26`); `*` where even that would say too much.
        shape: String,
    },
}

/// A value and how often it occurs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ValueCount {
    /// The value.
    pub value: Cell,
    /// Rows.
    pub count: u64,
}

/// The commonest values of a column.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Common {
    /// Commonest first; equally common ones by value. Of an identifying column these are
    /// shapes, each with the rows of all values that have it.
    pub values: Vec<ValueCount>,
    /// Present values that are not listed; none where all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rarer: Option<Rarer>,
    /// Whether `values` are shapes of values that are not shown.
    pub shapes: bool,
    /// Over which rows. Approximate counts are lower bounds.
    pub basis: Basis,
}

/// The values that are not listed, put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rarer {
    /// Different values (or shapes).
    pub values: u64,
    /// Rows.
    pub rows: u64,
}

/// Least and greatest values; only of measurements unless the report is full.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Extremes {
    /// Least first.
    pub least: Vec<ValueCount>,
    /// Greatest first.
    pub greatest: Vec<ValueCount>,
    /// Over which rows.
    pub basis: Basis,
}
