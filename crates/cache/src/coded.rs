//! A column of few different values: a small number for each row, and what each number
//! stands for.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::query::Cell;

/// The numbers of the rows: bytes as long as they do.
#[derive(Clone, Debug)]
pub enum Codes {
    /// Up to 256 values.
    Narrow(Vec<u8>),
    /// Up to 65,536.
    Wide(Vec<u16>),
}

impl Codes {
    /// Returns the number of a row; 0 past the end.
    #[must_use]
    pub fn get(&self, row: usize) -> usize {
        match self {
            Self::Narrow(codes) => codes.get(row).copied().map_or(0, usize::from),
            Self::Wide(codes) => codes.get(row).copied().map_or(0, usize::from),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    fn push(&mut self, code: u16) {
        match self {
            Self::Wide(codes) => codes.push(code),
            Self::Narrow(codes) => match u8::try_from(code) {
                Ok(code) => codes.push(code),
                Err(_) => {
                    let mut wide: Vec<u16> = codes.iter().copied().map(u16::from).collect();
                    wide.push(code);
                    *self = Self::Wide(wide);
                }
            },
        }
    }

    /// Returns the rows in another order, each with another number.
    fn mapped(&self, order: &[u32], numbers: &[u16]) -> Self {
        let code = |row: &u32| {
            let old = self.get(usize::try_from(*row).unwrap_or(usize::MAX));
            numbers.get(old).copied().unwrap_or(0)
        };
        if numbers.len() <= 256 {
            let narrow = |row| u8::try_from(code(row)).unwrap_or(0);
            Self::Narrow(order.iter().map(narrow).collect())
        } else {
            Self::Wide(order.iter().map(code).collect())
        }
    }
}

/// A column of few different values.
#[derive(Clone, Debug)]
pub struct Coded {
    /// Column of `attempts`.
    pub name: String,
    /// What the numbers stand for, in order of the values, null first.
    pub values: Vec<Cell>,
    /// The number of each row.
    pub codes: Codes,
}

impl Coded {
    /// Makes a column of values that are there, and of which of them each row has.
    pub(crate) fn new(name: &str, values: Vec<Cell>, rows: impl Iterator<Item = u16>) -> Self {
        let mut codes = Codes::Narrow(Vec::new());
        rows.for_each(|code| codes.push(code));
        Self {
            name: name.to_owned(),
            values,
            codes,
        }
    }

    /// Returns the value of a row.
    #[must_use]
    pub fn value(&self, row: usize) -> &Cell {
        self.values.get(self.codes.get(row)).unwrap_or(&Cell::Null)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        match &self.codes {
            Codes::Narrow(codes) => codes.len(),
            Codes::Wide(codes) => codes.len() * 2,
        }
    }

    /// Adds to what stands in `into` what the table has for the number of each row.
    pub(crate) fn add_to(&self, rows: &[u32], table: &[u32], into: &mut [u32]) {
        match &self.codes {
            Codes::Narrow(codes) => add_to(codes, rows, table, into),
            Codes::Wide(codes) => add_to(codes, rows, table, into),
        }
    }

    /// Counts some rows by their numbers, in the order of [`Self::values`].
    #[must_use]
    pub fn counts(&self, rows: &[u32]) -> Vec<u64> {
        let mut counts = vec![0; self.values.len()];
        for row in rows {
            let row = usize::try_from(*row).unwrap_or(usize::MAX);
            if let Some(count) = counts.get_mut(self.codes.get(row)) {
                *count += 1;
            }
        }
        counts
    }

    /// Leaves of the bits in `into` those that the row's value has.
    pub(crate) fn keep_bits(&self, rows: &[u32], bits: &[u16], into: &mut [u16]) {
        match &self.codes {
            Codes::Narrow(codes) => keep_bits(codes, rows, bits, into),
            Codes::Wide(codes) => keep_bits(codes, rows, bits, into),
        }
    }
}

fn add_to<T: Copy + Default + Into<usize>>(
    codes: &[T],
    rows: &[u32],
    table: &[u32],
    into: &mut [u32],
) {
    for (row, into) in rows.iter().zip(into) {
        *into += table.get(at(codes, *row).into()).copied().unwrap_or(0);
    }
}

/// Leaves of the bits in `into` those that the row's number has.
pub(crate) fn keep_bits<T: Copy + Default + Into<usize>>(
    codes: &[T],
    rows: &[u32],
    bits: &[u16],
    into: &mut [u16],
) {
    for (row, into) in rows.iter().zip(into) {
        *into &= bits.get(at(codes, *row).into()).copied().unwrap_or(0);
    }
}

/// The element of a row; the default past the end.
pub(crate) fn at<T: Copy + Default>(values: &[T], row: u32) -> T {
    let row = usize::try_from(row).unwrap_or(usize::MAX);
    values.get(row).copied().unwrap_or_default()
}

/// What tells values apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Null,
    Number(i64),
    Text(Box<str>),
}

/// A column while it is read: values are numbered as they are first seen.
#[derive(Debug)]
pub(crate) struct CodedPart {
    numbers: HashMap<Key, u16>,
    values: Vec<Cell>,
    codes: Codes,
    /// More values than there are numbers: the column is given up.
    is_full: bool,
}

impl CodedPart {
    pub(crate) fn new() -> Self {
        Self {
            numbers: HashMap::new(),
            values: Vec::new(),
            codes: Codes::Narrow(Vec::new()),
            is_full: false,
        }
    }

    fn number(&mut self, key: Key, value: impl FnOnce() -> Cell) -> u16 {
        if let Some(known) = self.numbers.get(&key) {
            return *known;
        }
        let Ok(next) = u16::try_from(self.values.len()) else {
            self.is_full = true;
            return 0;
        };
        self.numbers.insert(key, next);
        self.values.push(value());
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
                self.texts(rows.map(|row| array.is_valid(row).then(|| array.value(row))));
            }
            DataType::Utf8 => {
                let array = column.as_string::<i32>();
                self.texts(rows.map(|row| array.is_valid(row).then(|| array.value(row))));
            }
            DataType::Int64 => {
                self.whole(column, column.as_primitive::<Int64Type>().iter());
            }
            DataType::Date32 => {
                let days = column.as_primitive::<Date32Type>().iter();
                self.whole(column, days.map(|one| one.map(i64::from)));
            }
            DataType::Boolean => {
                let flags = column.as_boolean().iter();
                self.whole(column, flags.map(|one| one.map(i64::from)));
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

    fn texts<'a>(&mut self, values: impl Iterator<Item = Option<&'a str>>) {
        let mut last: Option<(Option<&str>, u16)> = None;
        for value in values {
            let code = match last {
                Some((same, code)) if same == value => code,
                _ => match value {
                    None => self.number(Key::Null, || Cell::Null),
                    Some(text) => {
                        self.number(Key::Text(text.into()), || Cell::Text(text.to_owned()))
                    }
                },
            };
            last = Some((value, code));
            self.codes.push(code);
        }
    }

    fn whole(&mut self, column: &ArrayRef, values: impl Iterator<Item = Option<i64>>) {
        let mut last: Option<(Option<i64>, u16)> = None;
        for (row, value) in values.enumerate() {
            let code = match last {
                Some((same, code)) if same == value => code,
                _ => self.number(value.map_or(Key::Null, Key::Number), || {
                    Cell::of(column, row)
                }),
            };
            last = Some((value, code));
            self.codes.push(code);
        }
    }

    /// Appends another part of the same column.
    pub(crate) fn merge(&mut self, other: Self) {
        self.is_full |= other.is_full;
        let mut renumbered = vec![0; other.values.len()];
        for (key, old) in other.numbers {
            let value = other.values.get(usize::from(old)).cloned();
            let new = self.number(key, || value.unwrap_or(Cell::Null));
            if let Some(place) = renumbered.get_mut(usize::from(old)) {
                *place = new;
            }
        }
        for row in 0..other.codes.len() {
            let new = renumbered.get(other.codes.get(row)).copied();
            self.codes.push(new.unwrap_or(0));
        }
    }

    /// Returns the column in another order of rows, numbered in the order of its values; none
    /// where it has more values than numbers.
    pub(crate) fn finish(self, name: &str, order: &[u32]) -> Option<Coded> {
        if self.is_full {
            return None;
        }
        let mut places: Vec<usize> = (0..self.values.len()).collect();
        places.sort_by(|one, other| compare(self.values.get(*one), self.values.get(*other)));
        let mut numbers = vec![0_u16; places.len()];
        for (new, old) in places.iter().enumerate() {
            if let Some(place) = numbers.get_mut(*old) {
                *place = u16::try_from(new).unwrap_or(u16::MAX);
            }
        }
        let values = places
            .iter()
            .filter_map(|old| self.values.get(*old).cloned());
        Some(Coded {
            name: name.to_owned(),
            values: values.collect(),
            codes: self.codes.mapped(order, &numbers),
        })
    }

    /// Returns the value of a row.
    pub(crate) fn value(&self, row: usize) -> Option<&Cell> {
        self.values.get(self.codes.get(row))
    }
}

/// Null first, then by value.
fn compare(one: Option<&Cell>, other: Option<&Cell>) -> std::cmp::Ordering {
    match (one, other) {
        (Some(Cell::Int(one)), Some(Cell::Int(other))) => one.cmp(other),
        (Some(Cell::Bool(one)), Some(Cell::Bool(other))) => one.cmp(other),
        (Some(Cell::Text(one)), Some(Cell::Text(other))) => one.cmp(other),
        (one, other) => (one != Some(&Cell::Null)).cmp(&(other != Some(&Cell::Null))),
    }
}
