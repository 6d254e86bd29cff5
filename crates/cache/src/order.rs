//! The order of the rows, and each one's place in its process: what windows over the whole
//! table give the views, found by sorting numbers.

use std::collections::HashMap;

use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice, ParallelSliceMut};

/// The order of the rows; all but `rows` stand in it.
pub(crate) struct Order {
    /// The rows as they were read, in the new order.
    pub(crate) rows: Vec<u32>,
    /// Number within the process, from 1.
    pub(crate) attempts: Vec<u32>,
    pub(crate) flags: Vec<u8>,
    /// Process, from 0.
    pub(crate) processes: Vec<u32>,
    /// Person, from 1; 0 for nobody.
    pub(crate) persons: Vec<u32>,
    /// Whether rows of a person stand apart, by number.
    pub(crate) scattered: Vec<bool>,
    /// The hash of each person, by number less one.
    pub(crate) hashes: Vec<u64>,
}

/// The rows of one process, in the order of its attempts.
#[derive(Clone, Copy)]
struct Block {
    /// The person of its last attempt.
    person: u64,
    first: u32,
    len: u32,
}

/// Rows by process, date and key, with the hash of their process beside them: numbers that
/// stand together are sorted several times as fast as numbers that are looked up.
fn by_process(processes: Vec<u64>, at_us: &[i64], keys: &[u128]) -> Vec<(u64, u32)> {
    let mut rows: Vec<(u64, u32)> = processes.into_iter().zip(0..).collect();
    rows.par_sort_unstable();
    let at = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
    for alike in rows.chunk_by_mut(|(one, _), (next, _)| one == next) {
        if alike.len() > 1 {
            alike.sort_unstable_by_key(|(_, row)| (at_us.get(at(*row)), keys.get(at(*row))));
        }
    }
    rows
}

/// Blocks whose rows are placed by one core.
const TOGETHER: usize = 1 << 16;

/// The rows of some blocks, each in its place.
#[derive(Default)]
struct Placed {
    rows: Vec<u32>,
    attempts: Vec<u32>,
    flags: Vec<u8>,
    processes: Vec<u32>,
}

impl Placed {
    fn push(&mut self, process: u32, rows: &[u32], accepted: &impl Fn(usize) -> bool) {
        let is_accepted = |row: &u32| accepted(usize::try_from(*row).unwrap_or(usize::MAX));
        let ever = if rows.iter().any(is_accepted) {
            Order::EVER
        } else {
            0
        };
        let mut before = false;
        for (attempt, row) in (1_u32..).zip(rows) {
            let mut flags = ever;
            flags |= if attempt == 1 { Order::FIRST } else { 0 };
            let is_last = usize::try_from(attempt) == Ok(rows.len());
            flags |= if is_last { Order::LAST } else { 0 };
            flags |= if before { Order::REPEAT } else { 0 };
            before |= is_accepted(row);
            self.rows.push(*row);
            self.attempts.push(attempt);
            self.flags.push(flags);
            self.processes.push(process);
        }
    }
}

impl Order {
    pub(crate) const FIRST: u8 = 1;
    pub(crate) const LAST: u8 = 2;
    /// Any attempt of its process was accepted.
    pub(crate) const EVER: u8 = 4;
    /// An earlier attempt of its process was accepted.
    pub(crate) const REPEAT: u8 = 8;

    /// Orders rows by the person of their process, process, date and key. A row without a
    /// process (0) is one of its own.
    pub(crate) fn of(
        processes: Vec<u64>,
        persons: &[u64],
        at_us: &[i64],
        keys: &[u128],
        accepted: impl Fn(usize) -> bool + Sync,
    ) -> Self {
        let at = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
        let person = |row: u32| persons.get(at(row)).copied().unwrap_or(0);
        let by_process = by_process(processes, at_us, keys);

        let mut blocks: Vec<Block> = Vec::new();
        for rows in by_process.chunk_by(|(one, _), (next, _)| *one != 0 && one == next) {
            let first = blocks
                .last()
                .map_or(0, |block: &Block| block.first + block.len);
            blocks.push(Block {
                person: rows.last().map_or(0, |(_, row)| person(*row)),
                first,
                len: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            });
        }
        let by_process: Vec<u32> = by_process.into_iter().map(|(_, row)| row).collect();
        blocks.par_sort_unstable_by_key(|block| (block.person, block.first));

        let mut order = Self {
            rows: Vec::with_capacity(at_us.len()),
            attempts: Vec::with_capacity(at_us.len()),
            flags: Vec::with_capacity(at_us.len()),
            processes: Vec::with_capacity(at_us.len()),
            persons: Vec::with_capacity(at_us.len()),
            scattered: Vec::new(),
            hashes: Vec::new(),
        };
        let parts = blocks
            .par_chunks(TOGETHER)
            .enumerate()
            .map(|(part, blocks)| {
                let first = u32::try_from(part * TOGETHER).unwrap_or(u32::MAX);
                let mut placed = Placed::default();
                for (process, block) in (first..).zip(blocks) {
                    let rows = by_process.get(at(block.first)..at(block.first + block.len));
                    placed.push(process, rows.unwrap_or_default(), &accepted);
                }
                placed
            });
        for part in parts.collect::<Vec<_>>() {
            order.rows.extend(part.rows);
            order.attempts.extend(part.attempts);
            order.flags.extend(part.flags);
            order.processes.extend(part.processes);
        }
        order.number_persons(&blocks, persons);
        order
    }

    /// Numbers persons in the order of the blocks. A row of another person than its block's
    /// stands apart from that person's rows, and parts those of its block's.
    fn number_persons(&mut self, blocks: &[Block], persons: &[u64]) {
        let mut hashes: Vec<u64> = blocks.iter().map(|block| block.person).collect();
        hashes.dedup();
        hashes.retain(|hash| *hash != 0);
        let in_blocks = hashes.len();
        let mut number = 0_u32;
        let mut last = 0_u64;
        let mut strays: Vec<(usize, u64)> = Vec::new();
        let mut scattered = vec![false; in_blocks + 1];
        let mut rows = self.rows.iter().enumerate();
        for block in blocks {
            if block.person != last {
                number += 1;
                last = block.person;
            }
            for _ in 0..block.len {
                let Some((place, row)) = rows.next() else {
                    break;
                };
                let row = usize::try_from(*row).unwrap_or(usize::MAX);
                let own = persons.get(row).copied().unwrap_or(0);
                if own != block.person
                    && block.person != 0
                    && let Some(flag) = scattered.get_mut(usize::try_from(number).unwrap_or(0))
                {
                    *flag = true;
                }
                if own != 0 && own != block.person {
                    strays.push((place, own));
                }
                self.persons.push(if own == 0 { 0 } else { number });
            }
        }
        let mut added: HashMap<u64, usize> = HashMap::new();
        for (place, hash) in strays {
            // Those of blocks are ascending; others are added as they come.
            let of_blocks = hashes.get(..in_blocks).unwrap_or_default();
            let index = match of_blocks.binary_search(&hash) {
                Ok(index) => index,
                Err(_) => *added.entry(hash).or_insert_with(|| {
                    hashes.push(hash);
                    scattered.push(true);
                    hashes.len() - 1
                }),
            };
            if let Some(flag) = scattered.get_mut(index + 1) {
                *flag = true;
            }
            if let Some(person) = self.persons.get_mut(place) {
                *person = u32::try_from(index + 1).unwrap_or(u32::MAX);
            }
        }
        self.scattered = scattered;
        self.hashes = hashes;
    }
}
