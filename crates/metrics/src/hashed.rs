//! What analyses read of a column: numbers, and texts as hashes, which tell persons and
//! processes apart when there are millions.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use twox_hash::XxHash64;

use crate::AnalysisError;
use crate::number::float_i64;

/// Returns the hash of a text by XXH64, the same wherever and whenever, and never 0: of ten
/// million texts two share one in one of 400,000 tables.
#[must_use]
pub fn hash(text: &str) -> u64 {
    XxHash64::oneshot(0, text.as_bytes()).max(1)
}

/// Returns the hash of some numbers, spread over all 64 bits.
#[must_use]
pub fn hash_of(numbers: &[u64]) -> u64 {
    numbers.iter().fold(0, |hash, number| {
        let bytes = number.to_le_bytes();
        XxHash64::oneshot(hash, &bytes)
    })
}

/// Hashes a column of text; 0 stands for null and empty text, and for a column not named.
///
/// # Errors
/// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
pub fn hashes(
    batch: &RecordBatch,
    name: Option<&str>,
    into: &mut Vec<u64>,
) -> Result<(), AnalysisError> {
    let first = into.len();
    into.resize(first + batch.num_rows(), 0);
    let Some(name) = name else { return Ok(()) };
    each_text(column(batch, name)?, name, |row, text| {
        if let (Some(text), Some(place)) = (text, into.get_mut(first + row))
            && !text.is_empty()
        {
            *place = hash(text);
        }
    })
}

/// Calls for each row of a column of text.
///
/// # Errors
/// [`AnalysisError::ColumnType`].
pub fn each_text(
    array: &ArrayRef,
    name: &str,
    mut call: impl FnMut(usize, Option<&str>),
) -> Result<(), AnalysisError> {
    if let Some(views) = array.as_string_view_opt() {
        for (row, text) in views.iter().enumerate() {
            call(row, text);
        }
        return Ok(());
    }
    let texts = array
        .as_string_opt::<i32>()
        .ok_or_else(|| wrong(array, name, "text"))?;
    for (row, text) in texts.iter().enumerate() {
        call(row, text);
    }
    Ok(())
}

/// Returns a column of numbers; NaN for null.
///
/// # Errors
/// [`AnalysisError::ColumnType`].
pub fn floats(array: &ArrayRef, name: &str) -> Result<Vec<f64>, AnalysisError> {
    let mut floats: Vec<f64> = match array.data_type() {
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>().values();
            values.iter().copied().map(float_i64).collect()
        }
        DataType::Float64 => array.as_primitive::<Float64Type>().values().to_vec(),
        _ => return Err(wrong(array, name, "Int64 or Float64")),
    };
    if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
        for (float, is_there) in floats.iter_mut().zip(nulls) {
            *float = if is_there { *float } else { f64::NAN };
        }
    }
    Ok(floats)
}

/// Finds a column of a batch of `attempts`.
///
/// # Errors
/// [`AnalysisError::MissingColumn`].
pub fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, AnalysisError> {
    batch
        .column_by_name(name)
        .ok_or_else(|| AnalysisError::MissingColumn {
            column: name.to_owned(),
            view: "attempts",
        })
}

/// Returns the error of a column of another type than expected.
#[must_use]
pub fn wrong(array: &ArrayRef, name: &str, expected: &'static str) -> AnalysisError {
    AnalysisError::ColumnType {
        column: name.to_owned(),
        found: array.data_type().to_string(),
        expected,
    }
}

/// Returns the first 16 bytes of a key, without the prefix that all keys of a column share, as
/// a number in the same order: 80 bits of a token, which tell the attempts of one process in
/// one microsecond apart.
#[must_use]
pub fn in_order(key: &str, prefix: &str) -> u128 {
    let key = key.strip_prefix(prefix).unwrap_or(key);
    let mut bytes = [0; 16];
    for (byte, of_key) in bytes.iter_mut().zip(key.bytes()) {
        *byte = of_key;
    }
    u128::from_be_bytes(bytes)
}
