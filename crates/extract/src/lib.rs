//! Raw documents to Arrow columns, or a reason why not. The hot path.
//!
//! An [`Extractor`] is made from a card and turns documents of one source into one batch in
//! the card's raw shape. There is one decoder for each encoding (`json`, `bson`, `csv`); the rules
//! of conversion (`convert`) are the same for all.
//!
//! Invariants: a document gives exactly one row or exactly one rejection; every byte of a
//! JSON document is validated, wanted or not (of BSON: `bson`); no error, detail or note holds a value of a document;
//! nothing here names a feature of a particular API; the crate does no I/O.

mod bson;
mod columns;
mod convert;
mod csv;
mod derive;
mod error;
mod extended;
mod extractor;
mod fault;
mod json;
mod notes;
mod plan;
mod raw;
mod skip;
mod slots;
mod trie;

pub use error::ExtractError;
pub use extractor::{Extracted, Extractor, Rejected};
pub use notes::{Note, Notes};
