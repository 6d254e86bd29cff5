//! Tests of the simulator through its public face.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, which is what it should do"
)]

mod calibration;
mod determinism;
mod documentation;
mod documents;
mod formats;
mod published;
mod scenario;
mod support;
mod truth;
