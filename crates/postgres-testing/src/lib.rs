//! A throwaway PostgreSQL server for tests, and databases of their own on it.
//!
//! Invariants: the server listens on a free port of 127.0.0.1 alone, runs as an unprivileged
//! user in a temporary folder, and ends with the process that started it, however that ends.
//! No server that someone else runs is ever touched. Every database has a name of its own,
//! so tests may run at the same time.
//!
//! Each process has one shared server, started when the first test asks for it and stopped
//! when the last one lets it go: the cluster is made once per machine and copied (some ten
//! milliseconds), so that a server costs less than half a second.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support functions of tests may panic; that is how a test fails"
)]

mod cluster;
mod database;
mod program;
mod server;

pub use database::{Database, Rows};
pub use server::{Server, ServerOptions};
