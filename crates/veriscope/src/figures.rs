//! The headline figures of a snapshot, for the closing table of a run.
//!
//! Sentinels never get here: times are read from the staging table, where what was not
//! measured is null.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit, when};
use datafusion::prelude::{SessionContext, coalesce};
use veriscope_card::{Card, Microservice};
use veriscope_lake::{LakeError, Snapshot};
use veriscope_transform::{Columns, accepted, no_retries_plan, scan};

use crate::summary::{Acceptance, Share, SlowestMicroservice};

/// Memory for the figures: a run as a whole stays small.
const FIGURES_MEMORY_BYTES: usize = 256 * 1024 * 1024;

/// What the closing table says of the lake.
pub(crate) struct Figures {
    /// Processes.
    pub(crate) processes: u64,
    /// Acceptance of all transactions and of last attempts.
    pub(crate) acceptance: Acceptance,
    /// The microservice with the longest mean time.
    pub(crate) slowest: Option<SlowestMicroservice>,
}

/// Reads the figures of a snapshot.
pub(crate) async fn figures(snapshot: &Snapshot, card: &Card) -> anyhow::Result<Figures> {
    let session = Snapshot::session_within(FIGURES_MEMORY_BYTES)?;
    let staging = snapshot.staging(&session).await?;
    let scan = scan(staging)?;
    let transactions = share(&session, card, scan.clone()).await?;
    let last = no_retries_plan(card, scan.clone(), Columns::Published)?;
    let last_attempts = share(&session, card, last).await?;
    Ok(Figures {
        processes: last_attempts.total,
        acceptance: Acceptance {
            transactions,
            last_attempts,
        },
        slowest: slowest(&session, card, scan).await?,
    })
}

async fn share(
    session: &SessionContext,
    card: &Card,
    rows: LogicalPlan,
) -> Result<Share, LakeError> {
    let accepted = when(accepted(card), lit(1_i64)).end()?;
    let aggregates = vec![count(lit(1_i64)), count(accepted)];
    let plan = LogicalPlanBuilder::from(rows)
        .aggregate(Vec::<Expr>::new(), aggregates)?
        .build()?;
    let row = only_row(DataFrame::new(session.state(), plan)).await?;
    Ok(Share {
        total: unsigned(&row, 0)?,
        accepted: unsigned(&row, 1)?,
    })
}

async fn slowest(
    session: &SessionContext,
    card: &Card,
    staged: LogicalPlan,
) -> Result<Option<SlowestMicroservice>, LakeError> {
    let mut aggregates = Vec::with_capacity(card.microservices.len() * 2);
    for microservice in &card.microservices {
        let (ran, time) = (ran(microservice), total_time(microservice));
        aggregates.push(count(when(ran.clone(), lit(1_i64)).end()?));
        aggregates.push(sum(when(ran, time).end()?));
    }
    if aggregates.is_empty() {
        return Ok(None);
    }
    // Equal expressions would collide without names of their own.
    let named = aggregates
        .into_iter()
        .enumerate()
        .map(|(index, e)| e.alias(index.to_string()));
    let plan = LogicalPlanBuilder::from(staged)
        .aggregate(Vec::<Expr>::new(), named.collect::<Vec<_>>())?
        .build()?;
    let row = only_row(DataFrame::new(session.state(), plan)).await?;
    let mut slowest: Option<SlowestMicroservice> = None;
    for (index, microservice) in card.microservices.iter().enumerate() {
        let transactions = unsigned(&row, index * 2)?;
        let Some(total_ms) = float(&row, index * 2 + 1)? else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let mean_ms = total_ms / transactions as f64;
        if slowest
            .as_ref()
            .is_none_or(|slowest| mean_ms > slowest.mean_ms)
        {
            slowest = Some(SlowestMicroservice {
                name: microservice.name.clone(),
                title: microservice.title.clone(),
                mean_ms,
                transactions,
            });
        }
    }
    Ok(slowest)
}

fn ran(microservice: &Microservice) -> Expr {
    let times = microservice
        .times
        .iter()
        .map(|times| column(&times.service).is_not_null());
    times.reduce(Expr::or).unwrap_or_else(|| lit(false))
}

fn total_time(microservice: &Microservice) -> Expr {
    let names = microservice
        .times
        .iter()
        .flat_map(|times| std::iter::once(&times.service).chain(times.queue.as_ref()));
    names
        .map(|name| {
            let value =
                datafusion::logical_expr::cast(column(name), arrow_schema::DataType::Float64);
            coalesce(vec![value, lit(0.0)])
        })
        .reduce(|a, b| a + b)
        .unwrap_or_else(|| lit(0.0))
}

/// A column by its exact name: text would be folded to lower case.
fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
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

fn float(row: &RecordBatch, index: usize) -> Result<Option<f64>, LakeError> {
    let value = row
        .columns()
        .get(index)
        .and_then(|column| column.as_primitive_opt::<Float64Type>());
    let value = value.ok_or_else(|| LakeError::Defect("a sum is no number".to_owned()))?;
    Ok(value.is_valid(0).then(|| value.value(0)))
}
