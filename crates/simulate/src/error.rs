//! What can go wrong with a scenario, and with a simulation of it.

use std::io;

use thiserror::Error;
use veriscope_base::ErrorClass;

/// A scenario that cannot be read or makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScenarioError {
    /// The text is no YAML.
    #[error("the scenario is no YAML that can be read: {message}")]
    Syntax {
        /// What the parser said, with its place.
        message: String,
    },
    /// A key that means nothing, or a value of the wrong form.
    #[error("line {line} of the scenario: {message}")]
    Form {
        /// Line in the text, from 1.
        line: usize,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A value that makes no sense.
    #[error("{}`{key}` of the scenario: {message}", place(*.line))]
    Value {
        /// Line in the text, where the key stands in it.
        line: Option<usize>,
        /// The key, with those above it, joined by dots.
        key: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// The scenario that is built in is wrong: a defect, which tests rule out.
    #[error("the scenario that is built in: {message}")]
    BuiltIn {
        /// What is wrong.
        message: String,
    },
}

fn place(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}, "))
        .unwrap_or_default()
}

impl ScenarioError {
    /// Returns what a caller can do about it.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Syntax { .. } | Self::Form { .. } | Self::Value { .. } => {
                ErrorClass::Configuration
            }
            Self::BuiltIn { .. } => ErrorClass::Defect,
        }
    }
}

/// A simulation that cannot be made or written.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// The scenario does not do.
    #[error("the scenario cannot be simulated")]
    Scenario(#[from] ScenarioError),
    /// A name in the scenario leads nowhere. Parsing rules it out; a scenario that was put
    /// together or changed in code may do so.
    #[error("a name in the scenario leads nowhere; read the scenario from YAML, which checks it")]
    Incomplete,
    /// No pipeline has this name.
    #[error("there is no pipeline `{name}`; there are {known}")]
    UnknownPipeline {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// No format has this name.
    #[error("there is no format `{name}`; there are {known}")]
    UnknownFormat {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The date does not stand as a year, a month and a day.
    #[error("`{text}` is no date; write it as 2025-01-31")]
    UnreadableDate {
        /// What was given.
        text: String,
    },
    /// Fewer days than one, or more than a thousand years.
    #[error("a simulation of {days} days cannot be made; from 1 to 366000 days can")]
    Days {
        /// The days asked for.
        days: u32,
    },
    /// The documents could not be written.
    #[error("failed to write documents")]
    Write(#[source] io::Error),
    /// A thread that renders ended early: a defect.
    #[error("a thread that renders documents ended before its work")]
    ThreadEnded,
}

impl SimulateError {
    /// Returns what a caller can do about it.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Scenario(error) => error.class(),
            Self::Incomplete => ErrorClass::Configuration,
            Self::UnknownPipeline { .. }
            | Self::UnknownFormat { .. }
            | Self::UnreadableDate { .. }
            | Self::Days { .. } => ErrorClass::Usage,
            Self::Write(_) => ErrorClass::Target,
            Self::ThreadEnded => ErrorClass::Defect,
        }
    }
}
