//! The model card: everything that is particular to one API, read from one YAML file.
//!
//! Invariants: this crate does no I/O; nothing in it, and nothing in any crate that
//! reads a [`Card`], names a feature of a particular API. A [`Card`] that exists is
//! consistent: roles, pipeline and derived columns name features that are there.

mod error;
mod markdown;
mod model;
mod parse;
mod raw;
mod read;
pub mod schema;
mod sentinel;
pub mod views;
mod words;

pub use error::{CardError, CardErrors, Position, Problem};
pub use markdown::Document;
pub use model::{
    Card, DatePart, Dates, Derivation, Feature, Generalise, Kind, Marks, Microservice,
    MicroserviceTimes, Outcome, PathKey, Pipeline, Privacy, Range, ReasonClass, ResponseCode,
    Roles, SizeClass, SizeClasses, Step, Tables, TransformColumn, TransformRule, ValueType,
};
pub use sentinel::{Sentinel, Sentinels};
