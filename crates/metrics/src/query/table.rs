//! Several measures of one view in one aggregation: what tables and charts are made of.
//!
//! No intervals and no least n: for those a metric is evaluated.

use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use veriscope_card::views::View;

use super::answer::{self, Cell};
use super::scope::Scope;
use super::{Query, QueryError, Source};
use crate::expression::Measure;
use crate::render::datafusion::{Aggregates, Quantiles, column};

/// One group: its dimensions, then a value for each measure.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// The group, in the order of the dimensions.
    pub group: Vec<Cell>,
    /// The measures, in the order asked for.
    pub values: Vec<Option<f64>>,
}

impl Source<'_> {
    /// Evaluates measures of a view by columns of it, in order of those columns, null first;
    /// by none one row for the whole. Quantiles are approximate where `quantiles` says so.
    ///
    /// # Errors
    /// As [`Source::rows`], and [`QueryError::Condition`] for a column that the view lacks.
    pub async fn table(
        &self,
        view: View,
        query: &Query,
        by: &[String],
        measures: &[Measure],
        quantiles: Quantiles,
    ) -> Result<Vec<TableRow>, QueryError> {
        let scope = Scope::of(self, view, query)?;
        let columns = self.registry.columns(view);
        let renderer = scope.renderer(quantiles);
        let mut aggregates = Aggregates::default();
        let mut values: Vec<Expr> = Vec::with_capacity(measures.len());
        for (place, measure) in measures.iter().enumerate() {
            measure.check(columns)?;
            let value = renderer.measure(measure, &mut aggregates)?;
            values.push(value.alias(format!("_value_{place}")));
        }
        let mut dimensions: Vec<Expr> = Vec::with_capacity(by.len());
        for name in by {
            dimensions.push(column(&columns.find(name)?.name));
        }
        let order: Vec<_> = dimensions
            .iter()
            .map(|one| one.clone().sort(true, true))
            .collect();
        let shown: Vec<Expr> = dimensions.iter().cloned().chain(values).collect();
        let plan = LogicalPlanBuilder::from(scope.plan(self).await?)
            .aggregate(dimensions, aggregates.exprs)?
            .project(shown)?;
        let plan = if order.is_empty() {
            plan
        } else {
            plan.sort(order)?
        };
        let batch = self.collect(plan.build()?).await?;
        let (groups, values) = batch.columns().split_at(by.len().min(batch.num_columns()));
        Ok((0..batch.num_rows())
            .map(|at| TableRow {
                group: groups.iter().map(|one| Cell::of(one, at)).collect(),
                values: values.iter().map(|one| answer::float(one, at)).collect(),
            })
            .collect())
    }
}
