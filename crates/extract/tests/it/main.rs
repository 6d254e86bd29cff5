//! Extraction as the rest of the program sees it: documents in, rows and rejections out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failing test may panic"
)]

mod bad_input;
mod bson_laws;
mod bson_rows;
mod csv_rows;
mod fixture;
mod laws;
mod oracle;
mod rows;
mod second_card;
mod simulated;
mod support;
