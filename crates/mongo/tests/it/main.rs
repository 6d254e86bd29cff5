//! Tests against a server that speaks MongoDB's protocol: reading, marks, faults, following.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that can't go on should panic"
)]

mod access;
mod faults;
mod follow;
mod marks;
mod read;
mod support;
mod updates;
