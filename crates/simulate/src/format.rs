//! The forms in which the same documents can be written.

use std::fmt;
use std::str::FromStr;

use crate::error::SimulateError;

/// A form of the documents. All of them hold the same values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One document a line.
    Ndjson,
    /// One array of documents.
    Json,
    /// Canonical Extended JSON of MongoDB (v2), one document a line.
    Ejson,
    /// Relaxed Extended JSON (v2), one document a line.
    EjsonRelaxed,
    /// Extended JSON of old (v1, strict mode), one document a line.
    EjsonLegacy,
    /// BSON documents one after the other, as in a dump of MongoDB.
    Bson,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ndjson,
        Self::Json,
        Self::Ejson,
        Self::EjsonRelaxed,
        Self::EjsonLegacy,
        Self::Bson,
    ];

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Ejson => "ejson",
            Self::EjsonRelaxed => "ejson-relaxed",
            Self::EjsonLegacy => "ejson-legacy",
            Self::Bson => "bson",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = SimulateError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| SimulateError::UnknownFormat {
                name: name.to_owned(),
                known: Self::ALL.map(Self::name).join(", "),
            })
    }
}
