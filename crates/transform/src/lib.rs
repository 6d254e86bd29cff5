//! The derived tables as DataFusion plans made from the card: nothing here is stored.
//!
//! ```text
//! lake's staging ─┬─ staging_plan             the published staging columns, as measured
//!                 ├─ transform_plan           the same rows, derived, sentinels filled in
//!                 ├─ no_retries_plan          one row per process: its last attempt, derived
//!                 ├─ attempts_plan            what analyses read: one row per transaction,
//!                 ├─ processes_plan           one row per process,
//!                 └─ microservice_times_plan  one row per time that was measured
//! ```
//!
//! Invariants: no name of a feature of any one API stands in this crate; a plan is
//! built of expressions, never of SQL text, so that no name has to be quoted; columns
//! come out in published order with the card's Arrow types. A column of a plan may be
//! known not to be null where the card's schema allows null.
//!
//! The last three are the semantic views: values as measured, no sentinels. Their columns are
//! listed in [`veriscope_card::views`], and here each definition becomes an expression.

mod attempts;
mod date;
mod error;
mod input;
mod measured;
mod microservice_times;
mod no_retries;
mod outcome;
mod processes;
mod register;
mod rule;
mod sentinel;
mod times;
mod transaction;

use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use veriscope_card::{Card, schema::column};

pub use attempts::attempts_plan;
pub use error::TransformError;
pub use microservice_times::microservice_times_plan;
pub use no_retries::no_retries_plan;
pub use processes::processes_plan;
pub use register::{register, scan, view_plan};

use input::Input;

/// Which columns a plan gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// The published ones alone.
    Published,
    /// The published ones, then `_utc_offset_min` (`Int32`), by which an export shows
    /// the date in its own offset.
    PublishedAndOffset,
}

/// Plans the staging table: the card's published features in order, as measured.
///
/// `staging` is a plan over the lake's staging table ([`Card::staged_schema`]; text may
/// also be `Utf8View` or `LargeUtf8`, and comes out as `Utf8`). Its rows keep no order.
///
/// # Errors
/// [`TransformError::MissingColumn`] if `staging` lacks a column of the card;
/// [`TransformError::Plan`] if DataFusion refuses the plan.
pub fn staging_plan(
    card: &Card,
    staging: LogicalPlan,
    columns: Columns,
) -> Result<LogicalPlan, TransformError> {
    let input = Input::new(&staging);
    let mut exprs = Vec::with_capacity(card.features.len() + 1);
    for feature in &card.features {
        exprs.push(input.column_as(&feature.name, &feature.value_type.arrow())?);
    }
    project(staging, exprs, columns)
}

/// Plans the transform table: one row for each of `staging`, the card's transform columns
/// in order, sentinels where nothing was measured.
///
/// `staging` is as for [`staging_plan`]. Dates are read in each row's own offset; a row
/// without one is read in UTC. Sums of times are exact and end at the limits of `Int64`
/// where they would go beyond them.
///
/// # Errors
/// [`TransformError::MissingColumn`], [`TransformError::UnknownFeature`],
/// [`TransformError::UnknownMicroservice`] or [`TransformError::UnknownColumn`] if card and
/// `staging` do not go together; [`TransformError::Plan`] if DataFusion refuses the plan.
pub fn transform_plan(
    card: &Card,
    staging: LogicalPlan,
    columns: Columns,
) -> Result<LogicalPlan, TransformError> {
    let exprs = rule::transform_exprs(card, &Input::new(&staging))?;
    project(staging, exprs, columns)
}

fn project(
    staging: LogicalPlan,
    mut exprs: Vec<Expr>,
    columns: Columns,
) -> Result<LogicalPlan, TransformError> {
    if columns == Columns::PublishedAndOffset {
        let offset = Input::new(&staging).offset_minutes()?;
        exprs.push(offset.alias(column::UTC_OFFSET));
    }
    Ok(LogicalPlanBuilder::from(staging).project(exprs)?.build()?)
}
