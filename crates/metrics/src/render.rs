//! One expression, three languages: DataFusion expressions, PostgreSQL SQL, DAX.
//!
//! All three give the same number for the same rows. What differs between the languages is
//! evened out here: how null, zero denominators, text and sums of whole numbers behave.

pub mod datafusion;
pub mod dax;
pub mod postgres;
mod quantile;

pub use quantile::interpolated;
