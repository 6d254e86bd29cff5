//! Traffic that looks like a test: one person, or one client with few persons, behind an
//! outsize share of processes. It is named with the rule that would exclude it; nothing is
//! excluded by itself.

use datafusion::functions_aggregate::expr_fn::{count, count_distinct};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use serde::Serialize;
use veriscope_card::views::View;

use super::answer::{self, Cell};
use super::scope::Scope;
use super::{Exclusion, Query, QueryError, Source};
use crate::number::share;
use crate::render::datafusion::column;

/// So many processes at least: below, chance makes any share.
const LEAST_PROCESSES: u64 = 20;
/// So large a share of all processes at least. In a real month of 3,043 persons the second
/// most frequent one had 0.5 %, the first 17.6 %.
const LEAST_SHARE: f64 = 0.01;
/// So many processes per person of a client at least. In that month clients in use had 1.0
/// to 1.8, those that others tested with 5 to 40.
const LEAST_PER_PERSON: f64 = 5.0;

/// An outsize share of processes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outsize {
    /// Whose it is.
    pub kind: OutsizeKind,
    /// The rule that would exclude it.
    pub rule: Exclusion,
    /// Its processes.
    pub processes: u64,
    /// Its persons.
    pub persons: u64,
    /// Its share of all processes.
    pub share: f64,
}

/// Whose an outsize share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsizeKind {
    /// One person's.
    Person,
    /// One client's, with many processes per person.
    Client,
}

impl Source<'_> {
    /// Returns outsize shares of processes within a query's days, after its exclusions, the
    /// largest first. Without persons on the card there are none.
    ///
    /// # Errors
    /// As [`Source::evaluate`].
    pub async fn outsize(&self, query: &Query) -> Result<Vec<Outsize>, QueryError> {
        let roles = &self.card.roles;
        let Some(person) = &roles.person else {
            return Ok(Vec::new());
        };
        let mut found = self
            .outsize_by(OutsizeKind::Person, person, person, query)
            .await?;
        if let Some(client) = &roles.client {
            found.extend(
                self.outsize_by(OutsizeKind::Client, client, person, query)
                    .await?,
            );
        }
        found.sort_by_key(|one| std::cmp::Reverse(one.processes));
        Ok(found)
    }

    async fn outsize_by(
        &self,
        kind: OutsizeKind,
        group: &str,
        person: &str,
        query: &Query,
    ) -> Result<Vec<Outsize>, QueryError> {
        let scope = Scope::rows(self, self.registry.columns(View::Processes), query)?;
        let rows = scope.plan(self).await?;
        let float = |expr: Expr| {
            datafusion::logical_expr::cast(expr, datafusion::arrow::datatypes::DataType::Float64)
        };
        let total = LogicalPlanBuilder::from(rows.clone())
            .aggregate(Vec::<Expr>::new(), vec![count(lit(1_i64)).alias("_n")])?
            .project(vec![float(column("_n"))])?
            .build()?;
        let total = answer::count(self.collect(total).await?.column(0), 0);
        let least = LEAST_PROCESSES.max(least_of(total));
        let groups = LogicalPlanBuilder::from(rows)
            .filter(column(group).is_not_null())?
            .aggregate(
                vec![column(group)],
                vec![
                    count(lit(1_i64)).alias("_processes"),
                    count_distinct(column(person)).alias("_persons"),
                ],
            )?
            .filter(column("_processes").gt_eq(lit(i64::try_from(least).unwrap_or(i64::MAX))))?
            .project(vec![
                column(group),
                float(column("_processes")).alias("_processes"),
                float(column("_persons")).alias("_persons"),
            ])?
            .sort(vec![
                column("_processes").sort(false, false),
                column(group).sort(true, false),
            ])?
            .build()?;
        let batch = self.collect(groups).await?;
        let [names, processes, persons] = batch.columns() else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for at in 0..batch.num_rows() {
            let Cell::Text(name) = Cell::of(names, at) else {
                continue;
            };
            let (processes, persons) = (answer::count(processes, at), answer::count(persons, at));
            let per_person = share(processes, persons).unwrap_or_default();
            if kind == OutsizeKind::Client && per_person < LEAST_PER_PERSON {
                continue;
            }
            found.push(Outsize {
                kind,
                rule: rule(kind, name),
                processes,
                persons,
                share: share(processes, total).unwrap_or_default(),
            });
        }
        Ok(found)
    }
}

/// The least count that is [`LEAST_SHARE`] of a total.
fn least_of(total: u64) -> u64 {
    let least = (crate::number::float_u64(total) * LEAST_SHARE).ceil();
    u64::try_from(crate::number::floor_index(least)).unwrap_or(u64::MAX)
}

fn rule(kind: OutsizeKind, name: String) -> Exclusion {
    match kind {
        OutsizeKind::Person => Exclusion {
            person: Some(name),
            ..Exclusion::default()
        },
        OutsizeKind::Client => Exclusion {
            client: Some(name),
            ..Exclusion::default()
        },
    }
}
