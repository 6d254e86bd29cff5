//! Why something can't be read from memory.

use datafusion::error::DataFusionError;
use veriscope_base::ErrorClass;
use veriscope_metrics::AnalysisError;

/// Why something can't be read from memory.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// More filters than can be told apart.
    #[error("{filters} filters are too many")]
    TooManyFilters {
        /// How many.
        filters: usize,
    },
    /// A column that is not held.
    #[error("column `{column}` is none by which attempts are told apart")]
    UnknownColumn {
        /// Its name.
        column: String,
    },
    /// A value that is not of its column's kind.
    #[error("column `{column}` holds {holds}, not `{value}`")]
    Value {
        /// The column.
        column: String,
        /// What it holds.
        holds: &'static str,
        /// What was given, cut short.
        value: String,
    },
    /// More groups than can be counted at once.
    #[error("{groups} groups by {by} are too many; ask for fewer dimensions")]
    TooManyGroups {
        /// How many.
        groups: usize,
        /// The columns.
        by: String,
    },
    /// A metric that memory does not hold the columns for; the query engine answers it.
    #[error("metric `{metric}` is not one that is answered from memory")]
    Metric {
        /// Its id.
        metric: String,
    },
    /// A snapshot beyond what row numbers hold.
    #[error("{rows} attempts are more than are held in memory at once")]
    TooManyRows {
        /// How many.
        rows: usize,
    },
    /// A rule names a value of a column with more values than are told apart.
    #[error(
        "column `{column}` has more than 65,536 values, so that no exclusion can name one of \
         them here"
    )]
    TooManyValues {
        /// The column.
        column: String,
    },
    /// A batch without a column, or with one of another type.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// The engine failed.
    #[error("failed to read the snapshot")]
    Engine(#[from] DataFusionError),
    /// A thread of the reading was lost.
    #[error("a part of the reading ended before its time; this is a defect")]
    Part(#[from] tokio::task::JoinError),
}

impl CacheError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::TooManyFilters { .. }
            | Self::UnknownColumn { .. }
            | Self::Value { .. }
            | Self::TooManyGroups { .. } => ErrorClass::Usage,
            Self::TooManyValues { .. } => ErrorClass::Configuration,
            Self::Metric { .. } | Self::TooManyRows { .. } | Self::Engine(_) | Self::Part(_) => {
                ErrorClass::Defect
            }
            Self::Analysis(error) => error.class(),
        }
    }
}
