//! The sampled values of one column in one part, in the form in which parts are compared.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::report::{Cell, Column, ColumnKind};
use crate::{Profiled, SampleColumn};

/// One column of one part.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) profiled: &'a Profiled,
    pub(super) column: &'a Column,
    sampled: &'a SampleColumn,
    place: usize,
}

/// What a column can be compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Number,
    Category,
    /// One value or none: as the other parts.
    Either,
    Neither,
}

impl<'a> Part<'a> {
    pub(super) fn new(profiled: &'a Profiled, place: usize) -> Option<Self> {
        Some(Self {
            profiled,
            column: profiled.report.columns.get(place)?,
            sampled: profiled.sample.columns.get(place)?,
            place,
        })
    }

    pub(super) fn form(&self) -> Form {
        match (self.column.kind, self.sampled) {
            (ColumnKind::Datetime, _) => Form::Neither,
            (ColumnKind::Constant, _) if self.constant().is_some() => Form::Either,
            (ColumnKind::Empty, _) => Form::Either,
            (_, SampleColumn::Number(_)) => Form::Number,
            (_, SampleColumn::Code { .. }) => Form::Category,
            (_, SampleColumn::None) => Form::Neither,
        }
    }

    /// The value of a column that has one alone.
    fn constant(&self) -> Option<&'a Cell> {
        let first = self.column.common.as_ref()?.values.first()?;
        (!matches!(first.value, Cell::Hidden { .. })).then_some(&first.value)
    }

    /// Rows of the sample that have a value, in a column of one value.
    fn present(&self) -> impl Iterator<Item = bool> + 'a {
        let missing = self.profiled.sample.missing.get(self.place);
        let empty = self.column.kind == ColumnKind::Empty;
        (0..self.profiled.sample.rows).map(move |row| {
            let missing = missing.and_then(|missing| missing.get(row)).copied();
            !empty && !missing.unwrap_or(false)
        })
    }

    /// Its numbers, `NaN` where missing; `None` where it has other values.
    pub(super) fn numbers(&self) -> Option<Cow<'a, [f64]>> {
        match (self.form(), self.sampled) {
            (Form::Number, SampleColumn::Number(values)) => Some(Cow::Borrowed(values)),
            (Form::Either, _) => {
                let value = match self.constant() {
                    Some(Cell::Number(value)) => *value,
                    Some(_) => return None,
                    None => f64::NAN,
                };
                let values = self
                    .present()
                    .map(|present| if present { value } else { f64::NAN });
                Some(Cow::Owned(values.collect()))
            }
            _ => None,
        }
    }

    /// How often each label occurs, and how many rows miss one; `None` where it has no labels.
    pub(super) fn labels(&self) -> Option<Labels> {
        let mut labels = Labels::default();
        match (self.form(), self.sampled) {
            (
                Form::Category,
                SampleColumn::Code {
                    codes,
                    labels: names,
                },
            ) => {
                for code in codes {
                    let place = usize::try_from(*code).unwrap_or(usize::MAX);
                    labels.add(names.get(place).map(String::as_str));
                }
            }
            (Form::Either, _) => {
                let name = self.constant().map(text);
                for present in self.present() {
                    labels.add(name.as_deref().filter(|_| present));
                }
            }
            _ => return None,
        }
        Some(labels)
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Boolean(yes) => yes.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Hidden { shape } => shape.clone(),
    }
}

/// Rows by label.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    pub(super) counts: BTreeMap<String, u64>,
    pub(super) missing: u64,
}

impl Labels {
    fn add(&mut self, label: Option<&str>) {
        let Some(label) = label else {
            self.missing += 1;
            return;
        };
        match self.counts.get_mut(label) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(label.to_owned(), 1);
            }
        }
    }
}
