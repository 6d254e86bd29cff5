//! Times by a dimension: size class of a picture, hour of the day.

use serde::Serialize;
use veriscope_card::views::{AttemptColumn, CalendarPart, View};
use veriscope_card::{Card, TransformRule};
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::expression::{Measure, Value};
use veriscope_metrics::query::{Cell, Query};
use veriscope_metrics::render::datafusion::Quantiles;

use crate::{AnswerError, Asker};

/// Above so many transactions the 95th percentile is approximate.
const EXACT: u64 = 10_000_000;

/// Times by one column of `attempts`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breakdown {
    /// The column.
    pub column: String,
    /// What its groups are.
    pub kind: BreakdownKind,
    /// Each group, in the column's order.
    pub groups: Vec<TimeGroup>,
}

/// What the groups of a breakdown are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakdownKind {
    /// Size classes of a picture.
    SizeClass,
    /// Hours of the day.
    Hour,
}

/// The times of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimeGroup {
    /// The group.
    pub group: Cell,
    /// Transactions.
    pub transactions: u64,
    /// Total time: mean, ms.
    pub total_mean_ms: Option<f64>,
    /// Total time: 95th percentile, ms.
    pub total_p95_ms: Option<f64>,
    /// Time in queues, of all pictures: mean over all its transactions, ms.
    pub queue_mean_ms: Option<f64>,
    /// The microservice with the longest mean time where it ran.
    pub slowest: Option<String>,
    /// That mean, execution and queue, all pictures, ms.
    pub slowest_mean_ms: Option<f64>,
}

/// Reads the breakdowns by size class of each picture and by hour.
pub(super) async fn breakdowns(
    asker: &Asker<'_>,
    model: &PathModel,
    query: &Query,
) -> Result<Vec<Breakdown>, AnswerError> {
    let card = asker.source.card;
    let Some(total) = &card.roles.total_time else {
        return Ok(Vec::new());
    };
    let names: Vec<String> = model.microservices().to_vec();
    let measures = measures(card, total, model, &names);
    let all = asker
        .source
        .table(
            View::Attempts,
            query,
            &[],
            &[Measure::Count],
            Quantiles::Exact,
        )
        .await?;
    let n = all.first().and_then(|row| row.values.first().copied());
    let quantiles = if count(n.flatten()) > EXACT {
        Quantiles::Approximate
    } else {
        Quantiles::Exact
    };
    let mut found = Vec::new();
    for (kind, column) in dimensions(card) {
        let rows = asker
            .source
            .table(
                View::Attempts,
                query,
                std::slice::from_ref(&column),
                &measures,
                quantiles,
            )
            .await?;
        let groups = rows
            .into_iter()
            .map(|row| group(row.group, &row.values, &names))
            .collect();
        found.push(Breakdown {
            column,
            kind,
            groups,
        });
    }
    Ok(found)
}

/// The columns by which times are broken down.
fn dimensions(card: &Card) -> Vec<(BreakdownKind, String)> {
    let is_size = |name: &String| {
        let mut columns = card.transform.iter();
        columns.any(|one| one.name == *name && matches!(one.rule, TransformRule::SizeClass { .. }))
    };
    card.attempt_columns()
        .into_iter()
        .filter_map(|column| match column.definition {
            AttemptColumn::Shape(name) if is_size(&name) => {
                Some((BreakdownKind::SizeClass, column.doc.name))
            }
            AttemptColumn::Calendar(CalendarPart::Hour) => {
                Some((BreakdownKind::Hour, column.doc.name))
            }
            _ => None,
        })
        .collect()
}

/// Count, mean and p95 of the total, a mean for each microservice, a sum for each queue.
fn measures(card: &Card, total: &str, model: &PathModel, names: &[String]) -> Vec<Measure> {
    let mut measures = vec![
        Measure::Count,
        Measure::Mean(Value::column(total)),
        Measure::Quantile {
            of: Value::column(total),
            share: 0.95,
        },
    ];
    for name in names {
        let column = card.attempt_columns().into_iter().find(
            |one| matches!(&one.definition, AttemptColumn::MicroserviceTotal(of) if of == name),
        );
        measures.push(column.map_or(Measure::Count, |one| {
            Measure::Mean(Value::column(one.doc.name))
        }));
    }
    let queues = model.runs().iter().filter_map(|run| run.queue.as_ref());
    measures.extend(queues.map(|queue| Measure::Sum(Value::column(queue))));
    measures
}

fn group(group: Vec<Cell>, values: &[Option<f64>], names: &[String]) -> TimeGroup {
    let value = |place: usize| values.get(place).copied().flatten();
    let (means, queues) = values
        .get(3..)
        .unwrap_or_default()
        .split_at(names.len().min(values.len().saturating_sub(3)));
    let slowest = names
        .iter()
        .zip(means)
        .filter_map(|(name, mean)| Some((name, (*mean)?)))
        .max_by(|(_, one), (_, other)| one.total_cmp(other));
    let waited: f64 = queues.iter().flatten().sum();
    let transactions = count(value(0));
    let n = veriscope_metrics::number::float_u64(transactions);
    TimeGroup {
        group: group.into_iter().next().unwrap_or(Cell::Null),
        transactions,
        total_mean_ms: value(1),
        total_p95_ms: value(2),
        queue_mean_ms: (queues.iter().any(Option::is_some) && n > 0.0).then(|| waited / n),
        slowest: slowest.map(|(name, _)| name.clone()),
        slowest_mean_ms: slowest.map(|(_, mean)| mean),
    }
}

fn count(value: Option<f64>) -> u64 {
    let value = veriscope_metrics::number::floor_index(value.unwrap_or_default());
    u64::try_from(value).unwrap_or(u64::MAX)
}
