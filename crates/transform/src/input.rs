//! The staging table as plans see it: columns by their exact names.

use arrow_schema::{DataType, TimeUnit};
use datafusion::common::{Column, DFSchemaRef};
use datafusion::logical_expr::{Expr, LogicalPlan, cast, lit};
use datafusion::prelude::coalesce;
use veriscope_card::schema::column;

use crate::TransformError;

/// Columns of one input plan.
pub(crate) struct Input {
    schema: DFSchemaRef,
}

impl Input {
    /// Looks at the columns of `plan`.
    pub(crate) fn new(plan: &LogicalPlan) -> Self {
        Self {
            schema: plan.schema().clone(),
        }
    }

    /// Returns the column and its type.
    pub(crate) fn column(&self, name: &str) -> Result<(Expr, DataType), TransformError> {
        let Ok((qualifier, field)) = self.schema.qualified_field_with_unqualified_name(name) else {
            return Err(TransformError::MissingColumn {
                column: name.to_owned(),
            });
        };
        let expr = Expr::Column(Column::from((qualifier, field)));
        Ok((expr, field.data_type().clone()))
    }

    /// Returns the column cast to `data_type` (no cast where it has that type) under its own name.
    pub(crate) fn column_as(
        &self,
        name: &str,
        data_type: &DataType,
    ) -> Result<Expr, TransformError> {
        Ok(self.typed(name, data_type)?.alias(name))
    }

    /// Returns the column cast to `data_type`, without a cast where it has that type.
    pub(crate) fn typed(&self, name: &str, data_type: &DataType) -> Result<Expr, TransformError> {
        let (expr, own_type) = self.column(name)?;
        if own_type == *data_type {
            return Ok(expr);
        }
        Ok(cast(expr, data_type.clone()))
    }

    /// Returns the offset of the date, minutes east of UTC (`Int32`).
    pub(crate) fn offset_minutes(&self) -> Result<Expr, TransformError> {
        self.typed(column::UTC_OFFSET, &DataType::Int32)
    }

    /// Returns the date as the clock on the wall showed it: `Timestamp(µs)` without a zone,
    /// the instant moved by its own offset.
    ///
    /// Whole numbers of microseconds all the way: by way of nanoseconds, dates after 2262
    /// and before 1677 would not fit.
    pub(crate) fn local_time(&self, date: &str) -> Result<Expr, TransformError> {
        const US_PER_MINUTE: i64 = 60_000_000;
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let instant_us = cast(self.typed(date, &utc)?, DataType::Int64);
        let offset_min = coalesce(vec![
            cast(self.offset_minutes()?, DataType::Int64),
            lit(0_i64),
        ]);
        let local_us = instant_us + offset_min * lit(US_PER_MINUTE);
        Ok(cast(
            local_us,
            DataType::Timestamp(TimeUnit::Microsecond, None),
        ))
    }
}
