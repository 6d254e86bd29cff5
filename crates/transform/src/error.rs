//! What can go wrong while a derived table is planned.
#![deny(clippy::wildcard_enum_match_arm)]

use datafusion::error::DataFusionError;
use veriscope_base::ErrorClass;

/// Why a derived table could not be planned or registered.
#[derive(Debug, thiserror::Error)]
pub enum TransformError {
    /// The staging table lacks a column that the card asks for.
    #[error(
        "the staging table has no column `{column}`; the lake belongs to an older form of the card and must be migrated first"
    )]
    MissingColumn {
        /// Name of the column.
        column: String,
    },
    /// A transform column refers to a feature that the card does not have.
    #[error(
        "transform column `{column}` needs feature `{feature}`, which the card does not have; correct the card"
    )]
    UnknownFeature {
        /// The transform column.
        column: String,
        /// The feature.
        feature: String,
    },
    /// A transform column refers to a microservice that the card does not have.
    #[error(
        "transform column `{column}` needs microservice `{microservice}`, which the card does not have; correct the card"
    )]
    UnknownMicroservice {
        /// The transform column.
        column: String,
        /// The microservice.
        microservice: String,
    },
    /// A transform column compares columns of which one is not an earlier transform column.
    #[error(
        "transform column `{column}` compares `{other}`, which is no transform column before it; correct the card"
    )]
    UnknownColumn {
        /// The transform column.
        column: String,
        /// What it compares.
        other: String,
    },
    /// A transform column needs a role that the card does not fill.
    #[error(
        "transform column `{column}` needs the role `{role}`, which the card does not fill; correct the card"
    )]
    MissingRole {
        /// The transform column.
        column: String,
        /// The role.
        role: &'static str,
    },
    /// A published table has the name of a semantic view.
    #[error(
        "the published table `{table}` has the name of a view; give it another one in the card"
    )]
    NameTaken {
        /// The table.
        table: String,
    },
    /// DataFusion refused the plan.
    #[error("failed to plan a derived table")]
    Plan(#[from] DataFusionError),
}

impl TransformError {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::UnknownFeature { .. }
            | Self::UnknownMicroservice { .. }
            | Self::UnknownColumn { .. }
            | Self::MissingRole { .. }
            | Self::NameTaken { .. } => ErrorClass::Configuration,
            Self::MissingColumn { .. } | Self::Plan(_) => ErrorClass::Defect,
        }
    }
}
