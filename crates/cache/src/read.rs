//! Reads the rows of a plan into memory, each part of it on a thread of its own.

use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use veriscope_metrics::query::{Exclusion, fold, project};

use crate::{Cache, CacheError, Layout, Part};

impl Cache {
    /// Reads the rows of a plan with the columns of `attempts`, or with all those of
    /// [`Layout::columns`] at least; what exclusions leave out is marked.
    ///
    /// # Errors
    /// [`CacheError`]: the plan lacks a column, the engine fails, there are more rows than are
    /// held, or a rule names a column that is not.
    pub async fn of_plan(
        session: &SessionContext,
        plan: LogicalPlan,
        layout: Layout,
        exclude: &[Exclusion],
    ) -> Result<Self, CacheError> {
        let plan = project(plan, &layout.columns())?;
        let layout = Arc::new(layout);
        let read = Arc::clone(&layout);
        let parts = fold(
            session,
            plan,
            || Part::new(&layout),
            move |part: &mut Part, batch| Ok::<(), CacheError>(part.update(&read, batch)?),
        )
        .await?;
        let exclude = exclude.to_vec();
        let finished = tokio::task::spawn_blocking(move || {
            Part::whole(&layout, parts).finish(&layout, &exclude)
        });
        finished.await?
    }
}
