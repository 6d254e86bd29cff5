//! Least squares with weights that may not be negative.

use super::Gram;

/// Rounds of improvement at most; a few dozen are enough.
const ROUNDS: usize = 10_000;

/// Returns coefficients that minimise the squared error with all but the first `free` at
/// least 0. Descends one coordinate after the other on the sums of products, which ends at
/// the minimum because the problem is convex (V. Franc, V. Hlaváč and M. Navara, 2005,
/// Sequential coordinate-wise algorithm for the non-negative least squares problem).
#[must_use]
pub fn nonnegative(gram: &Gram, free: usize) -> Vec<f64> {
    let width = gram.xy.len();
    let mut weights = vec![0.0; width];
    for _ in 0..ROUNDS {
        let mut moved: f64 = 0.0;
        for (place, (line, xy)) in gram.xx.chunks_exact(width.max(1)).zip(&gram.xy).enumerate() {
            let Some(own) = line.get(place).copied().filter(|own| *own > 0.0) else {
                continue;
            };
            let fitted: f64 = line.iter().zip(&weights).map(|(a, b)| a * b).sum();
            if let Some(weight) = weights.get_mut(place) {
                let better = *weight + (xy - fitted) / own;
                let better = if place < free {
                    better
                } else {
                    better.max(0.0)
                };
                moved = moved.max((better - *weight).abs() * own.sqrt());
                *weight = better;
            }
        }
        if moved <= 1e-9 * gram.yy.sqrt() {
            break;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::{Gram, nonnegative};

    /// scipy 1.17.1: `optimize.nnls([[1,2,1],[2,1,0],[1,1,3],[0,2,1],[1,0,2]],
    /// [4,4,2,1,1])` gives `1.555555556, 0.822222222, 0.000000000`.
    #[test]
    fn weights_are_those_of_scipy() {
        let rows = [
            [1., 2., 1.],
            [2., 1., 0.],
            [1., 1., 3.],
            [0., 2., 1.],
            [1., 0., 2.],
        ];
        let mut gram = Gram::new(3);
        for (row, response) in rows.iter().zip([4., 4., 2., 1., 1.]) {
            gram.add(row, response, 1.0);
        }
        let found = nonnegative(&gram, 0);
        for (found, expected) in found.iter().zip([1.555555556, 0.822222222, 0.000000000]) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn a_free_intercept_may_be_negative() {
        let mut gram = Gram::new(2);
        for x in 0..10 {
            let x = f64::from(x);
            gram.add(&[1.0, x], 2.0 * x - 5.0, 1.0);
        }
        let found = nonnegative(&gram, 1);
        assert!(
            (found[0] - -5.0).abs() < 1e-6 && (found[1] - 2.0).abs() < 1e-6,
            "{found:?}"
        );
    }
}
