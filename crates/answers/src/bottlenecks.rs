//! Where the time goes: times of each microservice, the critical path, what a faster one
//! would save, and whether the card's pipeline is what the data show.

mod breakdown;
mod page;
mod verdict;
mod words;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow_array::RecordBatch;
use datafusion::logical_expr::LogicalPlan;
use serde::Serialize;
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_metrics::critical_path::{Bottlenecks, GroupClass, PathModel, PathTally};
use veriscope_metrics::intervals::Level;
use veriscope_metrics::pipeline_test::{PipelineSample, PipelineTest};
use veriscope_metrics::times::{MicroserviceTimes, TimesTally};

use crate::read::{Texts, fold, project};
use crate::{AnswerError, Asker, Basis};
use breakdown::BreakdownTally;

pub use breakdown::{Breakdown, TimeGroup};
pub use verdict::{claims, verdict, verdicts};

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BottlenecksAnswer {
    /// What it rests on.
    pub basis: Basis,
    /// The critical path and the what-if table, over all transactions.
    pub path: Bottlenecks,
    /// Execution and queue times of each microservice.
    pub times: Vec<MicroserviceTimes>,
    /// The pipeline put to the test.
    pub test: PipelineTest,
    /// The groups of the card's pipeline, as the test has them.
    pub groups: Vec<GroupClass>,
    /// The path by outcome, because a rejected call stops early: those that occur.
    pub by_outcome: Vec<OutcomePath>,
    /// Times by size class of each picture, then by hour of the day.
    pub breakdowns: Vec<Breakdown>,
}

/// The critical path of transactions with one outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomePath {
    /// `accepted`, `rejected` or `technical`.
    pub outcome: String,
    /// Their path.
    pub path: Bottlenecks,
}

/// The outcomes, in the order of the answer.
const OUTCOMES: [&str; 3] = ["accepted", "rejected", "technical"];

/// What one part of the rows comes to.
struct Part {
    paths: Vec<PathTally>,
    times: TimesTally,
    sample: PipelineSample,
    breakdowns: BreakdownTally,
}

impl Part {
    fn new(card: &Card, model: &PathModel) -> Self {
        Self {
            paths: OUTCOMES.iter().map(|_| PathTally::new(model)).collect(),
            times: TimesTally::new(model),
            sample: PipelineSample::new(model),
            breakdowns: BreakdownTally::new(card),
        }
    }

    fn update(
        &mut self,
        model: &PathModel,
        person: Option<&str>,
        batch: &RecordBatch,
    ) -> Result<(), AnswerError> {
        self.times.update(model, batch)?;
        self.breakdowns.update(model, batch)?;
        let persons = Texts::of(batch, person);
        let persons: Vec<Option<u32>> = (0..batch.num_rows())
            .map(|row| persons.get(row).map(number_of))
            .collect();
        self.sample.update(model, batch, &persons)?;
        let outcomes = Texts::of(batch, Some("outcome"));
        for (outcome, tally) in OUTCOMES.iter().zip(&mut self.paths) {
            let kept = (0..batch.num_rows()).map(|row| Some(outcomes.get(row) == Some(outcome)));
            let kept = datafusion::arrow::compute::filter_record_batch(batch, &kept.collect())
                .map_err(|error| AnswerError::Engine(error.into()))?;
            tally.update(model, &kept)?;
        }
        Ok(())
    }

    fn merge(&mut self, other: Self) {
        for (mine, more) in self.paths.iter_mut().zip(&other.paths) {
            mine.merge(more);
        }
        self.times.merge(&other.times);
        self.sample.merge(other.sample);
        self.breakdowns.merge(&other.breakdowns);
    }
}

/// A person's number, the same in every part. Two of millions may share one, which counts
/// them as one cluster.
fn number_of(person: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    person.hash(&mut hasher);
    let [first, second, third, fourth, ..] = hasher.finish().to_le_bytes();
    u32::from_le_bytes([first, second, third, fourth])
}

/// Answers where the time goes.
///
/// # Errors
/// [`AnswerError`]: the condition does not go with `attempts`, the card has no pipeline or no
/// total time, or the engine fails.
pub async fn bottlenecks(asker: &Asker<'_>) -> Result<BottlenecksAnswer, AnswerError> {
    let model = Arc::new(PathModel::of(asker.source.card)?);
    let query = asker.query(View::Attempts)?;
    let rows = asker.source.rows(View::Attempts, &query).await?;
    let mut part = read(asker, &model, rows).await?;
    let mut whole = PathTally::new(&model);
    for tally in &part.paths {
        whole.merge(tally);
    }
    let by_outcome = OUTCOMES
        .iter()
        .zip(part.paths.drain(..))
        .map(|(outcome, tally)| OutcomePath {
            outcome: (*outcome).to_owned(),
            path: tally.finish(&model),
        })
        .filter(|one| one.path.transactions + one.path.without_total > 0)
        .collect();
    Ok(BottlenecksAnswer {
        basis: asker.basis(View::Attempts).await?,
        path: whole.finish(&model),
        times: part.times.finish(&model),
        test: part.sample.test(&model, Level::NINETY_FIVE),
        groups: model.groups().to_vec(),
        by_outcome,
        breakdowns: part.breakdowns.finish(&model),
    })
}

async fn read(
    asker: &Asker<'_>,
    model: &Arc<PathModel>,
    rows: LogicalPlan,
) -> Result<Part, AnswerError> {
    let person = asker.source.card.roles.person.clone();
    let mut columns = model.columns();
    columns.extend(model.size_columns());
    columns.push("outcome");
    let card = asker.source.card;
    let empty = Part::new(card, model);
    columns.extend(empty.breakdowns.columns());
    columns.extend(person.as_deref());
    let plan = project(rows, &columns)?;
    let mine = Arc::clone(model);
    let parts = fold(
        asker.source.session,
        plan,
        || Part::new(card, model),
        move |part, batch| part.update(&mine, person.as_deref(), batch),
    )
    .await?;
    let mut whole = Part::new(card, model);
    for part in parts {
        whole.merge(part);
    }
    Ok(whole)
}
