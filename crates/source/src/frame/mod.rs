//! Framing: where in the stream one document ends and the next begins.
//!
//! - `json` cuts a stream of JSON into documents, over the layouts array, lines and concatenated;
//! - `object` finds the end of one object, `containers` tells an array from an object within it;
//! - `ends` finds the ends of all that is no object;
//! - `bson` cuts a stream of BSON documents, `archive` one collection out of an archive;
//! - `unit` measures what a finder looks for, within the limit on memory.

pub(crate) mod archive;
pub(crate) mod bson;
pub(crate) mod containers;
pub(crate) mod ends;
pub(crate) mod json;
pub(crate) mod object;
pub(crate) mod unit;
