//! A set of rows as bits.

use super::number::float_u64;

/// Which rows have something, one bit each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rows {
    words: Vec<u64>,
}

impl Rows {
    pub(crate) fn new(rows: impl Iterator<Item = bool>) -> Self {
        let mut words = Vec::new();
        let (mut word, mut bit) = (0_u64, 0_u32);
        for row in rows {
            word |= u64::from(row) << bit;
            bit += 1;
            if bit == u64::BITS {
                words.push(word);
                (word, bit) = (0, 0);
            }
        }
        if bit > 0 {
            words.push(word);
        }
        Self { words }
    }

    /// The rows of both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let words = self
            .words
            .iter()
            .zip(&other.words)
            .map(|(one, other)| one & other);
        Self {
            words: words.collect(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.words
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }

    /// How many rows are in both.
    pub(crate) fn common(&self, other: &Self) -> u64 {
        let words = self.words.iter().zip(&other.words);
        words
            .map(|(one, other)| u64::from((one & other).count_ones()))
            .sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0_usize..)
            .step_by(64)
            .zip(&self.words)
            .flat_map(|(first, word)| {
                let mut left = *word;
                std::iter::from_fn(move || {
                    let bit = usize::try_from(left.trailing_zeros())
                        .ok()
                        .filter(|_| left != 0)?;
                    left &= left - 1;
                    Some(first + bit)
                })
            })
    }
}

/// Returns the correlation of two sets of `rows` rows as 0 and 1, or `None` where one is empty
/// or holds all.
pub(crate) fn phi(one: &Rows, other: &Rows, rows: usize) -> Option<f64> {
    let rows = u64::try_from(rows).ok()?;
    let (in_one, in_other) = (one.len(), other.len());
    let spread = |inside: u64| float_u64(inside) * float_u64(rows.saturating_sub(inside));
    let scale = spread(in_one).sqrt() * spread(in_other).sqrt();
    let surplus =
        float_u64(rows) * float_u64(one.common(other)) - float_u64(in_one) * float_u64(in_other);
    (scale > 0.0).then(|| (surplus / scale).clamp(-1.0, 1.0))
}
