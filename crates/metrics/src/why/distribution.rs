//! The values of both sides, as they are shown.

use super::arranged::Arranged;
use super::result::{Bin, CategoryShare, Medians, Sides};
use super::values::cell_order;
use crate::number::{float, float_u64, floor_index};
use crate::quantiles::quantile;
use crate::query::Cell;

/// So many values of a category are shown.
const MOST_SHOWN: usize = 8;
/// So many of the calendar: two months of days.
const MOST_ORDERED: usize = 62;
/// Bins of a number.
const BINS: usize = 20;
/// The outermost bins begin and end at these quantiles.
const ENDS: [f64; 2] = [0.005, 0.995];

/// Returns the values that come most often on either side; of an ordered column all, in order.
pub(super) fn categories(
    groups: &[Cell],
    counts: &[[u64; 2]],
    rows: [u64; 2],
    is_ordered: bool,
) -> Vec<CategoryShare> {
    let [selected, against] = rows.map(float_u64);
    let mut shares: Vec<CategoryShare> = groups
        .iter()
        .zip(counts)
        .filter(|(_, count)| count[0] + count[1] > 0)
        .map(|(value, count)| CategoryShare {
            value: value.clone(),
            selected: float_u64(count[0]) / selected,
            against: float_u64(count[1]) / against,
            selected_n: count[0],
            against_n: count[1],
        })
        .collect();
    shares.sort_by(|one, other| cell_order(&one.value, &other.value));
    if is_ordered && shares.len() <= MOST_ORDERED {
        return shares;
    }
    let weight = |one: &CategoryShare| one.selected.max(one.against);
    shares.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    shares.truncate(MOST_SHOWN);
    shares
}

/// Returns bins and medians of numbers in the order of the rows.
pub(super) fn numbers(rows: &Arranged, values: &[f32]) -> (Vec<Bin>, Medians) {
    let mut sides = [Vec::new(), Vec::new()];
    for (place, value) in values.iter().enumerate() {
        if !value.is_nan() {
            sides[rows.side(place)].push(f64::from(*value));
        }
    }
    let mut all = sides.concat();
    let ends = ENDS.map(|rank| quantile(&mut all, rank).unwrap_or(0.0));
    let whole = all.iter().all(|value| value.fract() == 0.0);
    let bins = binned(&sides, ends, whole);
    let [selected, against] = &mut sides;
    let median = |side: &mut Vec<f64>| quantile(side, 0.5).unwrap_or(f64::NAN);
    let medians = Sides {
        selected: median(selected),
        against: median(against),
    };
    (bins, medians)
}

/// Bins of equal width; of few whole numbers one for each.
fn binned(sides: &[Vec<f64>; 2], [low, high]: [f64; 2], whole: bool) -> Vec<Bin> {
    let (low, high, count) = if whole {
        let width = ((high - low + 1.0) / float(BINS)).ceil().max(1.0);
        let count = ((high - low + 1.0) / width).ceil();
        (low, width.mul_add(count, low), floor_index(count).max(1))
    } else {
        (low, high, if high > low { BINS } else { 1 })
    };
    let width = (high - low) / float(count);
    let mut counts = vec![[0_u64; 2]; count];
    for (side, values) in sides.iter().enumerate() {
        for value in values {
            let place = if width > 0.0 {
                floor_index((value - low) / width).min(count - 1)
            } else {
                0
            };
            if let Some(count) = counts.get_mut(place) {
                count[side] += 1;
            }
        }
    }
    let share = |n: u64, side: usize| {
        let all = sides.get(side).map_or(0, Vec::len);
        float_u64(n) / float(all.max(1))
    };
    let bin = |(place, count): (usize, [u64; 2])| Bin {
        from: width.mul_add(float(place), low),
        to: width.mul_add(float(place + 1), low),
        selected: share(count[0], 0),
        against: share(count[1], 1),
    };
    counts.into_iter().enumerate().map(bin).collect()
}
