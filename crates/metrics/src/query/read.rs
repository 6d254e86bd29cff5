//! Reading rows of a view: each part of the plan on a thread of its own.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;
use tokio::task::{JoinError, JoinSet};

use crate::render::datafusion::column;

/// Returns a plan with some of its columns alone, each once.
///
/// # Errors
/// The plan has no such column.
pub fn project(plan: LogicalPlan, names: &[&str]) -> Result<LogicalPlan, DataFusionError> {
    let mut columns: Vec<&str> = Vec::with_capacity(names.len());
    for name in names {
        if !columns.contains(name) {
            columns.push(name);
        }
    }
    let columns = columns.into_iter().map(column);
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// Folds the rows of a plan: each of its parts into a value of its own, on its own thread.
/// The values come in the order of the parts.
///
/// # Errors
/// What `update` says, or the engine; or a thread was lost.
pub async fn fold<T, E>(
    session: &SessionContext,
    plan: LogicalPlan,
    start: impl Fn() -> T,
    update: impl Fn(&mut T, &RecordBatch) -> Result<(), E> + Send + Sync + 'static,
) -> Result<Vec<T>, E>
where
    T: Send + 'static,
    E: From<DataFusionError> + From<JoinError> + Send + 'static,
{
    let update = Arc::new(update);
    let frame = DataFrame::new(session.state(), plan);
    let mut parts = JoinSet::new();
    let streams = frame.execute_stream_partitioned().await?;
    for (place, mut stream) in streams.into_iter().enumerate() {
        let (mut folded, update) = (start(), Arc::clone(&update));
        parts.spawn(async move {
            while let Some(batch) = stream.next().await {
                update(&mut folded, &batch?)?;
            }
            Ok::<(usize, T), E>((place, folded))
        });
    }
    let mut folded = Vec::with_capacity(parts.len());
    while let Some(part) = parts.join_next().await {
        folded.push(part??);
    }
    folded.sort_by_key(|(place, _)| *place);
    Ok(folded.into_iter().map(|(_, part)| part).collect())
}
