//! Documents from anywhere, as raw bytes with their position.
//!
//! [`resolve`] turns the arguments of a command line into sources and checks them all before
//! anything is read; a [`DocumentReader`] yields the documents of one source, in order.
//!
//! Invariants: a format is recognised by content, never by name; memory is bounded by the limits
//! and not by the source; every byte of a source that is no separator ends in exactly one
//! document, whole or broken, but for what an archive holds beside the collection that is read.
//! What stands inside a whole document is not checked here, but for the lengths of the outermost
//! values of BSON.

pub mod bson_value;
mod crc64;
mod csv;
mod decompress;
mod document;
mod error;
mod frame;
mod reader;
mod recognise;
mod resolve;
mod window;

pub use document::{Broken, Content, CsvHeader, CsvRow, Document, RejectReason};
pub use error::{ResolveProblem, SourceError};
pub use reader::{DocumentReader, Encoding, Limits};
pub use resolve::{Location, SourceSpec, resolve};
