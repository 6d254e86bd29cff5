//! Where values are missing: in blocks of rows, and by response code.

use crate::number::place;

/// Blocks are joined two by two when there are so many.
const MOST_BLOCKS: u64 = 200;
/// The page shows at most so many.
const WANTED_BLOCKS: u64 = 100;

/// Rows of a column that are missing: null, not a number, or a sentinel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Absent {
    total: u64,
    /// Rows of a block: 1 << this.
    shift: u32,
    blocks: Vec<u64>,
    by_code: Vec<u64>,
}

impl Absent {
    pub(crate) fn add(&mut self, row: u64, code: Option<&usize>) {
        self.total += 1;
        while row >> self.shift >= MOST_BLOCKS {
            self.join_blocks();
        }
        increment(&mut self.blocks, place(row >> self.shift));
        if let Some(code) = code {
            increment(&mut self.by_code, *code);
        }
    }

    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// By code, in the order in which codes were met.
    pub(crate) fn by_code(&self, code: usize) -> u64 {
        self.by_code.get(code).copied().unwrap_or(0)
    }

    /// In blocks of [`block_size`] of the table's rows.
    pub(crate) fn blocks(&mut self, rows: u64) -> &[u64] {
        while 1 << self.shift < block_size(rows) {
            self.join_blocks();
        }
        &self.blocks
    }

    fn join_blocks(&mut self) {
        self.shift += 1;
        self.blocks = self
            .blocks
            .chunks(2)
            .map(|pair| pair.iter().sum())
            .collect();
    }
}

/// Returns how many rows a block has, so that a table has at most 100: a power of two.
pub(crate) const fn block_size(rows: u64) -> u64 {
    let mut size = 1;
    while rows.div_ceil(size) > WANTED_BLOCKS {
        size *= 2;
    }
    size
}

fn increment(counts: &mut Vec<u64>, at: usize) {
    if at >= counts.len() {
        counts.resize(at + 1, 0);
    }
    if let Some(here) = counts.get_mut(at) {
        *here += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Absent, block_size};

    #[test]
    fn blocks_hold_what_falls_into_them_however_long_the_table_grows() {
        for rows in [1_u64, 100, 101, 4_427, 100_000] {
            let mut absent = Absent::default();
            for row in (0..rows).step_by(3) {
                absent.add(row, None);
            }
            let size = block_size(rows);
            let blocks = absent.blocks(rows).to_vec();
            assert!(rows.div_ceil(size) <= 100);
            for (block, found) in (0_u64..).zip(&blocks) {
                let end = ((block + 1) * size).min(rows);
                let expected = (block * size..end).filter(|row| row % 3 == 0).count();
                assert_eq!(*found, u64::try_from(expected).unwrap());
            }
        }
    }
}
