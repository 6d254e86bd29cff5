//! Sealing: bytes that only the key opens, and a keyed name for them.
//!
//! Form of a sealed value: version (1 byte, 1), nonce (24), ciphertext with its tag (16 more
//! than the plain bytes). Cipher: XChaCha20-Poly1305 under a key of its own, derived from the
//! lake's. The nonce is synthetic, an HMAC of context and plain bytes: the same document
//! sealed again gives the same bytes, so a run that is repeated after a crash writes what it
//! wrote before, no source of randomness is needed, and a nonce repeats only with its message
//! (what it tells is that two sealed values are equal, which their ids tell anyway).
//!
//! Source: draft-irtf-cfrg-xchacha-03; RFC 5297 for the idea of a synthetic nonce.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use thiserror::Error;
use veriscope_base::ErrorClass;
use zeroize::Zeroizing;

use crate::Key;
use crate::prf::Prf;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;

/// Why bytes can't be sealed or opened.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SealError {
    /// The cipher refused: the message is longer than it allows (256 GB).
    #[error("a document is too long to be sealed")]
    TooLong,
    /// Not a sealed value.
    #[error("not a sealed document: the stored bytes are cut short or were never sealed")]
    NotSealed,
    /// Sealed by a later version.
    #[error("sealed in form {0}, which this version does not know: use a later veriscope")]
    UnknownVersion(u8),
    /// Another key, another context, or changed bytes.
    #[error(
        "a sealed document does not open: it was sealed with another key, or its bytes were \
         changed; check `veriscope key show-id` against the lake's key id"
    )]
    DoesNotOpen,
}

impl SealError {
    /// Returns the failure class.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::TooLong => ErrorClass::Defect,
            Self::NotSealed | Self::UnknownVersion(_) | Self::DoesNotOpen => {
                ErrorClass::Configuration
            }
        }
    }
}

/// Seals bytes. `context` is bound to them but not stored: opening needs the same one (say,
/// the id of the quarantined document), so that sealed values can't be exchanged.
///
/// # Errors
/// [`SealError::TooLong`].
pub fn seal(key: &Key, plain: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
    let mac = Prf::new(key, "seal-nonce", &[&[VERSION], context]).of(plain);
    let (nonce, _) = mac.split_at(NONCE_BYTES);
    let ciphertext = cipher(key)
        .encrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: plain,
                aad: &bound(context),
            },
        )
        .map_err(|_| SealError::TooLong)?;
    Ok([&[VERSION], nonce, &ciphertext].concat())
}

/// Opens sealed bytes, in the context that they were sealed in.
///
/// # Errors
/// [`SealError::NotSealed`], [`SealError::UnknownVersion`], [`SealError::DoesNotOpen`].
pub fn open(key: &Key, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
    let (version, rest) = sealed.split_first().ok_or(SealError::NotSealed)?;
    if *version != VERSION {
        return Err(SealError::UnknownVersion(*version));
    }
    let (nonce, ciphertext) = rest
        .split_at_checked(NONCE_BYTES)
        .ok_or(SealError::NotSealed)?;
    cipher(key)
        .decrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: ciphertext,
                aad: &bound(context),
            },
        )
        .map_err(|_| SealError::DoesNotOpen)
}

/// Returns a keyed name of bytes, 128 bits: the same bytes have the same name, and without
/// the key nobody can tell whether guessed bytes have it.
#[must_use]
pub fn fingerprint(key: &Key, bytes: &[u8]) -> [u8; 16] {
    let mac = Prf::new(key, "fingerprint", &[]).of(bytes);
    let mut name = [0; 16];
    for (to, from) in name.iter_mut().zip(mac) {
        *to = from;
    }
    name
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let derived = Zeroizing::new(Prf::new(key, "seal", &[]).finish());
    XChaCha20Poly1305::new((&*derived).into())
}

fn bound(context: &[u8]) -> Vec<u8> {
    [&[VERSION], context].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SealError, fingerprint, open, seal};
    use crate::Key;
    use crate::testing::key;

    #[test]
    fn sealed_bytes_open_with_the_same_key_and_context() {
        let sealed = seal(&key(), b"{\"person\":1}", b"doc 7").unwrap();
        assert_eq!(open(&key(), &sealed, b"doc 7").unwrap(), b"{\"person\":1}");
    }

    #[test]
    fn sealing_again_gives_the_same_bytes_and_another_context_gives_others() {
        let sealed = seal(&key(), b"a", b"x").unwrap();
        assert_eq!(seal(&key(), b"a", b"x").unwrap(), sealed);
        assert_ne!(seal(&key(), b"a", b"y").unwrap(), sealed);
    }

    #[test]
    fn another_key_or_context_does_not_open() {
        let sealed = seal(&key(), b"a", b"x").unwrap();
        let other = Key::from_bytes([9; 32]);
        assert_eq!(open(&other, &sealed, b"x"), Err(SealError::DoesNotOpen));
        assert_eq!(open(&key(), &sealed, b"y"), Err(SealError::DoesNotOpen));
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_noticed() {
        let sealed = seal(&key(), b"a message of some length", b"x").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&key(), &changed, b"x").is_err(), "byte {at}");
            assert!(open(&key(), &sealed[..at], b"x").is_err(), "cut at {at}");
        }
        let mut later = sealed;
        later[0] = 2;
        assert_eq!(
            open(&key(), &later, b"x"),
            Err(SealError::UnknownVersion(2))
        );
    }

    #[test]
    fn the_plain_bytes_do_not_show() {
        let sealed = seal(&key(), b"1000000001", b"").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"100000"));
    }

    #[test]
    fn a_fingerprint_depends_on_key_and_bytes() {
        assert_eq!(fingerprint(&key(), b"a"), fingerprint(&key(), b"a"));
        assert_ne!(fingerprint(&key(), b"a"), fingerprint(&key(), b"b"));
        assert_ne!(
            fingerprint(&key(), b"a"),
            fingerprint(&Key::from_bytes([9; 32]), b"a")
        );
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_again(
            plain in prop::collection::vec(any::<u8>(), 0..200),
            context in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let sealed = seal(&key(), &plain, &context).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + 41);
            prop_assert_eq!(open(&key(), &sealed, &context).unwrap(), plain);
        }
    }
}
