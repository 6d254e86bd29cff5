//! Categories compared by the share of each value, allowing for persons.

use super::arranged::{Arranged, Pattern};
use super::contrast::{Contrast, Sums};
use super::effect::{cramers_v, even_phi_squared};
use super::values::cell_order;
use crate::number::{float, float_u64};
use crate::query::Cell;

/// The number of a row without a value.
pub(super) const NONE: u16 = u16::MAX;
/// A value that comes more seldom is compared together with others of that kind.
const LEAST_ROWS: u64 = 10;
/// So many values of a column are compared, the most frequent; the rest go together.
const MOST_VALUES: usize = 60;

/// Two sides of a category compared.
#[derive(Clone, Debug)]
pub(super) struct CategoryTest {
    /// Bias-corrected Cramér's V, as of sides of one size.
    pub(super) effect: f64,
    pub(super) p: f64,
    pub(super) pattern: Pattern,
    /// Rows of each value on either side.
    pub(super) counts: Vec<[u64; 2]>,
}

/// What persons add up to, for one value.
#[derive(Clone, Copy, Default)]
struct ValueSums {
    rows: [f64; 2],
    /// Σ (rows of a person)² ÷ (all rows of the person)
    between: f64,
    /// Σ a², a being a person's share of the selection's rows less that of the others'.
    squares: f64,
    /// Σ a · leaning
    products: f64,
}

/// Compares the values of rows, in the order of the rows. None where a side has no value, or
/// fewer than two values come often enough.
pub(super) fn category_test(
    rows: &Arranged,
    values: &[u16],
    groups: &[Cell],
) -> Option<CategoryTest> {
    let pattern = rows.pattern(|place| values.get(place).is_some_and(|value| *value != NONE));
    if !pattern.has_both() {
        return None;
    }
    let counts = count(rows, values, groups.len());
    let together = Together::of(&counts, groups)?;
    let sums = sums(rows, values, &together, &pattern);
    let [selected, against] = pattern.rows.map(float_u64);
    let (mut least, mut compared) = (1.0_f64, 0_usize);
    let (mut seen, mut independent) = (0.0, 0.0);
    let mut shares = Vec::with_capacity(sums.len());
    for (place, sum) in sums.iter().enumerate() {
        let share = (sum.rows[0] + sum.rows[1]) / pattern.n();
        shares.push([sum.rows[0] / selected, sum.rows[1] / against]);
        if (place == together.kept && !together.rest_is_enough) || share <= 0.0 {
            continue;
        }
        let contrast = Contrast::of(&of_value(sum, share, &pattern), &pattern);
        compared += 1;
        least = least.min(contrast.p());
        if contrast.variance.is_finite() {
            seen += contrast.variance / share;
            independent += contrast.independent / share;
        }
    }
    // Of two values one tells all.
    let tests = if sums.len() == 2 { 1 } else { compared };
    let design_effect = if independent > 0.0 {
        (seen / independent).max(1.0)
    } else {
        1.0
    };
    // Persons tell at least as much as one row each would.
    let [one, other] = pattern.clusters.map(float_u64);
    let least_even = 4.0 / (1.0 / one + 1.0 / other);
    let even = (4.0 / pattern.independent() / design_effect).max(least_even);
    Some(CategoryTest {
        effect: cramers_v(even_phi_squared(&shares), even, 2.0, float(shares.len())),
        p: (least * float(tests)).min(1.0),
        pattern,
        counts,
    })
}

/// Returns the rows of each value on either side.
fn count(rows: &Arranged, values: &[u16], groups: usize) -> Vec<[u64; 2]> {
    let mut counts = vec![[0_u64; 2]; groups];
    for (place, value) in values.iter().enumerate() {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            count[rows.side(place)] += 1;
        }
    }
    counts
}

/// Which values are compared, and which go together for their being rare.
struct Together {
    /// The place of each value: its own, or that of the rest.
    places: Vec<usize>,
    /// Values with a place of their own.
    kept: usize,
    has_rest: bool,
    rest_is_enough: bool,
}

impl Together {
    fn of(counts: &[[u64; 2]], groups: &[Cell]) -> Option<Self> {
        let size = |value: &usize| counts.get(*value).map_or(0, |[one, other]| one + other);
        let is_enough = |rows: u64| rows >= LEAST_ROWS;
        let mut frequent: Vec<usize> = (0..counts.len()).filter(|at| size(at) > 0).collect();
        let order = |one: &usize, other: &usize| {
            let by_value = || match (groups.get(*one), groups.get(*other)) {
                (Some(one), Some(other)) => cell_order(one, other),
                _ => std::cmp::Ordering::Equal,
            };
            size(other).cmp(&size(one)).then_with(by_value)
        };
        frequent.sort_by(order);
        let kept = frequent
            .iter()
            .take(MOST_VALUES)
            .take_while(|value| is_enough(size(value)))
            .count();
        let rest: u64 = frequent.iter().skip(kept).map(size).sum();
        let has_rest = rest > 0;
        let rest_is_enough = is_enough(rest);
        if kept == 0 || kept + usize::from(rest_is_enough) < 2 {
            return None;
        }
        let mut places = vec![kept; counts.len()];
        for (place, value) in frequent.into_iter().take(kept).enumerate() {
            if let Some(slot) = places.get_mut(value) {
                *slot = place;
            }
        }
        Some(Self {
            places,
            kept,
            has_rest,
            rest_is_enough,
        })
    }
}

fn sums(rows: &Arranged, values: &[u16], together: &Together, pattern: &Pattern) -> Vec<ValueSums> {
    let [selected, against] = pattern.rows.map(float_u64);
    let length = together.kept + usize::from(together.has_rest);
    let mut sums = vec![ValueSums::default(); length];
    let mut own = vec![[0.0_f64; 2]; length];
    let mut touched: Vec<usize> = Vec::new();
    let mut leanings = pattern.leanings.iter();
    rows.each_cluster(|places| {
        let leaning = leanings.next().copied().unwrap_or(0.0);
        let mut size = 0.0;
        for place in places {
            let value = values.get(place).map(|value| usize::from(*value));
            let Some(at) = value.and_then(|value| together.places.get(value)).copied() else {
                continue;
            };
            if let Some(own) = own.get_mut(at) {
                if own[0] + own[1] <= 0.0 {
                    touched.push(at);
                }
                own[rows.side(place)] += 1.0;
                size += 1.0;
            }
        }
        for at in touched.drain(..) {
            if let (Some(sum), Some(own)) = (sums.get_mut(at), own.get_mut(at)) {
                let both = own[0] + own[1];
                let moved = own[0] / selected - own[1] / against;
                sum.rows[0] += own[0];
                sum.rows[1] += own[1];
                sum.between += both * both / size;
                sum.squares += moved * moved;
                sum.products += moved * leaning;
                *own = [0.0; 2];
            }
        }
    });
    sums
}

/// The sums of a value's indicator less its share of all rows.
fn of_value(sum: &ValueSums, share: f64, pattern: &Pattern) -> Sums {
    let n = pattern.n();
    let [selected, against] = pattern.rows.map(float_u64);
    Sums {
        difference: sum.rows[0] / selected - sum.rows[1] / against,
        total: n * share * (1.0 - share),
        between: (sum.between - n * share * share).max(0.0),
        moved: share.mul_add(
            share.mul_add(pattern.squares, -2.0 * sum.products),
            sum.squares,
        ),
    }
}
