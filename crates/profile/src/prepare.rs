//! Columns of a batch in the few forms that folds read.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, StringViewArray, TimestampMicrosecondArray,
};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};

use crate::ProfileError;
use crate::plan::{Class, Plan};

/// A column of a batch.
#[derive(Clone, Debug)]
pub(crate) enum Prepared {
    Number(Float64Array),
    Boolean(BooleanArray),
    Text(StringViewArray),
    /// µs since 1970; UTC where the column has a zone.
    Instant(TimestampMicrosecondArray),
    /// All null.
    Empty(usize),
    Other(ArrayRef),
}

/// Brings a column into the form of its class.
///
/// # Errors
/// [`ProfileError::Column`] where it has another type than the table said.
pub(crate) fn prepare(plan: &Plan, array: &ArrayRef) -> Result<Prepared, ProfileError> {
    let wrong = |expected| ProfileError::Column {
        column: plan.index,
        expected,
    };
    let to = |target: &DataType, expected| cast(array, target).map_err(|_| wrong(expected));
    match plan.class {
        Class::Number => {
            let array = to(&DataType::Float64, "numbers")?;
            let numbers = array.as_primitive_opt::<Float64Type>();
            numbers
                .cloned()
                .map(Prepared::Number)
                .ok_or_else(|| wrong("numbers"))
        }
        Class::Boolean => {
            let array = to(&DataType::Boolean, "booleans")?;
            let booleans = array.as_boolean_opt();
            booleans
                .cloned()
                .map(Prepared::Boolean)
                .ok_or_else(|| wrong("booleans"))
        }
        Class::Text => {
            let array = to(&DataType::Utf8View, "text")?;
            let texts = array.as_string_view_opt();
            texts
                .cloned()
                .map(Prepared::Text)
                .ok_or_else(|| wrong("text"))
        }
        Class::Instant => {
            let array = to(
                &DataType::Timestamp(TimeUnit::Microsecond, plan.zone.clone()),
                "instants",
            )?;
            let instants = array.as_primitive_opt::<TimestampMicrosecondType>();
            instants
                .cloned()
                .map(Prepared::Instant)
                .ok_or_else(|| wrong("instants"))
        }
        Class::Empty => Ok(Prepared::Empty(array.len())),
        Class::Other => Ok(Prepared::Other(Arc::clone(array))),
    }
}
