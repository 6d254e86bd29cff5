//! Whether an expression goes with the columns of a view.

use veriscope_card::views::{ColumnDoc, ColumnType, View};

use super::{
    Comparison, Day, ExpressionError, Instant, Literal, LocalTime, Measure, Predicate, Value,
};

/// The columns of a view.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The view.
    pub view: View,
    /// What it holds.
    pub docs: &'a [ColumnDoc],
}

impl<'a> Columns<'a> {
    /// Finds a column: by its exact name, else by the one that differs in case alone.
    ///
    /// # Errors
    /// [`ExpressionError::UnknownColumn`], naming what is near.
    pub fn find(self, name: &str) -> Result<&'a ColumnDoc, ExpressionError> {
        if let Some(exact) = self.docs.iter().find(|doc| doc.name == name) {
            return Ok(exact);
        }
        let mut folded = self
            .docs
            .iter()
            .filter(|doc| doc.name.eq_ignore_ascii_case(name));
        match (folded.next(), folded.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(ExpressionError::UnknownColumn {
                view: self.view.name(),
                column: name.to_owned(),
                hint: self.hint(name),
            }),
        }
    }

    fn hint(self, name: &str) -> String {
        let lower = name.to_lowercase();
        let near: Vec<&str> = self
            .docs
            .iter()
            .map(|doc| doc.name.as_str())
            .filter(|known| {
                let known = known.to_lowercase();
                distance(&known, &lower) <= 2
                    || (lower.len() >= 4 && (known.contains(&lower) || lower.contains(&known)))
            })
            .take(3)
            .collect();
        if near.is_empty() {
            return format!(
                "; `veriscope sql --describe {}` lists them",
                self.view.name()
            );
        }
        format!("; did you mean `{}`?", near.join("`, `"))
    }
}

/// Edit distance (V. I. Levenshtein, 1966), for short names.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        let mut next = vec![before];
        for (right, above) in other.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(left != *right);
            before = changed.min(above + 1).min(before + 1);
            next.push(before);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Returns a literal in the type of a column.
///
/// # Errors
/// [`ExpressionError::Literal`] where it has none.
pub(super) fn typed(doc: &ColumnDoc, literal: Literal) -> Result<Literal, ExpressionError> {
    let expected = |expected| ExpressionError::Literal {
        column: doc.name.clone(),
        holds: holds(doc.column_type),
        expected,
    };
    match (doc.column_type, literal) {
        (ColumnType::Bool, Literal::Bool(value)) => Ok(Literal::Bool(value)),
        (ColumnType::Bool, _) => Err(expected("compare it to true or false")),
        // As in every table: no database takes NUL in text.
        (ColumnType::Text, Literal::Text(text)) => {
            Ok(Literal::Text(text.replace('\0', "\u{fffd}")))
        }
        (ColumnType::Text, _) => Err(expected("put the value between single quotes")),
        (ColumnType::Int, Literal::Int(value)) => Ok(Literal::Int(value)),
        (ColumnType::Int | ColumnType::Float, Literal::Float(value)) if value.is_finite() => {
            Ok(Literal::Float(value))
        }
        // A response code is known by its four digits, `'0301'`.
        (ColumnType::Int, Literal::Text(text)) => text
            .parse()
            .map(Literal::Int)
            .map_err(|_| expected("compare it to a whole number")),
        (ColumnType::Int, _) => Err(expected("compare it to a number")),
        (ColumnType::Float, Literal::Int(value)) => {
            Ok(Literal::Float(crate::number::float_i64(value)))
        }
        (ColumnType::Float, _) => Err(expected("compare it to a number")),
        (ColumnType::Day, Literal::Day(day)) => Ok(Literal::Day(day)),
        (ColumnType::Day, Literal::Text(text)) => Day::parse(&text)
            .map(Literal::Day)
            .ok_or_else(|| expected("write a day as '2025-01-31'")),
        (ColumnType::Day, _) => Err(expected("write a day as '2025-01-31'")),
        (ColumnType::Instant, Literal::Instant(at)) => Ok(Literal::Instant(at)),
        (ColumnType::Instant, Literal::Text(text)) => Instant::parse(&text)
            .map(Literal::Instant)
            .ok_or_else(|| expected("write an instant as '2025-01-31T18:30:00-05:00'")),
        (ColumnType::Instant, _) => {
            Err(expected("write an instant as '2025-01-31T18:30:00-05:00'"))
        }
        (ColumnType::LocalTime, Literal::LocalTime(at)) => Ok(Literal::LocalTime(at)),
        (ColumnType::LocalTime, Literal::Text(text)) => LocalTime::parse(&text)
            .map(Literal::LocalTime)
            .ok_or_else(|| expected("write a local time as '2025-01-31T18:30:00'")),
        (ColumnType::LocalTime, _) => Err(expected("write a local time as '2025-01-31T18:30:00'")),
    }
}

/// Returns what a column holds, in words.
pub(super) const fn holds(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "text",
        ColumnType::Int => "whole numbers",
        ColumnType::Float => "numbers",
        ColumnType::Bool => "true or false",
        ColumnType::Instant => "instants",
        ColumnType::LocalTime => "local times",
        ColumnType::Day => "days",
    }
}

impl Predicate {
    /// Returns the predicate with the exact names of the columns and literals of their types.
    ///
    /// # Errors
    /// [`ExpressionError::UnknownColumn`], [`ExpressionError::Literal`].
    pub fn checked(self, columns: Columns<'_>) -> Result<Self, ExpressionError> {
        let list = |name: &str, literals: Vec<Literal>| {
            let doc = columns.find(name)?;
            let literals: Result<Vec<Literal>, _> = literals
                .into_iter()
                .map(|literal| typed(doc, literal))
                .collect();
            Ok::<_, ExpressionError>((doc.name.clone(), literals?))
        };
        let all = |parts: Vec<Self>| -> Result<Vec<Self>, ExpressionError> {
            parts
                .into_iter()
                .map(|part| part.checked(columns))
                .collect()
        };
        Ok(match self {
            Self::Compare(name, comparison, literal) => {
                let doc = columns.find(&name)?;
                let is_equality = matches!(comparison, Comparison::Eq | Comparison::Ne);
                if doc.column_type == ColumnType::Bool && !is_equality {
                    return Err(ExpressionError::Literal {
                        column: doc.name.clone(),
                        holds: holds(doc.column_type),
                        expected: "compare it by = or <>",
                    });
                }
                Self::Compare(doc.name.clone(), comparison, typed(doc, literal)?)
            }
            Self::In(name, literals) => {
                let (name, literals) = list(&name, literals)?;
                Self::In(name, literals)
            }
            Self::NotIn(name, literals) => {
                let (name, literals) = list(&name, literals)?;
                Self::NotIn(name, literals)
            }
            Self::IsNull(name) => Self::IsNull(columns.find(&name)?.name.clone()),
            Self::IsNotNull(name) => Self::IsNotNull(columns.find(&name)?.name.clone()),
            Self::And(parts) => Self::And(all(parts)?),
            Self::Or(parts) => Self::Or(all(parts)?),
            Self::Not(inner) => Self::Not(Box::new(inner.checked(columns)?)),
        })
    }
}

impl Measure {
    /// Checks that the measure goes with the columns.
    ///
    /// # Errors
    /// [`ExpressionError`].
    pub fn check(&self, columns: Columns<'_>) -> Result<(), ExpressionError> {
        match self {
            Self::Count => Ok(()),
            Self::Distinct(name) => columns.find(name).map(|_| ()),
            Self::Sum(of) => of.check(columns, "sum"),
            Self::Mean(of) => of.check(columns, "mean"),
            Self::Min(of) | Self::Max(of) => of.check(columns, "least or greatest"),
            Self::Quantile { of, share } => {
                if !(0.0..=1.0).contains(share) {
                    return Err(ExpressionError::Share);
                }
                of.check(columns, "quantile")
            }
            Self::Ratio(one, other) => {
                one.check(columns)?;
                other.check(columns)
            }
            Self::Filter(measure, predicate) => {
                predicate.clone().checked(columns)?;
                measure.check(columns)
            }
        }
    }
}

impl Value {
    fn check(&self, columns: Columns<'_>, what: &'static str) -> Result<(), ExpressionError> {
        for name in self.columns() {
            let doc = columns.find(name)?;
            if !matches!(doc.column_type, ColumnType::Int | ColumnType::Float) {
                return Err(ExpressionError::NotANumber {
                    column: doc.name.clone(),
                    holds: holds(doc.column_type),
                    what,
                });
            }
        }
        Ok(())
    }
}
