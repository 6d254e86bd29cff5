//! Where the time goes: times of each microservice, the critical path, what a faster one
//! would save, and whether the card's pipeline is what the data show.

mod breakdown;
mod page;
mod verdict;
mod words;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::prelude::DataFrame;
use serde::Serialize;
use veriscope_cache::{Cache, CacheError, Filters, Layout, Selection};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_metrics::critical_path::{Bottlenecks, GroupClass, PathModel, PathTally};
use veriscope_metrics::hashed::{column, hash_of, wrong};
use veriscope_metrics::intervals::Level;
use veriscope_metrics::pipeline_test::{PipelineSample, PipelineTest};
use veriscope_metrics::query::{Query, fold, project};
use veriscope_metrics::render;
use veriscope_metrics::times::{MicroserviceTimes, TimesTally};

use crate::basis::Holds;
use crate::texts::Texts;
use crate::{AnswerError, Asker, Basis};
use breakdown::BreakdownTally;

pub use breakdown::{Breakdown, TimeGroup};
pub use verdict::{claims, verdict, verdicts};

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BottlenecksAnswer {
    /// What it rests on.
    pub basis: Basis,
    /// The critical path over all transactions, and the what-if table.
    pub path: Bottlenecks,
    /// Transactions that the what-if table is of: of more than 200,000 an even part.
    pub what_if_transactions: u64,
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
    /// Their path, without a what-if table.
    pub path: Bottlenecks,
}

/// The outcomes, in the order of the answer.
const OUTCOMES: [&str; 3] = ["accepted", "rejected", "technical"];

/// Transactions that the what-if table is made of, about; each is followed through some thirty
/// pipelines, and more of them would say no more.
const WHAT_IF_ROWS: u64 = 200_000;

/// What one part of the rows comes to.
struct Part {
    sums: Sums,
    sample: PipelineSample,
}

/// What is added up.
struct Sums {
    /// By outcome, without cases.
    paths: Vec<PathTally>,
    what_if: PathTally,
    times: TimesTally,
    breakdowns: BreakdownTally,
    /// Whose the rows are, for what the answer rests on.
    rows: veriscope_cache::Part,
}

/// What is read and how.
struct Reading {
    model: PathModel,
    layout: Layout,
    date: String,
    /// How many transactions with a total time there are.
    timed: u64,
}

impl Part {
    fn new(card: &Card, reading: &Reading) -> Self {
        let Reading { model, layout, .. } = reading;
        Self {
            sums: Sums {
                paths: OUTCOMES
                    .iter()
                    .map(|_| PathTally::without_cases(model))
                    .collect(),
                what_if: PathTally::new(model),
                times: TimesTally::new(model),
                breakdowns: BreakdownTally::new(card),
                rows: veriscope_cache::Part::new(layout),
            },
            sample: PipelineSample::new(model).expecting(reading.timed),
        }
    }

    fn update(&mut self, reading: &Reading, batch: &RecordBatch) -> Result<(), AnswerError> {
        let model = &reading.model;
        let sums = &mut self.sums;
        let first = sums.rows.persons().len();
        sums.rows.update(&reading.layout, batch)?;
        let persons = sums.rows.persons().get(first..).unwrap_or_default();
        let numbers: Vec<Option<u32>> = persons.iter().map(|hash| number_of(*hash)).collect();
        self.sample.update(model, batch, &numbers)?;
        sums.times.update(model, batch)?;
        sums.breakdowns.update(model, batch)?;
        let times = reading.times(batch)?;
        match reading.sampled(batch, persons)? {
            Some(kept) => sums.what_if.update(model, &kept_of(&times, &kept)?)?,
            None => sums.what_if.update(model, &times)?,
        }
        let outcomes = Texts::of(batch, Some("outcome"));
        let outcomes: Vec<Option<usize>> = (0..batch.num_rows())
            .map(|row| {
                let outcome = outcomes.get(row)?;
                OUTCOMES.iter().position(|known| *known == outcome)
            })
            .collect();
        for (place, tally) in sums.paths.iter_mut().enumerate() {
            let kept: Vec<bool> = outcomes.iter().map(|one| *one == Some(place)).collect();
            tally.update(model, &kept_of(&times, &kept.into())?)?;
        }
        Ok(())
    }
}

impl Reading {
    /// The columns of the pipeline alone.
    fn times(&self, batch: &RecordBatch) -> Result<RecordBatch, AnswerError> {
        let schema = batch.schema();
        let mut places: Vec<usize> = Vec::new();
        for name in self.model.columns() {
            places.extend(schema.index_of(name).ok());
        }
        let times = batch.project(&places);
        times.map_err(|error| AnswerError::Engine(error.into()))
    }

    /// Which rows of a batch the what-if table is made of, by a hash of person and time: the
    /// same however they come. None where it is all of them.
    fn sampled(
        &self,
        batch: &RecordBatch,
        persons: &[u64],
    ) -> Result<Option<BooleanArray>, AnswerError> {
        if self.timed <= WHAT_IF_ROWS {
            return Ok(None);
        }
        let dates = column(batch, &self.date)?;
        let dates = dates
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| wrong(dates, &self.date, "Timestamp(Microsecond)"))?;
        let rows = persons.iter().zip(dates.values());
        let kept = rows.map(|(person, date)| {
            let spread = u128::from(hash_of(&[*person, date.cast_unsigned()]));
            (spread * u128::from(self.timed)) >> 64 < u128::from(WHAT_IF_ROWS)
        });
        Ok(Some(kept.collect::<Vec<bool>>().into()))
    }
}

fn kept_of(batch: &RecordBatch, kept: &BooleanArray) -> Result<RecordBatch, AnswerError> {
    filter_record_batch(batch, kept).map_err(|error| AnswerError::Engine(error.into()))
}

impl Sums {
    fn merge(mut self, other: Self) -> Self {
        for (mine, more) in self.paths.iter_mut().zip(&other.paths) {
            mine.merge(more);
        }
        self.what_if.merge(&other.what_if);
        self.times.merge(&other.times);
        self.breakdowns.merge(&other.breakdowns);
        self.rows.merge(other.rows);
        self
    }
}

/// What all parts together come to.
struct Whole {
    rows: Cache,
    path: Bottlenecks,
    what_if_transactions: u64,
    by_outcome: Vec<OutcomePath>,
    times: Vec<MicroserviceTimes>,
    breakdowns: Vec<Breakdown>,
}

impl Whole {
    fn of(reading: &Reading, parts: Vec<Sums>) -> Result<Self, CacheError> {
        let model = &reading.model;
        let empty = || Sums {
            paths: Vec::new(),
            what_if: PathTally::new(model),
            times: TimesTally::new(model),
            breakdowns: BreakdownTally::default(),
            rows: veriscope_cache::Part::new(&reading.layout),
        };
        let Sums {
            paths,
            what_if,
            times,
            breakdowns,
            rows,
        } = parts.into_iter().reduce(Sums::merge).unwrap_or_else(empty);
        let mut path = PathTally::without_cases(model);
        paths.iter().for_each(|tally| path.merge(tally));
        let mut path = path.finish(model);
        let what_if = what_if.finish(model);
        path.what_if = what_if.what_if;
        let of_outcomes = OUTCOMES
            .iter()
            .zip(paths)
            .map(|(outcome, tally)| OutcomePath {
                outcome: (*outcome).to_owned(),
                path: tally.finish(model),
            });
        Ok(Self {
            rows: rows.finish(&reading.layout, &[])?,
            path,
            what_if_transactions: what_if.transactions,
            by_outcome: of_outcomes
                .filter(|one| one.path.transactions + one.path.without_total > 0)
                .collect(),
            times: times.finish(model),
            breakdowns: breakdowns.finish(model),
        })
    }
}

/// Puts the pipeline to the test.
fn tested(model: &PathModel, parts: Vec<PipelineSample>) -> PipelineTest {
    let mut sample = PipelineSample::new(model);
    parts.into_iter().for_each(|part| sample.merge(part));
    sample.test(model, Level::NINETY_FIVE)
}

/// A person's number, the same in every part. Two of millions may share one, which counts
/// them as one cluster.
fn number_of(person: u64) -> Option<u32> {
    let [first, second, third, fourth, ..] = person.to_le_bytes();
    (person != 0).then(|| u32::from_le_bytes([first, second, third, fourth]))
}

/// Answers where the time goes.
///
/// # Errors
/// [`AnswerError`]: the condition does not go with `attempts`, the card has no pipeline or no
/// total time, or the engine fails.
pub async fn bottlenecks(asker: &Asker<'_>) -> Result<BottlenecksAnswer, AnswerError> {
    let card = asker.source.card;
    let query = asker.query(View::Attempts)?;
    let reading = Arc::new(Reading {
        model: PathModel::of(card)?,
        layout: asker.with_basis(Layout::new(card).without_keys()),
        date: card.roles.date.clone(),
        timed: timed(asker, &query).await?,
    });
    let parts = read(asker, &reading, &query).await?.into_iter();
    let (sums, samples) = parts.map(|part| (part.sums, part.sample)).unzip();
    // The test takes as long as all the rest.
    let (test, whole) = rayon::join(
        || tested(&reading.model, samples),
        || Whole::of(&reading, sums),
    );
    let whole = whole?;
    let rows = Selection::of(&whole.rows, Filters::default());
    let holds = Holds::of(&query);
    Ok(BottlenecksAnswer {
        basis: asker.basis_of(View::Attempts, &rows, holds).await?,
        path: whole.path,
        what_if_transactions: whole.what_if_transactions,
        times: whole.times,
        test,
        groups: reading.model.groups().to_vec(),
        by_outcome: whole.by_outcome,
        breakdowns: whole.breakdowns,
    })
}

/// Counts the transactions with a total time.
async fn timed(asker: &Asker<'_>, query: &Query) -> Result<u64, AnswerError> {
    let source = &asker.source;
    let Some(total) = &source.card.roles.total_time else {
        return Ok(0);
    };
    let rows = source.rows(View::Attempts, query).await?;
    let timed = render::datafusion::column(total).is_not_null();
    let rows = LogicalPlanBuilder::from(rows).filter(timed)?.build()?;
    let count = DataFrame::new(source.session.state(), rows).count().await?;
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

async fn read(
    asker: &Asker<'_>,
    reading: &Arc<Reading>,
    query: &Query,
) -> Result<Vec<Part>, AnswerError> {
    let Asker { source, .. } = asker;
    let model = &reading.model;
    let breakdowns = BreakdownTally::new(source.card);
    let mut columns = model.columns();
    columns.extend(model.size_columns());
    columns.push("outcome");
    columns.extend(breakdowns.columns());
    columns.extend(reading.layout.columns());
    let plan = project(source.rows(View::Attempts, query).await?, &columns)?;
    let mine = Arc::clone(reading);
    fold(
        source.session,
        plan,
        || Part::new(source.card, reading),
        move |part: &mut Part, batch| part.update(&mine, batch),
    )
    .await
}
