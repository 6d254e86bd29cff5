//! The card's pipeline put to the test against total times.
//!
//! The card says which steps run one after the other and which at once; a total time that
//! grows with a group's sum, or with its longest branch, says which it was. Each group and
//! each step is supported, contradicted, or left undecided by the data, by a stated rule
//! ([`Finding::of`]).

mod grouping;
mod held_out;
mod result;
mod sample;
mod steps;

pub use result::{
    Candidate, Finding, GroupTest, HeldOut, MicroserviceWeight, PipelineTest, StepTest, Verdict,
};
pub use sample::PipelineSample;
