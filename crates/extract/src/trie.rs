//! The wanted paths of a card as a trie, one slot for each distinct path.
//!
//! Invariant: slots are numbered in depth-first order, so that all slots at and below a node
//! are one range. A repeated key resets its whole subtree by clearing that range.

use std::ops::Range;

use veriscope_card::PathKey;

/// The trie; node 0 is the root of a document.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    slots: usize,
}

/// A place in a document at or above a wanted value.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Children by key of an object, in the card's order.
    pub(crate) keys: Vec<(Box<str>, usize)>,
    /// Children by index of an array.
    pub(crate) indexes: Vec<(usize, usize)>,
    /// The slot of the value that stands here, where a feature wants it.
    pub(crate) slot: Option<usize>,
    /// All slots at and below this node.
    pub(crate) range: Range<usize>,
}

impl Node {
    /// Returns the child of a key and its place among the children. Documents keep the order
    /// of their keys, so the search begins where the last one ended.
    pub(crate) fn key(&self, key: &[u8], start: usize) -> Option<(usize, usize)> {
        let (before, after) = self.keys.split_at_checked(start)?;
        let is_it = |(name, _): &&(Box<str>, usize)| name.as_bytes() == key;
        if let Some(place) = after.iter().position(|entry| is_it(&entry)) {
            return after.get(place).map(|(_, child)| (*child, start + place));
        }
        let place = before.iter().position(|entry| is_it(&entry))?;
        before.get(place).map(|(_, child)| (*child, place))
    }

    /// Returns the child of an index.
    pub(crate) fn index(&self, index: usize) -> Option<usize> {
        self.indexes
            .iter()
            .find(|(wanted, _)| *wanted == index)
            .map(|(_, child)| *child)
    }
}

impl Trie {
    /// Builds the trie of some paths and returns it with the slot of each.
    pub(crate) fn new<'c>(paths: impl Iterator<Item = &'c [PathKey]>) -> (Self, Vec<usize>) {
        let mut trie = Self {
            nodes: vec![Node::default()],
            slots: 0,
        };
        let ends: Vec<usize> = paths.map(|path| trie.insert(path)).collect();
        for &end in &ends {
            if let Some(node) = trie.nodes.get_mut(end) {
                node.slot = Some(0);
            }
        }
        trie.number(0);
        let slots = ends
            .iter()
            .map(|&end| trie.node(end).and_then(|node| node.slot));
        let slots = slots.map(Option::unwrap_or_default).collect();
        (trie, slots)
    }

    /// Returns a node.
    pub(crate) fn node(&self, id: usize) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Returns the number of slots.
    pub(crate) fn slots(&self) -> usize {
        self.slots
    }

    fn insert(&mut self, path: &[PathKey]) -> usize {
        let mut at = 0;
        for step in path {
            at = self.child(at, step);
        }
        at
    }

    fn child(&mut self, parent: usize, step: &PathKey) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(parent) else {
            return parent;
        };
        let found = match step {
            PathKey::Key(key) => node.key(key.as_bytes(), 0).map(|(child, _)| child),
            PathKey::Index(index) => node.index(*index),
        };
        if let Some(child) = found {
            return child;
        }
        match step {
            PathKey::Key(key) => node.keys.push((key.as_str().into(), next)),
            PathKey::Index(index) => node.indexes.push((*index, next)),
        }
        self.nodes.push(Node::default());
        next
    }

    fn number(&mut self, id: usize) {
        let start = self.slots;
        let Some(node) = self.nodes.get_mut(id) else {
            return;
        };
        if node.slot.is_some() {
            node.slot = Some(start);
            self.slots += 1;
        }
        let keys = node.keys.iter().map(|(_, child)| *child);
        let children: Vec<usize> = keys
            .chain(node.indexes.iter().map(|(_, child)| *child))
            .collect();
        for child in children {
            self.number(child);
        }
        let end = self.slots;
        if let Some(node) = self.nodes.get_mut(id) {
            node.range = start..end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<PathKey> {
        let step = |step: &str| {
            step.parse()
                .map_or_else(|_| PathKey::Key(step.to_owned()), PathKey::Index)
        };
        text.split('/').map(step).collect()
    }

    #[test]
    fn paths_share_nodes_and_equal_paths_share_a_slot() {
        let paths = [path("a/b"), path("c"), path("a/d/0"), path("a/b")];
        let (trie, slots) = Trie::new(paths.iter().map(Vec::as_slice));
        assert_eq!(trie.slots(), 3);
        assert_eq!(slots, [0, 2, 1, 0]);
        let root = trie.node(0).unwrap();
        let (a, place) = root.key(b"a", 1).unwrap();
        assert_eq!(place, 0);
        assert_eq!(trie.node(a).unwrap().range, 0..2);
        assert_eq!(root.key(b"x", 0), None);
    }
}
