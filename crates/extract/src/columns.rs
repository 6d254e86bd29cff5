//! The columns of a batch, one builder for each feature and for where a row comes from.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use veriscope_card::ValueType;

use crate::convert::{Instant, Value};
use crate::error::ExtractError;
use crate::plan::Plan;

/// Columns under construction.
pub(crate) struct Columns {
    features: Vec<Column>,
    offset: Int32Builder,
    source: StringBuilder,
    position: Int64Builder,
}

enum Column {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
}

impl Columns {
    pub(crate) fn new(plan: &Plan, rows: usize) -> Self {
        let features = plan
            .features
            .iter()
            .map(|feature| Column::new(feature.value_type, rows));
        Self {
            features: features.collect(),
            offset: Int32Builder::with_capacity(rows),
            source: StringBuilder::with_capacity(rows, 0),
            position: Int64Builder::with_capacity(rows),
        }
    }

    /// Appends one row; `values` in the order of the features.
    pub(crate) fn append(
        &mut self,
        plan: &Plan,
        values: &[Value<'_>],
        date: Instant,
        source: &str,
        position: i64,
    ) -> Result<(), ExtractError> {
        for ((column, value), feature) in self.features.iter_mut().zip(values).zip(&plan.features) {
            column.append(value, &feature.name)?;
        }
        self.offset.append_value(date.offset_minutes);
        append_text(&mut self.source, source, "_source")?;
        self.position.append_value(position);
        Ok(())
    }

    /// Makes the batch.
    pub(crate) fn finish(mut self, schema: SchemaRef) -> Result<RecordBatch, ExtractError> {
        let mut arrays: Vec<ArrayRef> = self.features.iter_mut().map(Column::finish).collect();
        arrays.push(Arc::new(self.offset.finish()));
        arrays.push(Arc::new(self.source.finish()));
        arrays.push(Arc::new(self.position.finish()));
        RecordBatch::try_new(schema, arrays).map_err(ExtractError::Batch)
    }
}

impl Column {
    fn new(value_type: ValueType, rows: usize) -> Self {
        match value_type {
            ValueType::String => Self::Text(StringBuilder::with_capacity(rows, 0)),
            ValueType::Int => Self::Int(Int64Builder::with_capacity(rows)),
            ValueType::Float => Self::Float(Float64Builder::with_capacity(rows)),
            ValueType::Bool => Self::Bool(BooleanBuilder::with_capacity(rows)),
            ValueType::Datetime => Self::Instant(
                TimestampMicrosecondBuilder::with_capacity(rows).with_data_type(value_type.arrow()),
            ),
        }
    }

    fn append(&mut self, value: &Value<'_>, name: &str) -> Result<(), ExtractError> {
        match (self, value) {
            (Self::Text(builder), Value::Text(text)) => append_text(builder, text, name)?,
            (Self::Text(builder), Value::Null) => builder.append_null(),
            (Self::Int(builder), Value::Int(value)) => builder.append_value(*value),
            (Self::Int(builder), Value::Null) => builder.append_null(),
            (Self::Float(builder), Value::Float(value)) => builder.append_value(*value),
            (Self::Float(builder), Value::Null) => builder.append_null(),
            (Self::Bool(builder), Value::Bool(value)) => builder.append_value(*value),
            (Self::Bool(builder), Value::Null) => builder.append_null(),
            (Self::Instant(builder), Value::Instant(value)) => builder.append_value(value.micros),
            (Self::Instant(builder), Value::Null) => builder.append_null(),
            _ => {
                return Err(ExtractError::ColumnType {
                    column: name.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Float(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Instant(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Offsets of text columns are 32 bits wide: more text in one column would be a panic.
fn append_text(builder: &mut StringBuilder, text: &str, name: &str) -> Result<(), ExtractError> {
    let size = builder.values_slice().len() + text.len();
    if i32::try_from(size).is_err() {
        return Err(ExtractError::TooMuchText {
            column: name.to_owned(),
        });
    }
    builder.append_value(text);
    Ok(())
}
