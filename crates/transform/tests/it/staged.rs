//! Staged rows from a table drawn in text, columns parted by `|`:
//!
//! ```text
//! file_token | date                      | total_time_ms
//! a          | 2025-01-31T23:59:00-05:00 | 1200
//! b          | 2025-02-01T00:00:00+00:00 |
//! ```
//!
//! An empty cell is null, `''` is empty text, and so are columns of the card that are not
//! named. The offset of the date becomes its `_utc_offset_min`.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use chrono::DateTime;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::datasource::MemTable;
use veriscope_card::{Card, schema::column};

/// How rows lie in the table: nothing of it may show in an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Type of text columns.
    pub(crate) text: TextType,
    /// Number of partitions; rows are dealt out in turn, one to a batch.
    pub(crate) partitions: usize,
}

/// The types in which text may come out of a lake.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TextType {
    Utf8,
    Utf8View,
}

impl Layout {
    /// The simplest one.
    pub(crate) const PLAIN: Self = Self {
        text: TextType::Utf8,
        partitions: 1,
    };
    /// As far from it as can be.
    pub(crate) const SCATTERED: Self = Self {
        text: TextType::Utf8View,
        partitions: 3,
    };
}

/// Reads a drawn table.
pub(crate) fn table(card: &Card, drawn: &str, layout: Layout) -> MemTable {
    let mut lines = drawn.lines().map(cells);
    let header: Vec<String> = lines
        .next()
        .expect("a header line")
        .into_iter()
        .flatten()
        .collect();
    let rows: Vec<Vec<Option<String>>> = lines.collect();
    for row in &rows {
        assert_eq!(
            row.len(),
            header.len(),
            "as many cells as the header has: {row:?}"
        );
    }
    let schema = card.staged_schema();
    for name in &header {
        assert!(
            schema.field_with_name(name).is_ok(),
            "the card has no column {name}"
        );
    }
    lay_out(&batch(card, &schema, &header, &rows), layout)
}

/// Lays rows out as a table.
pub(crate) fn lay_out(batch: &RecordBatch, layout: Layout) -> MemTable {
    let batch = retyped(batch, layout.text);
    let mut partitions = vec![Vec::new(); layout.partitions];
    if layout.partitions == 1 {
        partitions[0].push(batch.clone());
    } else {
        for row in 0..batch.num_rows() {
            partitions[row % layout.partitions].push(batch.slice(row, 1));
        }
    }
    MemTable::try_new(batch.schema(), partitions).unwrap()
}

fn cells(line: &str) -> Vec<Option<String>> {
    line.split('|')
        .map(|cell| match cell.trim() {
            "" => None,
            "''" => Some(String::new()),
            text => Some(text.to_owned()),
        })
        .collect()
}

/// Makes a batch of `schema` from cells of text; columns that `header` does not name are null.
pub(crate) fn batch(
    card: &Card,
    schema: &SchemaRef,
    header: &[String],
    rows: &[Vec<Option<String>>],
) -> RecordBatch {
    let text_of = |name: &str| -> Vec<Option<String>> {
        match header.iter().position(|known| known == name) {
            Some(at) => rows.iter().map(|row| row[at].clone()).collect(),
            None => vec![None; rows.len()],
        }
    };
    let dates = text_of(&card.roles.date);
    let given_offset = header.iter().any(|name| name == column::UTC_OFFSET);
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let text = if field.name() == column::UTC_OFFSET && !given_offset {
            dates
                .iter()
                .map(|date| date.as_deref().map(offset_minutes))
                .collect()
        } else if field.name() == &card.roles.date {
            dates
                .iter()
                .map(|date| date.as_deref().map(microseconds))
                .collect()
        } else {
            text_of(field.name())
        };
        typed(&text, field.data_type())
    });
    RecordBatch::try_new(schema.clone(), columns.collect()).unwrap()
}

fn typed(text: &[Option<String>], data_type: &DataType) -> ArrayRef {
    let text: ArrayRef = Arc::new(StringArray::from(text.to_vec()));
    let numbers = match data_type {
        DataType::Timestamp(..) => cast(&text, &DataType::Int64).unwrap(),
        _ => text.clone(),
    };
    let typed = cast(&numbers, data_type).unwrap();
    assert_eq!(
        typed.null_count(),
        text.null_count(),
        "a cell that is no {data_type}: {text:?}"
    );
    typed
}

fn microseconds(date: &str) -> String {
    DateTime::parse_from_rfc3339(date)
        .unwrap()
        .timestamp_micros()
        .to_string()
}

fn offset_minutes(date: &str) -> String {
    (DateTime::parse_from_rfc3339(date)
        .unwrap()
        .offset()
        .local_minus_utc()
        / 60)
        .to_string()
}

fn retyped(batch: &RecordBatch, text: TextType) -> RecordBatch {
    let TextType::Utf8View = text else {
        return batch.clone();
    };
    let as_view = |data_type: &DataType| match data_type {
        DataType::Utf8 => DataType::Utf8View,
        other => other.clone(),
    };
    let schema = batch.schema();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| Field::new(field.name(), as_view(field.data_type()), true))
        .collect();
    let columns = batch
        .columns()
        .iter()
        .map(|array| cast(array, &as_view(array.data_type())).unwrap())
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}
