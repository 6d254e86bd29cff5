//! What a transaction would save if one microservice were faster.
//!
//! Only nodes above its runs change. The saving of a series is the sum of its members'; that
//! of a parallel group is what the longest branch loses, the others standing where they are.

use super::kernel::{Followed, Lane, Lanes, ZEROES, add, longest};
use super::tree::{FlatKind, Tree};

/// One node above the runs of a microservice, with the slots of savings it reads and writes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Op {
    Run {
        run: usize,
        slot: usize,
    },
    Series {
        slots: Vec<usize>,
        slot: usize,
    },
    Parallel {
        node: usize,
        /// Branches with a saving: node and slot.
        changed: Vec<(usize, usize)>,
        /// The other branches.
        others: Vec<usize>,
        slot: usize,
    },
}

/// How the saving of one microservice goes up one tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    ops: Vec<Op>,
    slots: usize,
    root: usize,
}

/// Savings of each slot, and the longest unchanged branch of each parallel node.
#[derive(Default)]
pub(super) struct Scratch {
    slots: Vec<Lane>,
    others: Vec<Lane>,
}

impl Plan {
    /// Plans the way up from the runs given.
    pub(super) fn of(tree: &Tree, runs: &[usize]) -> Self {
        let mut plan = Self {
            ops: Vec::new(),
            slots: 0,
            root: 0,
        };
        let mut slot_of: Vec<Option<usize>> = Vec::with_capacity(tree.nodes.len());
        for (place, node) in tree.nodes.iter().enumerate() {
            let changed: Vec<(usize, usize)> = node
                .children
                .iter()
                .filter_map(|child| Some((*child, slot_of.get(*child).copied().flatten()?)))
                .collect();
            let slot = match node.kind {
                FlatKind::Run(run) => runs.contains(&run).then(|| plan.run(run)),
                FlatKind::Series => plan.series(&changed),
                FlatKind::Parallel if changed.is_empty() => None,
                FlatKind::Parallel => Some(plan.parallel(place, &node.children, changed)),
            };
            slot_of.push(slot);
        }
        plan.root = slot_of.last().copied().flatten().unwrap_or(0);
        plan
    }

    fn slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    fn run(&mut self, run: usize) -> usize {
        let slot = self.slot();
        self.ops.push(Op::Run { run, slot });
        slot
    }

    /// A series passes the saving of a single member on as it is.
    fn series(&mut self, changed: &[(usize, usize)]) -> Option<usize> {
        let slots: Vec<usize> = changed.iter().map(|(_, slot)| *slot).collect();
        if slots.len() < 2 {
            return slots.first().copied();
        }
        let slot = self.slot();
        self.ops.push(Op::Series { slots, slot });
        Some(slot)
    }

    fn parallel(&mut self, node: usize, all: &[usize], changed: Vec<(usize, usize)>) -> usize {
        let others = all
            .iter()
            .copied()
            .filter(|child| changed.iter().all(|(one, _)| one != child))
            .collect();
        let slot = self.slot();
        self.ops.push(Op::Parallel {
            node,
            changed,
            others,
            slot,
        });
        slot
    }

    /// Returns whether another order of the pipeline gives the same savings: the same way
    /// up, and at each parallel group the same branches.
    pub(super) fn same(&self, tree: &Tree, other: &Self, other_tree: &Tree) -> bool {
        let branches_same = |op: &Op| match op {
            Op::Parallel { node, .. } => same_below(tree, other_tree, *node),
            Op::Run { .. } | Op::Series { .. } => true,
        };
        self == other && self.ops.iter().all(branches_same)
    }

    /// Finds the longest unchanged branch of each parallel group, once for a lane.
    pub(super) fn prepare(&self, followed: &Followed, scratch: &mut Scratch) {
        scratch.slots.resize(self.slots.max(1), ZEROES);
        scratch.others.resize(self.slots.max(1), ZEROES);
        for op in &self.ops {
            let Op::Parallel { others, slot, .. } = op else {
                continue;
            };
            let Some(most) = scratch.others.get_mut(*slot) else {
                continue;
            };
            most.fill(0.0);
            for other in others {
                longest(most, followed.lengths.get(*other).unwrap_or(&ZEROES));
            }
        }
    }

    /// Returns the saving of each row where the runs take `part` less, 0 to 1.
    pub(super) fn saved<'a>(
        &self,
        lanes: &Lanes,
        followed: &Followed,
        part: f64,
        scratch: &'a mut Scratch,
    ) -> &'a Lane {
        for op in &self.ops {
            let (Op::Run { slot, .. } | Op::Series { slot, .. } | Op::Parallel { slot, .. }) = op;
            // A slot is written after those it reads, which all come before it.
            let (before, here) = scratch.slots.split_at_mut(*slot);
            let Some(saved) = here.first_mut() else {
                continue;
            };
            match op {
                Op::Run { run, .. } => {
                    let durations = lanes.durations.get(*run).unwrap_or(&ZEROES);
                    for (saved, duration) in saved.iter_mut().zip(durations) {
                        *saved = part * duration;
                    }
                }
                Op::Series { slots, .. } => {
                    saved.fill(0.0);
                    for member in slots {
                        add(saved, before.get(*member).unwrap_or(&ZEROES));
                    }
                }
                Op::Parallel { node, changed, .. } => {
                    saved.copy_from_slice(scratch.others.get(*slot).unwrap_or(&ZEROES));
                    for (child, less) in changed {
                        let length = followed.lengths.get(*child).unwrap_or(&ZEROES);
                        let less = before.get(*less).unwrap_or(&ZEROES);
                        for (most, (length, less)) in saved.iter_mut().zip(length.iter().zip(less))
                        {
                            let left = length - less;
                            *most = if left > *most { left } else { *most };
                        }
                    }
                    let length = followed.lengths.get(*node).unwrap_or(&ZEROES);
                    for (most, length) in saved.iter_mut().zip(length) {
                        *most = length - *most;
                    }
                }
            }
        }
        scratch.slots.get(self.root).unwrap_or(&ZEROES)
    }
}

fn same_below(one: &Tree, other: &Tree, place: usize) -> bool {
    match (one.nodes.get(place), other.nodes.get(place)) {
        (Some(node), Some(same)) => {
            node == same
                && node
                    .children
                    .iter()
                    .all(|child| same_below(one, other, *child))
        }
        _ => false,
    }
}
