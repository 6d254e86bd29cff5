//! Why a query has no answer.
#![deny(clippy::wildcard_enum_match_arm)]

use datafusion::error::DataFusionError;
use veriscope_base::ErrorClass;

use super::exclude::ExclusionFault;
use crate::AnalysisError;
use crate::expression::ExpressionError;

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The condition does not go with the view.
    #[error(transparent)]
    Condition(#[from] ExpressionError),
    /// A column by which this metric can't be asked.
    #[error("`{metric}` can't be asked by `{column}`; it takes {allowed}")]
    Dimension {
        /// The metric.
        metric: String,
        /// What was asked for.
        column: String,
        /// What may be asked for.
        allowed: String,
    },
    /// One dimension twice.
    #[error("the dimension `{column}` is named twice")]
    Twice {
        /// The column.
        column: String,
    },
    /// The first day is after the last.
    #[error("the first day is after the last; exchange --from and --to")]
    Days,
    /// A rule of exclusion that can't be applied.
    #[error(transparent)]
    Exclusion(#[from] ExclusionFault),
    /// A column of the view is not what it should be.
    #[error(transparent)]
    Column(#[from] AnalysisError),
    /// DataFusion failed.
    #[error("failed to evaluate the metric")]
    Engine(#[from] DataFusionError),
}

impl QueryError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Condition(error) => error.class(),
            Self::Dimension { .. } | Self::Twice { .. } | Self::Days => ErrorClass::Usage,
            Self::Exclusion(fault) => fault.class(),
            Self::Column(error) => error.class(),
            Self::Engine(_) => ErrorClass::Defect,
        }
    }
}
