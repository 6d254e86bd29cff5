//! Inverse of a small symmetric matrix that may have columns to spare.

/// A pivot smaller than this share of its column counts as zero: the column follows from
/// those before it.
const COLLINEAR: f64 = 1e-9;

/// The inverse of a symmetric, positive semi-definite matrix over its independent columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Inverse {
    width: usize,
    values: Vec<f64>,
    /// Whether a column is independent of those before it; the others have zeroes.
    pub independent: Vec<bool>,
}

impl Inverse {
    /// Inverts by sweeping pivots in order; a column that follows from those before it is
    /// left out.
    ///
    /// Source: J. H. Goodnight (1979), A tutorial on the SWEEP operator, The American
    /// Statistician 33(3), 149-158.
    #[must_use]
    pub fn of(matrix: &[f64], width: usize) -> Self {
        let mut values = matrix.to_vec();
        values.resize(width * width, 0.0);
        let at = |values: &[f64], row: usize, column: usize| {
            values.get(row * width + column).copied().unwrap_or(0.0)
        };
        let scale: Vec<f64> = (0..width).map(|one| at(&values, one, one)).collect();
        let mut independent = vec![false; width];
        for (pivot, (chosen, scale)) in independent.iter_mut().zip(&scale).enumerate() {
            let value = at(&values, pivot, pivot);
            if value.is_nan() || value <= scale * COLLINEAR || value <= 0.0 {
                continue;
            }
            *chosen = true;
            let row: Vec<f64> = (0..width).map(|one| at(&values, pivot, one)).collect();
            let column: Vec<f64> = (0..width).map(|one| at(&values, one, pivot)).collect();
            for (i, line) in values.chunks_exact_mut(width).enumerate() {
                for (j, cell) in line.iter_mut().enumerate() {
                    let (left, top) = (
                        column.get(i).copied().unwrap_or(0.0),
                        row.get(j).copied().unwrap_or(0.0),
                    );
                    *cell = match (i == pivot, j == pivot) {
                        (true, true) => 1.0 / value,
                        (true, false) => top / value,
                        (false, true) => -left / value,
                        (false, false) => *cell - left * top / value,
                    };
                }
            }
        }
        let kept = |one: usize| independent.get(one).copied().unwrap_or(false);
        for (i, line) in values.chunks_exact_mut(width.max(1)).enumerate() {
            for (j, cell) in line.iter_mut().enumerate() {
                if !kept(i) || !kept(j) {
                    *cell = 0.0;
                }
            }
        }
        Self {
            width,
            values,
            independent,
        }
    }

    /// Returns the product with a vector.
    #[must_use]
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.values
            .chunks_exact(self.width.max(1))
            .map(|line| line.iter().zip(vector).map(|(a, b)| a * b).sum())
            .collect()
    }

    /// Returns `I m I`, with this inverse I and a matrix m of the same width.
    #[must_use]
    pub fn around(&self, matrix: &[f64]) -> Vec<f64> {
        let width = self.width.max(1);
        // I m, row by row: as m is symmetric, its columns are its rows.
        let half: Vec<f64> = self
            .values
            .chunks_exact(width)
            .flat_map(|line| {
                matrix
                    .chunks_exact(width)
                    .map(move |column| line.iter().zip(column).map(|(a, b)| a * b).sum::<f64>())
            })
            .collect();
        half.chunks_exact(width)
            .flat_map(|line| self.times(line))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Inverse;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, 0.2, 0.5, 0.2, 2.0];
        let inverse = Inverse::of(&matrix, 3);
        for column in 0..3 {
            let found = inverse.times(&matrix[column * 3..column * 3 + 3]);
            for (row, value) in found.iter().enumerate() {
                let expected = f64::from(u8::from(row == column));
                assert!((value - expected).abs() < 1e-12, "{found:?}");
            }
        }
        let back = inverse.around(&matrix);
        assert!((back[1] - inverse.times(&[0.0, 1.0, 0.0])[0]).abs() < 1e-12);
    }

    #[test]
    fn a_column_that_follows_from_others_is_left_out() {
        // The third is the sum of the first two.
        let matrix = [2.0, 0.0, 2.0, 0.0, 3.0, 3.0, 2.0, 3.0, 5.0];
        let inverse = Inverse::of(&matrix, 3);
        assert_eq!(inverse.independent, [true, true, false]);
        let found = inverse.times(&[2.0, 3.0, 5.0]);
        assert!((found[0] - 1.0).abs() < 1e-12 && (found[1] - 1.0).abs() < 1e-12);
        assert!(found[2].abs() < 1e-12);
    }
}
