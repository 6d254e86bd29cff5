//! The analyses from outside: coverage, verdicts and speed-independent laws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop"
)]

mod coverage;
mod metric_plain;
mod metric_query;
mod metric_registry;
mod metric_renderings;
mod metric_support;
mod metric_values;
mod pipeline;
mod random;
mod why;
