//! What a query gives.

use datafusion::arrow::array::cast::AsArray;
use datafusion::arrow::array::types::{Date32Type, Float64Type, Int64Type};
use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use serde::{Deserialize, Serialize};

use super::exclude::Excluded;
use crate::registry::Unit;

/// A metric's numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The metric's id.
    pub metric: String,
    /// What it is measured in.
    pub unit: Unit,
    /// The dimensions, by the exact names of their columns.
    pub by: Vec<String>,
    /// One row for each group, in order of the dimensions, null first; none without dimensions.
    pub rows: Vec<Row>,
    /// The whole.
    pub total: Number,
    /// What exclusions left out, one for each rule.
    pub excluded: Vec<Excluded>,
}

/// The number of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The group, in the order of the dimensions.
    pub dimensions: Vec<Cell>,
    /// Its number.
    #[serde(flatten)]
    pub number: Number,
}

/// A number with what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Number {
    /// The number; none where there is none, or where it rests on too little.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Rows that it rests on.
    pub n: u64,
    /// Different persons behind those rows, where the card knows persons.
    pub persons: Option<u64>,
    /// Whether that is too little to show it.
    #[serde(rename = "too_few")]
    pub is_too_few: bool,
    /// Whether it is approximate.
    #[serde(rename = "approximate")]
    pub is_approximate: bool,
}

/// The value of a dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// None.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text, or a day as `2025-01-08`.
    Text(String),
}

impl Cell {
    /// Compares as groups are in order: null first, then by value.
    #[must_use]
    pub fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => one.cmp(other),
            (Self::Bool(one), Self::Bool(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (one, other) => (*one != Self::Null).cmp(&(*other != Self::Null)),
        }
    }

    /// Reads one cell of a column.
    #[must_use]
    pub fn of(column: &ArrayRef, at: usize) -> Self {
        if column.is_null(at) {
            return Self::Null;
        }
        match column.data_type() {
            DataType::Boolean => Self::Bool(column.as_boolean().value(at)),
            DataType::Int64 => Self::Int(column.as_primitive::<Int64Type>().value(at)),
            DataType::Float64 => Self::Float(column.as_primitive::<Float64Type>().value(at)),
            DataType::Date32 => Self::Text(
                column
                    .as_primitive::<Date32Type>()
                    .value_as_date(at)
                    .map(|day| day.format("%Y-%m-%d").to_string())
                    .unwrap_or_default(),
            ),
            _ => Self::Text(array_value_to_string(column, at).unwrap_or_default()),
        }
    }
}

/// Returns a `Float64` cell.
pub(super) fn float(column: &ArrayRef, at: usize) -> Option<f64> {
    let values = column.as_primitive_opt::<Float64Type>()?;
    values.is_valid(at).then(|| values.value(at))
}

/// Returns a count that stands in a `Float64` cell.
pub(super) fn count(column: &ArrayRef, at: usize) -> u64 {
    let value = float(column, at).unwrap_or_default();
    u64::try_from(crate::number::floor_index(value)).unwrap_or(u64::MAX)
}
