//! Key files on a real file system, and whole cards through pseudonyms and leak scan.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod cards;
mod key_files;
mod key_paths;
