//! The pipeline in one order of its groups, flat, children before parents.

use super::model::Node;
use super::{Arrangement, PathModel};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlatKind {
    Run(usize),
    Series,
    Parallel,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FlatNode {
    pub(super) kind: FlatKind,
    /// Places of its children, all before its own.
    pub(super) children: Vec<usize>,
}

/// The pipeline in one order; its last node is the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(super) nodes: Vec<FlatNode>,
}

impl Tree {
    /// Lays the pipeline out with each class of groups arranged as given.
    pub(crate) fn of(model: &PathModel, arrangements: &[Arrangement]) -> Self {
        let mut tree = Self { nodes: Vec::new() };
        let steps = tree.all(&model.steps, arrangements);
        tree.push(FlatKind::Series, steps);
        tree
    }

    /// Lays one top-level step out.
    pub(crate) fn of_step(model: &PathModel, step: usize, arrangements: &[Arrangement]) -> Self {
        let mut tree = Self { nodes: Vec::new() };
        let node = model.steps.get(step).map(std::slice::from_ref);
        let steps = tree.all(node.unwrap_or_default(), arrangements);
        tree.push(FlatKind::Series, steps);
        tree
    }

    fn push(&mut self, kind: FlatKind, children: Vec<usize>) -> usize {
        self.nodes.push(FlatNode { kind, children });
        self.nodes.len() - 1
    }

    fn all(&mut self, nodes: &[Node], arrangements: &[Arrangement]) -> Vec<usize> {
        nodes
            .iter()
            .map(|node| self.node(node, arrangements))
            .collect()
    }

    fn node(&mut self, node: &Node, arrangements: &[Arrangement]) -> usize {
        match node {
            Node::Run(run) => self.push(FlatKind::Run(*run), Vec::new()),
            Node::Group { class, members } => {
                let places = self.all(members, arrangements);
                self.arranged(
                    places,
                    arrangements.get(*class).unwrap_or(&Arrangement::Series),
                )
            }
        }
    }

    fn arranged(&mut self, places: Vec<usize>, arrangement: &Arrangement) -> usize {
        let (blocks, inner, outer) = match arrangement {
            Arrangement::Series => return self.push(FlatKind::Series, places),
            Arrangement::Parallel => return self.push(FlatKind::Parallel, places),
            Arrangement::ParallelBlocks(blocks) => (blocks, FlatKind::Series, FlatKind::Parallel),
            Arrangement::SeriesBlocks(blocks) => (blocks, FlatKind::Parallel, FlatKind::Series),
        };
        let parts = blocks
            .iter()
            .map(|block| {
                let members: Vec<usize> = block
                    .iter()
                    .filter_map(|member| places.get(*member).copied())
                    .collect();
                self.push(inner, members)
            })
            .collect();
        self.push(outer, parts)
    }
}
