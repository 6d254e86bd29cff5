//! φk: the correlation of a bivariate normal distribution that is as far from independence.

use std::collections::BTreeMap;

use super::number::{float, float_u64};

use super::normal_curve::Curve;
use super::spread::spread;
use super::table::Dependence;

/// The curves of the shapes of tables that are asked for.
pub(crate) struct Curves {
    by_shape: BTreeMap<(usize, usize), Curve>,
}

impl Curves {
    /// Follows the curves that these tables need.
    pub(crate) fn new<'a>(tables: impl Iterator<Item = &'a Dependence>, threads: usize) -> Self {
        let mut shapes: Vec<(usize, usize)> = tables.map(shape).collect();
        shapes.sort_unstable();
        shapes.dedup();
        let curves = spread(shapes.len(), threads, |place| {
            let (first, second) = shapes.get(place).copied().unwrap_or((2, 2));
            Curve::new(first, second)
        });
        Self {
            by_shape: shapes.into_iter().zip(curves).collect(),
        }
    }

    /// Returns φk in 0 to 1. What chance alone would give is taken from the chi-square first,
    /// as `phik` does by default.
    ///
    /// Source: M. Baak, R. Koopman, H. Snoek and S. Klous (2020), Computational Statistics &
    /// Data Analysis 152, 107043, sections 4 and 5.
    pub(crate) fn phi_k(&self, table: &Dependence) -> Option<f64> {
        let curve = self.by_shape.get(&shape(table))?;
        let (first, second) = (float(table.first - 1), float(table.second - 1));
        let noise = first * second;
        let most = float_u64(table.rows) * first.min(second);
        if table.corrected <= noise {
            return Some(0.0);
        }
        if table.corrected >= most * (1.0 - 1e-12) {
            return Some(1.0);
        }
        Some(curve.correlation((table.corrected - noise) / (most - noise)))
    }
}

/// The numbers of values, the smaller one first: the curve is the same either way.
fn shape(table: &Dependence) -> (usize, usize) {
    (table.first.min(table.second), table.first.max(table.second))
}
