//! The semantic views that analyses read: their columns, what each means, and how it comes
//! about. The one place that says so: the plans of `transform`, the views in PostgreSQL, the
//! descriptions that people read and `docs/views.md` all follow this list.
//!
//! Features go by their names in the card; what is made of roles has a name of its own. A
//! feature whose name one of those takes (whatever its case) has `_feature` after it.
//!
//! Values are as measured: null where nothing was measured or where a measurement lies
//! outside [`crate::Feature::valid`]; no sentinels.

mod attempts;
mod page;
mod processes;
mod times;

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::Serialize;

use crate::{Card, Feature, ValueType};

pub use attempts::{AttemptColumn, CalendarPart};
pub use processes::ProcessColumn;
pub use times::TimeColumn;

/// A semantic view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// One row per transaction.
    Attempts,
    /// One row per process.
    Processes,
    /// One row per transaction, microservice and picture.
    MicroserviceTimes,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 3] = [Self::Attempts, Self::Processes, Self::MicroserviceTimes];

    /// Returns the name of the view, the same everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::Processes => "processes",
            Self::MicroserviceTimes => "microservice_times",
        }
    }

    /// Returns what a row of the view is.
    #[must_use]
    pub const fn sentence(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Attempts, Language::English) => {
                "One row per transaction: values as measured, its place in its process, and its outcome"
            }
            (Self::Attempts, Language::Spanish) => {
                "Una fila por transacción: los valores medidos, su lugar en su proceso y su resultado"
            }
            (Self::Processes, Language::English) => {
                "One row per process: how it went, and the dimensions of its last attempt"
            }
            (Self::Processes, Language::Spanish) => {
                "Una fila por proceso: cómo transcurrió, y las dimensiones de su último intento"
            }
            (Self::MicroserviceTimes, Language::English) => {
                "One row per transaction, microservice and picture in which a time was measured"
            }
            (Self::MicroserviceTimes, Language::Spanish) => {
                "Una fila por transacción, microservicio e imagen en que se midió un tiempo"
            }
        }
    }
}

/// The languages in which columns are described.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    /// Returns the one of two texts that is in this language.
    #[must_use]
    pub const fn pick<'a>(self, english: &'a str, spanish: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Spanish => spanish,
        }
    }
}

/// The type of a view's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// `Utf8`.
    Text,
    /// `Int64`.
    Int,
    /// `Float64`.
    Float,
    /// `Boolean`.
    Bool,
    /// `Timestamp(Microsecond, "UTC")`.
    Instant,
    /// `Timestamp(Microsecond)` without a zone: what the clock on the wall showed.
    LocalTime,
    /// `Date32`: a day of the local calendar.
    Day,
}

impl ColumnType {
    /// Returns the Arrow type.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::LocalTime => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Day => DataType::Date32,
        }
    }

    /// Returns the name that people read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Instant => "instant",
            Self::LocalTime => "local time",
            Self::Day => "day",
        }
    }
}

impl From<ValueType> for ColumnType {
    fn from(value_type: ValueType) -> Self {
        match value_type {
            ValueType::String => Self::Text,
            ValueType::Int => Self::Int,
            ValueType::Float => Self::Float,
            ValueType::Bool => Self::Bool,
            ValueType::Datetime => Self::Instant,
        }
    }
}

/// What people are told of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnDoc {
    /// Name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// What it holds, in English.
    pub en: String,
    /// What it holds, in Spanish; as the card has one description of a feature, the same for
    /// columns that are one.
    pub es: String,
}

impl ColumnDoc {
    fn new(name: &str, column_type: ColumnType, en: &str, es: &str) -> Self {
        Self {
            name: name.to_owned(),
            column_type,
            unit: None,
            en: en.to_owned(),
            es: es.to_owned(),
        }
    }

    fn ms(self) -> Self {
        Self {
            unit: Some("ms".to_owned()),
            ..self
        }
    }

    /// Describes a feature, in the words of its card.
    #[must_use]
    pub fn feature(feature: &Feature) -> Self {
        Self {
            name: feature.name.clone(),
            column_type: feature.value_type.into(),
            unit: feature.unit.clone(),
            en: feature.description.clone(),
            es: feature.description.clone(),
        }
    }

    /// Returns what the column holds.
    #[must_use]
    pub fn sentence(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Spanish => &self.es,
        }
    }
}

/// A column of a view: what people are told of it, and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewColumn<D> {
    /// What people are told.
    pub doc: ColumnDoc,
    /// How it comes about.
    pub definition: D,
}

impl<D> ViewColumn<D> {
    fn new(doc: ColumnDoc, definition: D) -> Self {
        Self { doc, definition }
    }
}

/// Puts columns that are features behind the others, under names that those leave free.
fn named_apart<D>(made: &[ViewColumn<D>], features: Vec<ViewColumn<D>>) -> Vec<ViewColumn<D>> {
    let mut named: Vec<ViewColumn<D>> = Vec::with_capacity(features.len());
    for mut column in features {
        let is_taken = |name: &str| {
            let same = |other: &ViewColumn<D>| other.doc.name.eq_ignore_ascii_case(name);
            made.iter().any(same) || named.iter().any(same)
        };
        while is_taken(&column.doc.name) {
            column.doc.name.push_str("_feature");
        }
        named.push(column);
    }
    named
}

impl Card {
    /// Returns what people are told of a view's columns, in the view's order.
    #[must_use]
    pub fn view_docs(&self, view: View) -> Vec<ColumnDoc> {
        fn docs<D>(columns: Vec<ViewColumn<D>>) -> Vec<ColumnDoc> {
            columns.into_iter().map(|column| column.doc).collect()
        }
        match view {
            View::Attempts => docs(self.attempt_columns()),
            View::Processes => docs(self.process_columns()),
            View::MicroserviceTimes => docs(self.time_columns()),
        }
    }

    /// Returns the schema of a view; all columns may be null.
    #[must_use]
    pub fn view_schema(&self, view: View) -> SchemaRef {
        let field = |doc: ColumnDoc| Field::new(doc.name.as_str(), doc.column_type.arrow(), true);
        let fields: Vec<Field> = self.view_docs(view).into_iter().map(field).collect();
        Arc::new(Schema::new(fields))
    }

    /// Writes the page that describes all views, in Markdown, which ends with a line end.
    #[must_use]
    pub fn views_to_markdown(&self) -> String {
        page::write(self)
    }

    /// The type of sums over times: whole milliseconds where all times of the card are.
    fn time_type<'a>(&self, mut features: impl Iterator<Item = &'a String>) -> ColumnType {
        let is_int = |name: &String| {
            self.feature(name)
                .is_none_or(|feature| feature.value_type == ValueType::Int)
        };
        if features.all(is_int) {
            ColumnType::Int
        } else {
            ColumnType::Float
        }
    }
}
