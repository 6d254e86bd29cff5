//! Failure classes and the clock: what every other crate shares, and nothing else.
//!
//! Invariant: this crate depends on none of ours and does no I/O but reading the clock.

mod clock;
mod error_class;

pub use clock::{Clock, FixedClock, SystemClock};
pub use error_class::ErrorClass;
