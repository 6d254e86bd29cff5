//! Sums over rows that do not depend on their order.

use std::collections::BTreeSet;

use crate::encode::{Cell, without_nul};

/// Groups of keys: more tell differences apart, fewer take less memory.
const GROUPS: usize = 1_024;
/// Bits of a key's hash that tell its group.
const GROUP_SHIFT: u32 = u64::BITS - GROUPS.trailing_zeros();

/// Rows that are compared one by one, at most, on each side.
const COMPARED_ROWS: u64 = 50_000;

/// A row, from whichever side.
pub(crate) struct Row<'a> {
    key: usize,
    columns: usize,
    cell: &'a dyn Fn(usize) -> Option<Cell<'a>>,
}

impl<'a> Row<'a> {
    /// Wraps a row by the index of its key, its number of columns, and its cells.
    pub(crate) fn new(
        key: usize,
        columns: usize,
        cell: &'a dyn Fn(usize) -> Option<Cell<'a>>,
    ) -> Self {
        Self { key, columns, cell }
    }

    /// Returns the key as text; empty where it is null, which no table has.
    pub(crate) fn key(&self) -> &'a str {
        match (self.cell)(self.key) {
            Some(Cell::Text(key)) => key,
            _ => "",
        }
    }

    /// Returns a hash of each cell, by column, that depends on the key too.
    pub(crate) fn hashes(&self, key_hash: u64) -> impl Iterator<Item = u64> {
        let columns = (0_u64..).zip(0..self.columns);
        columns.map(move |(salt, column)| mix(key_hash, mix(salt, value(&(self.cell)(column)))))
    }
}

/// Takes the rows of one side.
pub(crate) trait Sink {
    /// Takes one row.
    fn take(&mut self, row: &Row<'_>);
}

/// Rows, keys and columns added up, for each group of keys.
pub(crate) struct Sums {
    columns: usize,
    rows: Vec<u64>,
    keys: Vec<u64>,
    /// Group after group, column after column.
    cells: Vec<u64>,
}

impl Sums {
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            columns,
            rows: vec![0; GROUPS],
            keys: vec![0; GROUPS],
            cells: vec![0; GROUPS * columns],
        }
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// Returns the groups in which two sides differ.
    pub(crate) fn differing(&self, other: &Self) -> BTreeSet<usize> {
        let mut differing = BTreeSet::new();
        for group in 0..GROUPS {
            let cells = group * self.columns..(group + 1) * self.columns;
            let is_same = self.rows.get(group) == other.rows.get(group)
                && self.keys.get(group) == other.keys.get(group)
                && self.cells.get(cells.clone()) == other.cells.get(cells);
            if !is_same {
                differing.insert(group);
            }
        }
        differing
    }
}

impl Sink for Sums {
    fn take(&mut self, row: &Row<'_>) {
        let key_hash = text(row.key());
        let group = group_of(key_hash);
        let add = |sum: Option<&mut u64>, more: u64| {
            if let Some(sum) = sum {
                *sum = sum.wrapping_add(more);
            }
        };
        add(self.rows.get_mut(group), 1);
        add(self.keys.get_mut(group), key_hash);
        let cells = group * self.columns..(group + 1) * self.columns;
        let sums = self.cells.get_mut(cells).unwrap_or_default();
        for (sum, hash) in sums.iter_mut().zip(row.hashes(key_hash)) {
            *sum = sum.wrapping_add(hash);
        }
    }
}

/// Groups whose rows are compared one by one.
pub(crate) struct Groups(BTreeSet<usize>);

impl Groups {
    /// Chooses among the groups that differ as many as memory allows, one at least.
    pub(crate) fn choose(differing: &BTreeSet<usize>, one: &Sums, other: &Sums) -> Self {
        let mut chosen = BTreeSet::new();
        let mut rows = 0;
        for group in differing {
            let size = |sums: &Sums| sums.rows.get(*group).copied().unwrap_or_default();
            rows += size(one).max(size(other));
            if rows > COMPARED_ROWS && !chosen.is_empty() {
                break;
            }
            chosen.insert(*group);
        }
        Self(chosen)
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether a key of this hash belongs to one of them.
    pub(crate) fn has(&self, key_hash: u64) -> bool {
        self.0.contains(&group_of(key_hash))
    }
}

fn group_of(key_hash: u64) -> usize {
    usize::try_from(key_hash >> GROUP_SHIFT).unwrap_or_default()
}

/// Mixes two numbers: the finaliser of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA).
fn mix(one: u64, other: u64) -> u64 {
    let mut mixed = one ^ other.wrapping_add(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Hashes a text.
pub(crate) fn text(text: &str) -> u64 {
    let text = without_nul(text);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let length = u64::try_from(text.len()).unwrap_or_default();
    let start = mix(length, u64::from_le_bytes(last));
    words
        .iter()
        .fold(start, |hash, word| mix(hash, u64::from_le_bytes(*word)))
}

/// Hashes a value with its type; a null is another value than any.
fn value(cell: &Option<Cell<'_>>) -> u64 {
    match cell {
        None => mix(0, 0),
        Some(Cell::Int(value)) => mix(1, value.cast_unsigned()),
        // By its bits: -0 is another number than 0.
        Some(Cell::Float(value)) => mix(2, value.to_bits()),
        Some(Cell::Bool(value)) => mix(3, u64::from(*value)),
        Some(Cell::Text(value)) => mix(4, text(value)),
        Some(Cell::Instant(value)) => mix(5, value.cast_unsigned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Cell, Row, Sink, Sums, text, value};

    fn sums(rows: &[(&str, Option<i64>)]) -> Sums {
        let mut sums = Sums::new(2);
        for (key, number) in rows {
            let cell = |column: usize| match column {
                0 => Some(Cell::Text(key)),
                _ => number.map(Cell::Int),
            };
            sums.take(&Row::new(0, 2, &cell));
        }
        sums
    }

    #[test]
    fn order_does_not_matter_and_any_change_does() {
        let rows = [("a", Some(1)), ("b", None), ("c", Some(3))];
        let same = [("c", Some(3)), ("a", Some(1)), ("b", None)];
        assert!(sums(&rows).differing(&sums(&same)).is_empty());
        for other in [
            // A value, a null, two values that changed places, a key, a row less.
            [("a", Some(2)), ("b", None), ("c", Some(3))].as_slice(),
            &[("a", Some(1)), ("b", Some(0)), ("c", Some(3))],
            &[("a", Some(3)), ("b", None), ("c", Some(1))],
            &[("a", Some(1)), ("b", None), ("d", Some(3))],
            &[("a", Some(1)), ("b", None)],
        ] {
            assert!(!sums(&rows).differing(&sums(other)).is_empty(), "{other:?}");
        }
    }

    #[test]
    fn values_that_look_alike_have_hashes_of_their_own() {
        let cells = [
            None,
            Some(Cell::Int(0)),
            Some(Cell::Int(-1)),
            Some(Cell::Float(0.0)),
            Some(Cell::Float(-0.0)),
            Some(Cell::Bool(false)),
            Some(Cell::Text("")),
            Some(Cell::Text("0")),
            Some(Cell::Text("a\u{0}")),
            Some(Cell::Text("a")),
            Some(Cell::Text("12345678")),
            Some(Cell::Text("123456781")),
            Some(Cell::Instant(0)),
        ];
        let hashes: HashSet<u64> = cells.iter().map(value).collect();
        assert_eq!(hashes.len(), cells.len());
        // NUL is what the database holds in its place.
        assert_eq!(text("a\u{0}"), text("a\u{fffd}"));
    }
}
