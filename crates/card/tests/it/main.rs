//! Tests of the card as other crates use it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation fails the test"
)]

mod builtin;
mod documents;
mod feature_problems;
mod mini;
mod ocr;
mod published;
mod robust;
mod section_problems;
mod views;
