//! The published tables of a lake's snapshot, in published order, written by an exporter.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use futures::StreamExt;
use veriscope_card::Card;
use veriscope_lake::{Lake, LakeError, Snapshot};
use veriscope_transform::{Columns, no_retries_plan, scan, staging_plan, transform_plan};

use crate::args::Table;
use crate::export::{Destination, Export, Form, Pending};
use crate::interrupt::Interrupt;
use crate::settings::Settings;

impl Table {
    /// Returns the published name.
    #[must_use]
    pub fn published_name(self, card: &Card) -> &str {
        match self {
            Self::Staging => &card.tables.staging,
            Self::Transform => &card.tables.transform,
            Self::NoRetries => &card.tables.no_retries,
        }
    }
}

/// The snapshot that a command reads from start to end.
pub struct Tables {
    card: Card,
    snapshot: Snapshot,
    interrupt: Interrupt,
}

impl Tables {
    /// Opens the lake's newest snapshot.
    ///
    /// # Errors
    /// When card or configuration are wrong, or there is no such lake.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        settings.config()?;
        let card = settings.card()?;
        let snapshot = Lake::open(&settings.lake, &card)?.snapshot().await?;
        Ok(Self {
            card,
            snapshot,
            interrupt: Interrupt::install()?,
        })
    }

    /// Returns the card.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Writes one table; it takes its name when the result is committed.
    ///
    /// # Errors
    /// When the lake can't be read or the file can't be written; class `Interrupted`.
    pub async fn write(
        &self,
        table: Table,
        destination: &Destination,
        form: Form,
    ) -> anyhow::Result<Pending> {
        let published = match table {
            Table::Staging => self.card.published_staging_schema(),
            Table::Transform | Table::NoRetries => self.card.published_transform_schema(),
        };
        let mut rows = self.rows(table).await?;
        let mut export = Export::create(destination, form, &published)?;
        while let Some(batch) = self.interrupt.stop(rows.next()).await? {
            export.write(&batch.map_err(LakeError::from)?)?;
        }
        self.interrupt.check()?;
        Ok(export.finish()?)
    }

    async fn rows(&self, table: Table) -> anyhow::Result<SendableRecordBatchStream> {
        let session = self.snapshot.session()?;
        let staging = self.snapshot.staging(&session).await?;
        let scan = scan(staging)?;
        let plan = match table {
            Table::Staging => staging_plan(&self.card, scan, Columns::PublishedAndOffset),
            Table::Transform => transform_plan(&self.card, scan, Columns::PublishedAndOffset),
            Table::NoRetries => no_retries_plan(&self.card, scan, Columns::PublishedAndOffset),
        }?;
        let ordered = in_published_order(&self.card, plan).map_err(LakeError::from)?;
        let frame = session
            .execute_logical_plan(ordered)
            .await
            .map_err(LakeError::from)?;
        Ok(frame.execute_stream().await.map_err(LakeError::from)?)
    }
}

/// Orders rows by date, then by transaction: one order alone, since transactions are unique.
fn in_published_order(
    card: &Card,
    plan: LogicalPlan,
) -> Result<LogicalPlan, datafusion::error::DataFusionError> {
    let schema = Arc::clone(plan.schema());
    let keys: Vec<Sort> = [&card.roles.date, &card.roles.transaction]
        .into_iter()
        .filter(|name| schema.has_column_with_unqualified_name(name))
        // By the exact name: a name in mixed case would be folded otherwise.
        .map(|name| Expr::Column(Column::from_name(name.as_str())).sort(true, true))
        .collect();
    if keys.is_empty() {
        return Ok(plan);
    }
    LogicalPlanBuilder::from(plan).sort(keys)?.build()
}
