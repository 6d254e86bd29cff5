//! Least squares on few columns: sums of products, robust fits with intervals over
//! clusters, and weights that may not be negative.

mod gram;
mod matrix;
mod nonnegative;
mod robust;

pub use gram::Gram;
pub use matrix::Inverse;
pub use nonnegative::nonnegative;
pub use robust::{Combination, Design, Fit, robust};
