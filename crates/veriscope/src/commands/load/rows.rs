//! The rows of a lake's snapshot, as a load takes them.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use datafusion::prelude::SessionContext;
use futures::future::BoxFuture;
use futures::{FutureExt, TryStreamExt};
use veriscope_card::schema::{column, context_column};
use veriscope_card::{Card, schema};
use veriscope_lake::{Lake, LakeError, Snapshot};
use veriscope_postgres::{BoxError, RowStream, Rows, Scope, TableKind, context_schema};
use veriscope_transform::{Columns, no_retries_plan, scan, staging_plan, transform_plan};

use super::Source;

/// The rows of one snapshot.
pub(super) struct LakeRows<'a> {
    card: &'a Card,
    lake: &'a Lake,
    snapshot: &'a Snapshot,
}

impl<'a> LakeRows<'a> {
    pub(super) fn new(source: &Source<'a>) -> Self {
        Self {
            card: source.card,
            lake: source.lake,
            snapshot: source.snapshot,
        }
    }

    async fn open(&self, table: TableKind, scope: Scope) -> Result<RowStream, BoxError> {
        let session = self.snapshot.session()?;
        let (card, published) = (self.card, Columns::Published);
        let staged = || self.staged(&session, scope);
        let plan = match table {
            TableKind::Staging => staging_plan(card, staged().await?, published)?,
            TableKind::Transform => transform_plan(card, staged().await?, published)?,
            TableKind::NoRetries => no_retries_plan(card, staged().await?, published)?,
            TableKind::Context => self.context_plan(staged().await?)?,
            TableKind::Policies => self.policies_plan(&session).await?,
        };
        let frame = session
            .execute_logical_plan(plan)
            .await
            .map_err(LakeError::from)?;
        let stream = frame.execute_stream().await.map_err(LakeError::from)?;
        Ok(Box::pin(
            stream.map_err(|error| BoxError::from(LakeError::from(error))),
        ))
    }

    /// The lake's staging table, as far as it is asked for.
    async fn staged(
        &self,
        session: &SessionContext,
        scope: Scope,
    ) -> Result<LogicalPlan, BoxError> {
        let staged = scan(self.snapshot.staging(session).await?)?;
        let Scope::Since(snapshot) = scope else {
            return Ok(staged);
        };
        let runs = self.runs_since(snapshot).await?;
        let of_runs = LogicalPlanBuilder::from(staged)
            .filter(exact(column::RUN).in_list(runs, false))
            .and_then(LogicalPlanBuilder::build);
        Ok(of_runs.map_err(LakeError::from)?)
    }

    /// The lake's policies: all of them each time, for they are few.
    async fn policies_plan(&self, session: &SessionContext) -> Result<LogicalPlan, BoxError> {
        let stored = scan(self.snapshot.policies(session).await?)?;
        let schema = self.card.policy_schema();
        let columns = schema
            .fields()
            .iter()
            .map(|field| typed(field.name(), field.data_type()).alias(field.name()));
        let plan = LogicalPlanBuilder::from(stored)
            .project(columns.collect::<Vec<_>>())
            .and_then(LogicalPlanBuilder::build);
        Ok(plan.map_err(LakeError::from)?)
    }

    /// Returns the runs whose rows a database at a snapshot may lack. A run that died between
    /// its publication and its entry in the ledger has no snapshot there, and is among them.
    async fn runs_since(&self, snapshot: u64) -> Result<Vec<Expr>, LakeError> {
        let runs = self.lake.runs().await?;
        Ok(runs
            .iter()
            .filter(|run| run.snapshot.is_none_or(|number| number > snapshot))
            .map(|run| lit(run.start.run_id.as_str()))
            .collect())
    }

    /// The columns of [`context_schema`], over the lake's staging table.
    fn context_plan(&self, staging: LogicalPlan) -> Result<LogicalPlan, LakeError> {
        let key = &self.card.roles.transaction;
        let mut columns = vec![typed(key, &DataType::Utf8).alias(key)];
        for feature in self.card.stored_context() {
            let stored = typed(&context_column(&feature.name), &feature.value_type.arrow());
            columns.push(stored.alias(&feature.name));
        }
        let wanted = context_schema(self.card);
        let ours = [
            (schema::column::POLICY, &DataType::Utf8),
            (schema::column::UTC_OFFSET, &DataType::Int64),
        ];
        let names = wanted.fields().iter().skip(columns.len());
        let named = ours.iter().zip(names.map(Arc::clone).collect::<Vec<_>>());
        columns.extend(
            named.map(|((stored, data_type), field)| typed(stored, data_type).alias(field.name())),
        );
        Ok(LogicalPlanBuilder::from(staging)
            .project(columns)?
            .build()?)
    }
}

/// A column by its exact name: text would be folded to lower case.
fn exact(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

fn typed(name: &str, data_type: &DataType) -> Expr {
    cast(exact(name), data_type.clone())
}

impl Rows for LakeRows<'_> {
    fn rows(&self, table: TableKind, scope: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>> {
        self.open(table, scope).boxed()
    }
}
