//! The tests of the reading of documents, over its public interface alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support functions of tests"
)]

mod archive;
mod broken;
mod bson;
mod compression;
mod csv;
mod formats;
mod laws;
mod memory;
mod resolve;
mod support;
