//! `processes`: one row per process, made of its attempts at the last of them.
//!
//! Every figure of a process is a window that ends at the row it stands in; the row of the
//! last attempt has all of it, and the dimensions too. So the sort of `attempts` is the only
//! one, and no group is held in memory.

use arrow_schema::DataType;
use datafusion::functions_aggregate::bool_and_or::bool_or_udaf;
use datafusion::functions_aggregate::min_max::min_udaf;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::functions_window::expr_fn::first_value;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit, when};
use veriscope_card::Card;
use veriscope_card::views::{ProcessColumn, ViewColumn};

use crate::TransformError;
use crate::attempts::{
    self, ATTEMPT, is_accepted, is_last, is_repeat, ms_between, over, placed_plan, so_far,
};
use crate::measured::{OUTCOME, col};
use crate::{times, transaction};

const REPEATS: &str = "_repeats";
const EVER_ACCEPTED: &str = "_ever_accepted";
const ACCEPTED_DATE: &str = "_accepted_date";
const FIRST_DATE: &str = "_first_date";
const FIRST_OUTCOME: &str = "_first_outcome";
const FIRST_CODE: &str = "_first_code";
const API_TIME: &str = "_api_time";

/// Plans `processes`: one row for each process of `staging`, the columns of
/// [`Card::process_columns`] in order.
///
/// `staging` is as for [`crate::attempts_plan`].
///
/// # Errors
/// As [`crate::transform_plan`].
pub fn processes_plan(card: &Card, staging: LogicalPlan) -> Result<LogicalPlan, TransformError> {
    let columns = card.process_columns();
    let exprs: Result<Vec<Expr>, TransformError> = columns
        .iter()
        .map(|column| Ok(expr(card, column)?.alias(&column.doc.name)))
        .collect();
    let (exprs, course) = (exprs?, course(card)?);
    let attempts = placed_plan(card, staging, &[&exprs, &course])?;
    let processes = LogicalPlanBuilder::from(attempts)
        .window(course)?
        .filter(is_last())?
        .project(exprs)?;
    Ok(processes.build()?)
}

/// The windows that a process's figures are read from.
fn course(card: &Card) -> Result<Vec<Expr>, TransformError> {
    let date = || col(&card.roles.date);
    let repeat = when(is_repeat(), lit(1_i64)).otherwise(lit(0_i64))?;
    let accepted_date = when(is_accepted(), date()).end()?;
    let mut windows = vec![
        so_far(card, sum_udaf(), repeat)?.alias(REPEATS),
        so_far(card, bool_or_udaf(), is_accepted())?.alias(EVER_ACCEPTED),
        so_far(card, min_udaf(), accepted_date)?.alias(ACCEPTED_DATE),
        over(card, first_value(date()))?.alias(FIRST_DATE),
        over(card, first_value(col(OUTCOME)))?.alias(FIRST_OUTCOME),
    ];
    if let Some(code) = &card.roles.code {
        windows.push(over(card, first_value(col(code)))?.alias(FIRST_CODE));
    }
    if let Some(total_time) = &card.roles.total_time {
        let time = cast(col(total_time), DataType::Float64);
        windows.push(so_far(card, sum_udaf(), time)?.alias(API_TIME));
    }
    Ok(windows)
}

fn expr(card: &Card, column: &ViewColumn<ProcessColumn>) -> Result<Expr, TransformError> {
    let attempts = || cast(col(ATTEMPT), DataType::Int64);
    Ok(match &column.definition {
        ProcessColumn::Last(definition) => attempts::expr(
            card,
            &ViewColumn {
                doc: column.doc.clone(),
                definition: definition.clone(),
            },
        )?,
        ProcessColumn::Attempts => attempts(),
        ProcessColumn::Repeats => col(REPEATS),
        ProcessColumn::IsAccepted => col(EVER_ACCEPTED),
        // Attempts up to the first accepted one are those that are no repeats.
        ProcessColumn::AcceptedAt => when(col(EVER_ACCEPTED), attempts() - col(REPEATS)).end()?,
        ProcessColumn::FirstOutcome => col(FIRST_OUTCOME),
        ProcessColumn::LastOutcome => col(OUTCOME),
        ProcessColumn::FirstCode => col(FIRST_CODE),
        ProcessColumn::LastCode => code(card)?,
        ProcessColumn::LastReason => transaction::reason(card)?,
        ProcessColumn::FirstDate => col(FIRST_DATE),
        ProcessColumn::LastDate => col(&card.roles.date),
        ProcessColumn::SpanMs => ms_between(col(FIRST_DATE), col(&card.roles.date)),
        ProcessColumn::AcceptedAfterMs => ms_between(col(FIRST_DATE), col(ACCEPTED_DATE)),
        ProcessColumn::ApiTimeMs => match column.doc.column_type.arrow() {
            // A null would be taken for the least limit.
            DataType::Int64 => {
                when(col(API_TIME).is_not_null(), times::rounded(col(API_TIME))).end()?
            }
            _ => col(API_TIME),
        },
    })
}

fn code(card: &Card) -> Result<Expr, TransformError> {
    let code = card.roles.code.as_ref();
    code.map(|code| col(code))
        .ok_or_else(|| TransformError::MissingRole {
            column: "last_code".to_owned(),
            role: "code",
        })
}
