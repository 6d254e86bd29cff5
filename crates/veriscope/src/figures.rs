//! The headline figures of a snapshot, for the closing table of a run: of the views, and so of
//! values within their valid range, without what exclusions leave out.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast};
use veriscope_answers::acceptance::{Rate, headline};
use veriscope_answers::{Ask, Asker};
use veriscope_card::Card;
use veriscope_card::views::{AttemptColumn, View};
use veriscope_lake::{LakeError, Snapshot};
use veriscope_metrics::query::{Excluded, Exclusion, Outsize, Source};
use veriscope_metrics::registry::Registry;
use veriscope_metrics::render::datafusion::column;

use crate::summary::{Acceptance, Share, SlowestMicroservice};

/// Memory for what the engine does here: it streams, so that a run as a whole stays small.
const FIGURES_MEMORY_BYTES: usize = 256 * 1024 * 1024;

/// What the closing table says of the lake.
pub(crate) struct Figures {
    /// Processes.
    pub(crate) processes: u64,
    /// Acceptance of all transactions and of last attempts.
    pub(crate) acceptance: Acceptance,
    /// What exclusions left out, transactions.
    pub(crate) excluded: Vec<Excluded>,
    /// Outsize shares of processes, which bend the rates.
    pub(crate) outsize: Vec<Outsize>,
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
    let ask = Ask {
        exclude,
        ..Ask::default()
    };
    let asker = Asker {
        source: Source {
            session: &session,
            card,
            registry: &Registry::new(card),
        },
        ask: &ask,
    };
    let (basis, rates) = headline(&asker).await?;
    let share = |rate: Rate| Share {
        accepted: rate.hits,
        total: rate.n,
    };
    Ok(Figures {
        processes: rates.last.n,
        acceptance: Acceptance {
            transactions: share(rates.all),
            last_attempts: share(rates.last),
        },
        excluded: basis.excluded,
        outsize: basis.outsize,
        slowest: slowest(&asker).await?,
    })
}

async fn slowest(asker: &Asker<'_>) -> anyhow::Result<Option<SlowestMicroservice>> {
    let source = &asker.source;
    let columns = source.card.attempt_columns();
    let times = columns.iter().filter_map(|one| match &one.definition {
        AttemptColumn::MicroserviceTotal(name) => Some((name, &one.doc.name)),
        _ => None,
    });
    let times: Vec<_> = times.collect();
    if times.is_empty() {
        return Ok(None);
    }
    let float = |name: &str| cast(column(name), arrow_schema::DataType::Float64);
    let aggregates = times
        .iter()
        .flat_map(|(_, name)| [count(column(name)), sum(float(name))]);
    let rows = source
        .rows(View::Attempts, &asker.query(View::Attempts)?)
        .await?;
    let plan = LogicalPlanBuilder::from(rows)
        .aggregate(Vec::<Expr>::new(), aggregates)?
        .build()?;
    let row = only_row(DataFrame::new(source.session.state(), plan)).await?;
    let mut slowest: Option<SlowestMicroservice> = None;
    for (index, (name, _)) in times.into_iter().enumerate() {
        let transactions = unsigned(&row, index * 2)?;
        let Some(total_ms) = float_at(&row, index * 2 + 1)? else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let mean_ms = total_ms / transactions as f64;
        if slowest
            .as_ref()
            .is_none_or(|slowest| mean_ms > slowest.mean_ms)
        {
            let known = source.card.microservices.iter();
            let title = known.clone().find(|one| one.name == *name);
            slowest = Some(SlowestMicroservice {
                name: name.clone(),
                title: title.map_or_else(|| name.clone(), |one| one.title.clone()),
                mean_ms,
                transactions,
            });
        }
    }
    Ok(slowest)
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
