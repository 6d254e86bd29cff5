//! Pearson's correlation as a product of standardised columns; Spearman's is the same of ranks.

use super::number::float;

/// Sums kept side by side, so that a product of columns can use wide registers. The order of
/// the additions is fixed by it, and with it the last bit of each result.
const LANES: usize = 8;

/// Returns values less their mean, scaled to length one; `None` where all are the same, where
/// there are fewer than two, or where they are too large to be squared.
pub(crate) fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let first = *values.first()?;
    if values.iter().all(|value| value.total_cmp(&first).is_eq()) {
        return None;
    }
    let mean = sum(values) / float(values.len());
    let mut centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let most = centred
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    if most <= 0.0 || !most.is_finite() {
        return None;
    }
    // Divided by the greatest first, so that no square is too large or too small.
    for value in &mut centred {
        *value /= most;
    }
    let length = product(&centred, &centred).sqrt();
    for value in &mut centred {
        *value /= length;
    }
    Some(centred)
}

/// Returns the correlation of two standardised columns of the same rows, in −1 to 1.
pub(crate) fn correlation(left: &[f64], right: &[f64]) -> f64 {
    product(left, right).clamp(-1.0, 1.0)
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0_f64; LANES];
    let (left_blocks, left_rest) = left.as_chunks::<LANES>();
    let (right_blocks, right_rest) = right.as_chunks::<LANES>();
    for (left_block, right_block) in left_blocks.iter().zip(right_blocks) {
        for ((sum, one), other) in sums.iter_mut().zip(left_block).zip(right_block) {
            *sum += one * other;
        }
    }
    let rest: f64 = left_rest
        .iter()
        .zip(right_rest)
        .map(|(one, other)| one * other)
        .sum();
    sums.iter().sum::<f64>() + rest
}

fn sum(values: &[f64]) -> f64 {
    let mut sums = [0.0_f64; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for (sum, value) in sums.iter_mut().zip(block) {
            *sum += value;
        }
    }
    sums.iter().sum::<f64>() + rest.iter().sum::<f64>()
}
