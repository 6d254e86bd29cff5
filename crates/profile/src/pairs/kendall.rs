//! Kendall's tau-b of two columns in O(n log n).

use super::LEAST_ROWS;
use super::number::float_u64;

/// A row without a value.
const MISSING: u32 = u32::MAX;
/// Runs of so many are sorted by a network before they are merged.
const RUN: usize = 8;

/// The ranks of a column without gaps (equal values share one), and its rows in their order.
pub(crate) struct Dense {
    pub(crate) ranks: Vec<u32>,
    order: Vec<u32>,
    /// Different values.
    pub(crate) distinct: usize,
}

impl Dense {
    /// Ranks the first `rows` values, of which `order` has those present from least to
    /// greatest.
    pub(crate) fn new(values: &[f64], order: &[u32], rows: usize) -> Self {
        let mut ranks = vec![MISSING; rows.min(values.len())];
        let mut kept = Vec::with_capacity(ranks.len());
        let (mut rank, mut before) = (0, None);
        for row in order {
            let place = usize::try_from(*row).unwrap_or(usize::MAX);
            let (Some(slot), Some(value)) = (ranks.get_mut(place), values.get(place)) else {
                continue;
            };
            // Zero and minus zero are one value.
            rank += u32::from(before.is_some_and(|before: f64| before < *value));
            before = Some(*value);
            *slot = rank;
            kept.push(*row);
        }
        Self {
            ranks,
            order: kept,
            distinct: usize::try_from(rank).unwrap_or(0) + 1,
        }
    }

    fn rank(&self, row: u32) -> Option<usize> {
        let rank = self.ranks.get(usize::try_from(row).ok()?)?;
        usize::try_from(*rank).ok().filter(|_| *rank != MISSING)
    }
}

/// Memory that is used again from pair to pair.
#[derive(Default)]
pub(crate) struct Work {
    /// For each rank of the first column, where its next row goes.
    starts: Vec<usize>,
    seconds: Vec<u32>,
    buffer: Vec<u32>,
}

/// Returns tau-b over the rows that have both values, or `None` where there are too few, or
/// one of the columns has fewer than two different ones there.
///
/// Source: M. G. Kendall (1945), Biometrika 33(3), 239-251; counted as W. R. Knight (1966),
/// JASA 61(314), 436-439: rows in order of the first column, then the exchanges that a merge
/// sort of the second needs.
pub(crate) fn tau_b(first: &Dense, second: &Dense, work: &mut Work) -> Option<f64> {
    let (tied_first, tied_both) = arrange(first, second, work);
    let Work {
        seconds, buffer, ..
    } = work;
    if seconds.len() < LEAST_ROWS {
        return None;
    }
    let all = pairs_of(seconds.len());
    let discordant = exchanges(seconds, buffer);
    let tied_second = ties(seconds);
    if all == tied_first || all == tied_second {
        return None;
    }
    let surplus = float_u64(all + tied_both) - float_u64(tied_first + tied_second + 2 * discordant);
    let comparable = float_u64(all - tied_first).sqrt() * float_u64(all - tied_second).sqrt();
    Some((surplus / comparable).clamp(-1.0, 1.0))
}

/// Puts the ranks of the second column in order of the first, then of themselves, by counting;
/// returns the pairs that are tied in the first column, and in both.
fn arrange(first: &Dense, second: &Dense, work: &mut Work) -> (u64, u64) {
    let Work {
        starts, seconds, ..
    } = work;
    starts.clear();
    starts.resize(first.distinct + 1, 0);
    let mut count = 0;
    for row in &second.order {
        if let Some(slot) = first.rank(*row).and_then(|rank| starts.get_mut(rank + 1)) {
            *slot += 1;
            count += 1;
        }
    }
    let tied_first = starts.iter().map(|rows| pairs_of(*rows)).sum();
    let mut before = 0;
    for slot in starts.iter_mut() {
        before += *slot;
        *slot = before;
    }
    seconds.clear();
    seconds.resize(count, 0);
    for row in &second.order {
        if let Some(start) = first.rank(*row).and_then(|rank| starts.get_mut(rank)) {
            let rank = usize::try_from(*row)
                .ok()
                .and_then(|row| second.ranks.get(row));
            if let (Some(slot), Some(rank)) = (seconds.get_mut(*start), rank) {
                *slot = *rank;
            }
            *start += 1;
        }
    }
    // Each start is now where the next rank begins.
    let (mut tied_both, mut begin) = (0, 0);
    for end in starts.iter().take(first.distinct) {
        tied_both += seconds.get(begin..*end).map_or(0, ties);
        begin = *end;
    }
    (tied_first, tied_both)
}

/// Pairs of equal values in a sorted list.
fn ties(sorted: &[u32]) -> u64 {
    sorted
        .chunk_by(|one, other| one == other)
        .map(|run| pairs_of(run.len()))
        .sum()
}

fn pairs_of(count: usize) -> u64 {
    let count = u64::try_from(count).unwrap_or(0);
    count * count.saturating_sub(1) / 2
}

/// Sorts, and returns how many pairs stood in the wrong order.
fn exchanges(values: &mut Vec<u32>, buffer: &mut Vec<u32>) -> u64 {
    let mut count = 0;
    let (runs, rest) = values.as_chunks_mut::<RUN>();
    for run in runs {
        count += inversions(run);
        sort_run(run);
    }
    count += inversions(rest);
    rest.sort_unstable();
    buffer.clear();
    buffer.resize(values.len(), 0);
    let mut width = RUN;
    while width < values.len() {
        for (pair, sorted) in values.chunks(2 * width).zip(buffer.chunks_mut(2 * width)) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            count += merge(left, right, sorted);
        }
        std::mem::swap(values, buffer);
        width *= 2;
    }
    count
}

fn inversions(run: &[u32]) -> u64 {
    let mut count = 0_u32;
    for (place, value) in run.iter().enumerate() {
        count += run
            .iter()
            .take(place)
            .map(|before| u32::from(before > value))
            .sum::<u32>();
    }
    u64::from(count)
}

/// Batcher's network of 19 comparisons: no branch on the values, which are as good as random.
fn sort_run(run: &mut [u32; RUN]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *run;
    let order = |one: &mut u32, other: &mut u32| {
        (*one, *other) = (*one.min(other), *one.max(other));
    };
    order(&mut a, &mut b);
    order(&mut c, &mut d);
    order(&mut e, &mut f);
    order(&mut g, &mut h);
    order(&mut a, &mut c);
    order(&mut b, &mut d);
    order(&mut e, &mut g);
    order(&mut f, &mut h);
    order(&mut b, &mut c);
    order(&mut f, &mut g);
    order(&mut a, &mut e);
    order(&mut d, &mut h);
    order(&mut b, &mut f);
    order(&mut c, &mut g);
    order(&mut b, &mut e);
    order(&mut d, &mut g);
    order(&mut c, &mut e);
    order(&mut d, &mut f);
    order(&mut d, &mut e);
    *run = [a, b, c, d, e, f, g, h];
}

fn merge(left: &[u32], right: &[u32], sorted: &mut [u32]) -> u64 {
    let (mut in_left, mut in_right, mut out, mut count) = (0, 0, 0, 0);
    // No branch on the values: they are as good as random.
    while let (Some(one), Some(other), Some(slot)) =
        (left.get(in_left), right.get(in_right), sorted.get_mut(out))
    {
        let exchange = other < one;
        *slot = if exchange { *other } else { *one };
        count += if exchange { left.len() - in_left } else { 0 };
        in_right += usize::from(exchange);
        in_left += usize::from(!exchange);
        out += 1;
    }
    let rest = left.iter().skip(in_left).chain(right.iter().skip(in_right));
    for (slot, value) in sorted.iter_mut().skip(out).zip(rest) {
        *slot = *value;
    }
    u64::try_from(count).unwrap_or(0)
}
