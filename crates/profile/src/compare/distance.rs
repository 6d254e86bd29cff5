//! How far one part is from another.

use crate::drift::{Shares, decile_edges, jensen_shannon, psi};
use crate::outcome::separation;
use crate::outcome::sorted::Sorted;
use crate::pairs::number::rounded;
use crate::report::Distance;

use super::values::Labels;

/// Fewer rows are not compared.
const LEAST_ROWS: u64 = 20;

/// Of two columns of numbers: over tenths of both together, missing values a bin of their own.
pub(super) fn of_numbers(one: &[f64], other: &[f64]) -> Option<Distance> {
    let sorted = |values: &[f64]| Sorted::new(values.iter().copied());
    let edges = decile_edges(&Sorted::new(one.iter().chain(other).copied()));
    let shares = |values: &[f64]| {
        let mut shares = Shares::none(edges.len() + 2);
        for value in values {
            let missing = edges.len() + 1;
            let place = edges.partition_point(|edge| edge < value);
            shares.add(if value.is_finite() { place } else { missing });
        }
        shares
    };
    let ks = separation(&sorted(one), &sorted(other)).map(|apart| apart.ks);
    of_shares(&shares(one), &shares(other), ks)
}

/// Of two columns of categories: over the values that are listed, all others together,
/// missing ones a bin of their own.
pub(super) fn of_labels(one: &Labels, other: &Labels, listed: &[String]) -> Option<Distance> {
    let shares = |labels: &Labels| {
        let mut counts = counts(labels, listed);
        counts.push(labels.missing);
        Shares { counts }
    };
    of_shares(&shares(one), &shares(other), None)
}

/// Rows of each listed value, then of all others together.
pub(super) fn counts(labels: &Labels, listed: &[String]) -> Vec<u64> {
    let count = |label: &String| labels.counts.get(label).copied().unwrap_or(0);
    let mut counts: Vec<u64> = listed.iter().map(count).collect();
    let all: u64 = labels.counts.values().sum();
    counts.push(all - counts.iter().sum::<u64>());
    counts
}

fn of_shares(one: &Shares, other: &Shares, ks: Option<f64>) -> Option<Distance> {
    if one.total().min(other.total()) < LEAST_ROWS {
        return None;
    }
    Some(Distance {
        psi: rounded(psi(one, other)?),
        ks: ks.map(rounded),
        js: rounded(jensen_shannon(one, other)?),
    })
}
