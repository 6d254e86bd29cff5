//! Raw documents of a validation API with known answers, calibrated to published figures.
//!
//! A [`Scenario`] holds every parameter, a [`Simulation`] one run of it: a plan (who calls
//! when, and how each attempt ends) that one generator makes in the order of the dates, and
//! a rendering (measurements, bytes) that any number of threads share. What was planted and
//! what came of it is told by the [`Truth`].
//!
//! Invariant: the same scenario, options and format give the same bytes, on any machine and
//! any number of threads. There is no arithmetic but that of IEEE 754 and of integers.

mod compression;
mod deck;
mod document;
mod error;
mod format;
mod landmarks;
mod measure;
mod model;
mod numbers;
mod person;
mod pipeline;
mod plan;
mod quantiles;
mod random;
mod render;
mod scenario;
mod simulation;
mod stream;
mod tables;
mod time;
mod truth;
mod verdict;
mod writer;

pub use compression::{Compression, Encoder};
pub use error::{ScenarioError, SimulateError};
pub use format::Format;
pub use pipeline::{MICROSERVICES, Pipeline};
pub use quantiles::{LEVELS, Quantiles};
pub use scenario::Scenario;
pub use scenario::parts;
pub use simulation::{Options, Simulation};
pub use stream::Documents;
pub use truth::{Counts, Effect, MicroserviceTruth, SegmentTruth, Truth};
