//! The cache against the query engine over the same staged rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on should stop"
)]

mod agreement;
mod month;
mod retries;
mod stored;
