//! Quantiles: exact up to a limit, above it within a stated error and marked so.

mod exact;
mod histogram;
mod milliseconds;
mod sketch;

pub use exact::{quantile, quantiles};
pub use histogram::{LogHistogram, RELATIVE_ERROR};
pub use milliseconds::Milliseconds;
pub use sketch::{EXACT_LIMIT, Quantile, Sketch};
