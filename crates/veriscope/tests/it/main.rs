//! The real binary, called as a user calls it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support functions of tests may panic; that is how a test fails"
)]

mod answer_numbers;
mod answer_retries;
mod answer_why;
mod bad_input;
mod bad_quarantine;
mod bad_sources;
mod bad_values;
mod card;
mod crash;
mod csv_source;
mod demo;
mod export;
mod follow_load;
mod golden;
mod interrupt;
mod keys;
mod laws;
mod leaks;
mod load;
mod load_views;
mod metrics;
mod mongo;
mod mongo_follow;
mod mongo_forms;
mod profile;
mod promises;
mod second_card;
mod serve;
mod simulate;
mod sql;
mod support;
mod tables;
mod usage;
