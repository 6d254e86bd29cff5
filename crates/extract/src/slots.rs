//! The slots of one document, filled by path: what all decoders of nested documents share.

use std::ops::Range;

use crate::raw::{Found, Raw};
use crate::trie::{Node, Trie};

/// The slots of the trie's paths, for one document.
pub(crate) struct Slots<'a, 't, 's> {
    pub(crate) trie: &'t Trie,
    slots: &'s mut [Raw<'a>],
}

impl<'a, 't, 's> Slots<'a, 't, 's> {
    /// Clears the slots for another document.
    pub(crate) fn new(trie: &'t Trie, slots: &'s mut [Raw<'a>]) -> Self {
        slots.fill(Raw::Missing);
        Self { trie, slots }
    }

    /// Comes to a node. The last of repeated keys wins: whatever an earlier one left goes.
    #[inline]
    pub(crate) fn node(&mut self, id: usize) -> Option<&'t Node> {
        let node = self.trie.node(id)?;
        self.fill(node.range.clone(), Raw::Missing);
        Some(node)
    }

    /// Puts a value that is looked into no further at a node: paths below it run into it, or
    /// end at a null.
    #[inline]
    pub(crate) fn put(&mut self, node: &Node, value: Raw<'a>) {
        let has_paths_below = node.range.len() > usize::from(node.slot.is_some());
        if has_paths_below && let Some(found) = value.found() {
            self.fill(node.range.clone(), Raw::Blocked(found));
        }
        self.set(node, value);
    }

    /// Steps into an object or array at a node: paths that want the other one run into it.
    #[inline]
    pub(crate) fn open(&mut self, node: &Node, found: Found) {
        match found {
            Found::Array => self.block(node.keys.iter().map(|(_, child)| *child), found),
            _ => self.block(node.indexes.iter().map(|(_, child)| *child), found),
        }
        self.set(node, Raw::container(found));
    }

    #[inline]
    fn set(&mut self, node: &Node, value: Raw<'a>) {
        if let Some(slot) = node.slot.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = value;
        }
    }

    #[inline]
    fn fill(&mut self, range: Range<usize>, value: Raw<'a>) {
        if let Some(slots) = self.slots.get_mut(range) {
            slots.fill(value);
        }
    }

    fn block(&mut self, children: impl Iterator<Item = usize>, found: Found) {
        for child in children {
            if let Some(node) = self.trie.node(child) {
                self.fill(node.range.clone(), Raw::Blocked(found));
            }
        }
    }
}
