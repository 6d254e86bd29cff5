//! The comparison of one column.

use super::arranged::{Arranged, Pattern};
use super::category::{CategoryTest, NONE, category_test};
use super::columns::{Family, WhyColumn};
use super::groups::{Dimension, UNGROUPED};
use super::missing::{MissingTest, missing_test};
use super::rank::{RankTest, rank_test};
use super::stage::numbers_of;
use super::values::{Values, without_null};
use crate::number::float_u64;

/// A column compared.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Rank(RankTest),
    Category(CategoryTest),
}

impl Test {
    /// Returns the size of the difference, 0 to 1.
    pub(super) fn effect(&self) -> f64 {
        match self {
            Self::Rank(test) => test.delta.abs(),
            Self::Category(test) => test.effect,
        }
    }

    pub(super) fn p(&self) -> f64 {
        match self {
            Self::Rank(test) => test.contrast.p(),
            Self::Category(test) => test.p,
        }
    }

    pub(super) const fn pattern(&self) -> &Pattern {
        match self {
            Self::Rank(test) => &test.pattern,
            Self::Category(test) => &test.pattern,
        }
    }
}

/// What was found of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Tested {
    /// Its values; none where there is nothing to compare.
    pub(super) test: Option<Test>,
    /// Whether they are there, of times of a microservice.
    pub(super) missing: Option<MissingTest>,
}

/// Compares a column.
///
/// `stage` says which rows are of the stage at which columns are compared that depend on it.
pub(super) fn tested(
    rows: &Arranged,
    column: &WhyColumn,
    values: &Values,
    stage: &[bool],
) -> Tested {
    if column.is_named {
        return Tested::default();
    }
    match values {
        Values::Numbers(_, values) => {
            let of_stage = rows.arranged(&numbers_of(column, values, stage));
            Tested {
                test: rank_test(rows, &of_stage).map(Test::Rank),
                missing: missing(rows, column, values),
            }
        }
        Values::Groups(dimension) => {
            let Some(values) = groups(column, dimension, stage) else {
                return Tested::default();
            };
            let values = rows.arranged(&values);
            Tested {
                test: category_test(rows, &values, &dimension.groups).map(Test::Category),
                missing: None,
            }
        }
    }
}

/// Compares how often a microservice ran, by its times.
fn missing(rows: &Arranged, column: &WhyColumn, values: &[f32]) -> Option<MissingTest> {
    if !matches!(column.family, Some(Family::Times(_))) {
        return None;
    }
    let values = rows.arranged(values);
    missing_test(rows, |place| {
        values.get(place).is_some_and(|value| !value.is_nan())
    })
}

/// Returns the group of each row; none of a column whose values hardly ever come again, as
/// those of identities and free text.
pub(super) fn groups(
    column: &WhyColumn,
    dimension: &Dimension,
    stage: &[bool],
) -> Option<Vec<u16>> {
    if dimension.groups.len() >= usize::from(UNGROUPED) {
        return None;
    }
    let rows = float_u64(u64::try_from(dimension.rows.len()).unwrap_or(u64::MAX));
    if crate::number::float(dimension.groups.len()) > (rows / 2.0).max(2.0) {
        return None;
    }
    let mut values = if column.is_null_a_value {
        dimension.rows.clone()
    } else {
        without_null(dimension)
    };
    if column.is_of_stage {
        for (value, is_of_stage) in values.iter_mut().zip(stage) {
            *value = if *is_of_stage { *value } else { NONE };
        }
    }
    Some(values)
}
