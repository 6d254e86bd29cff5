//! The one keyed function: HMAC-SHA-256 over length-prefixed parts.
//!
//! Every use of the key has a purpose, and the purpose is part of what is hashed. Each part
//! is preceded by its length (64 bits, little-endian), so that no two lists of parts give
//! the same bytes: `["ab", "c"]` and `["a", "bc"]` differ. The first part is always
//! `veriscope`, the second the purpose.
//!
//! Source: RFC 2104 (HMAC), FIPS 180-4 (SHA-256).

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Key;

/// Block of SHA-256. HMAC pads a shorter key with zeros to one block.
const BLOCK_BYTES: usize = 64;

/// HMAC that has taken in a purpose and the parts after it, and waits for the last one.
#[derive(Clone)]
pub(crate) struct Prf(Hmac<Sha256>);

impl Prf {
    /// Starts a purpose (`token`, `seal`, …) with the parts that are the same for many values.
    pub(crate) fn new(key: &Key, purpose: &str, parts: &[&[u8]]) -> Self {
        let mut block = Zeroizing::new([0_u8; BLOCK_BYTES]);
        for (to, from) in block.iter_mut().zip(key.bytes()) {
            *to = *from;
        }
        let mut hmac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        feed(&mut hmac, b"veriscope");
        feed(&mut hmac, purpose.as_bytes());
        for part in parts {
            feed(&mut hmac, part);
        }
        Self(hmac)
    }

    /// Returns the 32 bytes for the last part.
    pub(crate) fn of(&self, last: &[u8]) -> [u8; 32] {
        let mut hmac = self.0.clone();
        feed(&mut hmac, last);
        hmac.finalize().into_bytes().into()
    }

    /// Returns the 32 bytes with no further part.
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }
}

fn feed(hmac: &mut Hmac<Sha256>, part: &[u8]) {
    // A length always fits: no platform of ours has addresses beyond 64 bits.
    let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
    hmac.update(&length.to_le_bytes());
    hmac.update(part);
}

#[cfg(test)]
mod tests {
    use super::Prf;
    use crate::testing::key;

    #[test]
    fn the_same_letters_cut_elsewhere_give_other_bytes() {
        let one = Prf::new(&key(), "test", &[b"ab"]).of(b"c");
        let other = Prf::new(&key(), "test", &[b"a"]).of(b"bc");
        assert_ne!(one, other);
    }

    #[test]
    fn another_purpose_gives_other_bytes() {
        let one = Prf::new(&key(), "test", &[]).of(b"c");
        let other = Prf::new(&key(), "rest", &[]).of(b"c");
        assert_ne!(one, other);
    }
}
