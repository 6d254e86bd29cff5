//! Rows of any types, brought into the few types that exporters write.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use veriscope_card::schema::column;

use super::{ExportError, Form};

/// The columns of a table that is none of the published ones.
pub struct AnyRows {
    published: SchemaRef,
}

impl AnyRows {
    /// Decides how columns are written: Parquet keeps their types, text formats know text,
    /// whole numbers, numbers, yes or no, and instants (in UTC); what is none of these is
    /// written as text.
    #[must_use]
    pub fn new(given: &SchemaRef, form: Form) -> Self {
        let published = match form {
            Form::Parquet => Arc::clone(given),
            Form::Csv(_) | Form::Json | Form::Ndjson => {
                let fields = given.fields().iter();
                let fields: Vec<Field> = fields
                    .map(|field| Field::new(field.name(), written_as(field.data_type()), true))
                    .collect();
                Arc::new(Schema::new(fields))
            }
        };
        Self { published }
    }

    /// Returns the columns as they are written.
    #[must_use]
    pub fn published(&self) -> SchemaRef {
        Arc::clone(&self.published)
    }

    /// Brings rows into the form that [`super::Export::write`] takes.
    ///
    /// # Errors
    /// When a value can't be written in its column's type.
    pub fn conform(&self, batch: &RecordBatch) -> Result<RecordBatch, ExportError> {
        let mut fields: Vec<Field> = Vec::with_capacity(batch.num_columns() + 1);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns() + 1);
        for (array, field) in batch.columns().iter().zip(self.published.fields()) {
            columns.push(converted(array, field.data_type())?);
            fields.push(field.as_ref().clone());
        }
        // Instants of a query have no offset of their own.
        columns.push(Arc::new(Int32Array::from(vec![0; batch.num_rows()])));
        fields.push(Field::new(column::UTC_OFFSET, DataType::Int32, true));
        Ok(RecordBatch::try_new(
            Arc::new(Schema::new(fields)),
            columns,
        )?)
    }
}

fn written_as(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => DataType::Int64,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => DataType::Float64,
        DataType::Boolean => DataType::Boolean,
        DataType::Timestamp(_, Some(_)) => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        }
        _ => DataType::Utf8,
    }
}

fn converted(array: &ArrayRef, wanted: &DataType) -> Result<ArrayRef, ArrowError> {
    let given = array.data_type();
    if given == wanted {
        return Ok(Arc::clone(array));
    }
    let is_text = matches!(
        given,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..)
    );
    if *wanted != DataType::Utf8 || is_text {
        return cast(array, wanted);
    }
    let options = FormatOptions::new().with_display_error(false);
    let formatter = ArrayFormatter::try_new(array, &options)?;
    // By meaning: an array of nothing but nulls, or of words, may keep no nulls of its own.
    let nulls = array.logical_nulls();
    let cells: Result<StringArray, ArrowError> = (0..array.len())
        .map(|row| {
            let cell = formatter.value(row);
            let is_there = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            is_there.then(|| cell.try_to_string()).transpose()
        })
        .collect();
    Ok(Arc::new(cells?))
}

#[cfg(test)]
mod tests {
    use super::{converted, written_as};
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int32Type;
    use arrow_array::{
        ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float32Array, ListArray,
        NullArray, TimestampMicrosecondArray, UInt64Array,
    };
    use arrow_schema::DataType;
    use std::sync::Arc;

    fn texts(array: ArrayRef) -> Vec<Option<String>> {
        let wanted = written_as(array.data_type());
        let converted = converted(&array, &wanted).unwrap();
        assert_eq!(*converted.data_type(), DataType::Utf8);
        let cells = converted.as_string::<i32>();
        cells.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[test]
    fn what_is_none_of_the_written_types_becomes_text() {
        let some = |text: &str| Some(text.to_owned());
        let days = Date32Array::from(vec![Some(20_096), None]);
        assert_eq!(texts(Arc::new(days)), [some("2025-01-08"), None]);
        let local = TimestampMicrosecondArray::from(vec![1_736_374_236_542_487]);
        assert_eq!(texts(Arc::new(local)), [some("2025-01-08T22:10:36.542487")]);
        let decimal = Decimal128Array::from(vec![12_345]);
        let decimal = decimal.with_precision_and_scale(10, 2).unwrap();
        assert_eq!(texts(Arc::new(decimal)), [some("123.45")]);
        // Beyond 64 bits with a sign.
        let unsigned = UInt64Array::from(vec![u64::MAX]);
        assert_eq!(texts(Arc::new(unsigned)), [some("18446744073709551615")]);
        let words: DictionaryArray<Int32Type> = vec!["a", "b", "a"].into_iter().collect();
        assert_eq!(texts(Arc::new(words)), [some("a"), some("b"), some("a")]);
        assert_eq!(texts(Arc::new(NullArray::new(2))), [None, None]);
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None])]);
        assert_eq!(texts(Arc::new(list)), [some("[1, ]")]);
    }

    #[test]
    fn numbers_stay_numbers() {
        let float: ArrayRef = Arc::new(Float32Array::from(vec![0.5]));
        assert_eq!(written_as(float.data_type()), DataType::Float64);
        assert_eq!(written_as(&DataType::UInt32), DataType::Int64);
    }
}
