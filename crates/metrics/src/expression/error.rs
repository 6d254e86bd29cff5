//! Why an expression can't be taken.
#![deny(clippy::wildcard_enum_match_arm)]

use veriscope_base::ErrorClass;

/// Why an expression can't be taken. No message holds a literal: people type identities.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// The text is no SQL expression.
    #[error("the condition can't be read{at}: {problem}")]
    Syntax {
        /// Where: ` at column 7`, or nothing.
        at: String,
        /// What is wrong.
        problem: String,
    },
    /// The text is SQL, but not of the closed form.
    #[error(
        "{what} can't stand in a condition; it takes columns compared to values \
         (=, <>, <, <=, >, >=, in, between, is null) joined by and, or, not"
    )]
    Unsupported {
        /// What was found.
        what: &'static str,
    },
    /// No such column.
    #[error("`{view}` has no column `{column}`{hint}")]
    UnknownColumn {
        /// The view.
        view: &'static str,
        /// What was asked for.
        column: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// A literal that does not go with its column.
    #[error("`{column}` holds {holds}; {expected}")]
    Literal {
        /// The column.
        column: String,
        /// What it holds.
        holds: &'static str,
        /// What to write.
        expected: &'static str,
    },
    /// A measure of something that is no number.
    #[error("`{column}` holds {holds}, of which there is no {what}")]
    NotANumber {
        /// The column.
        column: String,
        /// What it holds.
        holds: &'static str,
        /// What was asked of it.
        what: &'static str,
    },
    /// A quantile outside 0 to 1.
    #[error("a quantile is asked for by a share between 0 and 1")]
    Share,
}

impl ExpressionError {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Syntax { .. }
            | Self::Unsupported { .. }
            | Self::UnknownColumn { .. }
            | Self::Literal { .. } => ErrorClass::Usage,
            // Measures are written by us.
            Self::NotANumber { .. } | Self::Share => ErrorClass::Defect,
        }
    }
}
