//! The attempts that a question is about, in memory.

use datafusion::logical_expr::LogicalPlanBuilder;
use veriscope_cache::{Cache, Filters, Layout, Selection};
use veriscope_card::views::View;
use veriscope_metrics::query::Query;
use veriscope_metrics::render::datafusion::column;

use crate::{AnswerError, Asker};

/// Whether condition and days keep a row; null where that is not known.
const KEPT: &str = "_kept";

/// The attempts of a snapshot, those in question among them: what a process came to does not
/// depend on a condition.
pub(crate) struct Memory {
    pub(crate) cache: Cache,
    is_chosen: bool,
}

impl Memory {
    /// Returns the attempts in question.
    pub(crate) fn selection(&self) -> Result<Selection<'_>, AnswerError> {
        let kept = ["true".to_owned()];
        let chosen = self.is_chosen.then_some((KEPT, &kept[..]));
        let filters = Filters::of(&self.cache, chosen)?;
        Ok(Selection::of(&self.cache, filters))
    }
}

impl Asker<'_> {
    /// Reads all attempts, with what says whose they are and when.
    pub(crate) async fn attempts(&self, layout: Layout) -> Result<Memory, AnswerError> {
        let source = &self.source;
        let query = self.query(View::Attempts)?;
        let mut layout = self.with_basis(layout).with_named(&query.exclude);
        let mut plan = source.rows(View::Attempts, &Query::default()).await?;
        let kept = source.kept(View::Attempts, &query)?;
        let is_chosen = kept.is_some();
        if let Some(kept) = kept {
            let mut shown: Vec<_> = layout.columns().into_iter().map(column).collect();
            shown.push(kept.alias(KEPT));
            plan = LogicalPlanBuilder::from(plan).project(shown)?.build()?;
            layout = layout.with_columns(source.card, [KEPT]);
        }
        let cache = Cache::of_plan(source.session, plan, layout, &query.exclude).await?;
        Ok(Memory { cache, is_chosen })
    }
}
