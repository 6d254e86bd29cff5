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
use serde::Serialize;
use veriscope_cache::{Cache, Filters, Layout, Selection};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::query::{Query, project};
use veriscope_metrics::render::datafusion::column;
use veriscope_metrics::retries::{Options, Retries, retries as analyse};

use crate::basis::Holds;
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
    let source = &asker.source;
    let card = source.card;
    let Some(code) = &card.roles.code else {
        return Err(AnalysisError::Role { role: "code" }.into());
    };
    let query = asker.query(View::Processes)?;
    let layout = Layout::new(card)
        .with_columns(card, ["outcome", code])
        .with_total_time()
        .with_pictures(card);
    let layout = asker.with_basis(layout);
    let (holds, rows) = if keeps_all(&query) {
        (Holds::All, source.rows(View::Attempts, &query).await?)
    } else {
        let columns = layout.columns();
        (Holds::Chosen, of_processes(asker, &query, &columns).await?)
    };
    let cache = Cache::of_plan(source.session, rows, layout, &[]).await?;
    let all = Selection::of(&cache, Filters::default());
    let basis = asker.basis_of(View::Processes, &all, holds).await?;
    drop(all);
    let options = Options {
        data_end_us: data_end(asker, &query).await?,
        ..Options::default()
    };
    let retries = analyse(&cache.into_attempts(), &options);
    Ok(RetriesAnswer {
        basis,
        codes: codes::of(card, &retries),
        retries,
    })
}

fn keeps_all(query: &Query) -> bool {
    query.rows.is_none() && query.from.is_none() && query.to.is_none() && query.exclude.is_empty()
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
    Ok(project(joined, columns)?)
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
