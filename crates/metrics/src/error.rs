//! What can go wrong between columns and an analysis.
#![deny(clippy::wildcard_enum_match_arm)]

use veriscope_base::ErrorClass;

/// Why an analysis could not be made from what it was given.
///
/// An empty sample is no error: estimates of nothing are `None`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnalysisError {
    /// A confidence level outside the open interval 0 to 1.
    #[error("confidence level {share} lies outside 0 to 1; give a share such as 0.95")]
    Level {
        /// What was given.
        share: f64,
    },
    /// A column that an analysis needs is not in the batch.
    #[error("column {column} is missing; select it from the view `{view}`")]
    MissingColumn {
        /// Name of the column.
        column: String,
        /// View that has it.
        view: &'static str,
    },
    /// A column of a type that an analysis cannot read.
    #[error("column {column} is of type {found}, but {expected} is needed")]
    ColumnType {
        /// Name of the column.
        column: String,
        /// Its type.
        found: String,
        /// What would do.
        expected: &'static str,
    },
    /// Columns of one table differ in length.
    #[error("column {column} has {found} rows where the others have {expected}")]
    Length {
        /// Name of the column.
        column: &'static str,
        /// Rows of the others.
        expected: usize,
        /// Its rows.
        found: usize,
    },
    /// Rows that must come in order do not.
    #[error("rows are not in the order of {order}: row {row} comes too late")]
    Order {
        /// The order that is due.
        order: &'static str,
        /// First row, from 0, that breaks it.
        row: usize,
    },
    /// An analysis of a role that the card does not name.
    #[error("the card names no feature for the role `{role}`, which this analysis needs")]
    Role {
        /// The role.
        role: &'static str,
    },
    /// A pipeline without a timed step.
    #[error("the card's pipeline runs no microservice, so there is no path to follow")]
    EmptyPipeline,
}

impl AnalysisError {
    /// Returns the failure class.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Level { .. } => ErrorClass::Usage,
            Self::Role { .. } | Self::EmptyPipeline => ErrorClass::Configuration,
            Self::MissingColumn { .. }
            | Self::ColumnType { .. }
            | Self::Length { .. }
            | Self::Order { .. } => ErrorClass::Defect,
        }
    }
}
