//! How attempts end and where they stand in their process, as one column: almost every metric
//! asks for some of it, and finds all in one look instead of four.

use crate::Coded;
use crate::layout::IS_ACCEPTED;

/// What is put together.
const NAMES: [&str; 4] = ["outcome", "is_first", "is_last", IS_ACCEPTED];

/// The combinations of some columns' values that occur.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Places of the columns that are put together.
    places: Vec<usize>,
    /// For each combination the number of each column's value.
    combinations: Vec<Vec<usize>>,
    /// The combination of each row.
    codes: Vec<u8>,
}

impl Standing {
    /// Puts columns together; those that would make too many combinations stay apart.
    pub(crate) fn of(columns: &[Coded], rows: usize) -> Self {
        let place = |name: &&str| columns.iter().position(|column| column.name == **name);
        let mut standing = Self::default();
        let mut all: Vec<usize> = vec![0; rows];
        let mut count = 1_usize;
        for place in NAMES.iter().filter_map(place) {
            let Some(column) = columns.get(place) else {
                continue;
            };
            let values = column.values.len().max(1);
            if count.saturating_mul(values) > 256 {
                continue;
            }
            count *= values;
            standing.places.push(place);
            for (row, all) in all.iter_mut().enumerate() {
                *all = *all * values + column.codes.get(row);
            }
        }
        let sizes: Vec<usize> = standing
            .places
            .iter()
            .map(|place| columns.get(*place).map_or(1, |one| one.values.len().max(1)))
            .collect();
        standing.combinations = (0..count).map(|number| parts(number, &sizes)).collect();
        let narrow = |code: &usize| u8::try_from(*code).unwrap_or(0);
        standing.codes = all.iter().map(narrow).collect();
        standing
    }

    /// Takes out of what columns say about bits those that are put together, and returns what
    /// each combination says.
    pub(crate) fn take(&self, columns: &mut Vec<(usize, Vec<u16>)>) -> Option<Vec<u16>> {
        let mut bits = vec![u16::MAX; self.combinations.len()];
        let before = columns.len();
        columns.retain(|(place, of_value)| {
            let Some(part) = self.places.iter().position(|known| known == place) else {
                return true;
            };
            for (bits, combination) in bits.iter_mut().zip(&self.combinations) {
                let value = combination.get(part).and_then(|code| of_value.get(*code));
                *bits &= value.copied().unwrap_or(0);
            }
            false
        });
        (columns.len() < before).then_some(bits)
    }

    pub(crate) fn codes(&self) -> &[u8] {
        &self.codes
    }
}

/// The number of each part of a combination; the last varies fastest.
fn parts(number: usize, sizes: &[usize]) -> Vec<usize> {
    let mut rest = number;
    let mut parts: Vec<usize> = Vec::with_capacity(sizes.len());
    for size in sizes.iter().rev() {
        parts.push(rest % size);
        rest /= size;
    }
    parts.reverse();
    parts
}
