//! Why a question has no answer.
#![deny(clippy::wildcard_enum_match_arm)]

use datafusion::error::DataFusionError;
use veriscope_base::ErrorClass;
use veriscope_cache::CacheError;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::expression::ExpressionError;
use veriscope_metrics::query::QueryError;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// What was asked does not go with the views, or the engine failed.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The condition can't be read.
    #[error(transparent)]
    Condition(#[from] ExpressionError),
    /// The card does not have what the analysis needs.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A selection that can't be compared.
    #[error(transparent)]
    Selection(#[from] SelectionFault),
    /// The attempts can't be held in memory.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The engine failed.
    #[error("failed to read the snapshot")]
    Engine(#[from] DataFusionError),
    /// A thread of the reading was lost.
    #[error("a part of the reading ended before its time; this is a defect")]
    Part(#[from] tokio::task::JoinError),
}

impl AnswerError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Query(error) => error.class(),
            Self::Condition(error) => error.class(),
            Self::Analysis(error) => error.class(),
            Self::Cache(error) => error.class(),
            Self::Selection(_) => ErrorClass::Usage,
            Self::Engine(_) | Self::Part(_) => ErrorClass::Defect,
        }
    }
}

/// Why a selection can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionFault {
    /// No rows at all.
    #[error("there are no transactions to choose from")]
    Empty,
    /// The selection keeps none of them.
    #[error("the condition keeps none of {rows} transactions, so there is nothing to explain")]
    KeepsNone {
        /// Rows that there are.
        rows: u64,
    },
    /// The selection keeps all of them.
    #[error("the condition keeps all of {rows} transactions, so there is nothing to compare with")]
    KeepsAll {
        /// Rows that there are.
        rows: u64,
    },
    /// What it is to be compared with keeps none that the selection leaves.
    #[error("of the transactions that the selection leaves, the other condition keeps none")]
    AgainstKeepsNone,
}
