//! Why people try again: what retries add and cost, after which failures people leave, and
//! which reasons are worth mending first.

mod codes;
mod page;
mod words;

use datafusion::common::{Column, NullEquality};
use datafusion::functions_aggregate::expr_fn::max;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder, lit, when};
use datafusion::prelude::DataFrame;
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use serde::Serialize;
use veriscope_card::views::View;
use veriscope_card::{Card, Kind};
use veriscope_metrics::query::Query;
use veriscope_metrics::render::datafusion::column;
use veriscope_metrics::retries::{Attempts, AttemptsBuilder, Options, Retries, retries as analyse};

use crate::read::project;
use crate::{AnswerError, Asker, Basis};

pub use codes::CodeWords;

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetriesAnswer {
    /// What it rests on.
    pub basis: Basis,
    /// What the attempts tell.
    #[serde(flatten)]
    pub retries: Retries,
    /// What the dictionary says of the codes that occur.
    pub codes: Vec<CodeWords>,
}

/// Answers why people try again. Conditions, days and exclusions select processes; all
/// attempts of those are read, for what is left out would change who comes back.
///
/// # Errors
/// [`AnswerError`]: the condition does not go with `processes`, the card names no response
/// code, or the engine fails.
pub async fn retries(asker: &Asker<'_>) -> Result<RetriesAnswer, AnswerError> {
    let card = asker.source.card;
    let query = asker.query(View::Processes)?;
    let builder = AttemptsBuilder::new(card, &scores(card))?;
    let columns: Vec<String> = builder.columns().into_iter().map(str::to_owned).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let rows = if keeps_all(&query) {
        let attempts = asker.source.rows(View::Attempts, &query).await?;
        project(attempts, &columns)?
    } else {
        of_processes(asker, &query, &columns).await?
    };
    let attempts = read(asker, builder, rows).await?;
    let options = Options {
        data_end_us: data_end(asker, &query).await?,
        ..Options::default()
    };
    let retries = analyse(&attempts, &options);
    // Without a choice of processes the attempts say the same, at less cost.
    let view = if keeps_all(&query) {
        View::Attempts
    } else {
        View::Processes
    };
    Ok(RetriesAnswer {
        basis: asker.basis(view).await?,
        codes: codes::of(card, &retries),
        retries,
    })
}

/// The published scores, which are followed from attempt to attempt.
fn scores(card: &Card) -> Vec<String> {
    let scores = card.features.iter().filter(|one| one.kind == Kind::Score);
    scores.map(|one| one.name.clone()).collect()
}

fn keeps_all(query: &Query) -> bool {
    query.rows.is_none() && query.from.is_none() && query.to.is_none() && query.exclude.is_empty()
}

async fn read(
    asker: &Asker<'_>,
    mut builder: AttemptsBuilder,
    rows: LogicalPlan,
) -> Result<Attempts, AnswerError> {
    let frame = DataFrame::new(asker.source.session.state(), rows);
    let mut batches = frame.execute_stream().await?;
    while let Some(batch) = batches.next().await {
        builder.update(&batch?)?;
    }
    Ok(builder.finish())
}

/// All attempts of the processes that a query selects.
async fn of_processes(
    asker: &Asker<'_>,
    query: &Query,
    columns: &[&str],
) -> Result<LogicalPlan, AnswerError> {
    const SELECTED: [&str; 2] = ["_selected_process", "_selected_alone"];
    const OWN: [&str; 2] = ["_process", "_alone"];
    let card = asker.source.card;
    let selected = asker.source.rows(View::Processes, query).await?;
    let selected = LogicalPlanBuilder::from(selected)
        .project(keys(card, SELECTED)?)?
        .build()?;
    let attempts = asker.source.rows(View::Attempts, &Query::default()).await?;
    let mut kept: Vec<Expr> = columns.iter().map(|name| column(name)).collect();
    kept.extend(keys(card, OWN)?);
    let attempts = LogicalPlanBuilder::from(attempts).project(kept)?.build()?;
    // The processes, of which there are fewer, are the side that is held in memory.
    let on = (SELECTED.map(Column::from_name), OWN.map(Column::from_name));
    let joined = LogicalPlanBuilder::from(selected)
        .join_detailed(
            attempts,
            JoinType::RightSemi,
            (on.0.to_vec(), on.1.to_vec()),
            None,
            // Of the two keys one is always null.
            NullEquality::NullEqualsNull,
        )?
        .build()?;
    project(joined, columns)
}

/// By what an attempt and its process know each other: the id of the process, or where there
/// is none the transaction, which is a process of its own.
fn keys(card: &Card, names: [&str; 2]) -> Result<Vec<Expr>, AnswerError> {
    let [process_name, alone_name] = names;
    let transaction = column(&card.roles.transaction);
    let (process, alone) = match &card.roles.process {
        Some(name) => (
            column(name),
            when(column(name).is_null(), transaction).end()?,
        ),
        None => (lit(ScalarValue::Utf8(None)), transaction),
    };
    Ok(vec![process.alias(process_name), alone.alias(alone_name)])
}

/// The last attempt of the whole snapshot: what was selected does not end the data sooner.
/// None where everything is read, for the analysis sees it then.
async fn data_end(asker: &Asker<'_>, query: &Query) -> Result<Option<i64>, AnswerError> {
    if keeps_all(query) {
        return Ok(None);
    }
    let attempts = asker.source.rows(View::Attempts, &Query::default()).await?;
    let last = max(column(&asker.source.card.roles.date)).alias("_last");
    let plan = LogicalPlanBuilder::from(attempts)
        .aggregate(Vec::<Expr>::new(), vec![last])?
        .build()?;
    let batches = DataFrame::new(asker.source.session.state(), plan)
        .collect()
        .await?;
    let Some(batch) = batches.first().filter(|batch| batch.num_rows() > 0) else {
        return Ok(None);
    };
    match ScalarValue::try_from_array(batch.column(0), 0)? {
        ScalarValue::TimestampMicrosecond(last, _) => Ok(last),
        _ => Ok(None),
    }
}
