//! The HTTP API and the dashboard.
//!
//! ```text
//! lake ── keeper ──► Held: a snapshot in memory (cache), views for the rest (engine)
//!                      │
//! request ── frame ── guard ── route ── Question ── tabs, transactions, why ──► JSON
//!            id,       host,            kept already?
//!            headers,  origin,
//!            problem   room, time
//! ```
//!
//! Invariants: every number comes from the registry of metrics; an answer is of one snapshot
//! from start to end; nothing is written; no value that was asked for is in a message or a
//! log; work stops with the server.

mod answer;
pub mod api;
mod app;
mod condition;
mod explain;
mod finished;
mod front;
mod held;
mod hosts;
mod instant;
mod keeper;
mod layers;
mod meter;
mod news;
mod problem;
mod query;
mod refusal;
mod routes;
mod server;
mod tabs;
mod transactions;

pub use app::Limits;
pub use held::{LoadError, Place, Seen};
pub use news::{Listener, News, Silent};
pub use problem::{Kind, Problem};
pub use refusal::Refusal;
pub use routes::openapi;
pub use server::{LOOK_EVERY, ServeError, Server, Settings, listen};
