//! `attempts`: one row per transaction, with its place in its process.
//!
//! All windows have one partition and one order, so one sort serves them all, here and in
//! `processes`; each looks back or one row ahead, so that rows stream through. What nobody
//! asks for is pruned: without a column of the process nothing is sorted.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::bool_and_or::bool_or_udaf;
use datafusion::functions_window::expr_fn::{lag, lead, row_number};
use datafusion::logical_expr::expr::{Sort, WindowFunction};
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, WindowFrame,
    WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition, cast, lit, when,
};
use datafusion::prelude::coalesce;
use veriscope_card::views::{AttemptColumn, ViewColumn};
use veriscope_card::{Card, Outcome};

use crate::TransformError;
use crate::measured::{KEY, OUTCOME, OWN_PROCESS, POLICY, PROCESS, col, measured_plan};
use crate::transaction;

/// `Int64`: number of the attempt within its process.
pub(crate) const ATTEMPT: &str = "_attempt";
/// `Timestamp(µs, UTC)`: date of the next attempt; null after the last.
const NEXT_DATE: &str = "_next_date";
const PREVIOUS_DATE: &str = "_previous_date";
const PREVIOUS_CODE: &str = "_previous_code";
/// `Boolean`: whether an earlier attempt was accepted; null for the first.
const ACCEPTED_BEFORE: &str = "_accepted_before";

/// Plans `attempts`: one row for each of `staging`, the columns of
/// [`Card::attempt_columns`] in order.
///
/// `staging` is as for [`crate::staging_plan`], its keys unique and not null. The windows sort
/// the columns that are asked for by process, date and key, and spill where memory is short.
///
/// # Errors
/// As [`crate::transform_plan`].
pub fn attempts_plan(card: &Card, staging: LogicalPlan) -> Result<LogicalPlan, TransformError> {
    let columns = card.attempt_columns();
    let exprs: Result<Vec<Expr>, TransformError> = columns
        .iter()
        .map(|column| Ok(expr(card, column)?.alias(&column.doc.name)))
        .collect();
    let exprs = exprs?;
    let attempts = placed_plan(card, staging, &[&exprs])?;
    Ok(LogicalPlanBuilder::from(attempts).project(exprs)?.build()?)
}

/// Plans what `readers`, made of [`expr`] and more, refer to: measured values, and the windows
/// over them.
pub(crate) fn placed_plan(
    card: &Card,
    staging: LogicalPlan,
    readers: &[&[Expr]],
) -> Result<LogicalPlan, TransformError> {
    let date = || col(&card.roles.date);
    let mut windows = vec![
        over(card, row_number())?.alias(ATTEMPT),
        over(card, lead(date(), Some(1), None))?.alias(NEXT_DATE),
        over(card, lag(date(), Some(1), None))?.alias(PREVIOUS_DATE),
        before(card, bool_or_udaf(), is_accepted())?.alias(ACCEPTED_BEFORE),
    ];
    if let Some(code) = &card.roles.code {
        windows.push(over(card, lag(col(code), Some(1), None))?.alias(PREVIOUS_CODE));
    }
    let readers = [readers, &[windows.as_slice()]].concat();
    let measured = measured_plan(card, staging, &readers)?;
    Ok(LogicalPlanBuilder::from(measured)
        .window(windows)?
        .build()?)
}

/// Returns a column of `attempts`, over [`placed_plan`].
pub(crate) fn expr(
    card: &Card,
    column: &ViewColumn<AttemptColumn>,
) -> Result<Expr, TransformError> {
    let data_type = column.doc.column_type.arrow();
    Ok(match &column.definition {
        AttemptColumn::Feature(name) => col(name),
        AttemptColumn::Shape(name) => transaction::shape(card, name)?,
        AttemptColumn::Attempt => attempt(),
        AttemptColumn::IsFirst => attempt().eq(lit(1_i64)),
        AttemptColumn::IsLast => is_last(),
        AttemptColumn::Outcome => col(OUTCOME),
        AttemptColumn::Kind => kind()?,
        AttemptColumn::Reason => transaction::reason(card)?,
        AttemptColumn::PreviousCode => col(PREVIOUS_CODE),
        AttemptColumn::GapMs => ms_between(col(PREVIOUS_DATE), col(&card.roles.date)),
        AttemptColumn::Calendar(part) => transaction::calendar(*part),
        AttemptColumn::PolicyId => col(POLICY),
        AttemptColumn::MicroserviceTotal(name) => {
            transaction::microservice_total_named(card, name)?.typed(&data_type)?
        }
        AttemptColumn::MicroservicesTotal => {
            transaction::microservices_total(card)?.typed(&data_type)?
        }
        AttemptColumn::Remainder => transaction::remainder(card)?.typed(&data_type)?,
    })
}

/// Whether a transaction was accepted, by its outcome.
pub(crate) fn is_accepted() -> Expr {
    col(OUTCOME).eq(lit(Outcome::Accepted.name()))
}

/// Whether an attempt is the last of its process: dates are never null.
pub(crate) fn is_last() -> Expr {
    col(NEXT_DATE).is_null()
}

/// Whether an attempt comes after an accepted one of its process.
pub(crate) fn is_repeat() -> Expr {
    coalesce(vec![col(ACCEPTED_BEFORE), lit(false)])
}

/// Returns whole milliseconds from one instant to a later one.
pub(crate) fn ms_between(from: Expr, to: Expr) -> Expr {
    let us = |instant: Expr| cast(instant, DataType::Int64);
    (us(to) - us(from)) / lit(1_000_i64)
}

fn attempt() -> Expr {
    cast(col(ATTEMPT), DataType::Int64)
}

fn kind() -> Result<Expr, DataFusionError> {
    when(attempt().eq(lit(1_i64)), lit("first"))
        .when(is_repeat(), lit("repeat"))
        .otherwise(lit("retry"))
}

/// Gives a window function the attempts of a process, in order.
pub(crate) fn over(card: &Card, function: Expr) -> Result<Expr, DataFusionError> {
    function
        .partition_by(partition())
        .order_by(order(card))
        .build()
}

/// Returns an aggregate over the attempts of a process that came before.
fn before(card: &Card, udaf: Arc<AggregateUDF>, arg: Expr) -> Result<Expr, DataFusionError> {
    let last = WindowFrameBound::Preceding(ScalarValue::UInt64(Some(1)));
    aggregate_up_to(card, udaf, arg, last)
}

/// Returns an aggregate over the attempts of a process up to this one.
pub(crate) fn so_far(
    card: &Card,
    udaf: Arc<AggregateUDF>,
    arg: Expr,
) -> Result<Expr, DataFusionError> {
    aggregate_up_to(card, udaf, arg, WindowFrameBound::CurrentRow)
}

fn aggregate_up_to(
    card: &Card,
    udaf: Arc<AggregateUDF>,
    arg: Expr,
    last: WindowFrameBound,
) -> Result<Expr, DataFusionError> {
    let function = WindowFunctionDefinition::AggregateUDF(udaf);
    let first = WindowFrameBound::Preceding(ScalarValue::UInt64(None));
    Expr::from(WindowFunction::new(function, vec![arg]))
        .partition_by(partition())
        .order_by(order(card))
        .window_frame(WindowFrame::new_bounds(WindowFrameUnits::Rows, first, last))
        .build()
}

fn partition() -> Vec<Expr> {
    vec![col(PROCESS), col(OWN_PROCESS)]
}

fn order(card: &Card) -> Vec<Sort> {
    vec![
        col(&card.roles.date).sort(true, true),
        col(KEY).sort(true, true),
    ]
}
