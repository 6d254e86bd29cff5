//! Key, pseudonyms, client numbers, leak scan and sealing: no raw identity gets past here.
//!
//! Invariants: what leaves [`Pseudonymiser::apply`] holds no value of a feature of class
//! token, number or drop; the [`Registry`] holds tokens, never raw values; no error, no
//! `Debug` output of this crate shows a key or a raw value.

mod blot;
mod key;
mod key_path;
mod leak_scan;
mod prf;
mod pseudonymise;
mod raw_values;
mod registry;
mod seal;
#[cfg(test)]
mod testing;
mod user_agent;
mod windows;

pub use key::{Key, KeyError, permissions_are_wide};
pub use key_path::{check_outside, default_key_path};
pub use leak_scan::{Leak, LeakScan};
pub use pseudonymise::{Origin, PseudonymiseError, Pseudonymised, Pseudonymiser};
pub use raw_values::RawValues;
pub use registry::{Registry, RegistryError, RegistryRow, registry_schema};
pub use seal::{SealError, fingerprint, open, seal};
