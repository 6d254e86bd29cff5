//! The comparison of one column.

use super::arranged::{Arranged, Pattern};
use super::category::{CategoryTest, NONE, category_test};
use super::columns::{Part, WhyColumn};
use super::missing::{MissingTest, missing_test};
use super::rank::{RankTest, rank_test};
use super::values::{Values, without_null};
use crate::acceptance::groups::{Dimension, UNGROUPED};
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

    pub(super) const fn p(&self) -> f64 {
        match self {
            Self::Rank(test) => test.p,
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
    /// Whether they are there, of what the API measures.
    pub(super) missing: Option<MissingTest>,
}

/// Compares a column.
pub(super) fn tested(rows: &Arranged, column: &WhyColumn, values: &Values) -> Tested {
    if column.is_named {
        return Tested::default();
    }
    let is_measured = column.part == Part::Measurement;
    match values {
        Values::Numbers(_, values) => {
            let values = rows.arranged(values);
            let has = |place: usize| values.get(place).is_some_and(|value| !value.is_nan());
            Tested {
                test: rank_test(rows, &values).map(Test::Rank),
                missing: is_measured.then(|| missing_test(rows, has)).flatten(),
            }
        }
        Values::Groups(dimension) => {
            let Some(values) = groups(column, dimension) else {
                return Tested::default();
            };
            let values = rows.arranged(&values);
            let has = |place: usize| values.get(place).is_some_and(|value| *value != NONE);
            Tested {
                test: category_test(rows, &values, &dimension.groups).map(Test::Category),
                missing: is_measured.then(|| missing_test(rows, has)).flatten(),
            }
        }
    }
}

/// Returns the group of each row; none of a column whose values hardly ever come again, as
/// those of identities and free text.
pub(super) fn groups(column: &WhyColumn, dimension: &Dimension) -> Option<Vec<u16>> {
    if dimension.groups.len() >= usize::from(UNGROUPED) {
        return None;
    }
    let rows = float_u64(u64::try_from(dimension.rows.len()).unwrap_or(u64::MAX));
    if crate::number::float(dimension.groups.len()) > (rows / 2.0).max(2.0) {
        return None;
    }
    Some(if column.is_null_a_value {
        dimension.rows.clone()
    } else {
        without_null(dimension)
    })
}
