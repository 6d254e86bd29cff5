//! Columns of text, row by row.

use arrow_array::{Array, RecordBatch, StringArray, StringViewArray};

/// The text of a row of a column; none where it is null or no text.
pub(crate) enum Texts<'a> {
    Views(&'a StringViewArray),
    Strings(&'a StringArray),
    None,
}

impl<'a> Texts<'a> {
    /// Finds a column of a batch.
    pub(crate) fn of(batch: &'a RecordBatch, name: Option<&str>) -> Self {
        let column = name.and_then(|name| batch.column_by_name(name));
        let Some(column) = column else {
            return Self::None;
        };
        let any = column.as_any();
        if let Some(views) = any.downcast_ref() {
            return Self::Views(views);
        }
        any.downcast_ref().map_or(Self::None, Self::Strings)
    }

    /// Returns the text of a row.
    pub(crate) fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Views(views) => views.is_valid(row).then(|| views.value(row)),
            Self::Strings(strings) => strings.is_valid(row).then(|| strings.value(row)),
            Self::None => None,
        }
    }
}
