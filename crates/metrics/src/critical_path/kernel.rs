//! The kernel: lengths up the tree, shares and slack down it.

use super::tree::FlatKind;
use super::{Durations, Tree};

/// Rows that are worked on together; a lane of each node then stays in the second cache.
pub const LANE: usize = 256;

/// One number for each of [`LANE`] rows.
pub(crate) type Lane = [f64; LANE];

/// Zeroes.
pub(super) const ZEROES: Lane = [0.0; LANE];

/// The runs of [`LANE`] rows.
pub(crate) struct Lanes {
    /// Duration of each run, 0 where it did not run.
    pub(crate) durations: Vec<Lane>,
    /// Whether it ran, as 1 or 0.
    pub(crate) ran: Vec<Lane>,
    /// Total times, 0 where there is none.
    pub(crate) total: Lane,
    /// Whether there is a total, as 1 or 0.
    pub(crate) timed: Lane,
    /// How many rows there are; those after them are as rows without a total.
    pub(crate) rows: usize,
}

impl Lanes {
    pub(crate) fn new(runs: usize) -> Self {
        Self {
            durations: vec![ZEROES; runs],
            ran: vec![ZEROES; runs],
            total: ZEROES,
            timed: ZEROES,
            rows: 0,
        }
    }

    /// Loads rows from `first` on. In a row without a total nothing counts as run, so that
    /// times and totals are of the same transactions.
    pub(crate) fn load(&mut self, batch: &Durations<'_>, first: usize) {
        self.rows = batch.rows().saturating_sub(first).min(LANE);
        batch.load_total(first, &mut self.total);
        for (total, timed) in self.total.iter_mut().zip(&mut self.timed) {
            *timed = f64::from(u8::from(*total >= 0.0));
            *total = if *total > 0.0 { *total } else { 0.0 };
        }
        let lanes = self.durations.iter_mut().zip(&mut self.ran);
        for (run, (durations, ran)) in lanes.enumerate() {
            batch.load_run(run, first, durations, ran);
            for ((duration, ran), timed) in durations.iter_mut().zip(ran).zip(&self.timed) {
                *duration *= timed;
                *ran *= timed;
            }
        }
    }
}

/// Lengths, shares on the path and slack of the nodes of one tree.
pub(crate) struct Followed {
    /// Length of each node.
    pub(super) lengths: Vec<Lane>,
    /// Whether anything below it ran.
    pub(super) present: Vec<Lane>,
    /// Its share on the path: 1, 0, or between where branches tie.
    pub(super) shares: Vec<Lane>,
    /// How much longer it could be without a longer path.
    pub(super) slack: Vec<Lane>,
}

impl Followed {
    pub(crate) fn new(tree: &Tree) -> Self {
        let lanes = || vec![ZEROES; tree.nodes.len()];
        Self {
            lengths: lanes(),
            present: lanes(),
            shares: lanes(),
            slack: lanes(),
        }
    }

    /// Returns the lengths of the whole path.
    pub(crate) fn path(&self) -> &Lane {
        self.lengths.last().unwrap_or(&ZEROES)
    }

    /// Works out the length of each node: a series is as long as its members together, a
    /// parallel group as long as its longest branch.
    pub(crate) fn up(&mut self, tree: &Tree, lanes: &Lanes) {
        for (place, node) in tree.nodes.iter().enumerate() {
            let (before, here) = self.lengths.split_at_mut(place);
            let (ran_before, ran_here) = self.present.split_at_mut(place);
            let (Some(length), Some(ran)) = (here.first_mut(), ran_here.first_mut()) else {
                continue;
            };
            if let FlatKind::Run(run) = node.kind {
                length.copy_from_slice(lanes.durations.get(run).unwrap_or(&ZEROES));
                ran.copy_from_slice(lanes.ran.get(run).unwrap_or(&ZEROES));
                continue;
            }
            length.fill(0.0);
            ran.fill(0.0);
            for child in &node.children {
                if let (Some(child), Some(child_ran)) = (before.get(*child), ran_before.get(*child))
                {
                    match node.kind {
                        FlatKind::Parallel => longest(length, child),
                        FlatKind::Series | FlatKind::Run(_) => add(length, child),
                    }
                    longest(ran, child_ran);
                }
            }
        }
    }

    /// Works out shares on the path and slack, after [`Followed::up`].
    pub(crate) fn down(&mut self, tree: &Tree) {
        if let (Some(share), Some(slack)) = (self.shares.last_mut(), self.slack.last_mut()) {
            share.fill(1.0);
            slack.fill(0.0);
        }
        for (place, node) in tree.nodes.iter().enumerate().rev() {
            match node.kind {
                FlatKind::Run(_) => {}
                FlatKind::Series => self.down_series(place, &node.children),
                FlatKind::Parallel => self.down_parallel(place, &node.children),
            }
        }
    }

    fn down_series(&mut self, place: usize, children: &[usize]) {
        let (shares, parent_share) = self.shares.split_at_mut(place);
        let (slack, parent_slack) = self.slack.split_at_mut(place);
        let (Some(parent_share), Some(parent_slack)) = (parent_share.first(), parent_slack.first())
        else {
            return;
        };
        for child in children {
            if let (Some(share), Some(slack)) = (shares.get_mut(*child), slack.get_mut(*child)) {
                share.copy_from_slice(parent_share);
                slack.copy_from_slice(parent_slack);
            }
        }
    }

    fn down_parallel(&mut self, place: usize, children: &[usize]) {
        let (lengths, parent_length) = self.lengths.split_at(place);
        let (shares, parent_share) = self.shares.split_at_mut(place);
        let (slack, parent_slack) = self.slack.split_at_mut(place);
        let (Some(parent_length), Some(parent_share), Some(parent_slack)) = (
            parent_length.first(),
            parent_share.first(),
            parent_slack.first(),
        ) else {
            return;
        };
        let mut ties = ZEROES;
        for child in children {
            let (Some(length), Some(ran), Some(share)) = (
                lengths.get(*child),
                self.present.get(*child),
                shares.get_mut(*child),
            ) else {
                continue;
            };
            let branch = length.iter().zip(ran).zip(parent_length);
            for (((length, ran), most), (share, ties)) in
                branch.zip(share.iter_mut().zip(&mut ties))
            {
                *share = if *length >= *most { *ran } else { 0.0 };
                *ties += *share;
            }
        }
        for (ties, share) in ties.iter_mut().zip(parent_share) {
            *ties = share / if *ties > 1.0 { *ties } else { 1.0 };
        }
        for child in children {
            let (Some(length), Some(share), Some(slack)) = (
                lengths.get(*child),
                shares.get_mut(*child),
                slack.get_mut(*child),
            ) else {
                continue;
            };
            for (share, part) in share.iter_mut().zip(&ties) {
                *share *= part;
            }
            let longest = parent_length.iter().zip(parent_slack);
            for ((slack, length), (most, above)) in slack.iter_mut().zip(length).zip(longest) {
                *slack = above + (most - length);
            }
        }
    }
}

pub(super) fn add(sum: &mut Lane, more: &Lane) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more;
    }
}

pub(super) fn longest(most: &mut Lane, other: &Lane) {
    for (most, other) in most.iter_mut().zip(other) {
        *most = if *other > *most { *other } else { *most };
    }
}

/// Returns the sum of a lane, in eight slots that the compiler turns into vectors; the order
/// of additions is always the same.
pub(super) fn sum(lane: &Lane) -> f64 {
    let mut slots = [0.0; 8];
    for part in lane.chunks_exact(8) {
        for (slot, value) in slots.iter_mut().zip(part) {
            *slot += value;
        }
    }
    slots.iter().sum()
}

/// Returns the sum of products of two lanes, as [`sum`].
pub(super) fn dot(one: &Lane, other: &Lane) -> f64 {
    let mut slots = [0.0; 8];
    for (one, other) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        for (slot, (one, other)) in slots.iter_mut().zip(one.iter().zip(other)) {
            *slot += one * other;
        }
    }
    slots.iter().sum()
}
