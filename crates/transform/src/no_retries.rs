//! One row per process: its last attempt.
//!
//! Last is the greatest (date, then key by bytes), so no two attempts tie. A transaction
//! whose process is null or empty is a process of its own. Why an aggregate and a join and
//! not a window: `docs/decisions/0005-no-retries-plan.md`.

use arrow_schema::DataType;
use datafusion::common::JoinType;
use datafusion::functions_aggregate::first_last::last_value;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit, when};
use datafusion::prelude::nullif;
use veriscope_card::Card;

use crate::{Columns, TransformError, input::Input, transform_plan};

/// Key of the last attempt of a process; not in the output.
const LAST: &str = "_last_attempt";

/// Plans the no-retries table: the transform columns of each process's last attempt.
///
/// `staging` is as for [`crate::staging_plan`] and is read twice; the key of a transaction
/// must be there once and not null. Where the card has no process, every transaction is
/// one. What is held in memory is one key per process; the aggregate before it spills.
///
/// # Errors
/// As [`transform_plan`].
pub fn no_retries_plan(
    card: &Card,
    staging: LogicalPlan,
    columns: Columns,
) -> Result<LogicalPlan, TransformError> {
    let attempts = match &card.roles.process {
        Some(process) => last_attempts(card, staging, process)?,
        None => staging,
    };
    transform_plan(card, attempts, columns)
}

/// Keeps the last attempt of each process, with all columns of `staging`.
fn last_attempts(
    card: &Card,
    staging: LogicalPlan,
    process: &str,
) -> Result<LogicalPlan, TransformError> {
    let input = Input::new(&staging);
    // Plain text and not views: the memory of a view's buffer is counted once per batch
    // that points into it, and by that count sorts and aggregates spill far too early.
    let key = input.typed(&card.roles.transaction, &DataType::Utf8)?;
    let process_id = input.typed(process, &DataType::Utf8)?;
    let (date, _) = input.column(&card.roles.date)?;

    let ascending = |expr: &Expr| expr.clone().sort(true, true);
    let last = last_value(key.clone(), vec![ascending(&date), ascending(&key)]).alias(LAST);
    let winners = LogicalPlanBuilder::from(staging.clone())
        .aggregate(process_of_attempt(process_id, key.clone())?, vec![last])?
        .project(vec![Expr::Column(LAST.into())])?
        .build()?;
    // The winners stand left, which is the side that a hash join holds in memory.
    let kept = LogicalPlanBuilder::from(winners).join_with_expr_keys(
        staging,
        JoinType::RightSemi,
        (vec![Expr::Column(LAST.into())], vec![key]),
        None,
    )?;
    Ok(kept.build()?)
}

/// Returns what the attempts of one process have in common: its id; without an id, their
/// own key. Two columns, so that no key can be taken for an id.
fn process_of_attempt(process_id: Expr, key: Expr) -> Result<Vec<Expr>, TransformError> {
    let known_id = nullif(process_id, lit(""));
    let own_key = when(known_id.clone().is_null(), key).end()?;
    Ok(vec![
        known_id.alias("_process"),
        own_key.alias("_own_process"),
    ])
}
