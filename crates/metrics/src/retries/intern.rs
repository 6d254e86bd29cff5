//! Text as small numbers.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use super::NONE;
use crate::AnalysisError;

/// Numbers values in the order in which they are first seen, and keeps no text: 16 bytes of
/// hash for each value, which two of ten million values share once in 10^24 tries.
pub(super) struct Interner {
    first: RandomState,
    second: RandomState,
    numbers: HashMap<(u64, u64), u32>,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self {
            first: RandomState::new(),
            second: RandomState::new(),
            numbers: HashMap::new(),
        }
    }

    /// Returns the number of a value, and whether it is new.
    pub(super) fn number(&mut self, value: &str) -> (u32, bool) {
        let key = (self.first.hash_one(value), self.second.hash_one(value));
        let next = u32::try_from(self.numbers.len()).unwrap_or(NONE);
        match self.numbers.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => (*known.get(), false),
            std::collections::hash_map::Entry::Vacant(free) => (*free.insert(next), true),
        }
    }
}

/// The text of each row; `None` for null. Integers are read as their digits.
pub(super) fn texts<'a>(
    column: &'a ArrayRef,
    name: &str,
) -> Result<Box<dyn Iterator<Item = Option<std::borrow::Cow<'a, str>>> + 'a>, AnalysisError> {
    use std::borrow::Cow;
    match column.data_type() {
        DataType::Utf8 => Ok(Box::new(
            column
                .as_string::<i32>()
                .iter()
                .map(|text| text.map(Cow::Borrowed)),
        )),
        DataType::LargeUtf8 => Ok(Box::new(
            column
                .as_string::<i64>()
                .iter()
                .map(|text| text.map(Cow::Borrowed)),
        )),
        DataType::Utf8View => Ok(Box::new(
            column
                .as_string_view()
                .iter()
                .map(|text| text.map(Cow::Borrowed)),
        )),
        DataType::Int64 => {
            let numbers = column.as_primitive::<arrow_array::types::Int64Type>();
            Ok(Box::new(numbers.iter().map(|number| {
                number.map(|number| Cow::Owned(number.to_string()))
            })))
        }
        other => Err(AnalysisError::ColumnType {
            column: name.to_owned(),
            found: other.to_string(),
            expected: "text or Int64",
        }),
    }
}
