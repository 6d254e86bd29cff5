//! What stands in derived tables where nothing was measured.

use serde::Serialize;

use crate::Kind;

/// What the transform and no-retries tables hold where nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sentinels {
    /// For features of kind `time` (an integer).
    pub time: i64,
    /// For features of kind `probability`.
    pub probability: f64,
    /// For features of kind `score`.
    pub score: f64,
}

/// One sentinel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sentinel {
    /// A whole number.
    Int(i64),
    /// A number with a fraction, or without.
    Float(f64),
}

impl Sentinels {
    /// Returns the sentinel of features of a kind; text, flags and counts have none.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> Option<Sentinel> {
        match kind {
            Kind::Time => Some(Sentinel::Int(self.time)),
            Kind::Probability => Some(Sentinel::Float(self.probability)),
            Kind::Score => Some(Sentinel::Float(self.score)),
            Kind::Id
            | Kind::Category
            | Kind::Code
            | Kind::Instant
            | Kind::Size
            | Kind::Text
            | Kind::Flag
            | Kind::Number => None,
        }
    }
}

impl std::fmt::Display for Sentinel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
        }
    }
}
