//! `microservice_times`: one row per transaction, microservice and picture.
//!
//! A union of one projection per run of a microservice: a query reads each time once, and of
//! the dimensions only those it asks for.

use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{EmptyRelation, Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use veriscope_card::views::{TimeColumn, View, ViewColumn};
use veriscope_card::{Card, Microservice, MicroserviceTimes, TransformRule};

use crate::measured::{col, measured_plan};
use crate::{TransformError, attempts, transaction};

/// Plans `microservice_times`: a row for each time of `staging` that was measured, the
/// columns of [`Card::time_columns`] in order.
///
/// `staging` is as for [`crate::staging_plan`]. A card without microservices gives no rows.
///
/// # Errors
/// As [`crate::transform_plan`].
pub fn microservice_times_plan(
    card: &Card,
    staging: LogicalPlan,
) -> Result<LogicalPlan, TransformError> {
    let columns = card.time_columns();
    let mut union: Option<LogicalPlanBuilder> = None;
    for microservice in &card.microservices {
        for times in &microservice.times {
            let run = Run {
                card,
                microservice,
                times,
            };
            let rows = run.plan(staging.clone(), &columns)?;
            union = Some(match union {
                Some(earlier) => earlier.union(rows)?,
                None => LogicalPlanBuilder::from(rows),
            });
        }
    }
    match union {
        Some(union) => Ok(union.build()?),
        None => no_rows(card),
    }
}

/// One run of a microservice in each transaction.
struct Run<'a> {
    card: &'a Card,
    microservice: &'a Microservice,
    times: &'a MicroserviceTimes,
}

impl Run<'_> {
    fn plan(
        &self,
        staging: LogicalPlan,
        columns: &[ViewColumn<TimeColumn>],
    ) -> Result<LogicalPlan, TransformError> {
        let is_measured = self
            .times
            .queue
            .iter()
            .fold(col(&self.times.service).is_not_null(), |any, queue| {
                any.or(col(queue).is_not_null())
            });
        let exprs: Result<Vec<Expr>, TransformError> = columns
            .iter()
            .map(|column| Ok(self.expr(column)?.alias(&column.doc.name)))
            .collect();
        let exprs = exprs?;
        let readers = [exprs.as_slice(), std::slice::from_ref(&is_measured)];
        let measured = measured_plan(self.card, staging, &readers)?;
        Ok(LogicalPlanBuilder::from(measured)
            .filter(is_measured)?
            .project(exprs)?
            .build()?)
    }

    fn expr(&self, column: &ViewColumn<TimeColumn>) -> Result<Expr, TransformError> {
        let data_type = column.doc.column_type.arrow();
        let text = |text: Option<&String>| lit(ScalarValue::Utf8(text.cloned()));
        Ok(match &column.definition {
            TimeColumn::Transaction(definition) => attempts::expr(
                self.card,
                &ViewColumn {
                    doc: column.doc.clone(),
                    definition: definition.clone(),
                },
            )?,
            TimeColumn::Microservice => text(Some(&self.microservice.name)),
            TimeColumn::Picture => text(self.times.image.as_ref()),
            TimeColumn::ServiceMs => cast(col(&self.times.service), data_type),
            TimeColumn::QueueMs => match &self.times.queue {
                Some(queue) => cast(col(queue), data_type),
                None => lit(ScalarValue::try_from(&data_type)?),
            },
            TimeColumn::SizeClass => {
                self.shape(|rule| matches!(rule, TransformRule::SizeClass { .. }))?
            }
            TimeColumn::Orientation => {
                self.shape(|rule| matches!(rule, TransformRule::Orientation { .. }))?
            }
        })
    }

    /// The shape of the picture by the first transform column with a rule; null for a
    /// microservice that runs once a transaction, unless the card has one picture alone.
    fn shape(&self, is_wanted: impl Fn(&TransformRule) -> bool) -> Result<Expr, TransformError> {
        let only = match self.card.images.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        let image = self.times.image.as_ref().or(only);
        let found = self
            .card
            .transform
            .iter()
            .filter(|column| is_wanted(&column.rule))
            .find(|column| image.is_some() && self.image_of(&column.rule) == image);
        match found {
            Some(column) => transaction::shape(self.card, &column.name),
            None => Ok(lit(ScalarValue::Utf8(None))),
        }
    }

    /// The picture whose width and height a rule reads.
    fn image_of(&self, rule: &TransformRule) -> Option<&String> {
        match rule {
            TransformRule::SizeClass { width, .. } | TransformRule::Orientation { width, .. } => {
                self.card.feature(width)?.image.as_ref()
            }
            TransformRule::Keep
            | TransformRule::Same { .. }
            | TransformRule::DatePart(_)
            | TransformRule::MicroserviceTotal { .. }
            | TransformRule::MicroservicesTotal
            | TransformRule::TimeRemainder => None,
        }
    }
}

fn no_rows(card: &Card) -> Result<LogicalPlan, TransformError> {
    let schema = card.view_schema(View::MicroserviceTimes);
    Ok(LogicalPlan::EmptyRelation(EmptyRelation {
        produce_one_row: false,
        schema: Arc::new(DFSchema::try_from(schema.as_ref().clone())?),
    }))
}
