//! Reads the rows of a comparison, of very many an even sample.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::logical_expr::LogicalPlanBuilder;
use tokio::task::JoinSet;
use veriscope_card::views::View;
use veriscope_metrics::expression::Predicate;
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::number::float_u64;
use veriscope_metrics::query::fold;
use veriscope_metrics::render::datafusion::{Quantiles, Renderer, column};
use veriscope_metrics::why::{Differences, WhyColumns, WhyRows};

use crate::texts::Texts;
use crate::{AnswerError, Asker};

/// Above so many rows of both sides a side is read up to half as many.
const MOST_ROWS: u64 = 1_000_000;
/// Whether a row is of the selection.
const SELECTED: &str = "_selected";

/// Returns which share of each side is read: the sizes of the sides change nothing in a
/// comparison, so a small side stays whole.
pub(super) fn shares(selected: u64, others: u64) -> [f64; 2] {
    if selected + others <= MOST_ROWS {
        return [1.0; 2];
    }
    [selected, others].map(|rows| (float_u64(MOST_ROWS / 2) / float_u64(rows)).min(1.0))
}

/// Reads the rows of both sides.
pub(super) async fn read(
    asker: &Asker<'_>,
    columns: &Arc<WhyColumns>,
    selection: &Predicate,
    others: &Predicate,
    shares: [f64; 2],
) -> Result<WhyRows, AnswerError> {
    let source = &asker.source;
    let renderer = Renderer {
        columns: source.registry.columns(View::Attempts),
        quantiles: Quantiles::Exact,
    };
    let query = asker.query(View::Attempts)?;
    let (selected, others) = (renderer.predicate(selection), renderer.predicate(others));
    let mut names = columns.names();
    names.sort_unstable();
    names.dedup();
    let mut shown: Vec<_> = names.into_iter().map(column).collect();
    shown.push(selected.clone().alias(SELECTED));
    let plan = LogicalPlanBuilder::from(source.rows(View::Attempts, &query).await?)
        .filter(selected.or(others))?
        .project(shown)?
        .build()?;
    let start = || WhyRows::new(Arc::clone(columns));
    let key = source.card.roles.transaction.clone();
    let parts = fold(
        source.session,
        plan,
        start,
        move |rows: &mut WhyRows, batch| {
            let sampled = sample(batch, &key, shares)?;
            rows.update(&sampled, &sides(&sampled)?)?;
            Ok::<(), AnswerError>(())
        },
    )
    .await?;
    let mut parts = parts.into_iter();
    let mut rows = parts.next().unwrap_or_else(start);
    for part in parts {
        rows.merge(part);
    }
    Ok(rows)
}

/// Compares, on a thread where it holds nobody up.
pub(super) async fn finish(rows: WhyRows, enough: Enough) -> Result<Differences, AnswerError> {
    let mut work = JoinSet::new();
    work.spawn_blocking(move || rows.finish(enough));
    match work.join_next().await {
        Some(found) => Ok(found?),
        None => Ok(WhyRows::new(Arc::new(WhyColumns::default())).finish(enough)),
    }
}

fn sides(batch: &RecordBatch) -> Result<BooleanArray, AnswerError> {
    let sides = batch.column_by_name(SELECTED);
    let sides = sides.and_then(|column| column.as_boolean_opt());
    let missing = veriscope_metrics::AnalysisError::MissingColumn {
        column: SELECTED.to_owned(),
        view: "attempts",
    };
    Ok(sides.ok_or(missing)?.clone())
}

/// Keeps an even share of each side, by a hash of the transaction: the same rows however they
/// come.
fn sample(batch: &RecordBatch, key: &str, shares: [f64; 2]) -> Result<RecordBatch, AnswerError> {
    if shares.iter().all(|share| *share >= 1.0) {
        return Ok(batch.clone());
    }
    let keys = Texts::of(batch, Some(key));
    let [selected, others] = shares;
    let kept: BooleanArray = sides(batch)?
        .iter()
        .enumerate()
        .map(|(row, side)| {
            let share = if side == Some(true) { selected } else { others };
            let mut hasher = DefaultHasher::new();
            keys.get(row).hash(&mut hasher);
            Some(float_u64(hasher.finish()) / float_u64(u64::MAX) <= share)
        })
        .collect();
    Ok(filter_record_batch(batch, &kept).map_err(datafusion::error::DataFusionError::from)?)
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn a_small_side_of_very_many_rows_stays_whole() {
        for (selected, others, expected) in [
            (300_000, 700_000, [1.0, 1.0]),
            (300_000, 2_000_000, [1.0, 0.25]),
            (1_000_000, 2_000_000, [0.5, 0.25]),
        ] {
            let found = shares(selected, others);
            let near = |(one, other): (f64, f64)| (one - other).abs() < 1e-12;
            assert!(found.into_iter().zip(expected).all(near), "{found:?}");
        }
    }
}
