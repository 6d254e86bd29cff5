//! `register`: give a session the published tables under their published names.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use veriscope_card::Card;

use crate::{Columns, TransformError, no_retries_plan, staging_plan, transform_plan};

/// Registers the three published tables as views over `staging`, the lake's staging table
/// as of one snapshot. Names keep their case: SQL must quote those with capitals.
///
/// # Errors
/// As [`transform_plan`]; [`TransformError::Plan`] also if the session refuses a table.
pub fn register(
    ctx: &SessionContext,
    card: &Card,
    staging: Arc<dyn TableProvider>,
) -> Result<(), TransformError> {
    let scan = scan(staging)?;
    let published = Columns::Published;
    view(
        ctx,
        &card.tables.staging,
        staging_plan(card, scan.clone(), published)?,
    )?;
    view(
        ctx,
        &card.tables.transform,
        transform_plan(card, scan.clone(), published)?,
    )?;
    view(
        ctx,
        &card.tables.no_retries,
        no_retries_plan(card, scan, published)?,
    )?;
    Ok(())
}

/// Returns a plan that reads all columns of `staging`.
fn scan(staging: Arc<dyn TableProvider>) -> Result<LogicalPlan, TransformError> {
    let source = provider_as_source(staging);
    Ok(LogicalPlanBuilder::scan("staged", source, None)?.build()?)
}

fn view(ctx: &SessionContext, name: &str, plan: LogicalPlan) -> Result<(), TransformError> {
    let table = TableReference::bare(name);
    ctx.register_table(table, Arc::new(ViewTable::new(plan, None)))?;
    Ok(())
}
