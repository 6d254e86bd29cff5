//! What every test here needs: an extractor, documents, and cells of a batch.

use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use bytes::Bytes;
use serde_json::Value;
use veriscope_card::Card;
use veriscope_extract::{Extracted, Extractor, Rejected};
use veriscope_source::{Content, CsvHeader, CsvRow, Document};

pub(crate) static CARD: LazyLock<Card> = LazyLock::new(|| Card::builtin().unwrap());

pub(crate) static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::new(&CARD).unwrap());

/// One cell, whatever its type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// µs since 1970.
    Instant(i64),
}

impl Cell {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

pub(crate) fn json_document(ordinal: u64, text: impl Into<Vec<u8>>) -> Document {
    Document {
        ordinal,
        offset: 0,
        content: Content::Json(Bytes::from(text.into())),
    }
}

pub(crate) fn bson_document(ordinal: u64, bytes: impl Into<Vec<u8>>) -> Document {
    Document {
        ordinal,
        offset: 0,
        content: Content::Bson(Bytes::from(bytes.into())),
    }
}

pub(crate) fn csv_document(ordinal: u64, header: &Arc<CsvHeader>, fields: &[&[u8]]) -> Document {
    let record = csv::ByteRecord::from(fields.to_vec());
    let row = CsvRow {
        header: Arc::clone(header),
        record,
    };
    Document {
        ordinal,
        offset: 0,
        content: Content::Csv(row),
    }
}

pub(crate) fn extract(documents: &[Document]) -> Extracted {
    EXTRACTOR.extract("a.json", documents).unwrap()
}

pub(crate) fn extract_text(text: impl Into<Vec<u8>>) -> Extracted {
    extract(&[json_document(0, text)])
}

/// Extracts one document that must give a row.
pub(crate) fn taken(document: &Value) -> Extracted {
    let extracted = extract_text(document.to_string());
    assert_eq!(extracted.rejected, []);
    assert_eq!(extracted.batch.num_rows(), 1);
    extracted
}

/// Extracts one document that must be rejected.
pub(crate) fn rejection(text: impl Into<Vec<u8>>) -> Rejected {
    let extracted = extract_text(text);
    assert_eq!(extracted.batch.num_rows(), 0);
    assert_eq!(extracted.notes.0.len(), 0);
    let [rejected] = extracted.rejected.try_into().unwrap();
    rejected
}

pub(crate) fn cell(batch: &RecordBatch, row: usize, column: &str) -> Cell {
    let array = batch
        .column_by_name(column)
        .unwrap_or_else(|| panic!("no column {column}"));
    if array.is_null(row) {
        return Cell::Null;
    }
    match array.data_type() {
        DataType::Utf8 => Cell::text(array.as_string::<i32>().value(row)),
        DataType::Int64 => Cell::Int(array.as_primitive::<Int64Type>().value(row)),
        DataType::Int32 => Cell::Int(array.as_primitive::<Int32Type>().value(row).into()),
        DataType::Float64 => Cell::Float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Bool(array.as_boolean().value(row)),
        DataType::Timestamp(..) => {
            Cell::Instant(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        other => panic!("no cell of type {other}"),
    }
}

/// All cells of a row, in the order of columns.
pub(crate) fn row(batch: &RecordBatch, row: usize) -> Vec<(String, Cell)> {
    let schema = batch.schema();
    let names = schema.fields().iter().map(|field| field.name().clone());
    names
        .map(|name| (name.clone(), cell(batch, row, &name)))
        .collect()
}

/// Sets what stands at a path of keys and indexes, making objects on the way.
pub(crate) fn set(document: &mut Value, path: &str, value: Value) {
    let mut at = document;
    for step in path.split('.') {
        at = match step.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[step],
        };
    }
    *at = value;
}
