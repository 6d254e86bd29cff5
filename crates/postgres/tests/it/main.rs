//! Loads into a real, throwaway server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support functions of tests may panic; that is how a test fails"
)]

mod card_changes;
mod derived;
mod faults;
mod identity;
mod laws;
mod load;
mod others;
mod refused_data;
mod rights;
mod support;
mod tls;
mod verify;
mod views;
