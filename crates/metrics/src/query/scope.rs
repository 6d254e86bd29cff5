//! Which rows a query is about.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, when};
use veriscope_card::Card;
use veriscope_card::views::View;

use super::exclude::Exclusion;
use super::{Query, QueryError, Source};
use crate::expression::{Columns, Comparison, Day, Literal, Predicate};
use crate::registry::Metric;
use crate::render::datafusion::{Quantiles, Renderer, column};

/// The local day of a row, in every view.
const DAY: &str = "day";

/// A query that goes with a view.
pub(super) struct Scope<'a> {
    columns: Columns<'a>,
    /// Dimensions, by exact names.
    pub(super) by: Vec<String>,
    /// Condition and days.
    kept: Vec<Predicate>,
    /// Rules, and what they say of this view.
    pub(super) exclusions: Vec<(Exclusion, Predicate)>,
}

impl<'a> Scope<'a> {
    pub(super) fn resolve(
        source: &Source<'a>,
        metric: &Metric,
        query: &Query,
    ) -> Result<Self, QueryError> {
        let mut scope = Self::of(source, metric.view, query)?;
        let columns = scope.columns;
        for name in &query.by {
            let found = columns.find(name).ok().map(|doc| doc.name.clone());
            let allowed = found.filter(|name| metric.dimensions.contains(name));
            let Some(name) = allowed else {
                return Err(QueryError::Dimension {
                    metric: metric.id.clone(),
                    column: name.clone(),
                    allowed: metric.dimensions.join(", "),
                });
            };
            if scope.by.contains(&name) {
                return Err(QueryError::Twice { column: name });
            }
            scope.by.push(name);
        }
        Ok(scope)
    }

    /// Condition, days and exclusions of a query over a view.
    pub(super) fn of(source: &Source<'a>, view: View, query: &Query) -> Result<Self, QueryError> {
        let columns = source.registry.columns(view);
        let mut scope = Self::rows(source, columns, query)?;
        if let Some(rows) = &query.rows {
            scope.kept.push(rows.clone().checked(columns)?);
        }
        Ok(scope)
    }

    /// Days and exclusions of a query, over any view.
    pub(super) fn rows(
        source: &Source<'a>,
        columns: Columns<'a>,
        query: &Query,
    ) -> Result<Self, QueryError> {
        if let (Some(from), Some(to)) = (query.from, query.to)
            && from > to
        {
            return Err(QueryError::Days);
        }
        let mut kept = Vec::new();
        kept.extend(query.from.map(|day| on_day(Comparison::Ge, day)));
        kept.extend(query.to.map(|day| on_day(Comparison::Le, day)));
        let mut exclusions = Vec::with_capacity(query.exclude.len());
        for rule in &query.exclude {
            exclusions.push((rule.clone(), rule.predicate(source.card, columns)?));
        }
        Ok(Self {
            columns,
            by: Vec::new(),
            kept,
            exclusions,
        })
    }

    pub(super) fn renderer(&self, quantiles: Quantiles) -> Renderer<'a> {
        Renderer {
            columns: self.columns,
            quantiles,
        }
    }

    /// Returns whether condition and days keep a row; none where they keep all.
    pub(super) fn kept(&self) -> Option<Expr> {
        let kept = (!self.kept.is_empty()).then(|| Predicate::And(self.kept.clone()));
        Some(self.renderer(Quantiles::Exact).predicate(&kept?))
    }

    /// Plans the rows of the scope.
    pub(super) async fn plan(&self, source: &Source<'_>) -> Result<LogicalPlan, QueryError> {
        let left: Vec<Predicate> = self
            .exclusions
            .iter()
            .map(|(_, rule)| rule.complement())
            .collect();
        self.filtered(source, [self.kept.clone(), left].concat())
            .await
    }

    /// Plans the rows of the scope with those that exclusions leave out.
    pub(super) async fn whole_plan(&self, source: &Source<'_>) -> Result<LogicalPlan, QueryError> {
        self.filtered(source, self.kept.clone()).await
    }

    async fn filtered(
        &self,
        source: &Source<'_>,
        kept: Vec<Predicate>,
    ) -> Result<LogicalPlan, QueryError> {
        let frame = source.session.table(self.columns.view.name()).await?;
        let plan = frame.into_unoptimized_plan();
        if kept.is_empty() {
            return Ok(plan);
        }
        let kept = self
            .renderer(Quantiles::Exact)
            .predicate(&Predicate::And(kept));
        Ok(LogicalPlanBuilder::from(plan).filter(kept)?.build()?)
    }

    /// Returns what rows of one cluster have in common: the person; where that is unknown (or
    /// the API knows none, and no process either) the transaction. Two columns, so that no
    /// key can be taken for a person.
    pub(super) fn cluster(&self, card: &Card) -> Result<[Expr; 2], QueryError> {
        let roles = &card.roles;
        let text = |name: &str| cast(column(name), DataType::Utf8);
        let key = text(&roles.transaction);
        let has = |name: &&String| self.columns.find(name).is_ok();
        let group = [&roles.person, &roles.process]
            .into_iter()
            .flatten()
            .find(has);
        Ok(match group {
            Some(group) => {
                let own = when(column(group).is_null(), key).end()?;
                [text(group), own]
            }
            None => [key.clone(), key],
        })
    }
}

fn on_day(comparison: Comparison, day: Day) -> Predicate {
    Predicate::Compare(DAY.to_owned(), comparison, Literal::Day(day))
}
