//! What can go wrong with a lake, and which class of failure each case is.
#![deny(clippy::wildcard_enum_match_arm)]

use std::path::PathBuf;

use thiserror::Error;
use veriscope_base::ErrorClass;

/// Any failure of a lake's operation. No message holds a value of a document.
#[derive(Debug, Error)]
pub enum LakeError {
    /// No lake at the given folder.
    #[error("there is no lake at {}; `veriscope run SOURCE...` makes one", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something else.
    #[error("{} is no lake and no empty folder; name another folder with --lake", path.display())]
    NotALake {
        /// The folder.
        path: PathBuf,
    },
    /// The lake's own description can't be read.
    #[error("{} is damaged or of a later version of veriscope", path.display())]
    Description {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Published tables without the description that makes them a lake.
    #[error(
        "{} holds a lake's tables but not its lake.json; restore that file from a backup (it names the lake's id and key)", path.display()
    )]
    Headless {
        /// The folder.
        path: PathBuf,
    },
    /// The lake was made with another card.
    #[error("the lake belongs to card `{lake}`, not to `{given}`; use that card or another --lake")]
    OtherCard {
        /// The lake's card.
        lake: String,
        /// The given one.
        given: String,
    },
    /// The card gives a column another type than the lake has.
    #[error(
        "column `{column}` of the lake's table `{table}` is {lake}, and the card makes it {given}; a column's type never changes: give the feature another name, or use another --lake"
    )]
    OtherColumn {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: String,
        /// The lake's type.
        lake: String,
        /// The card's type.
        given: String,
    },
    /// The lake was made with another key.
    #[error(
        "the lake was made with key {lake}, and this is key {given}; give the lake's own key with --key-file, or another --lake"
    )]
    OtherKey {
        /// Id of the lake's key.
        lake: String,
        /// Id of the given key.
        given: String,
    },
    /// Someone else writes.
    #[error("{} is being written by {holder}; try again when it is done, or wait longer with --wait SECONDS", path.display())]
    Locked {
        /// The lake.
        path: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// The folder or lock file can't be made.
    #[error("failed to read or write {}", path.display())]
    Folder {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A Delta table could not be read or written.
    #[error("failed to {action} the lake's table `{table}`")]
    Table {
        /// What was tried.
        action: &'static str,
        /// Which table.
        table: &'static str,
        /// Why.
        #[source]
        source: Box<deltalake::DeltaTableError>,
    },
    /// A file of the lake could not be read or written.
    #[error("failed to {action} {object}")]
    Object {
        /// What was tried.
        action: &'static str,
        /// Which file.
        object: String,
        /// Why.
        #[source]
        source: deltalake::ObjectStoreError,
    },
    /// A data file could not be decoded.
    #[error("failed to decode {object}")]
    Decode {
        /// Which file.
        object: String,
        /// Why.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// A query over the lake failed.
    #[error("failed to query the lake")]
    Query(#[source] Box<datafusion::error::DataFusionError>),
    /// A raw identity stands in a file that was about to be committed.
    #[error(
        "nothing was published: a raw value of `{feature}` stands in column `{column}` of {place} (row {row} of what was to be written, which is gone); the card must keep it out of that column"
    )]
    Leak {
        /// What was to be written.
        place: String,
        /// Which column.
        column: String,
        /// Row within it.
        row: usize,
        /// Whose value it is.
        feature: String,
    },
    /// The counts of a run don't add up.
    #[error("nothing was published: the run does not add up: {0}")]
    Unreconciled(String),
    /// The registry of client and user numbers is damaged.
    #[error(transparent)]
    Registry(#[from] veriscope_privacy::RegistryError),
    /// A document in quarantine can't be sealed or opened.
    #[error(transparent)]
    Seal(#[from] veriscope_privacy::SealError),
    /// Should not happen.
    #[error("internal inconsistency: {0}")]
    Defect(String),
    /// Should not happen: Arrow refused what we built.
    #[error("internal inconsistency")]
    Arrow(#[from] arrow_schema::ArrowError),
}

impl LakeError {
    /// Returns the class of failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Missing { .. }
            | Self::NotALake { .. }
            | Self::Description { .. }
            | Self::Headless { .. }
            | Self::OtherCard { .. }
            | Self::OtherColumn { .. }
            | Self::OtherKey { .. } => ErrorClass::Configuration,
            Self::Locked { .. }
            | Self::Folder { .. }
            | Self::Table { .. }
            | Self::Object { .. }
            | Self::Decode { .. }
            | Self::Query(_) => ErrorClass::Target,
            Self::Leak { .. } | Self::Unreconciled(_) => ErrorClass::CheckFailed,
            Self::Registry(source) => source.class(),
            Self::Seal(source) => source.class(),
            Self::Defect(_) | Self::Arrow(_) => ErrorClass::Defect,
        }
    }

    pub(crate) fn table(
        action: &'static str,
        table: &'static str,
    ) -> impl FnOnce(deltalake::DeltaTableError) -> Self {
        move |source| Self::Table {
            action,
            table,
            source: Box::new(source),
        }
    }

    pub(crate) fn object(
        action: &'static str,
        object: &impl std::fmt::Display,
    ) -> impl FnOnce(deltalake::ObjectStoreError) -> Self {
        let object = object.to_string();
        move |source| Self::Object {
            action,
            object,
            source,
        }
    }

    pub(crate) fn decode(
        object: &impl std::fmt::Display,
    ) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let object = object.to_string();
        move |source| Self::Decode { object, source }
    }
}

impl From<datafusion::error::DataFusionError> for LakeError {
    fn from(source: datafusion::error::DataFusionError) -> Self {
        Self::Query(Box::new(source))
    }
}
