//! Why a load failed.
#![deny(clippy::wildcard_enum_match_arm)]

use std::fmt;

use veriscope_base::ErrorClass;

use crate::{BoxError, LayoutError, ServerError};

/// Why a load failed. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The server did not do something.
    #[error("failed to {during}")]
    Server {
        /// What was under way.
        during: String,
        /// Why not.
        #[source]
        source: ServerError,
    },
    /// The card has no tables in a database.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The database was filled from another lake.
    #[error(
        "schema {schema} of {place} was filled from lake {theirs} (card {card}), and this is lake {ours}"
    )]
    OtherLake {
        /// The database.
        place: String,
        /// The schema.
        schema: String,
        /// The lake whose tables stand there.
        theirs: String,
        /// Its card.
        card: String,
        /// The lake that was to be loaded.
        ours: String,
    },
    /// The database was filled with pseudonyms of another key.
    #[error(
        "schema {schema} of {place} holds pseudonyms of key {theirs}, and this lake's key is {ours}"
    )]
    OtherKey {
        /// The database.
        place: String,
        /// The schema.
        schema: String,
        /// The key of what stands there.
        theirs: String,
        /// The lake's key.
        ours: String,
    },
    /// A later version of the program loaded the database.
    #[error("schema {schema} was loaded by a later version of veriscope (format {format})")]
    NewerFormat {
        /// The schema.
        schema: String,
        /// Its format.
        format: i32,
    },
    /// Tables or views of the same names are not what this program makes.
    #[error("schema {schema} holds something else under names that are needed: {}", listed(.differences))]
    Foreign {
        /// The schema.
        schema: String,
        /// What differs.
        differences: Vec<Difference>,
    },
    /// The published tables are there, and this program did not fill them.
    #[error(
        "schema {schema} holds tables that veriscope did not fill; the original scripts leave such \
         ones: {}", listed(.tables)
    )]
    LeftBehind {
        /// The schema.
        schema: String,
        /// The tables, and what tells them.
        tables: Vec<Difference>,
    },
    /// The caller's rows failed; its own error.
    #[error("failed to read the rows of {table}")]
    Rows {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// A row can't be sent.
    #[error("failed to send a row of {table}: {reason}")]
    Unsendable {
        /// The table.
        table: String,
        /// Why; names the column, not the value.
        reason: String,
    },
    /// The caller asked to stop.
    #[error("the load was interrupted; the database is as it was")]
    Interrupted,
}

/// What differs in one table or view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Table or view.
    pub table: String,
    /// What differs.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.table, self.what)
    }
}

fn listed(differences: &[Difference]) -> String {
    let lines: Vec<String> = differences.iter().map(Difference::to_string).collect();
    lines.join("; ")
}

impl LoadError {
    /// Returns the class of failure. That of the caller's own error is the caller's to know.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Server { source, .. } => source.class(),
            Self::Layout(error) => error.class(),
            Self::OtherLake { .. }
            | Self::OtherKey { .. }
            | Self::NewerFormat { .. }
            | Self::Foreign { .. }
            | Self::LeftBehind { .. } => ErrorClass::Configuration,
            Self::Rows { .. } => ErrorClass::Target,
            Self::Unsendable { .. } => ErrorClass::Defect,
            Self::Interrupted => ErrorClass::Interrupted,
        }
    }

    /// Returns what to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Server { source, .. } => source.hint(),
            Self::OtherLake { .. } | Self::OtherKey { .. } => Some(
                "nothing was touched; load into another schema (`schema:` in config.yaml) or \
                 another database, or drop the tables there if they are no longer needed",
            ),
            Self::NewerFormat { .. } => Some("update veriscope"),
            Self::Foreign { .. } => Some(
                "nothing was touched; load into another schema (`schema:` in config.yaml), or \
                 move those tables away",
            ),
            Self::LeftBehind { .. } => Some(
                "nothing was touched; `veriscope load --adopt` moves them aside under a dated \
                 name and makes new ones",
            ),
            Self::Layout(_) | Self::Rows { .. } | Self::Unsendable { .. } | Self::Interrupted => {
                None
            }
        }
    }

    /// Returns whether the same load may work when it is done again.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Server { source, .. } if source.may_pass())
    }
}

/// Says what was under way when a server did not do something.
pub(crate) trait During<T> {
    fn during(self, what: &str) -> Result<T, LoadError>;
}

impl<T> During<T> for Result<T, ServerError> {
    fn during(self, what: &str) -> Result<T, LoadError> {
        self.map_err(|source| LoadError::Server {
            during: what.to_owned(),
            source,
        })
    }
}
