//! The card as documents for people: one module a document, over shared writers.
//!
//! Output depends on the card alone, so that committed documents can be compared with it.

mod codes;
mod document;
mod pipeline;
mod staging;
pub(crate) mod table;
mod transform;

pub use document::Document;
