//! What can be done with a predicate without a row at hand.

use super::{Column, Comparison, Literal, Predicate};

impl Predicate {
    /// Returns whether a column equals a literal.
    pub fn equals(column: impl Into<Column>, literal: impl Into<Literal>) -> Self {
        Self::Compare(column.into(), Comparison::Eq, literal.into())
    }

    /// Returns a predicate that keeps what both keep.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::And(mut all), Self::And(more)) => {
                all.extend(more);
                Self::And(all)
            }
            (Self::And(mut all), one) => {
                all.push(one);
                Self::And(all)
            }
            (one, other) => Self::And(vec![one, other]),
        }
    }

    /// Returns the same predicate with `not` nowhere but inside comparisons: yes for the same
    /// rows, no or null for the same others. Where two values of truth are all there is
    /// (DAX), a comparison that is no for null then gives the same rows as three do.
    #[must_use]
    pub fn normal(&self) -> Self {
        self.signed(true)
    }

    fn signed(&self, holds: bool) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.signed(holds)).collect();
        match self {
            Self::Not(inner) => inner.signed(!holds),
            Self::And(parts) if holds => Self::And(all(parts)),
            Self::And(parts) => Self::Or(all(parts)),
            Self::Or(parts) if holds => Self::Or(all(parts)),
            Self::Or(parts) => Self::And(all(parts)),
            _ if holds => self.clone(),
            Self::Compare(column, comparison, literal) => {
                Self::Compare(column.clone(), comparison.opposite(), literal.clone())
            }
            Self::In(column, literals) => Self::NotIn(column.clone(), literals.clone()),
            Self::NotIn(column, literals) => Self::In(column.clone(), literals.clone()),
            Self::IsNull(column) => Self::IsNotNull(column.clone()),
            Self::IsNotNull(column) => Self::IsNull(column.clone()),
        }
    }

    /// Returns a predicate that is yes for exactly the rows for which this is no or null.
    #[must_use]
    pub fn complement(&self) -> Self {
        fn flipped(predicate: &Predicate) -> Predicate {
            let all = |parts: &[Predicate]| parts.iter().map(flipped).collect();
            match predicate {
                Predicate::And(parts) => Predicate::Or(all(parts)),
                Predicate::Or(parts) => Predicate::And(all(parts)),
                Predicate::In(_, literals) | Predicate::NotIn(_, literals)
                    if literals.is_empty() =>
                {
                    predicate.signed(false)
                }
                Predicate::Compare(column, ..)
                | Predicate::In(column, _)
                | Predicate::NotIn(column, _) => Predicate::Or(vec![
                    Predicate::IsNull(column.clone()),
                    predicate.signed(false),
                ]),
                // `normal` has left no `not`.
                Predicate::IsNull(_) | Predicate::IsNotNull(_) | Predicate::Not(_) => {
                    predicate.signed(false)
                }
            }
        }
        flipped(&self.normal())
    }

    /// Returns the names of all columns that the predicate reads.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect_columns(&mut names);
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn collect_columns<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Compare(column, ..)
            | Self::In(column, _)
            | Self::NotIn(column, _)
            | Self::IsNull(column)
            | Self::IsNotNull(column) => names.push(column),
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.collect_columns(names);
                }
            }
            Self::Not(inner) => inner.collect_columns(names),
        }
    }
}
