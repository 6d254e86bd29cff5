//! Reading rows of a view: each part of the plan on a thread of its own.

use std::sync::Arc;

use arrow_array::{Array, RecordBatch, StringArray, StringViewArray};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;
use tokio::task::JoinSet;
use veriscope_metrics::render::datafusion::column;

use crate::AnswerError;

/// Returns a plan with some of its columns alone, each once.
pub(crate) fn project(plan: LogicalPlan, names: &[&str]) -> Result<LogicalPlan, AnswerError> {
    let mut columns: Vec<&str> = Vec::with_capacity(names.len());
    for name in names {
        if !columns.contains(name) {
            columns.push(name);
        }
    }
    let columns = columns.into_iter().map(column);
    Ok(LogicalPlanBuilder::from(plan).project(columns)?.build()?)
}

/// Folds the rows of a plan: each of its parts into a value of its own, on its own thread.
/// The values come in the order of the parts.
pub(crate) async fn fold<T: Send + 'static>(
    session: &SessionContext,
    plan: LogicalPlan,
    start: impl Fn() -> T,
    update: impl Fn(&mut T, &RecordBatch) -> Result<(), AnswerError> + Send + Sync + 'static,
) -> Result<Vec<T>, AnswerError> {
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
            Ok::<(usize, T), AnswerError>((place, folded))
        });
    }
    let mut folded = Vec::with_capacity(parts.len());
    while let Some(part) = parts.join_next().await {
        folded.push(part??);
    }
    folded.sort_by_key(|(place, _)| *place);
    Ok(folded.into_iter().map(|(_, part)| part).collect())
}

/// The text of a row of a column; none where it is null or no text.
pub(crate) enum Texts<'a> {
    Views(&'a StringViewArray),
    Strings(&'a StringArray),
    None,
}

impl<'a> Texts<'a> {
    /// Finds a column of a batch.
    pub(crate) fn of(batch: &'a RecordBatch, name: Option<&str>) -> Self {
        let column = name.and_then(|name| batch.column_by_name(name));
        let Some(column) = column else {
            return Self::None;
        };
        let any = column.as_any();
        if let Some(views) = any.downcast_ref() {
            return Self::Views(views);
        }
        any.downcast_ref().map_or(Self::None, Self::Strings)
    }

    /// Returns the text of a row.
    pub(crate) fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Views(views) => views.is_valid(row).then(|| views.value(row)),
            Self::Strings(strings) => strings.is_valid(row).then(|| strings.value(row)),
            Self::None => None,
        }
    }
}
