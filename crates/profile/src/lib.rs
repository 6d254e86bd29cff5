//! Exploratory reports: Arrow batches in, one [`Report`] out, which is JSON and one HTML file.
//!
//! ```ignore
//! use veriscope_profile::{Knowledge, Options, Provenance, html, profile};
//! # fn batches() -> (arrow_schema::SchemaRef, Vec<Result<arrow_array::RecordBatch, std::io::Error>>) { unimplemented!() }
//!
//! let (schema, batches) = batches();
//! let profiled = profile(&schema, batches, &Knowledge::default(), &Options::default())?;
//! let mut report = profiled.report;
//! report.provenance = Provenance { table: "visits".to_owned(), ..Provenance::default() };
//! std::fs::write("visits.html", html(&report)?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Invariants: rows are folded in order, once; threads divide the columns and never the rows,
//! so that the cut of the batches and the number of threads change no figure. Memory is bounded
//! by [`Options`], at any number of rows and columns. Unless [`Options::full`] is set, no value
//! of an identifying column is in a report.

mod compare;
mod drift;
mod error;
mod knowledge;
mod options;
mod outcome;
mod pairs;
mod report;
mod sample;
mod scope;

pub use compare::compare;
pub use error::ProfileError;
pub use knowledge::Knowledge;
pub use options::Options;
pub use report::*;
pub use sample::{ACCEPTED, NO_TIME, REJECTED, Sample, SampleColumn, TECHNICAL, UNKNOWN};
pub use scope::Scope;

/// A table that was read: its report, and the sample for what comes after (a comparison).
#[derive(Clone, Debug)]
pub struct Profiled {
    /// The report.
    pub report: Report,
    /// The rows that everything pairwise was computed from.
    pub sample: Sample,
}
