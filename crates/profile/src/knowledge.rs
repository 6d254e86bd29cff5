//! What is known of the columns beforehand: all that a card says, or nothing.

mod card;
mod guess;

use std::collections::HashMap;

use crate::report::{Outcome, Shape};

pub(crate) use guess::{Looks, coded, identifying_name, looks_like_identity, plain};

/// What is known of a table's columns.
///
/// Without a card ([`Knowledge::default`]) names and values are looked at instead: a column
/// whose name speaks of a person, or whose values are nearly all different text, is taken for
/// an identifying one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knowledge {
    /// Name of the card and what its API is.
    pub card: Option<(String, String)>,
    /// Which of its tables.
    pub shape: Option<Shape>,
    /// What is known of a column, by its name.
    pub columns: HashMap<String, Known>,
    /// The microservices in the card's order: name, and name for people.
    pub microservices: Vec<(String, String)>,
    /// The response-code dictionary.
    pub codes: Vec<KnownCode>,
    /// The column of response codes.
    pub code: Option<String>,
    /// How to tell what became of a row.
    pub outcome: Option<OutcomeRule>,
    /// The time column. Without a card: the first one of instants.
    pub time: Option<String>,
    /// Minutes east of UTC in which days and hours of instants are read.
    pub offset_minutes: i32,
}

/// What is known of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// One line for people.
    pub description: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Kind of measurement, a word of the card.
    pub measures: Option<String>,
    /// What its values are to a report.
    pub treat: Treat,
    /// Part that it plays.
    pub role: Option<String>,
    /// Microservice that it belongs to.
    pub microservice: Option<String>,
    /// Picture that it measures.
    pub image: Option<String>,
    /// The measurement whatever the picture: columns that share it are twins.
    pub measurement: Option<String>,
    /// Least and greatest valid value.
    pub valid: Option<(Option<f64>, Option<f64>)>,
    /// The published value that stands for a missing one.
    pub sentinel: Option<f64>,
    /// Whether its values tell persons, clients or transactions apart.
    pub identifying: bool,
    /// How a value of an identifying column may be shown in a row of the sample.
    pub token: Token,
    /// Whether single values say nothing about a person: they may be shown as extremes.
    pub measured: bool,
}

/// What the values of a column are to a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Treat {
    /// As type and values suggest.
    #[default]
    AsFound,
    /// Numbers that measure.
    Number,
    /// One of a set, also where the values are numbers.
    Category,
    /// Free text.
    Text,
}

/// How a value of an identifying column may be shown in a row of the sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Token {
    /// Only its shape.
    #[default]
    Hidden,
    /// A keyed token, `<column>_` and 26 base-32 characters: its first six. What has not that
    /// form is hidden.
    Keyed,
    /// Random and without meaning elsewhere: its first six characters.
    Random,
}

/// A response code of the dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCode {
    /// The number in the table.
    pub number: i64,
    /// Its four digits.
    pub code: String,
    /// Description.
    pub description: String,
    /// What it makes of a transaction.
    pub outcome: Outcome,
}

/// How to tell what became of a row: accepted by its status where there are such statuses, else
/// by its code; technical by its code or without either; else rejected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeRule {
    /// Column of statuses.
    pub status: Option<String>,
    /// Statuses that mean acceptance.
    pub accepted: Vec<String>,
    /// Column of response codes.
    pub code: Option<String>,
}

impl Knowledge {
    /// Returns what is known of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Known> {
        self.columns.get(name)
    }

    /// Returns the dictionary's entry of a code.
    #[must_use]
    pub fn known_code(&self, number: i64) -> Option<&KnownCode> {
        self.codes.iter().find(|code| code.number == number)
    }
}
