//! Rows of the lake's tables, in the order in which they were read into it.

use std::sync::Arc;

use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::logical_expr::{JoinType, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use veriscope_base::{Clock, SystemClock};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_lake::{Lake, LakeError, Snapshot};
use veriscope_metrics::expression::{Columns, ExpressionError, Predicate, parse_predicate};
use veriscope_metrics::query::{Query, Source};
use veriscope_metrics::registry::Registry;
use veriscope_metrics::render::datafusion::column;
use veriscope_profile::{Knowledge, Report, Shape};
use veriscope_transform::{no_retries_plan, scan, staging_plan, transform_plan};

use super::asked::Asked;
use super::write::made_at;
use crate::args::Table;
use crate::settings::Settings;

/// The newest snapshot.
pub(super) struct Tables {
    card: Card,
    registry: Registry,
    snapshot: Snapshot,
    session: SessionContext,
    clock: Arc<dyn Clock>,
}

impl Tables {
    pub(super) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        settings.config()?;
        let card = settings.card()?;
        let snapshot = Lake::open(&settings.lake, &card)?.snapshot().await?;
        let session = in_order(&snapshot.session()?);
        let staging = snapshot.staging(&session).await?;
        veriscope_transform::register(&session, &card, staging)?;
        Ok(Self {
            registry: Registry::new(&card),
            card,
            snapshot,
            session,
            clock: Arc::new(SystemClock),
        })
    }

    pub(super) fn knowledge(&self, table: Table) -> Knowledge {
        Knowledge::of_card(&self.card, shape(table))
    }

    /// Returns the chosen rows of a table; of one part of them where a column is to have a
    /// value.
    pub(super) async fn rows(
        &self,
        table: Table,
        asked: &Asked,
        part: Option<(&str, &str)>,
    ) -> anyhow::Result<SendableRecordBatchStream> {
        let scan = scan(self.snapshot.staging(&self.session).await?)?;
        let plan = match table {
            Table::Staging => {
                staging_plan(&self.card, scan, veriscope_transform::Columns::Published)
            }
            Table::Transform => {
                transform_plan(&self.card, scan, veriscope_transform::Columns::Published)
            }
            Table::NoRetries => {
                no_retries_plan(&self.card, scan, veriscope_transform::Columns::Published)
            }
        }?;
        let plan = match self.chosen(asked, part).await? {
            Some(chosen) => self.among(plan, chosen)?,
            None => plan,
        };
        let frame = self.session.execute_logical_plan(plan).await;
        let frame = frame.map_err(LakeError::from)?;
        Ok(frame.execute_stream().await.map_err(LakeError::from)?)
    }

    /// The attempts that are chosen; none where all are.
    async fn chosen(
        &self,
        asked: &Asked,
        part: Option<(&str, &str)>,
    ) -> anyhow::Result<Option<LogicalPlan>> {
        let columns = self.registry.columns(View::Attempts);
        let mut conditions: Vec<Predicate> = Vec::new();
        if let Some(condition) = &asked.condition {
            conditions.push(parse_predicate(condition, columns)?);
        }
        if let Some((column, value)) = part {
            conditions.push(equals(column, value, columns)?);
        }
        if conditions.is_empty() && asked.from.is_none() && asked.to.is_none() {
            return Ok(None);
        }
        let source = Source {
            session: &self.session,
            card: &self.card,
            registry: &self.registry,
        };
        let query = Query {
            rows: (!conditions.is_empty()).then_some(Predicate::And(conditions)),
            from: asked.from,
            to: asked.to,
            ..Query::default()
        };
        Ok(Some(source.rows(View::Attempts, &query).await?))
    }

    /// The rows of a table whose transaction is among the chosen attempts.
    fn among(&self, plan: LogicalPlan, chosen: LogicalPlan) -> Result<LogicalPlan, LakeError> {
        let key = self.card.roles.transaction.as_str();
        let chosen = LogicalPlanBuilder::from(chosen)
            .project([column(key)])?
            .alias("chosen")?
            .build()?;
        let on = (
            vec![datafusion::common::Column::from_name(key)],
            vec![datafusion::common::Column::new(Some("chosen"), key)],
        );
        let joined = LogicalPlanBuilder::from(plan).join(chosen, JoinType::LeftSemi, on, None)?;
        Ok(joined.build()?)
    }

    /// Says in a report where its rows came from.
    pub(super) fn tell(&self, table: Table, asked: &Asked, report: &mut Report) {
        let published = self.snapshot.published();
        let told = &mut report.provenance;
        table.published_name(&self.card).clone_into(&mut told.table);
        told.shape = Some(shape(table));
        told.card = Some(self.card.name.clone());
        told.card_title = Some(self.card.title.clone());
        told.snapshot = Some(published.number);
        told.run.clone_from(&published.run_id);
        told.made_at = made_at(&*self.clock);
        told.program = Some(env!("CARGO_PKG_VERSION").to_owned());
        told.filters = asked.filters();
    }
}

/// The condition that a column has a value, as people write it: text, a number, a day, or a
/// month for its first day.
fn equals(column: &str, value: &str, columns: Columns<'_>) -> Result<Predicate, ExpressionError> {
    let quoted = |value: &str| format!("{column} = '{}'", value.replace('\'', "''"));
    parse_predicate(&quoted(value), columns).or_else(|refused| {
        let others = [
            quoted(&format!("{value}-01")),
            format!("{column} = {value}"),
        ];
        let mut read = others.iter().map(|text| parse_predicate(text, columns));
        read.find_map(Result::ok).ok_or(refused)
    })
}

const fn shape(table: Table) -> Shape {
    match table {
        Table::Staging => Shape::Staging,
        Table::Transform => Shape::Transform,
        Table::NoRetries => Shape::NoRetries,
    }
}

/// A session whose plans have one part alone, so that rows come in one order at every run.
fn in_order(session: &SessionContext) -> SessionContext {
    let config = session.copied_config().with_target_partitions(1);
    let state = SessionStateBuilder::new_from_existing(session.state());
    SessionContext::new_with_state(state.with_config(config).build())
}
