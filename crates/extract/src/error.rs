//! Why extraction as a whole fails, as opposed to one document.
#![deny(clippy::wildcard_enum_match_arm)]

use arrow_schema::ArrowError;
use thiserror::Error;
use veriscope_base::ErrorClass;

/// A failure of extraction that is no fault of a document.
#[derive(Debug, Error)]
pub enum ExtractError {
    /// A role names no feature.
    #[error(
        "the card gives the role `{role}` to a feature that it does not have: name one of its features"
    )]
    RoleWithoutFeature {
        /// The role.
        role: &'static str,
    },
    /// A value and its column disagree on the type.
    #[error("column `{column}` was given a value of another type; please report this defect")]
    ColumnType {
        /// The column.
        column: String,
    },
    /// A document's number does not fit its column.
    #[error("document number {ordinal} of a source is beyond what a position can hold")]
    Position {
        /// The document's number within its source.
        ordinal: u64,
    },
    /// A text column would hold more than a batch can.
    #[error(
        "the batch holds 2 GiB of text in column `{column}`: give `extract` fewer documents at once"
    )]
    TooMuchText {
        /// The column.
        column: String,
    },
    /// The columns do not make a batch.
    #[error("the columns do not fit the card's schema; please report this defect")]
    Batch(#[source] ArrowError),
}

impl ExtractError {
    /// Returns what kind of failure this is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::RoleWithoutFeature { .. } => ErrorClass::Configuration,
            Self::Position { .. } => ErrorClass::Source,
            Self::ColumnType { .. } | Self::TooMuchText { .. } | Self::Batch(_) => {
                ErrorClass::Defect
            }
        }
    }
}
