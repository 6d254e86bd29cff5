//! What can be wrong with a card, and where.

use std::fmt;

use serde_saphyr::{Location, Spanned};
use veriscope_base::ErrorClass;

/// A place in the text of a card. Lines and columns (in characters) count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
}

impl Position {
    /// The first character: where a card that has nothing in the place is blamed.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    pub(crate) fn of<T>(spanned: &Spanned<T>) -> Self {
        Self::from(spanned.referenced)
    }
}

impl From<Location> for Position {
    fn from(location: Location) -> Self {
        if location == Location::UNKNOWN {
            return Self::START;
        }
        Self {
            line: location.line(),
            column: location.column(),
        }
    }
}

/// One thing that is wrong with a card.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub at: Position,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.at.line, self.at.column, self.message
        )
    }
}

/// Everything that is wrong with a card, in order of position; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardErrors {
    problems: Vec<Problem>,
}

impl CardErrors {
    pub(crate) fn one(at: Position, message: impl Into<String>) -> Self {
        Self {
            problems: vec![Problem {
                at,
                message: message.into(),
            }],
        }
    }

    /// Returns the problems, in order of position.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns what a caller can do about it: mend the card.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Configuration
    }
}

impl fmt::Display for CardErrors {
    /// One problem a line, so that a caller may put a file name before each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for CardErrors {}

/// Why the built-in card could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The card that is built into the program is wrong.
    #[error("the built-in card is wrong; please report this: {0}")]
    BuiltIn(#[source] CardErrors),
}

impl CardError {
    /// Returns the kind of failure: a defect of ours.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::BuiltIn(_) => ErrorClass::Defect,
        }
    }
}

/// Collects problems, so that one reading of a card shows all of them.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn add(&mut self, at: Position, message: impl Into<String>) {
        self.found.push(Problem {
            at,
            message: message.into(),
        });
    }

    /// Returns the value if nothing was found, else what was, sorted and each once.
    pub(crate) fn or<T>(mut self, value: T) -> Result<T, CardErrors> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort();
        self.found.dedup();
        Err(CardErrors {
            problems: self.found,
        })
    }
}
