//! What tables and charts are made of: cells, numbers with what they rest on, metrics by
//! dimensions.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use veriscope_metrics::query;
use veriscope_metrics::registry::Words;

/// The value of a dimension or of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Text; a day as `2025-01-08`.
    Text(String),
}

impl From<query::Cell> for Cell {
    fn from(cell: query::Cell) -> Self {
        match cell {
            query::Cell::Null => Self::Null,
            query::Cell::Bool(value) => Self::Bool(value),
            query::Cell::Int(value) => Self::Int(value),
            query::Cell::Float(value) => Self::Float(value),
            query::Cell::Text(value) => Self::Text(value),
        }
    }
}

impl From<&query::Cell> for Cell {
    fn from(cell: &query::Cell) -> Self {
        cell.clone().into()
    }
}

impl PartialSchema for Cell {
    fn schema() -> RefOr<Schema> {
        let types = [Type::Null, Type::Boolean, Type::Number, Type::String];
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter(types))
            .description(Some(
                "The value of a dimension or of a column; a day as `2025-01-08`.",
            ))
            .into()
    }
}

impl ToSchema for Cell {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Cell")
    }
}

/// Text in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Text {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Self {
            en: words.en,
            es: words.es,
        }
    }
}

impl From<&Words> for Text {
    fn from(words: &Words) -> Self {
        words.clone().into()
    }
}

/// A number with its 95 % interval and what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Num {
    /// The number, in the unit of its metric; null where there is none or too little.
    pub value: Option<f64>,
    /// Lower end of its interval, where it has one.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Rows that it rests on.
    pub n: u64,
    /// Different persons behind those rows; null where the API knows no persons.
    pub persons: Option<u64>,
    /// Whether that is too little to show it.
    pub too_few: bool,
    /// Whether it is approximate.
    pub approximate: bool,
}

impl From<query::Number> for Num {
    fn from(number: query::Number) -> Self {
        Self {
            value: number.value,
            low: number.low,
            high: number.high,
            n: number.n,
            persons: number.persons,
            too_few: number.is_too_few,
            approximate: number.is_approximate,
        }
    }
}

/// The number of one group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NumRow {
    /// The group, in the order of the dimensions.
    pub dimensions: Vec<Cell>,
    /// Its number.
    #[serde(flatten)]
    pub num: Num,
}

/// One metric by dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MetricTable {
    /// The metric's id.
    pub metric: String,
    /// What it is measured in: `count`, `share` (0 to 1), `ms`, `px` or `number`.
    pub unit: String,
    /// The dimensions; the first is the axis, whose own filter is not applied.
    pub by: Vec<String>,
    /// One row for each group that has rows.
    pub rows: Vec<NumRow>,
    /// The whole.
    pub total: Num,
    /// How many groups the last dimension's null row puts together.
    pub others: u64,
}
