//! `register`: give a session the published tables and the semantic views.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use veriscope_card::Card;
use veriscope_card::views::View;

use crate::{
    Columns, TransformError, attempts_plan, microservice_times_plan, no_retries_plan,
    processes_plan, staging_plan, transform_plan,
};

/// Registers the three published tables under their published names and the semantic views
/// under theirs, all over `staging`, the lake's staging table as of one snapshot. Names keep
/// their case: SQL must quote those with capitals, unless the session takes names as written.
///
/// # Errors
/// As [`transform_plan`]; [`TransformError::NameTaken`] if a published table has the name of
/// a view; [`TransformError::Plan`] also if the session refuses a table.
pub fn register(
    ctx: &SessionContext,
    card: &Card,
    staging: Arc<dyn TableProvider>,
) -> Result<(), TransformError> {
    let scan = scan(staging)?;
    let published = Columns::Published;
    let tables = &card.tables;
    for (name, plan) in [
        (
            &tables.staging,
            staging_plan(card, scan.clone(), published)?,
        ),
        (
            &tables.transform,
            transform_plan(card, scan.clone(), published)?,
        ),
        (
            &tables.no_retries,
            no_retries_plan(card, scan.clone(), published)?,
        ),
    ] {
        if View::ALL.iter().any(|view| view.name() == name) {
            return Err(TransformError::NameTaken {
                table: name.clone(),
            });
        }
        register_view(ctx, name, plan)?;
    }
    for view in View::ALL {
        register_view(ctx, view.name(), view_plan(card, view, scan.clone())?)?;
    }
    Ok(())
}

/// Plans a semantic view over `staging`, which is as for [`attempts_plan`].
///
/// # Errors
/// As [`transform_plan`].
pub fn view_plan(
    card: &Card,
    view: View,
    staging: LogicalPlan,
) -> Result<LogicalPlan, TransformError> {
    match view {
        View::Attempts => attempts_plan(card, staging),
        View::Processes => processes_plan(card, staging),
        View::MicroserviceTimes => microservice_times_plan(card, staging),
    }
}

/// Plans the reading of all columns of a table of the lake: every plan of this crate is made
/// over its staging table.
///
/// # Errors
/// [`TransformError::Plan`] if DataFusion refuses the plan.
pub fn scan(staging: Arc<dyn TableProvider>) -> Result<LogicalPlan, TransformError> {
    let source = provider_as_source(staging);
    Ok(LogicalPlanBuilder::scan("staged", source, None)?.build()?)
}

fn register_view(
    ctx: &SessionContext,
    name: &str,
    plan: LogicalPlan,
) -> Result<(), TransformError> {
    let table = TableReference::bare(name);
    ctx.register_table(table, Arc::new(ViewTable::new(plan, None)))?;
    Ok(())
}
