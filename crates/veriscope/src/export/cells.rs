//! Typed access to the cells of published rows.

use std::sync::Arc;

use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use veriscope_card::schema::column;

use super::ExportError;

/// The published columns and the offset beside them.
pub(super) struct Layout {
    published: SchemaRef,
    with_offset: SchemaRef,
}

/// Rows of one table.
pub(super) struct Rows {
    /// Published columns, of the published types.
    pub(super) batch: RecordBatch,
    /// Offset of the row's dates, minutes east of UTC.
    pub(super) offsets: PrimitiveArray<Int32Type>,
}

/// A column, told by its type.
pub(super) enum Cells<'a> {
    /// Text.
    Text(&'a StringArray),
    /// Whole numbers.
    Int(&'a PrimitiveArray<Int64Type>),
    /// Numbers.
    Float(&'a PrimitiveArray<Float64Type>),
    /// Yes or no.
    Bool(&'a BooleanArray),
    /// Microseconds since 1970.
    Instant(&'a PrimitiveArray<TimestampMicrosecondType>),
}

/// One cell.
pub(super) enum Cell<'a> {
    /// Nothing.
    Null,
    /// Text.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// Microseconds since 1970.
    Instant(i64),
}

impl Layout {
    pub(super) fn new(published: &SchemaRef) -> Self {
        let mut fields: Vec<Arc<Field>> = published.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(
            column::UTC_OFFSET,
            DataType::Int32,
            true,
        )));
        let with_offset = Arc::new(Schema::new(fields));
        Self {
            published: Arc::clone(published),
            with_offset,
        }
    }

    /// The published columns, then the offset.
    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.with_offset)
    }

    /// Checks names and gives columns the published types: a query may return text as views
    /// or dictionaries.
    pub(super) fn conform(&self, batch: &RecordBatch) -> Result<RecordBatch, ExportError> {
        let given = batch.schema_ref().fields();
        let wanted = self.with_offset.fields();
        let same = given.len() == wanted.len()
            && given
                .iter()
                .zip(wanted)
                .all(|(given, wanted)| given.name() == wanted.name());
        if !same {
            return Err(ExportError::Layout(format!(
                "{} columns of a table do not have the {} published names, then {}",
                given.len(),
                self.published.fields().len(),
                column::UTC_OFFSET
            )));
        }
        let columns: Vec<ArrayRef> = batch
            .columns()
            .iter()
            .zip(wanted)
            .map(|(array, field)| arrow_cast::cast(array, field.data_type()))
            .collect::<Result<_, _>>()?;
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }

    /// Splits a conforming batch into published columns and offsets.
    pub(super) fn split(&self, batch: &RecordBatch) -> Result<Rows, ExportError> {
        let mut columns = batch.columns().to_vec();
        let last = columns.pop();
        let offsets = last
            .as_ref()
            .and_then(|array| array.as_any().downcast_ref::<PrimitiveArray<Int32Type>>())
            .ok_or_else(|| ExportError::Layout("a table without offsets".to_owned()))?
            .clone();
        let batch = RecordBatch::try_new(Arc::clone(&self.published), columns)?;
        Ok(Rows { batch, offsets })
    }
}

impl Rows {
    pub(super) fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The offset of a row's dates; UTC where it has none.
    pub(super) fn offset_min(&self, row: usize) -> i32 {
        if self.offsets.is_null(row) {
            0
        } else {
            self.offsets.value(row)
        }
    }

    /// The published columns, told by type.
    pub(super) fn columns(&self) -> std::io::Result<Vec<Cells<'_>>> {
        self.batch.columns().iter().map(Cells::of).collect()
    }
}

impl<'a> Cells<'a> {
    fn of(array: &'a ArrayRef) -> std::io::Result<Self> {
        let any = array.as_any();
        let cells = match array.data_type() {
            DataType::Utf8 => any.downcast_ref().map(Self::Text),
            DataType::Int64 => any.downcast_ref().map(Self::Int),
            DataType::Float64 => any.downcast_ref().map(Self::Float),
            DataType::Boolean => any.downcast_ref().map(Self::Bool),
            DataType::Timestamp(TimeUnit::Microsecond, _) => any.downcast_ref().map(Self::Instant),
            _ => None,
        };
        cells.ok_or_else(|| {
            std::io::Error::other(format!("no way to write a column of {}", array.data_type()))
        })
    }

    /// Returns the cell of a row.
    pub(super) fn cell(&self, row: usize) -> Cell<'a> {
        match self {
            Self::Text(cells) if !cells.is_null(row) => Cell::Text(cells.value(row)),
            Self::Int(cells) if !cells.is_null(row) => Cell::Int(cells.value(row)),
            Self::Float(cells) if !cells.is_null(row) => Cell::Float(cells.value(row)),
            Self::Bool(cells) if !cells.is_null(row) => Cell::Bool(cells.value(row)),
            Self::Instant(cells) if !cells.is_null(row) => Cell::Instant(cells.value(row)),
            _ => Cell::Null,
        }
    }
}
