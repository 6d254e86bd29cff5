//! Who is accepted: all, first and last attempts and processes side by side, by every
//! dimension, where people stop in the pipeline, and why.

mod dimensions;
mod page;
mod words;

use serde::Serialize;
use veriscope_card::views::View;
use veriscope_metrics::acceptance::{Acceptance, AcceptanceRows, AcceptedProcesses};
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
    let accepted = accepted_processes(asker).await?;
    let start = || AcceptanceRows::new(source.card, model.as_ref(), &dimensions);
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
        acceptance: rows.finish(&accepted, Level::NINETY_FIVE, Enough::default()),
    })
}

/// Reads which processes were ever accepted, over the whole snapshot: a process is accepted
/// whether or not a condition keeps the attempt that was.
async fn accepted_processes(asker: &Asker<'_>) -> Result<AcceptedProcesses, AnswerError> {
    let source = &asker.source;
    let start = || AcceptedProcesses::new(source.card);
    let rows = source.rows(View::Attempts, &Query::default()).await?;
    let plan = project(rows, &start().columns())?;
    let parts = fold(
        source.session,
        plan,
        start,
        |found: &mut AcceptedProcesses, batch| Ok(found.update(batch)?),
    )
    .await?;
    let mut whole = start();
    for part in parts {
        whole.merge(part);
    }
    Ok(whole)
}
