//! A column of few different values while it is read: values are numbered as they are first
//! seen.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use foldhash::fast::RandomState;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::query::Cell;

use crate::bundle::Numbered;
use crate::part_codes::PartCodes;

/// Rows that are renumbered together.
const MERGED: usize = 8192;

/// A column while it is read.
#[derive(Debug)]
pub(crate) struct Numbering {
    null: Option<u16>,
    /// Numbers of whole numbers, days and flags.
    whole: HashMap<i64, u16, RandomState>,
    /// Numbers of texts.
    texts: HashMap<Box<str>, u16, RandomState>,
    values: Vec<Cell>,
    codes: PartCodes,
    /// More values than there are numbers: the column is given up.
    is_full: bool,
}

impl Numbering {
    pub(crate) fn new() -> Self {
        Self {
            null: None,
            whole: HashMap::default(),
            texts: HashMap::default(),
            values: Vec::new(),
            codes: PartCodes::Same(0),
            is_full: false,
        }
    }

    /// Gives a value that was not seen before a number; 0 where there are no more.
    fn add(&mut self, value: Cell) -> u16 {
        match u16::try_from(self.values.len()) {
            Ok(next) => {
                self.values.push(value);
                next
            }
            Err(_) => {
                self.is_full = true;
                0
            }
        }
    }

    fn of_null(&mut self) -> u16 {
        if let Some(known) = self.null {
            return known;
        }
        let next = self.add(Cell::Null);
        *self.null.insert(next)
    }

    fn of_text(&mut self, text: &str) -> u16 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let next = self.add(Cell::Text(text.to_owned()));
        self.texts.insert(text.into(), next);
        next
    }

    /// A whole number, and what is shown of it.
    fn of_whole(&mut self, number: i64, value: impl FnOnce() -> Cell) -> u16 {
        if let Some(known) = self.whole.get(&number) {
            return *known;
        }
        let next = self.add(value());
        self.whole.insert(number, next);
        next
    }

    /// Adds a column's rows. Values that stand one after the other are looked up once.
    pub(crate) fn update(&mut self, column: &ArrayRef, name: &str) -> Result<(), AnalysisError> {
        if self.is_full {
            return Ok(());
        }
        let rows = 0..column.len();
        match column.data_type() {
            DataType::Utf8View => {
                let array = column.as_string_view();
                self.add_texts(rows.map(|row| array.is_valid(row).then(|| array.value(row))));
            }
            DataType::Utf8 => {
                let array = column.as_string::<i32>();
                self.add_texts(rows.map(|row| array.is_valid(row).then(|| array.value(row))));
            }
            DataType::Int64 => {
                self.add_whole(column, column.as_primitive::<Int64Type>().iter());
            }
            DataType::Date32 => {
                let days = column.as_primitive::<Date32Type>().iter();
                self.add_whole(column, days.map(|one| one.map(i64::from)));
            }
            DataType::Boolean => {
                let flags = column.as_boolean().iter();
                self.add_whole(column, flags.map(|one| one.map(i64::from)));
            }
            other => {
                return Err(AnalysisError::ColumnType {
                    column: name.to_owned(),
                    found: other.to_string(),
                    expected: "text, Int64, Date32 or Boolean",
                });
            }
        }
        Ok(())
    }

    fn add_texts<'a>(&mut self, values: impl Iterator<Item = Option<&'a str>>) {
        let mut last: Option<(Option<&str>, u16)> = None;
        let mut codes = Vec::with_capacity(values.size_hint().0);
        for value in values {
            let code = match last {
                Some((same, code)) if same == value => code,
                _ => match value {
                    Some(text) => self.of_text(text),
                    None => self.of_null(),
                },
            };
            last = Some((value, code));
            codes.push(code);
        }
        self.codes.extend(&codes);
    }

    fn add_whole(&mut self, column: &ArrayRef, values: impl Iterator<Item = Option<i64>>) {
        let mut last: Option<(Option<i64>, u16)> = None;
        let mut codes = Vec::with_capacity(column.len());
        for (row, value) in values.enumerate() {
            let code = match last {
                Some((same, code)) if same == value => code,
                _ => match value {
                    Some(number) => self.of_whole(number, || Cell::of(column, row)),
                    None => self.of_null(),
                },
            };
            last = Some((value, code));
            codes.push(code);
        }
        self.codes.extend(&codes);
    }

    /// Appends another part of the same column.
    pub(crate) fn merge(&mut self, other: Self) {
        self.is_full |= other.is_full;
        let mut renumbered = vec![0; other.values.len()];
        let mut put = |old: u16, new: u16| {
            if let Some(place) = renumbered.get_mut(usize::from(old)) {
                *place = new;
            }
        };
        if let Some(old) = other.null {
            put(old, self.of_null());
        }
        for (text, old) in &other.texts {
            put(*old, self.of_text(text));
        }
        for (number, old) in &other.whole {
            let value = other.values.get(usize::from(*old));
            put(
                *old,
                self.of_whole(*number, || value.cloned().unwrap_or(Cell::Null)),
            );
        }
        let new = |row: usize| renumbered.get(other.codes.get(row)).copied().unwrap_or(0);
        for first in (0..other.codes.len()).step_by(MERGED) {
            let last = other.codes.len().min(first + MERGED);
            let codes: Vec<u16> = (first..last).map(new).collect();
            self.codes.extend(&codes);
        }
    }

    /// Returns the column; none where it has more values than numbers.
    pub(crate) fn finish(self, name: &str) -> Option<Numbered> {
        if self.is_full {
            return None;
        }
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        order.sort_by(|one, other| {
            let value = |number: &usize| self.values.get(*number).unwrap_or(&Cell::Null);
            value(one).compare(value(other))
        });
        let mut places = vec![0_u16; order.len()];
        for (place, number) in (0..=u16::MAX).zip(&order) {
            if let Some(of_number) = places.get_mut(*number) {
                *of_number = place;
            }
        }
        let values = order.iter().filter_map(|number| self.values.get(*number));
        Some(Numbered {
            name: name.to_owned(),
            values: values.cloned().collect(),
            places,
            codes: self.codes.finish(),
        })
    }

    /// Returns for each value seen so far, by its number, whether something holds for it.
    pub(crate) fn which(&self, holds: impl FnMut(&Cell) -> bool) -> Vec<bool> {
        self.values.iter().map(holds).collect()
    }

    /// Returns whether there were more values than numbers: of the column nothing is known.
    pub(crate) const fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns the number of a row.
    pub(crate) fn number(&self, row: usize) -> usize {
        self.codes.get(row)
    }
}
