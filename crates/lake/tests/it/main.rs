//! Tests of the lake on a real folder, and on a store that fails when told to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "tests say what they expect by failing"
)]

mod faults;
mod marks;
mod properties;
mod publication;
mod quarantine;
mod support;
mod upsert;
