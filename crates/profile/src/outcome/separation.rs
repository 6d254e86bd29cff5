//! How far two groups of numbers are apart.

use crate::pairs::number::float;

use super::sorted::Sorted;

/// How far two groups of numbers are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Separation {
    /// Chance that one of the first lies above one of the second, ties half: Mann and
    /// Whitney's U over the number of pairs, the area under the ROC curve (D. Bamber, 1975,
    /// Journal of Mathematical Psychology 12(4), 387-415).
    pub(crate) auc: f64,
    /// Greatest distance of the two distribution functions (Kolmogorov and Smirnov).
    pub(crate) ks: f64,
}

/// Returns how far two groups are apart, or `None` where one is empty.
pub(crate) fn separation(first: &Sorted, second: &Sorted) -> Option<Separation> {
    if first.len() == 0 || second.len() == 0 {
        return None;
    }
    let (all_first, all_second) = (float(first.len()), float(second.len()));
    let (mut ones, mut twos) = (first.values(), second.values());
    let (mut below_first, mut below_second) = (0.0, 0.0);
    let (mut wins, mut ks) = (0.0, 0.0_f64);
    while let Some(value) = least(ones.first(), twos.first()) {
        let (first_here, second_here) = (take(&mut ones, value), take(&mut twos, value));
        wins += first_here * (below_second + second_here / 2.0);
        below_first += first_here;
        below_second += second_here;
        ks = ks.max((below_first / all_first - below_second / all_second).abs());
    }
    Some(Separation {
        auc: wins / (all_first * all_second),
        ks,
    })
}

fn least(one: Option<&f64>, other: Option<&f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(*other)),
        (one, other) => one.or(other).copied(),
    }
}

/// Takes the values up to `value` from the front; returns how many.
fn take(values: &mut &[f64], value: f64) -> f64 {
    let here = values.iter().take_while(|other| **other <= value).count();
    *values = values.get(here..).unwrap_or_default();
    float(here)
}
