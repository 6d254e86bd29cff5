//! Which columns of a wide table are worth a heat map.

use super::columns::Comparable;
use super::spread::spread;
use super::table::{Codes, associate};

/// A first look takes so many steps at most (pairs × rows).
const STEPS: usize = 400_000_000;
/// … and at least so many rows.
const LEAST: usize = 200;
/// No more columns are looked at.
const MOST_COLUMNS: usize = 2_000;

/// Returns the places of at most `most` columns, those with the strongest associations: by
/// Cramér's V over the first rows of the sample, numbers in eight parts of equally many.
pub(crate) fn strongest(
    columns: &[Comparable<'_>],
    most: usize,
    rows: usize,
    threads: usize,
) -> Vec<usize> {
    if columns.len() <= most {
        return (0..columns.len()).collect();
    }
    let count = columns.len().min(MOST_COLUMNS);
    let rows = rows.min((STEPS / (count * count / 2)).max(LEAST));
    let codes: Vec<Codes> = spread(count, threads, |place| {
        columns
            .get(place)
            .map_or_else(Codes::none, |column| column.screened(rows))
    });
    let found = spread(count, threads, |place| {
        let mut cells = Vec::new();
        let Some(one) = codes.get(place) else {
            return Vec::new();
        };
        let others = codes.iter().enumerate().skip(place + 1);
        others
            .filter_map(|(other_place, other)| {
                let strength = associate(one, other, &mut cells)?.cramers_v()?;
                Some((strength, place, other_place))
            })
            .collect::<Vec<(f64, usize, usize)>>()
    });
    let mut pairs: Vec<(f64, usize, usize)> = found.into_iter().flatten().collect();
    pairs.sort_unstable_by(|one, other| {
        other
            .0
            .total_cmp(&one.0)
            .then((one.1, one.2).cmp(&(other.1, other.2)))
    });
    let mut chosen = Chosen {
        most,
        is: vec![false; columns.len()],
        count: 0,
    };
    for (_, one, other) in pairs {
        chosen.add(one);
        chosen.add(other);
    }
    // Where hardly any go together, the first of the table.
    for place in 0..columns.len() {
        chosen.add(place);
    }
    (0..columns.len())
        .filter(|place| chosen.is.get(*place) == Some(&true))
        .collect()
}

struct Chosen {
    most: usize,
    is: Vec<bool>,
    count: usize,
}

impl Chosen {
    fn add(&mut self, place: usize) {
        if self.count < self.most
            && let Some(slot) = self.is.get_mut(place)
            && !*slot
        {
            *slot = true;
            self.count += 1;
        }
    }
}
