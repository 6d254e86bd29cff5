//! Kendall's tau-b of two columns in O(n log n).

use super::LEAST_ROWS;
use super::number::float_u64;

/// A row without a value.
pub(crate) const MISSING: u32 = u32::MAX;
/// Runs of so many are sorted by insertion before they are merged.
const RUN: usize = 8;

/// The ranks of a column without gaps (equal values share one), and its rows in their order.
pub(crate) struct Dense {
    ranks: Vec<u32>,
    order: Vec<u32>,
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
        Self { ranks, order: kept }
    }

    fn rank(&self, row: u32) -> u32 {
        usize::try_from(row)
            .ok()
            .and_then(|row| self.ranks.get(row))
            .copied()
            .unwrap_or(MISSING)
    }
}

/// Memory that is used again from pair to pair.
#[derive(Default)]
pub(crate) struct Work {
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
    let Work { seconds, buffer } = work;
    seconds.clear();
    let (mut tied_first, mut tied_both) = (0, 0);
    let (mut start, mut current) = (0, MISSING);
    for row in &first.order {
        let other = second.rank(*row);
        if other == MISSING {
            continue;
        }
        let rank = first.rank(*row);
        if rank != current {
            tied_both += close_run(
                seconds.get_mut(start..).unwrap_or_default(),
                &mut tied_first,
            );
            start = seconds.len();
            current = rank;
        }
        seconds.push(other);
    }
    tied_both += close_run(
        seconds.get_mut(start..).unwrap_or_default(),
        &mut tied_first,
    );
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

/// Ends a run of rows with the same first value; returns the pairs tied in both.
fn close_run(run: &mut [u32], tied_first: &mut u64) -> u64 {
    if run.len() < 2 {
        return 0;
    }
    *tied_first += pairs_of(run.len());
    run.sort_unstable();
    ties(run)
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
    for run in values.chunks_mut(RUN) {
        count += insertion(run);
    }
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

fn insertion(run: &mut [u32]) -> u64 {
    let mut count = 0;
    for end in 2..=run.len() {
        let Some(part) = run.get_mut(..end) else {
            continue;
        };
        let Some((last, before)) = part.split_last() else {
            continue;
        };
        let greater = before.iter().filter(|value| *value > last).count();
        let place = before.len() - greater;
        if let Some(moved) = part.get_mut(place..) {
            moved.rotate_right(1);
        }
        count += u64::try_from(greater).unwrap_or(0);
    }
    count
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
