//! Who is accepted: all, first and last attempts and processes side by side, by every
//! dimension, where people stop in the pipeline, and why.

mod dimensions;
mod page;
mod words;

use std::sync::Arc;

use serde::Serialize;
use veriscope_card::views::View;
use veriscope_metrics::acceptance::{Acceptance, AcceptanceRows, ProcessEnds};
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::intervals::{Enough, Level};
use veriscope_metrics::query::Query;

use crate::read::{fold, project};
use crate::{AnswerError, Asker, Basis};

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AcceptanceAnswer {
    /// What it rests on.
    pub basis: Basis,
    /// Rates, funnel and reasons.
    #[serde(flatten)]
    pub acceptance: Acceptance,
}

/// Answers who is accepted, by some columns of `attempts`, or by the usual ones.
///
/// # Errors
/// [`AnswerError`]: the condition or a dimension does not go with `attempts`, or the engine
/// fails.
pub async fn acceptance(asker: &Asker<'_>, by: &[String]) -> Result<AcceptanceAnswer, AnswerError> {
    let source = &asker.source;
    let dimensions = if by.is_empty() {
        dimensions::usual(source.card)
    } else {
        dimensions::asked(source, by)?
    };
    // Without a pipeline there is no funnel, and all else is there.
    let model = PathModel::of(source.card).ok();
    let query = asker.query(View::Attempts)?;
    let ends = Arc::new(process_ends(asker).await?);
    let start = || AcceptanceRows::new(source.card, model.as_ref(), &dimensions, Arc::clone(&ends));
    let rows = source.rows(View::Attempts, &query).await?;
    let plan = project(rows, &start().columns())?;
    let parts = fold(
        source.session,
        plan,
        start,
        |rows: &mut AcceptanceRows, batch| Ok(rows.update(batch)?),
    )
    .await?;
    let mut rows = start();
    for part in parts {
        rows.merge(part);
    }
    Ok(AcceptanceAnswer {
        basis: asker.basis(View::Attempts).await?,
        acceptance: rows.finish(Level::NINETY_FIVE, Enough::default()),
    })
}

/// Reads how processes began and ended, over the whole snapshot: a process is accepted whether
/// or not a condition keeps the attempt that was. The view's own columns say the same, by a
/// sort that would carry every column along.
async fn process_ends(asker: &Asker<'_>) -> Result<ProcessEnds, AnswerError> {
    let source = &asker.source;
    let start = || ProcessEnds::new(source.card);
    let rows = source.rows(View::Attempts, &Query::default()).await?;
    let plan = project(rows, &start().columns())?;
    let parts = fold(
        source.session,
        plan,
        start,
        |found: &mut ProcessEnds, batch| Ok(found.update(batch)?),
    )
    .await?;
    let mut whole = start();
    for part in parts {
        whole.merge(part);
    }
    Ok(whole)
}
