//! Metrics evaluated on a DataFusion session that has the semantic views.
//!
//! ```text
//! Query ── scope: --where, --from, --to, exclusions ─┬─ one aggregation by the dimensions
//!                                                    ├─ the same for the whole: the total row
//!                                                    └─ sums per person: the intervals
//! ```
//!
//! Invariants: a total is computed, never added up; every answer says how much its
//! exclusions left out; a number that rests on too little is not in the answer at all.

mod answer;
mod clusters;
mod error;
mod exclude;
mod outsize;
mod read;
mod scope;
mod table;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, SessionContext};
use std::sync::Arc;
use veriscope_card::Card;
use veriscope_card::views::View;

use crate::expression::{Day, Measure, Predicate};
use crate::intervals::{Enough, Level};
use crate::registry::{Metric, Registry};
use crate::render::datafusion::{Aggregates, Quantiles, Renderer, column};

pub use answer::{Answer, Cell, Number, Row};
pub use error::QueryError;
pub use exclude::{Excluded, Exclusion, ExclusionFault};
pub use outsize::{Outsize, OutsizeKind, OutsizeShare};
pub use read::{fold, project};
pub use table::TableRow;

use clusters::{Clustered, Groups};
use scope::Scope;

/// Above so many values quantiles are approximate.
const EXACT_VALUES: u64 = 10_000_000;

/// What is asked of a metric.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Dimensions.
    pub by: Vec<String>,
    /// Which rows; names and literals are checked against the metric's view.
    pub rows: Option<Predicate>,
    /// First local day.
    pub from: Option<Day>,
    /// Last local day.
    pub to: Option<Day>,
    /// What is left out.
    pub exclude: Vec<Exclusion>,
    /// The least that a number must rest on, in place of the metric's own.
    pub enough: Option<Enough>,
}

/// Where metrics are evaluated.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// A session in which the views are registered under their names.
    pub session: &'a SessionContext,
    /// The card.
    pub card: &'a Card,
    /// Its metrics.
    pub registry: &'a Registry,
}

impl Source<'_> {
    /// Evaluates a metric. Rows of the answer are in order of the dimensions, null first.
    ///
    /// # Errors
    /// [`QueryError`]: what was asked does not go with the metric's view, or the session fails.
    pub async fn evaluate(&self, metric: &Metric, query: &Query) -> Result<Answer, QueryError> {
        let scope = Scope::resolve(self, metric, query)?;
        let total_rows = self.row_count(&scope, metric).await?;
        let quantiles = if total_rows > EXACT_VALUES && has_quantile(&metric.measure) {
            Quantiles::Approximate
        } else {
            Quantiles::Exact
        };
        let evaluation = Evaluation {
            source: self,
            metric,
            scope: &scope,
            quantiles,
            enough: query.enough.unwrap_or(metric.enough),
        };
        let rows = if scope.by.is_empty() {
            Vec::new()
        } else {
            evaluation.rows(&scope.by).await?
        };
        let total = evaluation
            .rows(&[])
            .await?
            .into_iter()
            .next()
            .map(|row| row.number)
            .unwrap_or_default();
        Ok(Answer {
            metric: metric.id.clone(),
            unit: metric.unit,
            by: scope.by.clone(),
            rows,
            total,
            excluded: self.excluded(&scope).await?,
        })
    }

    /// Plans the rows of a view that a query's condition, days and exclusions keep, with all
    /// columns of the view; dimensions are not looked at.
    ///
    /// # Errors
    /// [`QueryError`]: what was asked does not go with the view.
    pub async fn rows(&self, view: View, query: &Query) -> Result<LogicalPlan, QueryError> {
        Scope::of(self, view, query)?.plan(self).await
    }

    /// Returns whether a query's condition and days keep a row of a view, null where that is
    /// not known; none where they keep all.
    ///
    /// # Errors
    /// As [`Source::rows`].
    pub fn kept(&self, view: View, query: &Query) -> Result<Option<Expr>, QueryError> {
        Ok(Scope::of(self, view, query)?.kept())
    }

    /// Counts what each exclusion of a query leaves out of a view, of the rows that its
    /// condition and days keep.
    ///
    /// # Errors
    /// As [`Source::rows`], and what the session says.
    pub async fn left_out(&self, view: View, query: &Query) -> Result<Vec<Excluded>, QueryError> {
        self.excluded(&Scope::of(self, view, query)?).await
    }

    async fn row_count(&self, scope: &Scope<'_>, metric: &Metric) -> Result<u64, QueryError> {
        if !has_quantile(&metric.measure) {
            return Ok(0);
        }
        let renderer = scope.renderer(Quantiles::Exact);
        let mut aggregates = Aggregates::default();
        let count = renderer.measure(&metric.measure.rows(), &mut aggregates)?;
        let plan = LogicalPlanBuilder::from(scope.plan(self).await?)
            .aggregate(Vec::<Expr>::new(), aggregates.exprs)?
            .project(vec![count.alias("n")])?
            .build()?;
        let batch = self.collect(plan).await?;
        Ok(answer::count(batch.column(0), 0))
    }

    /// Runs a plan and returns its rows as one batch.
    async fn collect(&self, plan: LogicalPlan) -> Result<RecordBatch, QueryError> {
        let schema = Arc::clone(plan.schema().inner());
        let frame = DataFrame::new(self.session.state(), plan);
        let batches = frame.collect().await?;
        // What a plan gives may be narrower about nulls than what it promised.
        let schema = batches.first().map_or(schema, RecordBatch::schema);
        concat_batches(&schema, &batches).map_err(|error| QueryError::Engine(error.into()))
    }
}

fn has_quantile(measure: &Measure) -> bool {
    match measure {
        Measure::Quantile { .. } => true,
        Measure::Filter(inner, _) => has_quantile(inner),
        Measure::Ratio(one, other) => has_quantile(one) || has_quantile(other),
        Measure::Count
        | Measure::Distinct(_)
        | Measure::Sum(_)
        | Measure::Mean(_)
        | Measure::Min(_)
        | Measure::Max(_) => false,
    }
}

/// One metric within one scope.
struct Evaluation<'a> {
    source: &'a Source<'a>,
    metric: &'a Metric,
    scope: &'a Scope<'a>,
    quantiles: Quantiles,
    enough: Enough,
}

impl Evaluation<'_> {
    /// Returns one row for each group of some dimensions; of none one row for the whole.
    async fn rows(&self, by: &[String]) -> Result<Vec<Row>, QueryError> {
        let measured = self.source.collect(self.measured(by).await?).await?;
        let dimensions = measured.columns().get(..by.len()).unwrap_or_default();
        let groups = Groups::new(dimensions, measured.num_rows())?;
        let intervals = match Clustered::of(&self.metric.measure) {
            Some(clustered) => self.intervals(&clustered, by, &groups).await?,
            None => vec![None; measured.num_rows()],
        };
        let mut rows = Vec::with_capacity(measured.num_rows());
        for (at, interval) in intervals.into_iter().enumerate() {
            rows.push(Row {
                dimensions: dimensions
                    .iter()
                    .map(|column| Cell::of(column, at))
                    .collect(),
                number: self.number(&measured, by.len(), at, interval),
            });
        }
        Ok(rows)
    }

    /// Plans dimensions, value, n and persons, in order of the dimensions.
    async fn measured(&self, by: &[String]) -> Result<LogicalPlan, QueryError> {
        let renderer = self.scope.renderer(self.quantiles);
        let mut aggregates = Aggregates::default();
        let measure = &self.metric.measure;
        let value = renderer.measure(measure, &mut aggregates)?;
        let n = renderer.measure(&measure.rows(), &mut aggregates)?;
        let mut numbers = vec![value.alias("_value"), n.alias("_n")];
        if let Some(person) = &self.source.card.roles.person {
            let persons = renderer.measure(&measure.behind(person), &mut aggregates)?;
            numbers.push(persons.alias("_persons"));
        }
        let dimensions: Vec<Expr> = by.iter().map(|name| column(name)).collect();
        let order: Vec<_> = dimensions
            .iter()
            .map(|one| one.clone().sort(true, true))
            .collect();
        let columns: Vec<Expr> = dimensions.iter().cloned().chain(numbers).collect();
        let plan = LogicalPlanBuilder::from(self.scope.plan(self.source).await?)
            .aggregate(dimensions, aggregates.exprs)?
            .project(columns)?;
        let plan = if order.is_empty() {
            plan
        } else {
            plan.sort(order)?
        };
        Ok(plan.build()?)
    }

    /// Returns the interval of each group.
    async fn intervals(
        &self,
        clustered: &Clustered<'_>,
        by: &[String],
        groups: &Groups,
    ) -> Result<Vec<Option<(f64, f64)>>, QueryError> {
        let renderer: Renderer<'_> = self.scope.renderer(self.quantiles);
        let input = self.scope.plan(self.source).await?;
        let cluster = self.scope.cluster(self.source.card)?;
        let plan = clustered.plan(input, &renderer, by, cluster)?;
        let frame = DataFrame::new(self.source.session.state(), plan);
        let sums = groups
            .collect(frame.execute_stream().await?, by.len())
            .await?;
        Ok(sums
            .iter()
            .map(|clusters| clustered.interval(clusters, Level::NINETY_FIVE))
            .collect())
    }

    fn number(
        &self,
        measured: &RecordBatch,
        first: usize,
        at: usize,
        interval: Option<(f64, f64)>,
    ) -> Number {
        let columns: &[ArrayRef] = measured.columns();
        let float = |index: usize| columns.get(index).and_then(|one| answer::float(one, at));
        let n = columns
            .get(first + 1)
            .map_or(0, |one| answer::count(one, at));
        let persons = columns
            .get(first + 2)
            .filter(|one| one.is_valid(at))
            .map(|one| answer::count(one, at));
        // Without persons on the card, rows are all there is to go by.
        let is_enough = self.enough.holds(n, persons.unwrap_or(u64::MAX));
        let value = float(first).filter(|_| is_enough);
        let interval = interval.filter(|_| value.is_some());
        Number {
            value,
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
            n,
            persons,
            is_too_few: !is_enough,
            is_approximate: self.quantiles == Quantiles::Approximate,
        }
    }
}
