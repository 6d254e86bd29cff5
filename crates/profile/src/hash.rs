//! Hashes of values and rows: the same at every run, on every machine.

use std::hash::{BuildHasherDefault, Hasher};

use twox_hash::XxHash64;

/// Returns the hash of a text. Two of a million different texts share one in one of 37 million
/// tables.
pub(crate) fn of_text(text: &str) -> u64 {
    XxHash64::oneshot(0, text.as_bytes())
}

/// Returns a well-mixed number for each number, and never the same for two.
///
/// Source: the finaliser of S. Vigna's splitmix64 (public domain).
pub(crate) const fn mix(number: u64) -> u64 {
    let x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The hash of a row as a sum over its cells: columns may be added in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowHash(u64, u64);

impl RowHash {
    /// Adds a cell of the column whose salt this is.
    #[inline]
    pub(crate) const fn add(&mut self, salt: u64, value: u64) {
        let one = mix(value ^ salt);
        self.0 = self.0.wrapping_add(one);
        self.1 = self.1.wrapping_add(mix(one ^ value.rotate_left(32)));
    }

    /// Adds what other columns add up to.
    #[inline]
    pub(crate) const fn join(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
        self.1 = self.1.wrapping_add(other.1);
    }

    /// Returns all 128 bits.
    pub(crate) fn bits(self) -> u128 {
        (u128::from(mix(self.0)) << 64) | u128::from(mix(self.1))
    }
}

/// Takes what is a hash already as its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 ^= hash;
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 ^= u64::try_from(hash >> 64).unwrap_or(0);
    }
}

/// A map from hashes.
pub(crate) type HashedMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Hashed>>;
