//! The answers that the pipeline exists for: where the time goes, who is accepted, why people
//! try again, and why some transactions are different.
//!
//! ```text
//! views of a snapshot ── read ──► an analysis of `metrics` ──► answer (JSON) ──► page (words, tables)
//! ```
//!
//! An answer is a typed, serialisable result; its page says the same in words and tables, in
//! English or Spanish. Shares are in 0 to 1, times in milliseconds where a name does not say
//! otherwise.

pub mod acceptance;
mod ask;
mod basis;
pub mod bottlenecks;
mod code;
mod error;
mod memory;
pub mod number;
pub mod page;
pub mod retries;
mod texts;
pub mod why;

pub use ask::{Ask, Asker};
pub use basis::{Basis, left_out, outsize};
pub use error::{AnswerError, SelectionFault};
