//! Whether two columns tell the same.

use super::arranged::Arranged;
use super::category::NONE;
use super::columns::WhyColumn;
use super::rank::centred_ranks;
use super::stage::numbers_of;
use super::tested::groups;
use super::values::{Values, cell_order};
use crate::number::{float, float_u64};
use crate::query::Cell;
use std::collections::HashMap;

/// So many rows, chosen evenly, tell.
const ROWS: usize = 5_000;
/// Association above which two columns tell the same.
const SAME: f64 = 0.95;
/// Fewer rows with both values tell nothing.
const LEAST_ROWS: usize = 30;
/// Groups of fewer rows on average are told by chance.
const LEAST_OF_GROUP: usize = 5;

/// A column's values in the rows that tell.
pub(super) struct Sample {
    /// Ranks, where its values have an order; NaN of none.
    ranks: Option<Vec<f64>>,
    /// Groups.
    groups: Option<Vec<u16>>,
}

/// How one column stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alike {
    /// Each tells the other.
    Same,
    /// The first is told by the second, which is finer.
    ToldBySecond,
    /// The second is told by the first.
    ToldByFirst,
    /// Neither.
    No,
}

/// Returns the places of the rows that tell: an even choice that depends on keys alone.
pub(super) fn chosen(rows: &Arranged) -> Vec<usize> {
    let share = float(ROWS) / float(rows.keys.len().max(1));
    let is_chosen = |place: &usize| {
        let key = rows.keys.get(*place).copied().unwrap_or(0);
        float_u64(key) / float_u64(u64::MAX) <= share
    };
    (0..rows.keys.len()).filter(is_chosen).collect()
}

impl Sample {
    pub(super) fn of(
        (column, values): (&WhyColumn, &Values),
        stage: &[bool],
        rows: &Arranged,
        chosen: &[usize],
    ) -> Self {
        let rows = chosen.iter().filter_map(|place| rows.order.get(*place));
        match values {
            Values::Numbers(_, values) => {
                let values = numbers_of(column, values, stage);
                let values = rows.map(|row| values.get(*row).copied().unwrap_or(f32::NAN));
                let values: Vec<f32> = values.collect();
                Self {
                    ranks: Some(centred_ranks(&values)),
                    groups: None,
                }
            }
            Values::Groups(dimension) => {
                let numbers = groups(column, dimension, stage);
                let groups: Option<Vec<u16>> = numbers.map(|numbers| {
                    rows.map(|row| numbers.get(*row).copied().unwrap_or(NONE))
                        .collect()
                });
                let has_order = has_order(&dimension.groups);
                let ranks = groups.as_ref().filter(|_| has_order).map(|groups| {
                    let places = places(&dimension.groups);
                    let value = |group: &u16| places.get(usize::from(*group)).copied();
                    let values: Vec<f32> = groups
                        .iter()
                        .map(|group| value(group).unwrap_or(f32::NAN))
                        .collect();
                    centred_ranks(&values)
                });
                Self { ranks, groups }
            }
        }
    }

    /// Returns how this column stands to another.
    pub(super) fn to(&self, other: &Self) -> Alike {
        if let (Some(one), Some(two)) = (&self.ranks, &other.ranks)
            && correlation(one, two).abs() > SAME
        {
            return Alike::Same;
        }
        let (Some(one), Some(two)) = (&self.groups, &other.groups) else {
            return Alike::No;
        };
        match (told(one, two) > SAME, told(two, one) > SAME) {
            (true, true) => Alike::Same,
            (true, false) => Alike::ToldBySecond,
            (false, true) => Alike::ToldByFirst,
            (false, false) => Alike::No,
        }
    }
}

/// Days, numbers, and what has two values, have an order.
fn has_order(groups: &[Cell]) -> bool {
    let values: Vec<&Cell> = groups.iter().filter(|one| **one != Cell::Null).collect();
    values.len() == 2
        || values.iter().all(
            |one| !matches!(one, Cell::Text(text) if crate::expression::Day::parse(text).is_none()),
        )
}

/// The place of each group in the order of values; NaN of none.
fn places(groups: &[Cell]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|one, other| match (groups.get(*one), groups.get(*other)) {
        (Some(one), Some(other)) => cell_order(one, other),
        _ => std::cmp::Ordering::Equal,
    });
    let mut places = vec![f32::NAN; groups.len()];
    let mut next = 0.0;
    for at in order {
        if let (Some(slot), Some(cell)) = (places.get_mut(at), groups.get(at))
            && *cell != Cell::Null
        {
            *slot = next;
            next += 1.0;
        }
    }
    places
}

/// Pearson's correlation of ranks, over rows with both.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let pairs = || {
        let both = one.iter().zip(other);
        both.filter(|(one, other)| !one.is_nan() && !other.is_nan())
    };
    let count = pairs().count();
    if count < LEAST_ROWS {
        return 0.0;
    }
    let n = float(count);
    let mean = [
        pairs().map(|(one, _)| one).sum::<f64>() / n,
        pairs().map(|(_, other)| other).sum::<f64>() / n,
    ];
    let (mut both, mut ones, mut others) = (0.0, 0.0, 0.0);
    for (one, other) in pairs() {
        let (one, other) = (one - mean[0], other - mean[1]);
        both += one * other;
        ones += one * one;
        others += other * other;
    }
    if ones > 0.0 && others > 0.0 {
        both / (ones * others).sqrt()
    } else {
        0.0
    }
}

/// How far the first column is told by the second: Goodman and Kruskal's λ, by how much less
/// often the most frequent value is the wrong guess where the second is known.
fn told(first: &[u16], second: &[u16]) -> f64 {
    let mut pairs: HashMap<(u16, u16), u64> = HashMap::new();
    let mut firsts: HashMap<u16, u64> = HashMap::new();
    let mut rows = 0_usize;
    for (one, other) in first.iter().zip(second) {
        if *one != NONE && *other != NONE {
            *pairs.entry((*other, *one)).or_default() += 1;
            *firsts.entry(*one).or_default() += 1;
            rows += 1;
        }
    }
    let mut best: HashMap<u16, u64> = HashMap::new();
    for ((other, _), count) in pairs {
        let known = best.entry(other).or_default();
        *known = (*known).max(count);
    }
    if rows < LEAST_ROWS || best.len() * LEAST_OF_GROUP > rows {
        return 0.0;
    }
    let n = float(rows);
    let unknown = n - float_u64(firsts.values().copied().max().unwrap_or(0));
    let known = n - float_u64(best.values().sum());
    if unknown > 0.0 {
        1.0 - known / unknown
    } else {
        0.0
    }
}
