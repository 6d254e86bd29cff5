//! Numbers as codes: bins of equal width, and parts of equally many rows.

use super::number::float;
use super::table::Codes;

/// Bins of equal width, as many as phik and ydata-profiling take by default.
const BINS: u8 = 10;

/// A number column in ten bins of equal width, each with its upper edge.
///
/// phik moves the lower edges down by up to 10^-14 of the least value, pandas' `cut` does
/// not: values that lie on an edge (whole numbers) may fall into neighbouring bins. Each
/// measure follows its source.
pub(crate) struct Binned {
    /// As phik has them.
    pub(crate) phik: Codes,
    /// As `pandas.cut` has them; none where they are the same.
    cut: Option<Codes>,
}

impl Binned {
    pub(crate) fn new(values: &[f64], least: f64, most: f64) -> Self {
        let lower = least - (1e-14 * least.abs()).max(f64::MIN_POSITIVE);
        let phik = binned(values, &edges(lower, most));
        let cut = binned(values, &edges(least, most));
        Self {
            cut: (cut != phik).then_some(cut),
            phik,
        }
    }

    pub(crate) fn cut(&self) -> &Codes {
        self.cut.as_ref().unwrap_or(&self.phik)
    }
}

/// The upper edges of the bins but the last, as numpy's `linspace` computes them.
fn edges(least: f64, most: f64) -> Vec<f64> {
    let step = (most - least) / f64::from(BINS);
    (1..BINS)
        .map(|edge| f64::from(edge) * step + least)
        .collect()
}

fn binned(values: &[f64], edges: &[f64]) -> Codes {
    let code = |value: &f64| {
        let below = edges.iter().filter(|edge| *edge < value).count();
        u8::try_from(below + 1).unwrap_or(BINS)
    };
    let codes = values
        .iter()
        .map(|value| if value.is_finite() { code(value) } else { 0 });
    Codes {
        codes: codes.collect(),
        size: BINS,
    }
}

/// The first `rows` rows in parts of about equally many; equal values stay together.
pub(crate) fn parts(order: &[u32], values: &[f64], rows: usize, parts: u8) -> Codes {
    let mut codes = vec![0; rows.min(values.len())];
    let kept: Vec<(usize, f64)> = order
        .iter()
        .filter_map(|row| usize::try_from(*row).ok())
        .filter(|row| *row < codes.len())
        .filter_map(|row| Some((row, *values.get(row)?)))
        .collect();
    let mut done = 0;
    for run in kept.chunk_by(|one, other| one.1 >= other.1) {
        // The middle of the run decides.
        let middle = (float(done) + float(run.len()) / 2.0) / float(kept.len().max(1));
        let code = (1..parts)
            .filter(|part| f64::from(*part) / f64::from(parts) <= middle)
            .count();
        for (row, _) in run {
            if let Some(slot) = codes.get_mut(*row) {
                *slot = u8::try_from(code + 1).unwrap_or(parts);
            }
        }
        done += run.len();
    }
    Codes { codes, size: parts }
}
