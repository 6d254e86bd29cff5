//! A column of rows, as little of each value as a comparison needs.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};

use super::category::NONE;
use super::columns::Reading;
use super::groups::Dimension;
use crate::AnalysisError;
use crate::hashed::wrong;
use crate::query::Cell;

/// The values of a column, one for each row.
#[derive(Debug)]
pub(super) enum Values {
    /// Numbers; NaN where there is none. Whole ones are exact up to 16 million.
    Numbers(String, Vec<f32>),
    /// Numbers of groups.
    Groups(Dimension),
}

impl Values {
    pub(super) fn new(name: &str, reading: Reading) -> Self {
        match reading {
            Reading::Number => Self::Numbers(name.to_owned(), Vec::new()),
            Reading::Category => Self::Groups(Dimension::new(name)),
        }
    }

    pub(super) fn update(&mut self, column: &ArrayRef) -> Result<(), AnalysisError> {
        match self {
            Self::Groups(dimension) => dimension.update(column),
            Self::Numbers(name, values) => {
                if let Some(floats) = column.as_primitive_opt::<Float64Type>() {
                    values.extend(floats.iter().map(|one| one.map_or(f32::NAN, narrow)));
                } else if let Some(ints) = column.as_primitive_opt::<Int64Type>() {
                    let narrowed = |one: i64| narrow(crate::number::float_i64(one));
                    values.extend(ints.iter().map(|one| one.map_or(f32::NAN, narrowed)));
                } else if column.null_count() == column.len() {
                    values.resize(values.len() + column.len(), f32::NAN);
                } else {
                    return Err(wrong(column, name, "a number"));
                }
                Ok(())
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Numbers(_, mine), Self::Numbers(_, more)) => mine.extend(more),
            (Self::Groups(mine), Self::Groups(more)) => mine.merge(more),
            (Self::Numbers(..), Self::Groups(_)) | (Self::Groups(_), Self::Numbers(..)) => {}
        }
    }
}

/// Groups of a dimension whose nulls are no value: the number of each row.
pub(super) fn without_null(dimension: &Dimension) -> Vec<u16> {
    let null = dimension.groups.iter().position(|one| *one == Cell::Null);
    let null = null.and_then(|place| u16::try_from(place).ok());
    let number = |value: &u16| if Some(*value) == null { NONE } else { *value };
    dimension.rows.iter().map(number).collect()
}

/// A number with a precision of seven digits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "seven digits are enough for ranks and bins"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// The order of values of one column: none first.
pub(super) fn cell_order(one: &Cell, other: &Cell) -> Ordering {
    match (one, other) {
        (Cell::Bool(one), Cell::Bool(other)) => one.cmp(other),
        (Cell::Int(one), Cell::Int(other)) => one.cmp(other),
        (Cell::Float(one), Cell::Float(other)) => one.total_cmp(other),
        (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
        (one, other) => (*one != Cell::Null).cmp(&(*other != Cell::Null)),
    }
}
