//! The closed form in which metrics are written: small enough to be rendered to DataFusion,
//! PostgreSQL SQL and DAX with the same meaning in each.
//!
//! ```text
//! measure    count | distinct column | sum, mean, min, max, quantile of a value
//!          | measure ÷ measure | measure where predicate
//! value      column | column + columns
//! predicate  column compared to a literal | column in literals | column is (not) null
//!          | and | or | not
//! ```
//!
//! Meaning, everywhere: a predicate that is null keeps no row; what is null enters no sum,
//! mean or quantile; a ratio over zero or null is null; text is compared by its bytes.

mod check;
mod error;
mod literal;
mod parse;
mod predicate;
mod words;

use serde::{Deserialize, Serialize};

pub use check::Columns;
pub use error::ExpressionError;
pub use literal::{Day, Instant, Literal, LocalTime};
pub use parse::parse_predicate;

/// A column by its exact name.
pub type Column = String;

/// One number made of many rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Number of rows.
    Count,
    /// Number of different values of a column; null is none.
    Distinct(Column),
    /// Sum; null of no values. Whole numbers are added exactly.
    Sum(Value),
    /// Arithmetic mean; null of no values.
    Mean(Value),
    /// Least value; null of no values.
    Min(Value),
    /// Greatest value; null of no values.
    Max(Value),
    /// Quantile, interpolated linearly between the two nearest values (position
    /// `share · (n − 1)`, as `percentile_cont` does); null of no values.
    Quantile {
        /// Of what.
        of: Value,
        /// Which, from 0 to 1.
        share: f64,
    },
    /// One measure over another; null where the other is zero or null.
    Ratio(Box<Measure>, Box<Measure>),
    /// A measure over the rows that a predicate keeps.
    Filter(Box<Measure>, Predicate),
}

/// One number of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A column of numbers.
    Column(Column),
    /// A column and others added to it, of which a null one adds nothing; null where the
    /// first is.
    Total {
        /// What must be there.
        first: Column,
        /// What is added where it is there.
        plus: Vec<Column>,
    },
}

/// Yes, no or null of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// A column compared to a literal; null where the column is.
    Compare(Column, Comparison, Literal),
    /// Whether a column is one of some literals; null where the column is. No for none.
    In(Column, Vec<Literal>),
    /// Whether a column is none of some literals; null where the column is. Yes for none.
    NotIn(Column, Vec<Literal>),
    /// Whether a column is null.
    IsNull(Column),
    /// Whether a column is not null.
    IsNotNull(Column),
    /// All of some; yes of none.
    And(Vec<Predicate>),
    /// Any of some; no of none.
    Or(Vec<Predicate>),
    /// Not; null of null.
    Not(Box<Predicate>),
}

/// How a column is compared to a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Different.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: [Self; 6] = [Self::Eq, Self::Ne, Self::Lt, Self::Le, Self::Gt, Self::Ge];

    /// Returns the sign, the same in SQL and DAX.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// Returns what holds exactly where this doesn't, of values that are not null.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
        }
    }

    /// Returns the comparison with its sides exchanged.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Eq | Self::Ne => self,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
        }
    }
}

impl Measure {
    /// Returns the measure over the rows that a predicate keeps.
    #[must_use]
    pub fn filter(self, predicate: Predicate) -> Self {
        Self::Filter(Box::new(self), predicate)
    }

    /// Returns this measure over another.
    #[must_use]
    pub fn over(self, denominator: Self) -> Self {
        Self::Ratio(Box::new(self), Box::new(denominator))
    }

    /// Returns which share of the rows of `among` (all where none) a predicate keeps.
    #[must_use]
    pub fn share(predicate: Predicate, among: Option<Predicate>) -> Self {
        let hits = Self::Count.filter(predicate);
        match among {
            None => hits.over(Self::Count),
            Some(among) => hits.over(Self::Count).filter(among),
        }
    }

    /// Returns the number of rows that the measure rests on: of a ratio those of its
    /// denominator, of a sum or quantile those with a value.
    #[must_use]
    pub fn rows(&self) -> Self {
        match self {
            Self::Count => Self::Count,
            Self::Distinct(column) => Self::Count.filter(Predicate::IsNotNull(column.clone())),
            Self::Sum(of)
            | Self::Mean(of)
            | Self::Min(of)
            | Self::Max(of)
            | Self::Quantile { of, .. } => {
                Self::Count.filter(Predicate::IsNotNull(of.first().to_owned()))
            }
            Self::Ratio(_, denominator) => denominator.rows(),
            Self::Filter(measure, predicate) => measure.rows().filter(predicate.clone()),
        }
    }

    /// Returns how many values of a column (persons) stand behind [`Self::rows`].
    #[must_use]
    pub fn behind(&self, column: &str) -> Self {
        match self {
            Self::Count => Self::Distinct(column.to_owned()),
            Self::Distinct(of) => {
                Self::Distinct(column.to_owned()).filter(Predicate::IsNotNull(of.clone()))
            }
            Self::Sum(of)
            | Self::Mean(of)
            | Self::Min(of)
            | Self::Max(of)
            | Self::Quantile { of, .. } => Self::Distinct(column.to_owned())
                .filter(Predicate::IsNotNull(of.first().to_owned())),
            Self::Ratio(_, denominator) => denominator.behind(column),
            Self::Filter(measure, predicate) => measure.behind(column).filter(predicate.clone()),
        }
    }

    /// Returns the names of all columns that the measure reads.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect_columns(&mut names);
        names.sort_unstable();
        names.dedup();
        names
    }

    fn collect_columns<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Count => {}
            Self::Distinct(column) => names.push(column),
            Self::Sum(of)
            | Self::Mean(of)
            | Self::Min(of)
            | Self::Max(of)
            | Self::Quantile { of, .. } => names.extend(of.columns()),
            Self::Ratio(one, other) => {
                one.collect_columns(names);
                other.collect_columns(names);
            }
            Self::Filter(measure, predicate) => {
                measure.collect_columns(names);
                predicate.collect_columns(names);
            }
        }
    }
}

impl Value {
    /// Returns a column as a value.
    pub fn column(name: impl Into<Column>) -> Self {
        Self::Column(name.into())
    }

    /// Returns the column that must be there.
    #[must_use]
    pub fn first(&self) -> &str {
        match self {
            Self::Column(name) | Self::Total { first: name, .. } => name,
        }
    }

    /// Returns the names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let plus: &[Column] = match self {
            Self::Column(_) => &[],
            Self::Total { plus, .. } => plus,
        };
        std::iter::once(self.first()).chain(plus.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests;
