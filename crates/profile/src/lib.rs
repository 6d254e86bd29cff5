//! Exploratory reports: Arrow batches in, one [`Report`] out, which is JSON and one HTML file.
//!
//! ```
//! use arrow_array::RecordBatch;
//! use arrow_schema::Schema;
//! use veriscope_profile::{Knowledge, Options, ProfileError, html, profile};
//!
//! type Batches = Vec<Result<RecordBatch, std::io::Error>>;
//!
//! fn page(schema: &Schema, batches: Batches) -> Result<String, ProfileError> {
//!     let profiled = profile(schema, batches, &Knowledge::default(), &Options::default())?;
//!     let mut report = profiled.report;
//!     report.provenance.table = "visits".to_owned();
//!     html(&report)
//! }
//! assert!(page(&Schema::empty(), Vec::new())?.contains("visits"));
//! # Ok::<(), ProfileError>(())
//! ```
//!
//! Invariants: rows are folded in order, once; threads divide the columns and never the rows,
//! so that the cut of the batches and the number of threads change no figure. Memory is bounded
//! by [`Options`], at any number of rows and columns. Unless [`Options::full`] is set, no value
//! of an identifying column is in a report.

mod cells;
mod compare;
mod drift;
mod error;
mod finish;
mod fold;
mod hash;
mod html;
mod knowledge;
mod number;
mod options;
mod outcome;
mod pairs;
mod plan;
mod prepare;
mod privacy;
mod profile;
mod report;
mod sample;
mod scope;
mod sketch;
mod verdict;

pub use compare::compare;
pub use error::ProfileError;
pub use html::{html, json};
pub use knowledge::{Knowledge, Known, KnownCode, OutcomeRule, Token, Treat};
pub use options::Options;
pub use profile::profile;
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
