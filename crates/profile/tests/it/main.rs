//! Reports of small tables with known figures, and laws over invented ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "support functions of tests may panic; that is how a test fails"
)]

mod contents;
mod edges;
mod facts;
mod identities;
mod known;
mod laws;
mod pairs;
mod schema;
mod support;
