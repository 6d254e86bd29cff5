//! A column of few different values, and the small number that tells which of them a row has.

use std::sync::Arc;

use veriscope_metrics::query::Cell;

use crate::codes::Codes;

/// A column of few different values. Columns that go together share the numbers of their rows:
/// each says what it has for a number of the bundle.
#[derive(Clone, Debug)]
pub struct Coded {
    /// Column of `attempts`.
    pub name: String,
    /// Its values in their order, null first.
    pub values: Vec<Cell>,
    /// The number of each row within the bundle.
    bundle: Arc<Codes>,
    /// The place in `values` for each number of the bundle.
    places: Vec<u16>,
}

impl Coded {
    pub(crate) const fn new(
        name: String,
        values: Vec<Cell>,
        bundle: Arc<Codes>,
        places: Vec<u16>,
    ) -> Self {
        Self {
            name,
            values,
            bundle,
            places,
        }
    }

    /// Returns the place of a row's value in [`Self::values`].
    #[must_use]
    pub fn place(&self, row: usize) -> usize {
        let place = self.places.get(self.bundle.get(row));
        place.copied().map_or(0, usize::from)
    }

    /// Returns the value of a row.
    #[must_use]
    pub fn value(&self, row: usize) -> &Cell {
        self.values.get(self.place(row)).unwrap_or(&Cell::Null)
    }

    /// Counts some rows by their values, in the order of [`Self::values`].
    #[must_use]
    pub fn counts(&self, rows: &[u32]) -> Vec<u64> {
        let mut by_number = vec![0_u64; self.places.len()];
        for row in rows {
            let row = usize::try_from(*row).unwrap_or(usize::MAX);
            if let Some(count) = by_number.get_mut(self.bundle.get(row)) {
                *count += 1;
            }
        }
        let mut counts = vec![0; self.values.len()];
        for (place, more) in self.places.iter().zip(by_number) {
            if let Some(count) = counts.get_mut(usize::from(*place)) {
                *count += more;
            }
        }
        counts
    }

    /// Returns the numbers that it shares with other columns.
    pub(crate) const fn bundle(&self) -> &Arc<Codes> {
        &self.bundle
    }

    /// Returns the place of the value for each number of the bundle.
    pub(crate) fn places(&self) -> &[u16] {
        &self.places
    }

    /// Returns what each number of the bundle has, of what each value has.
    pub(crate) fn by_number<T: Copy + Default>(&self, of_value: &[T]) -> Vec<T> {
        let of_place = |place: &u16| of_value.get(usize::from(*place)).copied();
        let places = self.places.iter();
        places
            .map(|place| of_place(place).unwrap_or_default())
            .collect()
    }
}
