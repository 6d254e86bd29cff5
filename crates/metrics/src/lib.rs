//! The one registry of metrics, and the analyses beside it.
//!
//! An analysis takes plain columns (Arrow arrays or slices) of the semantic views and gives
//! a typed, serialisable result; it reads nothing itself and knows no API but through the
//! card. Shares are in 0 to 1, times in milliseconds where a name does not say otherwise.

pub mod critical_path;
mod error;
pub mod expression;
pub mod funnel;
pub mod hashed;
pub mod intervals;
pub mod number;
pub mod pipeline_test;
pub mod quantiles;
pub mod query;
pub mod registry;
pub mod regression;
pub mod render;
pub mod retries;
pub mod survival;
pub mod times;
pub mod why;

pub use error::AnalysisError;
