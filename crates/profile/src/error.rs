//! What can go wrong.
#![deny(clippy::wildcard_enum_match_arm)]

use veriscope_base::ErrorClass;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The rows could not be read.
    #[error("the rows of the table could not be read")]
    Rows(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A batch has other columns than the table.
    #[error("a batch has {found} columns where the table has {expected}")]
    Shape {
        /// Columns of the batch.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// A column could not be read as what its type says.
    #[error("column {column} could not be read as {expected}")]
    Column {
        /// Its place in the table, from 0.
        column: usize,
        /// What it was to be.
        expected: &'static str,
    },
    /// A worker ended before its time.
    #[error("a thread that folds columns ended early")]
    Worker,
    /// The report could not be written as JSON.
    #[error("the report could not be written as JSON")]
    Json(#[source] serde_json::Error),
    /// The data could not be compressed.
    #[error("the data of the report could not be compressed")]
    Compress(#[source] std::io::Error),
    /// The page has no place for the report.
    #[error("the page of the report has no place for its data")]
    Template,
}

impl ProfileError {
    /// Returns what a shell is told.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Rows(_) => ErrorClass::Source,
            Self::Shape { .. }
            | Self::Column { .. }
            | Self::Worker
            | Self::Json(_)
            | Self::Compress(_)
            | Self::Template => ErrorClass::Defect,
        }
    }
}
