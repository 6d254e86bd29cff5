//! The service, called without a port where that will do, over invented months in real lakes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "support functions of tests may panic; that is how a test fails"
)]

mod agreement;
mod answers;
mod guard;
mod lake;
mod openapi;
mod port;
mod prepared;
mod states;
mod support;
mod transactions;
