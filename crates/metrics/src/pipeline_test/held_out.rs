//! Errors on transactions of persons that a fit has not seen.

use std::collections::HashMap;

use crate::intervals::{ClusterSum, Level, mean};
use crate::number::float;
use crate::regression::Gram;

use super::PipelineSample;
use super::result::HeldOut;
use super::sample::mix;

/// Parts that are held out in turn.
pub(super) const FOLDS: usize = 5;

/// The part of each row: all rows of a person are in the same one.
pub(super) fn folds(sample: &PipelineSample) -> Vec<usize> {
    let rows = sample.persons.iter().zip(1_u64..);
    rows.map(|(person, row)| {
        let number = person.map_or(row | (1 << 41), u64::from);
        usize::try_from(mix(number ^ 0x5eed) % 5).unwrap_or(0)
    })
    .collect()
}

/// Squared error of each row, predicted by weighted least squares on the rows of the other
/// folds.
pub(super) fn squared_errors(
    columns: &[&[f64]],
    response: &[f64],
    weights: &[f64],
    folds: &[usize],
) -> Vec<f64> {
    let width = columns.len();
    let row_of = |row: usize, into: &mut Vec<f64>| {
        into.clear();
        into.extend(
            columns
                .iter()
                .map(|column| column.get(row).copied().unwrap_or(0.0)),
        );
    };
    let mut parts = vec![Gram::new(width); FOLDS];
    let mut x = Vec::with_capacity(width);
    for (row, ((y, weight), fold)) in response.iter().zip(weights).zip(folds).enumerate() {
        row_of(row, &mut x);
        if let Some(part) = parts.get_mut(*fold) {
            part.add(&x, *y, *weight);
        }
    }
    let mut whole = Gram::new(width);
    for part in &parts {
        whole.combine(part, 1.0);
    }
    let solutions: Vec<Vec<f64>> = parts
        .iter()
        .map(|part| {
            let mut rest = whole.clone();
            rest.combine(part, -1.0);
            rest.solve()
        })
        .collect();
    response
        .iter()
        .zip(folds)
        .enumerate()
        .map(|(row, (y, fold))| {
            row_of(row, &mut x);
            let solution = solutions.get(*fold).map(Vec::as_slice).unwrap_or_default();
            let fitted: f64 = x.iter().zip(solution).map(|(a, b)| a * b).sum();
            (y - fitted) * (y - fitted)
        })
        .collect()
}

/// Weighted mean.
pub(super) fn weighted(values: &[f64], weights: &[f64]) -> f64 {
    let sum: f64 = values.iter().zip(weights).map(|(a, b)| a * b).sum();
    sum / weights.iter().sum::<f64>()
}

/// The number of each row's cluster, from 0; a row without a person is one of its own.
pub(super) fn clusters(sample: &PipelineSample) -> Vec<usize> {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut count = 0;
    let persons = sample.persons.iter();
    persons
        .map(|person| {
            let place = match person {
                Some(id) => *places.entry(*id).or_insert(count),
                None => count,
            };
            count += usize::from(place == count);
            place
        })
        .collect()
}

/// Whether the first errors are greater than the second beyond chance, over clusters.
pub(super) fn is_worse(clusters: &[usize], errors: &[f64], than: &[f64], weights: &[f64]) -> bool {
    let count = clusters.iter().max().map_or(0, |last| last + 1);
    let mut sums = vec![ClusterSum::default(); count];
    let rows = errors.iter().zip(than).zip(weights);
    for (((error, than), weight), cluster) in rows.zip(clusters) {
        let difference = weight * (error - than);
        if let Some(sum) = sums.get_mut(*cluster) {
            sum.n += 1;
            sum.sum += difference;
            sum.sum_squares += difference * difference;
        }
    }
    mean(&sums, Level::NINETY_FIVE).is_some_and(|found| found.low.is_some_and(|low| low > 0.0))
}

/// Errors of one grouping of the whole pipeline; the size of the pictures, where it differs,
/// is allowed for.
pub(super) fn whole(
    grouping: &str,
    lengths: &[f64],
    sample: &PipelineSample,
    size: Option<&[f64]>,
    weights: &[f64],
    folds: &[usize],
) -> HeldOut {
    let total = &sample.total;
    let ones = vec![1.0; total.len()];
    let rest: Vec<f64> = total.iter().zip(lengths).map(|(a, b)| a - b).collect();
    let absolute = |columns: &[&[f64]], response: &[f64]| {
        let squared = squared_errors(columns, response, weights, folds);
        let errors: Vec<f64> = squared.iter().map(|squared| squared.sqrt()).collect();
        weighted(&errors, weights)
    };
    let mut columns: Vec<&[f64]> = vec![&ones];
    columns.extend(size);
    let error_ms = absolute(&columns, &rest);
    columns.push(lengths);
    let mut gram = Gram::new(columns.len());
    for (row, (y, weight)) in total.iter().zip(weights).enumerate() {
        let x: Vec<f64> = columns
            .iter()
            .map(|column| column.get(row).copied().unwrap_or(0.0))
            .collect();
        gram.add(&x, *y, *weight);
    }
    let longer = rest.iter().filter(|rest| **rest < 0.0).count();
    HeldOut {
        grouping: grouping.to_owned(),
        error_ms,
        sloped_error_ms: absolute(&columns, total),
        slope: gram.solve().last().copied().unwrap_or(0.0),
        longer: float(longer) / float(total.len()),
    }
}
