//! Loads the published tables into PostgreSQL.
//!
//! ```text
//! Rows (the caller's record batches) → binary COPY → temporary tables → upsert ─┐
//!                                                     no-retries, views, state ─┴→ COMMIT
//! ```
//!
//! Invariants: a load is one transaction or none; loading again changes nothing; only what
//! changed since the stored snapshot is asked for; memory follows a batch. Every name in SQL
//! is qualified and quoted, so that no `search_path` matters. No error, message or log holds
//! a value of a row or a password. This crate knows a card and Arrow, and no query engine.

mod adopt;
mod copy;
mod database;
mod encode;
mod error;
mod fill;
mod inspect;
mod last;
mod layout;
mod load;
mod migrate;
mod quote;
mod rows;
mod secret;
mod server_error;
mod session;
mod state;
mod target;
mod tls;
mod upsert;
mod verify;
mod views;

pub use database::Database;
pub use error::{Difference, LoadError};
pub use layout::{LayoutError, context_schema};
pub use load::{Adopt, Extent, LoadReport, LoadRequest, Sent, TableReport, WhyEverything};
pub use rows::{BoxError, RowStream, Rows, Scope, TableKind};
pub use secret::Secret;
pub use server_error::ServerError;
pub use state::Stored;
pub use target::{Patience, SslMode, Target};
pub use verify::{ColumnDifference, TableDifference, VerifyError, VerifyReport, VerifyRequest};
