//! Sums of products, from which least squares follow.

use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice};

use super::Inverse;

/// Rows that are added up by one core: a number of its own, so that sums do not depend on how
/// many cores there are.
const PART: usize = 16_384;

/// Sums of products of `width` columns and a response over rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Gram {
    width: usize,
    /// `Σ w x xᵀ`, row by row.
    pub xx: Vec<f64>,
    /// `Σ w x y`.
    pub xy: Vec<f64>,
    /// `Σ w y²`.
    pub yy: f64,
}

impl Gram {
    /// Returns empty sums.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self {
            width,
            xx: vec![0.0; width * width],
            xy: vec![0.0; width],
            yy: 0.0,
        }
    }

    /// Returns the sums of rows of some weights, `width` numbers each, one after the other.
    #[must_use]
    pub fn of(width: usize, rows: &[f64], response: &[f64], weights: &[f64]) -> Self {
        let of_row = width.max(1);
        let parts = rows
            .par_chunks(PART * of_row)
            .zip(response.par_chunks(PART))
            .zip(weights.par_chunks(PART));
        let parts: Vec<Self> = parts
            .map(|((rows, response), weights)| {
                let mut part = Self::new(width);
                let rows = rows.chunks_exact(of_row).zip(response).zip(weights);
                for ((row, response), weight) in rows {
                    part.add(row, *response, *weight);
                }
                part
            })
            .collect();
        let mut whole = Self::new(width);
        parts.iter().for_each(|part| whole.combine(part, 1.0));
        whole
    }

    /// Adds a row of a weight.
    pub fn add(&mut self, row: &[f64], response: f64, weight: f64) {
        let lines = self.xx.chunks_exact_mut(self.width.max(1));
        for ((line, sum), x) in lines.zip(&mut self.xy).zip(row) {
            let weighted = weight * x;
            *sum += weighted * response;
            for (cell, other) in line.iter_mut().zip(row) {
                *cell += weighted * other;
            }
        }
        self.yy += weight * response * response;
    }

    /// Adds other sums, `sign` being 1, or takes them off, `sign` being −1.
    pub fn combine(&mut self, other: &Self, sign: f64) {
        for (sum, more) in self.xx.iter_mut().zip(&other.xx) {
            *sum += sign * more;
        }
        for (sum, more) in self.xy.iter_mut().zip(&other.xy) {
            *sum += sign * more;
        }
        self.yy += sign * other.yy;
    }

    /// Returns the least-squares coefficients; 0 for a column that follows from others.
    #[must_use]
    pub fn solve(&self) -> Vec<f64> {
        Inverse::of(&self.xx, self.width).times(&self.xy)
    }
}
