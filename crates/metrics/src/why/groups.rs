//! The groups of a dimension as small numbers.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::AnalysisError;
use crate::query::Cell;

/// The number of rows whose group is one too many.
pub(crate) const UNGROUPED: u16 = u16::MAX;

/// What tells groups apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Null,
    Number(i64),
    Text(Box<str>),
}

/// A dimension's groups, numbered as they are first seen, and the group of each row.
#[derive(Debug)]
pub(crate) struct Dimension {
    pub(crate) column: String,
    numbers: HashMap<Key, u16>,
    pub(crate) groups: Vec<Cell>,
    pub(crate) rows: Vec<u16>,
}

impl Dimension {
    pub(crate) fn new(column: &str) -> Self {
        Self {
            column: column.to_owned(),
            numbers: HashMap::new(),
            groups: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn number(&mut self, key: Key, group: impl FnOnce() -> Cell) -> u16 {
        if let Some(known) = self.numbers.get(&key) {
            return *known;
        }
        let next = u16::try_from(self.groups.len()).unwrap_or(UNGROUPED);
        if next == UNGROUPED {
            return UNGROUPED;
        }
        self.numbers.insert(key, next);
        self.groups.push(group());
        next
    }

    /// Adds a column's rows. Values that stand one after the other are looked up once.
    pub(crate) fn update(&mut self, column: &ArrayRef) -> Result<(), AnalysisError> {
        let rows = column.len();
        self.rows.reserve(rows);
        match column.data_type() {
            DataType::Utf8View => {
                let array = column.as_string_view();
                self.extend_texts(
                    (0..rows).map(|row| array.is_valid(row).then(|| array.value(row))),
                );
            }
            DataType::Utf8 => {
                let array = column.as_string::<i32>();
                self.extend_texts(
                    (0..rows).map(|row| array.is_valid(row).then(|| array.value(row))),
                );
            }
            DataType::Int64 => {
                let array = column.as_primitive::<Int64Type>();
                self.extend_numbers(column, array.iter());
            }
            DataType::Date32 => {
                let array = column.as_primitive::<Date32Type>();
                self.extend_numbers(column, array.iter().map(|one| one.map(i64::from)));
            }
            DataType::Boolean => {
                let array = column.as_boolean();
                self.extend_numbers(column, array.iter().map(|one| one.map(i64::from)));
            }
            other => {
                return Err(AnalysisError::ColumnType {
                    column: self.column.clone(),
                    found: other.to_string(),
                    expected: "text, Int64, Date32 or Boolean",
                });
            }
        }
        Ok(())
    }

    fn extend_texts<'a>(&mut self, values: impl Iterator<Item = Option<&'a str>>) {
        let mut last: Option<(Option<&str>, u16)> = None;
        for value in values {
            let number = match last {
                Some((same, number)) if same == value => number,
                _ => match value {
                    None => self.number(Key::Null, || Cell::Null),
                    Some(text) => {
                        self.number(Key::Text(text.into()), || Cell::Text(text.to_owned()))
                    }
                },
            };
            last = Some((value, number));
            self.rows.push(number);
        }
    }

    fn extend_numbers(&mut self, column: &ArrayRef, values: impl Iterator<Item = Option<i64>>) {
        let mut last: Option<(Option<i64>, u16)> = None;
        for (row, value) in values.enumerate() {
            let number = match last {
                Some((same, number)) if same == value => number,
                _ => self.number(value.map_or(Key::Null, Key::Number), || {
                    Cell::of(column, row)
                }),
            };
            last = Some((value, number));
            self.rows.push(number);
        }
    }

    /// Appends another part of the same dimension.
    pub(crate) fn merge(&mut self, other: Self) {
        let mut renumbered = vec![UNGROUPED; other.groups.len()];
        for (key, number) in other.numbers {
            let group = other.groups.get(usize::from(number)).cloned();
            let new = self.number(key, || group.unwrap_or(Cell::Null));
            if let Some(place) = renumbered.get_mut(usize::from(number)) {
                *place = new;
            }
        }
        self.rows.extend(other.rows.iter().map(|number| {
            let new = renumbered.get(usize::from(*number));
            new.copied().unwrap_or(UNGROUPED)
        }));
    }
}
