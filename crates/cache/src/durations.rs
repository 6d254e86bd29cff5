//! A column of times in whole milliseconds, two bytes each.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::number::floor_index;

/// Nothing was measured.
const NONE: u16 = u16::MAX;
/// The value stands apart: negative, or a minute and more.
const APART: u16 = u16::MAX - 1;

/// A column of times, ms. Times with fractions are rounded.
#[derive(Clone, Debug, Default)]
pub struct Durations {
    values: Vec<u16>,
    apart: HashMap<u32, i64>,
}

/// A time, as a row holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Duration {
    None,
    /// 0 to 65,533.
    Short(u16),
    Apart(i64),
}

impl Durations {
    /// Returns the time of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<i64> {
        match self.at(u32::try_from(row).ok()?) {
            Duration::None => None,
            Duration::Short(value) => Some(i64::from(value)),
            Duration::Apart(value) => Some(value),
        }
    }

    pub(crate) fn at(&self, row: u32) -> Duration {
        match crate::codes::at(&self.values, row) {
            NONE => Duration::None,
            APART => Duration::Apart(self.apart.get(&row).copied().unwrap_or(0)),
            value => Duration::Short(value),
        }
    }

    /// Puts together what [`Self::values`] and [`Self::apart`] gave.
    pub(crate) fn of(values: Vec<u16>, apart: Vec<(u32, i64)>) -> Self {
        Self {
            values,
            apart: apart.into_iter().collect(),
        }
    }

    pub(crate) fn values(&self) -> &[u16] {
        &self.values
    }

    /// Returns the times that take more than two bytes, by row.
    pub(crate) fn apart(&self) -> Vec<(u32, i64)> {
        let mut apart: Vec<(u32, i64)> = self.apart.iter().map(|(row, ms)| (*row, *ms)).collect();
        apart.sort_unstable();
        apart
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.values.len() * 2 + self.apart.len() * 24
    }

    /// Returns the sums of some columns; none where nothing was measured in any.
    pub(crate) fn sum(columns: &[&Self], rows: usize) -> Self {
        let mut sums = Self::default();
        for row in 0..rows {
            let times = columns.iter().filter_map(|column| column.get(row));
            sums.push(times.fold(None, |sum, time| Some(sum.unwrap_or(0) + time)));
        }
        sums
    }

    fn push(&mut self, value: Option<i64>) {
        let Some(value) = value else {
            self.values.push(NONE);
            return;
        };
        match u16::try_from(value) {
            Ok(short) if short < APART => {
                self.values.push(short);
            }
            _ => {
                let row = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
                self.apart.insert(row, value);
                self.values.push(APART);
            }
        }
    }

    /// Adds a column's rows.
    pub(crate) fn update(&mut self, column: &ArrayRef, name: &str) -> Result<(), AnalysisError> {
        match column.data_type() {
            DataType::Int64 => {
                let values = column.as_primitive::<Int64Type>();
                values.iter().for_each(|value| self.push(value));
            }
            DataType::Float64 => {
                let values = column.as_primitive::<Float64Type>();
                values
                    .iter()
                    .for_each(|value| self.push(value.map(rounded)));
            }
            other => {
                return Err(AnalysisError::ColumnType {
                    column: name.to_owned(),
                    found: other.to_string(),
                    expected: "Int64 or Float64",
                });
            }
        }
        Ok(())
    }

    /// Appends another part of the same column.
    pub(crate) fn merge(&mut self, other: Self) {
        let first = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let moved = other.apart.into_iter();
        self.apart
            .extend(moved.map(|(row, value)| (row.saturating_add(first), value)));
        self.values.extend(other.values);
    }

    /// Returns the rows in another order.
    pub(crate) fn ordered(self, order: &[u32]) -> Self {
        let values: Vec<u16> = order
            .iter()
            .map(|row| crate::codes::at(&self.values, *row))
            .collect();
        let mut apart = HashMap::with_capacity(self.apart.len());
        for ((new, value), old) in (0_u32..).zip(&values).zip(order) {
            if *value == APART {
                apart.extend(self.apart.get(old).map(|time| (new, *time)));
            }
        }
        Self { values, apart }
    }
}

fn rounded(value: f64) -> i64 {
    let whole = |value: f64| i64::try_from(floor_index((value + 0.5).floor())).unwrap_or(i64::MAX);
    if value < 0.0 {
        -whole(-value)
    } else {
        whole(value)
    }
}
