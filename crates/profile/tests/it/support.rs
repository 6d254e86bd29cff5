//! Small tables, and how they are reported.

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow_array::TimestampMicrosecondArray;
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use veriscope_profile::{Column, Knowledge, Options, Profiled, profile};

/// A table as named columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table(pub(crate) Vec<(String, ArrayRef)>);

impl Table {
    pub(crate) fn with(mut self, name: &str, array: ArrayRef) -> Self {
        self.0.push((name.to_owned(), array));
        self
    }

    pub(crate) fn numbers(self, name: &str, values: &[Option<f64>]) -> Self {
        self.with(name, Arc::new(Float64Array::from(values.to_vec())))
    }

    pub(crate) fn whole(self, name: &str, values: &[Option<i64>]) -> Self {
        let array: Int64Array = values.iter().copied().collect();
        self.with(name, Arc::new(array))
    }

    pub(crate) fn texts(self, name: &str, values: &[Option<&str>]) -> Self {
        self.with(name, Arc::new(StringArray::from(values.to_vec())))
    }

    pub(crate) fn booleans(self, name: &str, values: &[Option<bool>]) -> Self {
        self.with(name, Arc::new(BooleanArray::from(values.to_vec())))
    }

    /// µs since 1970, UTC.
    pub(crate) fn instants(self, name: &str, values: &[Option<i64>]) -> Self {
        let array = TimestampMicrosecondArray::from(values.to_vec()).with_timezone("UTC");
        self.with(name, Arc::new(array))
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .0
            .iter()
            .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
            .collect();
        Arc::new(Schema::new(fields))
    }

    pub(crate) fn batch(&self) -> RecordBatch {
        let columns = self.0.iter().map(|(_, array)| Arc::clone(array)).collect();
        RecordBatch::try_new(self.schema(), columns).unwrap()
    }

    /// The same rows in batches of these sizes, the last one over and over.
    pub(crate) fn cut(&self, sizes: &[usize]) -> Vec<Result<RecordBatch, ArrowError>> {
        let batch = self.batch();
        let mut sizes = sizes
            .iter()
            .copied()
            .chain(std::iter::repeat(*sizes.last().unwrap()));
        let mut from = 0;
        let mut batches = Vec::new();
        while from < batch.num_rows() {
            let size = sizes.next().unwrap().clamp(1, batch.num_rows() - from);
            batches.push(Ok(batch.slice(from, size)));
            from += size;
        }
        batches
    }

    pub(crate) fn profile(&self, knowledge: &Knowledge, options: &Options) -> Profiled {
        profile(&self.schema(), self.cut(&[usize::MAX]), knowledge, options).unwrap()
    }

    /// Reported in full and without a card.
    pub(crate) fn full(&self) -> Profiled {
        self.profile(&Knowledge::default(), &full())
    }

    /// Reported safely and without a card.
    pub(crate) fn safe(&self) -> Profiled {
        self.profile(&Knowledge::default(), &safe())
    }
}

pub(crate) fn full() -> Options {
    Options {
        full: true,
        ..safe()
    }
}

pub(crate) fn safe() -> Options {
    Options {
        threads: NonZeroUsize::new(2).unwrap(),
        ..Options::default()
    }
}

pub(crate) fn column<'a>(profiled: &'a Profiled, name: &str) -> &'a Column {
    profiled
        .report
        .columns
        .iter()
        .find(|column| column.name == name)
        .unwrap_or_else(|| panic!("no column {name}"))
}

/// Asserts that two numbers agree within a relative or absolute tolerance.
#[track_caller]
pub(crate) fn near(found: f64, expected: f64, tolerance: f64) {
    let away = (found - expected).abs();
    assert!(
        away <= tolerance * expected.abs().max(1.0),
        "{found} is not {expected} within {tolerance}"
    );
}

/// An empty table of columns of every type.
pub(crate) fn every_type() -> SchemaRef {
    let list = DataType::List(Arc::new(Field::new("item", DataType::Int32, true)));
    Arc::new(Schema::new(vec![
        Field::new("number", DataType::Float64, true),
        Field::new("text", DataType::Utf8, true),
        Field::new("flag", DataType::Boolean, true),
        Field::new("day", DataType::Date32, true),
        Field::new("nothing", DataType::Null, true),
        Field::new("list", list, true),
    ]))
}
