//! The sampled values of one column, in slots that later rows may take over.

/// Bits of no number that a column holds: one that is none, with a mark.
const MISSING: u64 = 0x7ff8_0000_0000_0001;
const UNUSABLE: u64 = 0x7ff8_0000_0000_0002;

/// The sampled values of one column, eight bytes each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picked {
    slots: Vec<u64>,
    /// Whether these are hashes and not numbers; a column has one sort.
    hashes: bool,
}

/// One sampled cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Slot {
    /// Null or a sentinel.
    Missing,
    /// There, but no usable value.
    Unusable,
    /// A number, or an instant in µs; never one that is no number.
    Number(f64),
    /// A text by its hash, or a boolean as 0 or 1.
    Hash(u64),
}

impl Picked {
    pub(crate) fn put(&mut self, slot: usize, value: Slot) {
        if slot >= self.slots.len() {
            self.slots.resize(slot + 1, MISSING);
        }
        let bits = match value {
            Slot::Missing => MISSING,
            Slot::Unusable => UNUSABLE,
            Slot::Number(value) => value.to_bits(),
            Slot::Hash(hash) => {
                self.hashes = true;
                hash
            }
        };
        if let Some(here) = self.slots.get_mut(slot) {
            *here = bits;
        }
    }

    /// Returns the values in another order.
    pub(crate) fn in_order<'a>(&'a self, order: &'a [usize]) -> impl Iterator<Item = Slot> + 'a {
        order
            .iter()
            .map(|slot| match self.slots.get(*slot).copied() {
                None | Some(MISSING) => Slot::Missing,
                Some(UNUSABLE) => Slot::Unusable,
                Some(hash) if self.hashes => Slot::Hash(hash),
                Some(bits) => Slot::Number(f64::from_bits(bits)),
            })
    }
}
