//! The sampled values of one column, in slots that later rows may take over.

/// The sampled values of one column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picked {
    /// Numbers (`NaN` missing), instants in µs, or hashes of text as bits.
    slots: Vec<Slot>,
}

/// One sampled cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Slot {
    /// Null or a sentinel.
    Missing,
    /// There, but no usable value.
    Unusable,
    /// A number, or an instant in µs.
    Number(f64),
    /// A text by its hash, or a boolean as 0 or 1.
    Hash(u64),
}

impl Picked {
    pub(crate) fn put(&mut self, slot: usize, value: Slot) {
        if slot >= self.slots.len() {
            self.slots.resize(slot + 1, Slot::Missing);
        }
        if let Some(here) = self.slots.get_mut(slot) {
            *here = value;
        }
    }

    /// Returns the values in another order.
    pub(crate) fn in_order<'a>(&'a self, order: &'a [usize]) -> impl Iterator<Item = Slot> + 'a {
        order
            .iter()
            .map(|slot| self.slots.get(*slot).copied().unwrap_or(Slot::Missing))
    }
}
