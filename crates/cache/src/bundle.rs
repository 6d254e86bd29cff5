//! Columns that go together share one number a row: of all combinations of their values few
//! occur, and where those are 256 at most, a byte tells several columns at once.

use std::sync::Arc;

use veriscope_metrics::query::Cell;

use crate::coded::Coded;
use crate::codes::Codes;

/// Combinations that a byte tells apart.
const NARROW: usize = 256;
/// Combinations that are thought of, whether they occur or not.
const MOST_PAIRS: usize = 1 << 22;
/// Rows by which a place for a column is looked for.
const SAMPLE: usize = 4096;
/// Places that are tried on all rows.
const TRIES: usize = 3;

/// A column whose values are numbered.
pub(crate) struct Numbered {
    pub(crate) name: String,
    /// Its values in their order, null first.
    pub(crate) values: Vec<Cell>,
    /// The place of each number's value.
    pub(crate) places: Vec<u16>,
    /// The number of each row.
    pub(crate) codes: Codes,
}

impl Numbered {
    /// Takes a column whose values are numbered in their order.
    pub(crate) fn of(name: &str, values: Vec<Cell>, rows: impl Iterator<Item = u16>) -> Self {
        Self {
            name: name.to_owned(),
            places: (0..=u16::MAX).take(values.len()).collect(),
            codes: Codes::of(values.len(), rows),
            values,
        }
    }

    /// Returns the rows in another order.
    pub(crate) fn ordered(self, order: &[u32]) -> Self {
        Self {
            codes: self.codes.ordered(order),
            ..self
        }
    }
}

/// Columns that share the numbers of their rows.
pub(crate) struct Bundle {
    codes: Codes,
    /// How many numbers there are.
    count: usize,
    /// Name, values, and the place of the value for each number of the bundle.
    columns: Vec<(String, Vec<Cell>, Vec<u16>)>,
}

/// Puts columns together, each where it makes the fewest new combinations.
pub(crate) fn bundles(columns: impl IntoIterator<Item = Numbered>) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for column in columns {
        let mut alone = Some(column);
        for place in candidates(&bundles, alone.as_ref()) {
            if let (Some(bundle), Some(column)) = (bundles.get_mut(place), alone.take()) {
                alone = bundle.join(column).err();
            }
        }
        bundles.extend(alone.map(Bundle::of));
    }
    bundles
}

/// The bundles that a column may go into, the best first.
fn candidates(bundles: &[Bundle], column: Option<&Numbered>) -> Vec<usize> {
    let Some(column) = column else {
        return Vec::new();
    };
    let mut found: Vec<(f64, usize)> = bundles
        .iter()
        .enumerate()
        .filter_map(|(place, bundle)| Some((bundle.growth(column)?, place)))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    found
        .into_iter()
        .map(|(_, place)| place)
        .take(TRIES)
        .collect()
}

impl Bundle {
    /// A column that stands alone.
    pub(crate) fn of(column: Numbered) -> Self {
        Self {
            codes: column.codes,
            count: column.places.len(),
            columns: vec![(column.name, column.values, column.places)],
        }
    }

    /// Combinations that may occur with a column. More than a byte tells apart only where
    /// no new ones come.
    fn most(&self, column: &Numbered) -> usize {
        NARROW.max(self.count).max(column.places.len())
    }

    /// How many times the combinations become more with a column, by a sample of the rows;
    /// none where they are too many.
    fn growth(&self, column: &Numbered) -> Option<f64> {
        let step = self.codes.len().div_ceil(SAMPLE).max(1);
        let rows = (0..self.codes.len()).step_by(step);
        let mut pairs: Vec<(usize, usize)> = rows
            .map(|row| (self.codes.get(row), column.codes.get(row)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let before = pairs.chunk_by(|one, next| one.0 == next.0).count();
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let fits = pairs.len() <= self.most(column);
        fits.then(|| number(pairs.len()) / number(before).max(1.0))
    }

    /// Takes a column in.
    ///
    /// # Errors
    /// The column, where there would be too many combinations.
    fn join(&mut self, column: Numbered) -> Result<(), Numbered> {
        let width = column.places.len();
        let pairs = self.count.saturating_mul(width);
        let most = self.most(&column);
        if pairs > MOST_PAIRS {
            return Err(column);
        }
        let Some(occurs) = occurring(&self.codes, &column.codes, (pairs, width), most) else {
            return Err(column);
        };
        let mut numbers = vec![0_u16; pairs];
        let found: Vec<usize> = (0..pairs)
            .filter(|pair| occurs.get(*pair).copied().unwrap_or(false))
            .collect();
        for (number, pair) in (0..=u16::MAX).zip(&found) {
            if let Some(place) = numbers.get_mut(*pair) {
                *place = number;
            }
        }
        let mut codes = Vec::with_capacity(self.codes.len());
        each_pair(&self.codes, &column.codes, width, |pair| {
            codes.push(numbers.get(pair).copied().unwrap_or(0));
        });
        self.codes = Codes::of(found.len(), codes.into_iter());
        self.count = found.len();
        let of = |places: &[u16], number: usize| places.get(number).copied().unwrap_or(0);
        for (_, _, places) in &mut self.columns {
            *places = found.iter().map(|pair| of(places, pair / width)).collect();
        }
        let places = found.iter().map(|pair| of(&column.places, pair % width));
        self.columns
            .push((column.name, column.values, places.collect()));
        Ok(())
    }

    /// Returns the rows in another order.
    pub(crate) fn ordered(self, order: &[u32]) -> Self {
        Self {
            codes: self.codes.ordered(order),
            ..self
        }
    }

    pub(crate) fn finish(self) -> Vec<Coded> {
        let codes = Arc::new(self.codes);
        let columns = self.columns.into_iter();
        columns
            .map(|(name, values, places)| Coded::new(name, values, Arc::clone(&codes), places))
            .collect()
    }
}

/// Which pairs of numbers occur; none where they are more than `most`.
fn occurring(
    one: &Codes,
    other: &Codes,
    (pairs, width): (usize, usize),
    most: usize,
) -> Option<Vec<bool>> {
    let mut occurs = vec![false; pairs];
    let mut count = 0_usize;
    each_pair(one, other, width, |pair| {
        if let Some(occurs) = occurs.get_mut(pair) {
            count += usize::from(!*occurs);
            *occurs = true;
        }
    });
    (count <= most).then_some(occurs)
}

/// Calls for each row with both its numbers as one: `one * width + other`.
fn each_pair(one: &Codes, other: &Codes, width: usize, call: impl FnMut(usize)) {
    match (one, other) {
        (Codes::Narrow(one), Codes::Narrow(other)) => walk(one, other, width, call),
        (Codes::Narrow(one), Codes::Wide(other)) => walk(one, other, width, call),
        (Codes::Wide(one), Codes::Narrow(other)) => walk(one, other, width, call),
        (Codes::Wide(one), Codes::Wide(other)) => walk(one, other, width, call),
    }
}

fn walk<A: Copy + Into<usize>, B: Copy + Into<usize>>(
    one: &[A],
    other: &[B],
    width: usize,
    mut call: impl FnMut(usize),
) {
    for (one, other) in one.iter().zip(other) {
        call((*one).into() * width + (*other).into());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use veriscope_metrics::query::Cell;

    use super::{Bundle, Numbered, bundles};

    fn numbered(place: usize, codes: &[u16]) -> Numbered {
        let most = codes.iter().max().map_or(0, |most| i64::from(*most) + 1);
        let values = (0..most).map(Cell::Int).collect();
        Numbered::of(&place.to_string(), values, codes.iter().copied())
    }

    proptest! {
        #[test]
        fn every_column_says_of_every_row_what_it_said_alone(
            rows in prop::collection::vec(
                (0_u16..4, 0_u16..30, 0_u16..200, 0_u16..400, any::<bool>()), 0..300)
        ) {
            let columns: Vec<Vec<u16>> = vec![
                rows.iter().map(|row| row.0).collect(),
                rows.iter().map(|row| row.1).collect(),
                rows.iter().map(|row| row.2).collect(),
                rows.iter().map(|row| row.3).collect(),
                rows.iter().map(|row| row.3 / 7).collect(),
                rows.iter().map(|row| u16::from(row.4)).collect(),
                vec![0; rows.len()],
            ];
            let alone = columns.iter().enumerate();
            let made = bundles(alone.map(|(place, codes)| numbered(place, codes)));
            let backwards: Vec<u32> = (0..u32::try_from(rows.len()).unwrap()).rev().collect();
            let made = made.into_iter().map(|bundle| bundle.ordered(&backwards));
            let coded: Vec<_> = made.flat_map(Bundle::finish).collect();
            prop_assert_eq!(coded.len(), columns.len());
            for column in coded {
                let wanted = &columns[column.name.parse::<usize>().unwrap()];
                for (row, wanted) in wanted.iter().rev().enumerate() {
                    prop_assert_eq!(column.value(row), &Cell::Int(i64::from(*wanted)));
                }
            }
        }
    }

    #[test]
    fn what_follows_from_another_column_takes_no_room() {
        let day: Vec<u16> = (0..3000).map(|row| row % 500).collect();
        let week: Vec<u16> = day.iter().map(|day| day / 7).collect();
        let outcome: Vec<u16> = (0..3000).map(|row| row * 7 % 3).collect();
        let columns = [&day, &week, &outcome].into_iter().enumerate();
        let made = bundles(columns.map(|(place, codes)| numbered(place, codes)));
        let sizes: Vec<(usize, usize)> = made
            .iter()
            .map(|one| (one.count, one.columns.len()))
            .collect();
        assert_eq!(sizes, [(500, 2), (3, 1)]);
    }
}
