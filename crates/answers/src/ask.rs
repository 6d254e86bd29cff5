//! What is asked, and of which rows.

use veriscope_card::views::View;
use veriscope_metrics::expression::{Day, parse_predicate};
use veriscope_metrics::query::{Exclusion, Query, Source};

use crate::AnswerError;

/// Which rows a question is about.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// A condition over the columns of the view that the answer rests on.
    pub condition: Option<String>,
    /// First local day.
    pub from: Option<Day>,
    /// Last local day.
    pub to: Option<Day>,
    /// What is left out.
    pub exclude: Vec<Exclusion>,
}

/// Where questions are asked: the views of one snapshot, and which of their rows.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// The views, the card and its metrics.
    pub source: Source<'a>,
    /// Which rows.
    pub ask: &'a Ask,
}

impl Asker<'_> {
    /// Returns the question as a query of a view.
    ///
    /// # Errors
    /// [`AnswerError::Condition`] where the condition does not go with the view.
    pub fn query(&self, view: View) -> Result<Query, AnswerError> {
        let columns = self.source.registry.columns(view);
        let rows = match &self.ask.condition {
            Some(condition) => Some(parse_predicate(condition, columns)?),
            None => None,
        };
        Ok(Query {
            rows,
            from: self.ask.from,
            to: self.ask.to,
            exclude: self.ask.exclude.clone(),
            ..Query::default()
        })
    }
}
