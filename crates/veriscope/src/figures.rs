//! The headline figures of a snapshot, for the closing table of a run: of the views, and so of
//! values within their valid range, without what exclusions leave out.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast, lit, when};
use veriscope_card::views::{AttemptColumn, View};
use veriscope_card::{Card, Outcome};
use veriscope_lake::{LakeError, Snapshot};
use veriscope_metrics::query::{Excluded, Exclusion, Outsize, Query, Source};
use veriscope_metrics::registry::Registry;
use veriscope_metrics::render::datafusion::column;

use crate::summary::{Acceptance, Share, SlowestMicroservice};

/// Memory for the figures: they stream and spill, so that a run as a whole stays small.
const FIGURES_MEMORY_BYTES: usize = 256 * 1024 * 1024;
/// Of more transactions outsize shares are not looked for, which takes a table of all processes:
/// about 50 MB a million.
const MOST_FOR_OUTSIZE: u64 = 2_000_000;

/// What the closing table says of the lake.
pub(crate) struct Figures {
    /// Processes.
    pub(crate) processes: u64,
    /// Acceptance of all transactions and of last attempts.
    pub(crate) acceptance: Acceptance,
    /// What exclusions left out, transactions.
    pub(crate) excluded: Vec<Excluded>,
    /// Outsize shares of processes, which bend the rates; none where they were not looked for.
    pub(crate) outsize: Option<Vec<Outsize>>,
    /// The microservice with the longest mean time.
    pub(crate) slowest: Option<SlowestMicroservice>,
}

/// Reads the figures of a snapshot.
pub(crate) async fn figures(
    snapshot: &Snapshot,
    card: &Card,
    exclude: Vec<Exclusion>,
) -> anyhow::Result<Figures> {
    let session = Snapshot::session_within(FIGURES_MEMORY_BYTES)?;
    let staging = snapshot.staging(&session).await?;
    veriscope_transform::register(&session, card, staging)?;
    let source = Source {
        session: &session,
        card,
        registry: &Registry::new(card),
    };
    let query = Query {
        exclude,
        ..Query::default()
    };
    let (transactions, slowest) = of_transactions(&source, &query).await?;
    let last_attempts = of_last_attempts(&source, &query).await?;
    let looks_for_outsize = transactions.total <= MOST_FOR_OUTSIZE;
    Ok(Figures {
        processes: last_attempts.total,
        acceptance: Acceptance {
            transactions,
            last_attempts,
        },
        excluded: source.left_out(View::Attempts, &query).await?,
        outsize: match looks_for_outsize {
            true => Some(source.outsize(&query).await?),
            false => None,
        },
        slowest,
    })
}

/// Reads acceptance of all transactions, and the slowest microservice.
async fn of_transactions(
    source: &Source<'_>,
    query: &Query,
) -> anyhow::Result<(Share, Option<SlowestMicroservice>)> {
    let columns = source.card.attempt_columns();
    let times = columns.iter().filter_map(|one| match &one.definition {
        AttemptColumn::MicroserviceTotal(name) => Some((name, &one.doc.name)),
        _ => None,
    });
    let times: Vec<_> = times.collect();
    let float = |name: &str| cast(column(name), arrow_schema::DataType::Float64);
    let mut aggregates = counts("outcome")?;
    let of_times = times.iter();
    aggregates.extend(of_times.flat_map(|(_, name)| [count(column(name)), sum(float(name))]));
    let row = aggregated(source, View::Attempts, query, aggregates).await?;
    let mut slowest: Option<SlowestMicroservice> = None;
    for (place, (name, _)) in times.into_iter().enumerate() {
        let transactions = unsigned(&row, place * 2 + 2)?;
        let Some(total_ms) = float_at(&row, place * 2 + 3)? else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let mean_ms = total_ms / transactions as f64;
        if slowest.as_ref().is_none_or(|known| mean_ms > known.mean_ms) {
            let mut known = source.card.microservices.iter();
            let title = known.find(|one| one.name == *name);
            slowest = Some(SlowestMicroservice {
                name: name.clone(),
                title: title.map_or_else(|| name.clone(), |one| one.title.clone()),
                mean_ms,
                transactions,
            });
        }
    }
    Ok((share(&row)?, slowest))
}

/// Reads acceptance of the last attempt of each process.
async fn of_last_attempts(source: &Source<'_>, query: &Query) -> anyhow::Result<Share> {
    let aggregates = counts("last_outcome")?;
    share(&aggregated(source, View::Processes, query, aggregates).await?)
}

/// All rows, and those that an outcome says were accepted.
fn counts(outcome: &str) -> Result<Vec<Expr>, DataFusionError> {
    let is_accepted = column(outcome).eq(lit(Outcome::Accepted.name()));
    let accepted = when(is_accepted, lit(1_i64)).end()?;
    Ok(vec![count(lit(1_i64)), count(accepted)])
}

fn share(row: &RecordBatch) -> anyhow::Result<Share> {
    Ok(Share {
        total: unsigned(row, 0)?,
        accepted: unsigned(row, 1)?,
    })
}

async fn aggregated(
    source: &Source<'_>,
    view: View,
    query: &Query,
    aggregates: Vec<Expr>,
) -> anyhow::Result<RecordBatch> {
    let plan = LogicalPlanBuilder::from(source.rows(view, query).await?)
        .aggregate(Vec::<Expr>::new(), aggregates)?
        .build()?;
    Ok(only_row(DataFrame::new(source.session.state(), plan)).await?)
}

async fn only_row(frame: DataFrame) -> Result<RecordBatch, LakeError> {
    let batches = frame.collect().await?;
    batches
        .into_iter()
        .find(|batch| batch.num_rows() == 1)
        .ok_or_else(|| LakeError::Defect("an aggregate gave no row".to_owned()))
}

fn unsigned(row: &RecordBatch, index: usize) -> Result<u64, LakeError> {
    let value = row
        .columns()
        .get(index)
        .and_then(|column| column.as_primitive_opt::<Int64Type>());
    let value = value.ok_or_else(|| LakeError::Defect("a count is no integer".to_owned()))?;
    Ok(u64::try_from(value.value(0)).unwrap_or_default())
}

fn float_at(row: &RecordBatch, index: usize) -> Result<Option<f64>, LakeError> {
    let value = row
        .columns()
        .get(index)
        .and_then(|column| column.as_primitive_opt::<Float64Type>());
    let value = value.ok_or_else(|| LakeError::Defect("a sum is no number".to_owned()))?;
    Ok(value.is_valid(0).then(|| value.value(0)))
}
