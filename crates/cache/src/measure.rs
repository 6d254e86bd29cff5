//! Metrics of the registry as conditions on numbered columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use veriscope_card::views::View;
use veriscope_metrics::expression::{Comparison, Literal, Measure, Predicate};
use veriscope_metrics::query::Cell;
use veriscope_metrics::registry::Metric;

use crate::codes::Codes;
use crate::layout::IS_ACCEPTED;
use crate::{Cache, CacheError};

/// More conditions than this are not counted at once.
pub(crate) const MOST: usize = 16;

/// Metrics that are counted in one walk over the rows.
#[derive(Debug)]
pub struct Measured {
    pub(crate) metrics: Vec<Compiled>,
    pub(crate) conditions: usize,
    /// For each bundle with a column that a condition names, which conditions each of its
    /// numbers goes with, as bits.
    pub(crate) bundles: Vec<(Arc<Codes>, Vec<u16>)>,
    /// Conditions that hold for rows with a person alone, as bits.
    pub(crate) of_persons: u16,
}

/// One metric.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) id: String,
    pub(crate) enough: veriscope_metrics::intervals::Enough,
    pub(crate) kind: Kind,
}

impl Compiled {
    /// Returns the conditions of hits and trials of a share.
    pub(crate) const fn share(&self) -> Option<(usize, usize)> {
        match self.kind {
            Kind::Share { hits, trials } => Some((hits, trials)),
            Kind::Count { .. } | Kind::Persons { .. } => None,
        }
    }
}

/// What is made of counted rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rows of a condition.
    Count { rows: usize },
    /// Rows of a condition over rows of another.
    Share { hits: usize, trials: usize },
    /// Different persons among the rows of a condition.
    Persons { rows: usize },
}

/// Predicates that must all hold, each on one column.
type Condition = Vec<Predicate>;

impl Measured {
    /// Every row, and no metric.
    #[must_use]
    pub const fn rows() -> Self {
        Self {
            metrics: Vec::new(),
            conditions: 1,
            bundles: Vec::new(),
            of_persons: 0,
        }
    }

    /// Compiles metrics.
    ///
    /// # Errors
    /// [`CacheError::Metric`] where memory does not hold what a metric needs.
    pub fn of(cache: &Cache, metrics: &[&Metric]) -> Result<Self, CacheError> {
        let mut compiler = Compiler {
            cache,
            conditions: Vec::new(),
        };
        let mut compiled = Vec::with_capacity(metrics.len());
        for metric in metrics {
            let refused = || CacheError::Metric {
                metric: metric.id.clone(),
            };
            compiled.push(Compiled {
                id: metric.id.clone(),
                enough: metric.enough,
                kind: compiler.metric(metric).ok_or_else(refused)?,
            });
        }
        let bundles = compiler.bundles().ok_or_else(|| CacheError::Metric {
            metric: compiled.iter().map(|one| one.id.as_str()).collect(),
        })?;
        Ok(Self {
            metrics: compiled,
            conditions: compiler.conditions.len(),
            bundles,
            of_persons: compiler.of_persons(),
        })
    }
}

struct Compiler<'a> {
    cache: &'a Cache,
    conditions: Vec<Condition>,
}

impl Compiler<'_> {
    fn metric(&mut self, metric: &Metric) -> Option<Kind> {
        // A process is its last attempt, with what is known of the whole.
        let base = match metric.view {
            View::Attempts => Vec::new(),
            View::Processes => vec![Predicate::equals("is_last", true)],
            View::MicroserviceTimes => return None,
        };
        self.measure(&metric.measure, base, metric.view)
    }

    fn measure(&mut self, measure: &Measure, kept: Condition, view: View) -> Option<Kind> {
        match measure {
            Measure::Count => Some(Kind::Count {
                rows: self.condition(kept)?,
            }),
            Measure::Distinct(column) if self.cache.person.as_ref() == Some(column) => {
                let mut kept = kept;
                kept.push(Predicate::IsNotNull(column.clone()));
                Some(Kind::Persons {
                    rows: self.condition(kept)?,
                })
            }
            Measure::Filter(inner, predicate) => {
                let mut kept = kept;
                conjuncts(
                    &of_attempts(predicate.normal(), view, self.cache)?,
                    &mut kept,
                )?;
                self.measure(inner, kept, view)
            }
            Measure::Ratio(hits, trials) => {
                let hits = self.measure(hits, kept.clone(), view)?;
                let trials = self.measure(trials, kept, view)?;
                match (hits, trials) {
                    (Kind::Count { rows: hits }, Kind::Count { rows: trials }) => {
                        Some(Kind::Share { hits, trials })
                    }
                    _ => None,
                }
            }
            Measure::Distinct(_)
            | Measure::Sum(_)
            | Measure::Mean(_)
            | Measure::Min(_)
            | Measure::Max(_)
            | Measure::Quantile { .. } => None,
        }
    }

    fn condition(&mut self, condition: Condition) -> Option<usize> {
        if let Some(known) = self.conditions.iter().position(|one| *one == condition) {
            return Some(known);
        }
        self.conditions.push(condition);
        (self.conditions.len() <= MOST).then_some(self.conditions.len() - 1)
    }

    /// Whether a predicate asks for a person, which is no numbered column.
    fn is_person(&self, predicate: &Predicate) -> bool {
        matches!(predicate, Predicate::IsNotNull(column) if self.cache.person.as_ref() == Some(column))
    }

    fn of_persons(&self) -> u16 {
        let conditions = self.conditions.iter().enumerate();
        let asks = |condition: &Condition| condition.iter().any(|one| self.is_person(one));
        conditions
            .filter(|(_, condition)| asks(condition))
            .fold(0, |bits, (number, _)| bits | 1 << number)
    }

    /// Returns for each bundle which conditions its numbers go with.
    fn bundles(&self) -> Option<Vec<(Arc<Codes>, Vec<u16>)>> {
        let mut bundles: Vec<(Arc<Codes>, Vec<u16>)> = Vec::new();
        for (place, of_value) in self.columns()? {
            let column = self.cache.columns.get(place)?;
            let of_number = column.by_number(&of_value);
            let mut known = bundles.iter_mut();
            match known.find(|(codes, _)| Arc::ptr_eq(codes, column.bundle())) {
                Some((_, bits)) => {
                    for (bits, more) in bits.iter_mut().zip(of_number) {
                        *bits &= more;
                    }
                }
                None => bundles.push((Arc::clone(column.bundle()), of_number)),
            }
        }
        Some(bundles)
    }

    /// Returns for each column which conditions its values go with.
    fn columns(&self) -> Option<Vec<(usize, Vec<u16>)>> {
        let mut columns: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
        for (number, condition) in self.conditions.iter().enumerate() {
            for predicate in condition {
                if self.is_person(predicate) {
                    continue;
                }
                let place = *self.cache.places.get(column_of(predicate)?)?;
                let values = &self.cache.columns.get(place)?.values;
                let bits = columns
                    .entry(place)
                    .or_insert_with(|| vec![u16::MAX; values.len()]);
                for (bits, value) in bits.iter_mut().zip(values) {
                    if holds(predicate, value) != Some(true) {
                        *bits &= !(1 << number);
                    }
                }
            }
        }
        Some(columns.into_iter().collect())
    }
}

/// Splits a predicate into parts that must all hold, each on one column.
fn conjuncts(predicate: &Predicate, into: &mut Condition) -> Option<()> {
    match predicate {
        Predicate::And(parts) => parts.iter().try_for_each(|part| conjuncts(part, into)),
        one => {
            column_of(one)?;
            into.push(one.clone());
            Some(())
        }
    }
}

/// The one column that a predicate names.
fn column_of(predicate: &Predicate) -> Option<&str> {
    match predicate {
        Predicate::Compare(column, ..)
        | Predicate::In(column, _)
        | Predicate::NotIn(column, _)
        | Predicate::IsNull(column)
        | Predicate::IsNotNull(column) => Some(column),
        Predicate::Not(inner) => column_of(inner),
        Predicate::And(parts) | Predicate::Or(parts) => {
            let mut columns = parts.iter().map(column_of);
            let first = columns.next()??;
            columns.all(|column| column == Some(first)).then_some(first)
        }
    }
}

/// A predicate on columns of `processes`, on those of its last attempt.
fn of_attempts(predicate: Predicate, view: View, cache: &Cache) -> Option<Predicate> {
    if view != View::Processes {
        return Some(predicate);
    }
    let name = |column: String| match column.as_str() {
        "attempts" => Some("attempt".to_owned()),
        "last_outcome" => Some("outcome".to_owned()),
        "last_reason" => Some("reason".to_owned()),
        "last_code" => cache.code.clone(),
        IS_ACCEPTED => Some(column),
        // What only the view of processes has is not held.
        "repeats" | "first_outcome" | "first_code" => None,
        _ => Some(column),
    };
    let all = |parts: Vec<Predicate>| -> Option<Vec<Predicate>> {
        let parts = parts.into_iter();
        parts.map(|part| of_attempts(part, view, cache)).collect()
    };
    Some(match predicate {
        Predicate::Compare(column, comparison, literal) => {
            Predicate::Compare(name(column)?, comparison, literal)
        }
        Predicate::In(column, literals) => Predicate::In(name(column)?, literals),
        Predicate::NotIn(column, literals) => Predicate::NotIn(name(column)?, literals),
        Predicate::IsNull(column) => Predicate::IsNull(name(column)?),
        Predicate::IsNotNull(column) => Predicate::IsNotNull(name(column)?),
        Predicate::And(parts) => Predicate::And(all(parts)?),
        Predicate::Or(parts) => Predicate::Or(all(parts)?),
        Predicate::Not(inner) => Predicate::Not(Box::new(of_attempts(*inner, view, cache)?)),
    })
}

/// Whether a predicate on one column holds for a value; none is null.
fn holds(predicate: &Predicate, value: &Cell) -> Option<bool> {
    let equals = |literal: &Literal| compare(value, literal).map(std::cmp::Ordering::is_eq);
    match predicate {
        Predicate::Compare(_, comparison, literal) => {
            let order = compare(value, literal)?;
            Some(match comparison {
                Comparison::Eq => order.is_eq(),
                Comparison::Ne => order.is_ne(),
                Comparison::Lt => order.is_lt(),
                Comparison::Le => order.is_le(),
                Comparison::Gt => order.is_gt(),
                Comparison::Ge => order.is_ge(),
            })
        }
        Predicate::In(_, literals) => {
            (*value != Cell::Null).then(|| literals.iter().any(|one| equals(one) == Some(true)))
        }
        Predicate::NotIn(_, literals) => {
            (*value != Cell::Null).then(|| literals.iter().all(|one| equals(one) == Some(false)))
        }
        Predicate::IsNull(_) => Some(*value == Cell::Null),
        Predicate::IsNotNull(_) => Some(*value != Cell::Null),
        Predicate::And(parts) => three(parts, value, false),
        Predicate::Or(parts) => three(parts, value, true),
        Predicate::Not(inner) => holds(inner, value).map(|held| !held),
    }
}

/// `and` (which no decides) or `or` (which yes decides) in three values of truth.
fn three(parts: &[Predicate], value: &Cell, decides: bool) -> Option<bool> {
    let mut is_null = false;
    for part in parts {
        match holds(part, value) {
            Some(held) if held == decides => return Some(decides),
            Some(_) => {}
            None => is_null = true,
        }
    }
    (!is_null).then_some(!decides)
}

fn compare(value: &Cell, literal: &Literal) -> Option<std::cmp::Ordering> {
    match (value, literal) {
        (Cell::Bool(value), Literal::Bool(other)) => Some(value.cmp(other)),
        (Cell::Int(value), Literal::Int(other)) => Some(value.cmp(other)),
        (Cell::Text(value), Literal::Text(other)) => Some(value.as_str().cmp(other)),
        (Cell::Text(value), Literal::Day(day)) => {
            let day = String::from(*day);
            Some(value.as_str().cmp(day.as_str()))
        }
        _ => None,
    }
}
