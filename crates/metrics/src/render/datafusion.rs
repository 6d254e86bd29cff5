//! Expressions for DataFusion.
//!
//! A measure becomes aggregates, and one expression over their results: an aggregation can
//! hold functions alone, no arithmetic between them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{
    approx_percentile_cont, count, count_distinct, max, min, sum,
};
use datafusion::logical_expr::{Expr, cast, lit, not};
use datafusion::prelude::{coalesce, nullif};
use veriscope_card::views::ColumnType;

use super::quantile::quantile;
use crate::expression::{Columns, Comparison, Literal, Measure, Predicate, Value};

/// Any `Int64` has at most 19 digits; a sum of so many decimals has ten more.
const INT64_DIGITS: u8 = 19;
/// Size of the t-digest: errors below 1 % of the rank by far.
const CENTROIDS: u64 = 1_000;

/// How quantiles are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantiles {
    /// Exactly; all values are held in memory.
    #[default]
    Exact,
    /// By a t-digest, which is small.
    Approximate,
}

/// Renders expressions over one view.
#[derive(Clone, Copy, Debug)]
pub struct Renderer<'a> {
    /// The view's columns.
    pub columns: Columns<'a>,
    /// How quantiles are found.
    pub quantiles: Quantiles,
}

/// The aggregates of some measures, each under a name of its own.
#[derive(Clone, Debug, Default)]
pub struct Aggregates {
    /// Expressions for an aggregation.
    pub exprs: Vec<Expr>,
}

impl Aggregates {
    fn add(&mut self, aggregate: Expr) -> Expr {
        let name = format!("_aggregate_{}", self.exprs.len());
        self.exprs.push(aggregate.alias(&name));
        column(&name)
    }
}

/// Returns a column by its exact name: text would be folded to lower case.
#[must_use]
pub fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

impl Renderer<'_> {
    /// Renders a measure: adds what must be aggregated, and returns the measure (`Float64`)
    /// as an expression over the aggregation's result.
    ///
    /// # Errors
    /// When DataFusion refuses an aggregate.
    pub fn measure(
        &self,
        measure: &Measure,
        aggregates: &mut Aggregates,
    ) -> Result<Expr, DataFusionError> {
        self.filtered(measure, None, aggregates)
    }

    fn filtered(
        &self,
        measure: &Measure,
        kept: Option<&Expr>,
        aggregates: &mut Aggregates,
    ) -> Result<Expr, DataFusionError> {
        let mut leaf = |aggregate: Expr| -> Result<Expr, DataFusionError> {
            Ok(float(aggregates.add(only(aggregate, kept)?)))
        };
        Ok(match measure {
            Measure::Count => leaf(count(lit(1_i64)))?,
            Measure::Distinct(name) => leaf(count_distinct(column(name)))?,
            Measure::Sum(of) => leaf(sum(self.addend(of)))?,
            Measure::Mean(of) => {
                let total = leaf(sum(self.addend(of)))?;
                let number = leaf(count(self.addend(of)))?;
                total / nullif(number, lit(0.0))
            }
            Measure::Min(of) => leaf(min(float(self.addend(of))))?,
            Measure::Max(of) => leaf(max(float(self.addend(of))))?,
            Measure::Quantile { of, share } => {
                let of = float(self.addend(of));
                leaf(match self.quantiles {
                    Quantiles::Exact => quantile(of, *share),
                    Quantiles::Approximate => approx_percentile_cont(
                        of.sort(true, false),
                        lit(*share),
                        Some(lit(CENTROIDS)),
                    ),
                })?
            }
            Measure::Ratio(one, other) => {
                let one = self.filtered(one, kept, aggregates)?;
                let other = self.filtered(other, kept, aggregates)?;
                one / nullif(other, lit(0.0))
            }
            Measure::Filter(measure, predicate) => {
                let own = self.predicate(predicate);
                let kept = match kept {
                    Some(kept) => kept.clone().and(own),
                    None => own,
                };
                self.filtered(measure, Some(&kept), aggregates)?
            }
        })
    }

    /// Returns a value of which sums are exact where all its columns are whole numbers.
    fn addend(&self, value: &Value) -> Expr {
        let is_int = |name: &str| self.column_type(name) == Some(ColumnType::Int);
        let wide = if value.columns().all(is_int) {
            DataType::Decimal128(INT64_DIGITS, 0)
        } else {
            DataType::Float64
        };
        let of = |name: &str| cast(column(name), wide.clone());
        match value {
            Value::Column(name) => of(name),
            Value::Total { first, plus } => plus.iter().fold(of(first), |sum, name| {
                sum + coalesce(vec![of(name), cast(lit(0_i64), wide.clone())])
            }),
        }
    }

    /// Returns one number of a row as `Float64`.
    #[must_use]
    pub fn value(&self, value: &Value) -> Expr {
        float(self.addend(value))
    }

    fn column_type(&self, name: &str) -> Option<ColumnType> {
        self.columns.find(name).ok().map(|doc| doc.column_type)
    }

    /// Renders a predicate.
    #[must_use]
    pub fn predicate(&self, predicate: &Predicate) -> Expr {
        let all = |parts: &[Predicate]| -> Vec<Expr> {
            parts.iter().map(|part| self.predicate(part)).collect()
        };
        match predicate {
            Predicate::Compare(name, comparison, literal) => {
                let (left, right) = (self.comparable(name, literal), scalar(literal));
                match comparison {
                    Comparison::Eq => left.eq(right),
                    Comparison::Ne => left.not_eq(right),
                    Comparison::Lt => left.lt(right),
                    Comparison::Le => left.lt_eq(right),
                    Comparison::Gt => left.gt(right),
                    Comparison::Ge => left.gt_eq(right),
                }
            }
            Predicate::In(_, literals) if literals.is_empty() => lit(false),
            Predicate::NotIn(_, literals) if literals.is_empty() => lit(true),
            Predicate::In(name, literals) => self.in_list(name, literals, false),
            Predicate::NotIn(name, literals) => self.in_list(name, literals, true),
            Predicate::IsNull(name) => column(name).is_null(),
            Predicate::IsNotNull(name) => column(name).is_not_null(),
            Predicate::And(parts) => joined(all(parts), Expr::and, true),
            Predicate::Or(parts) => joined(all(parts), Expr::or, false),
            Predicate::Not(inner) => not(self.predicate(inner)),
        }
    }

    fn in_list(&self, name: &str, literals: &[Literal], negated: bool) -> Expr {
        let left = literals
            .first()
            .map_or_else(|| column(name), |one| self.comparable(name, one));
        left.in_list(literals.iter().map(scalar).collect(), negated)
    }

    /// A column as it is compared. Arrow orders −0 before 0; adding 0 makes them one.
    fn comparable(&self, name: &str, literal: &Literal) -> Expr {
        match (self.column_type(name), literal) {
            (Some(ColumnType::Float), _) => column(name) + lit(0.0),
            (Some(ColumnType::Int), Literal::Float(_)) => float(column(name)),
            _ => column(name),
        }
    }
}

/// Returns an aggregate over the rows that a condition keeps. `ExprFunctionExt` would make a
/// new aggregate of it, without `DISTINCT` and without order.
pub(crate) fn only(aggregate: Expr, kept: Option<&Expr>) -> Result<Expr, DataFusionError> {
    match (aggregate, kept) {
        (aggregate, None) => Ok(aggregate),
        (Expr::AggregateFunction(mut function), Some(kept)) => {
            function.params.filter = Some(Box::new(kept.clone()));
            Ok(Expr::AggregateFunction(function))
        }
        (other, Some(_)) => Err(DataFusionError::Internal(format!(
            "{other} is no aggregate"
        ))),
    }
}

fn joined(parts: Vec<Expr>, join: fn(Expr, Expr) -> Expr, of_none: bool) -> Expr {
    parts
        .into_iter()
        .reduce(join)
        .unwrap_or_else(|| lit(of_none))
}

fn float(expr: Expr) -> Expr {
    cast(expr, DataType::Float64)
}

fn scalar(literal: &Literal) -> Expr {
    match literal {
        Literal::Bool(value) => lit(*value),
        Literal::Int(value) => lit(*value),
        Literal::Float(value) => lit(*value + 0.0),
        Literal::Text(text) => lit(text.as_str()),
        Literal::Day(day) => lit(ScalarValue::Date32(Some(day.days()))),
        Literal::Instant(at) => lit(ScalarValue::TimestampMicrosecond(
            Some(at.us),
            Some("UTC".into()),
        )),
        Literal::LocalTime(at) => lit(ScalarValue::TimestampMicrosecond(Some(at.us), None)),
    }
}
