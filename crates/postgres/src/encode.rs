//! Record batches as PostgreSQL's binary COPY format.
//!
//! The format: <https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format".

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, BooleanArray, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, TimeUnit};
use bytes::{BufMut, BytesMut};

/// Seconds from 1970 to 2000, where PostgreSQL counts time from, in microseconds.
pub(crate) const EPOCH_US: i64 = 946_684_800_000_000;
/// The first instant that PostgreSQL takes (4714 BC), microseconds since 2000.
const MIN_INSTANT: i64 = -211_813_488_000_000_000;
/// The first that it no longer takes (the year 294277), microseconds since 2000.
const END_INSTANT: i64 = 9_223_371_331_200_000_000;

/// Begins every binary copy: signature, flags, length of the extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Ends every binary copy.
const TRAILER: i16 = -1;
/// Length of a null.
const NULL: i32 = -1;

/// The type of a column in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SqlType {
    BigInt,
    Double,
    Text,
    Boolean,
    TimestampTz,
}

impl SqlType {
    /// Returns the type as `format_type` tells it.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::BigInt => "bigint",
            Self::Double => "double precision",
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::TimestampTz => "timestamp with time zone",
        }
    }

    /// Returns the type that holds a column of Arrow's; none for those that no card makes.
    pub(crate) const fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Int32 | DataType::Int64 => Some(Self::BigInt),
            DataType::Float64 => Some(Self::Double),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(Self::Text),
            DataType::Boolean => Some(Self::Boolean),
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => Some(Self::TimestampTz),
            _ => None,
        }
    }
}

/// Why a batch can't be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncodeError {
    /// The batch is not of the table's schema.
    #[error("column {column} of the rows is {found}, not {wanted}")]
    Schema {
        column: String,
        wanted: String,
        found: String,
    },
    /// An instant that PostgreSQL's calendar does not have.
    #[error("an instant in column {column} lies outside of what the database can hold")]
    Instant { column: String },
    /// A text of 2 GiB.
    #[error("a text in column {column} is too long for the database")]
    Length { column: String },
}

/// A typed column of a batch.
pub(crate) enum Cells<'a> {
    Int(&'a Int64Array),
    SmallInt(&'a Int32Array),
    Float(&'a Float64Array),
    Bool(&'a BooleanArray),
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Instant(&'a TimestampMicrosecondArray),
}

/// One cell, not null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
    /// Microseconds since 1970.
    Instant(i64),
}

impl<'a> Cells<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Int64 => Self::Int(array.as_primitive::<Int64Type>()),
            DataType::Int32 => Self::SmallInt(array.as_primitive::<Int32Type>()),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>()),
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                Self::Instant(array.as_primitive::<TimestampMicrosecondType>())
            }
            _ => return None,
        })
    }

    /// Returns a cell; none where it is null.
    pub(crate) fn cell(&self, row: usize) -> Option<Cell<'a>> {
        macro_rules! cell {
            ($array:expr, $kind:ident) => {
                $array.is_valid(row).then(|| Cell::$kind($array.value(row)))
            };
        }
        match self {
            Self::Int(array) => cell!(array, Int),
            Self::SmallInt(array) => array
                .is_valid(row)
                .then(|| Cell::Int(array.value(row).into())),
            Self::Float(array) => cell!(array, Float),
            Self::Bool(array) => cell!(array, Bool),
            Self::Text(array) => cell!(array, Text),
            Self::LargeText(array) => cell!(array, Text),
            Self::TextView(array) => cell!(array, Text),
            Self::Instant(array) => cell!(array, Instant),
        }
    }
}

/// Finds the columns of a table in a batch: same names, same order, types that go together.
pub(crate) fn columns<'a>(
    wanted: &[(&str, SqlType)],
    batch: &'a RecordBatch,
) -> Result<Vec<Cells<'a>>, EncodeError> {
    let schema = batch.schema();
    let found = |at: usize| {
        schema.fields().get(at).map_or_else(
            || "missing".to_owned(),
            |field| format!("{} {}", field.name(), field.data_type()),
        )
    };
    let refused = |at: usize, (name, sql_type): &(&str, SqlType)| EncodeError::Schema {
        column: (*name).to_owned(),
        wanted: sql_type.sql().to_owned(),
        found: found(at),
    };
    let mut cells = Vec::with_capacity(wanted.len());
    for (at, column) in wanted.iter().enumerate() {
        let fits = schema.fields().get(at).is_some_and(|field| {
            field.name() == column.0 && SqlType::of(field.data_type()) == Some(column.1)
        });
        let typed = fits.then(|| batch.columns().get(at)).flatten();
        let typed = typed.and_then(|array| Cells::of(array.as_ref()));
        cells.push(typed.ok_or_else(|| refused(at, column))?);
    }
    if batch.num_columns() > wanted.len() {
        return Err(EncodeError::Schema {
            column: found(wanted.len()),
            wanted: "absent".to_owned(),
            found: "there".to_owned(),
        });
    }
    Ok(cells)
}

/// Writes what begins a copy.
pub(crate) fn begin(out: &mut BytesMut) {
    out.put_slice(HEADER);
}

/// Writes what ends a copy.
pub(crate) fn end(out: &mut BytesMut) {
    out.put_i16(TRAILER);
}

/// Writes one row.
pub(crate) fn row(
    wanted: &[(&str, SqlType)],
    cells: &[Cells<'_>],
    row: usize,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    // Names of more columns than a table can have were refused by the server long before.
    out.put_i16(i16::try_from(cells.len()).unwrap_or(i16::MAX));
    for (column, (name, _)) in cells.iter().zip(wanted) {
        match column.cell(row) {
            None => out.put_i32(NULL),
            Some(Cell::Int(value)) => {
                out.put_i32(8);
                out.put_i64(value);
            }
            Some(Cell::Float(value)) => {
                out.put_i32(8);
                out.put_f64(value);
            }
            Some(Cell::Bool(value)) => {
                out.put_i32(1);
                out.put_u8(u8::from(value));
            }
            Some(Cell::Instant(value)) => {
                let since_2000 = value
                    .checked_sub(EPOCH_US)
                    .filter(|instant| (MIN_INSTANT..END_INSTANT).contains(instant));
                let since_2000 = since_2000.ok_or_else(|| EncodeError::Instant {
                    column: (*name).to_owned(),
                })?;
                out.put_i32(8);
                out.put_i64(since_2000);
            }
            Some(Cell::Text(value)) => {
                let text = without_nul(value);
                let length = i32::try_from(text.len()).map_err(|_| EncodeError::Length {
                    column: (*name).to_owned(),
                })?;
                out.put_i32(length);
                out.put_slice(text.as_bytes());
            }
        }
    }
    Ok(())
}

/// Puts U+FFFD in the place of NUL, which PostgreSQL's text can't hold. Extraction does the
/// same for every target, so that none should be left.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) {
        return Cow::Owned(text.replace('\0', "\u{fffd}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests;
