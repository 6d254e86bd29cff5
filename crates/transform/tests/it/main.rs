//! Tests of the derived tables through a DataFusion session, as their readers see them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail where it stands"
)]

mod cards;
mod laws;
mod plans;
mod slt;
mod staged;
mod view_laws;
mod view_plans;
