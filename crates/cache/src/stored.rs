//! A cache as a file: Arrow record batches of its columns of numbers, and what stands beside
//! the rows as JSON in their schema. It is worth nothing beyond what it was made of, whose name
//! it holds: any other version of it is made anew.

mod read;
mod write;

use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;
use serde::{Deserialize, Serialize};
use veriscope_base::ErrorClass;
use veriscope_metrics::query::{Cell, OutsizeShare};

/// Version of the form of the file.
const FORM: u32 = 1;
/// The key of the schema's metadata under which [`Head`] stands.
const HEAD: &str = "veriscope.head";
/// Columns that every file has; those of bundles and times follow.
const FIXED: [&str; 5] = ["person", "process", "at_us", "key", "excluded"];
/// Bytes of a key.
const KEY_BYTES: i32 = 16;

/// Why a cache can't be read from a file, or written to one.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// The file can't be read or written.
    #[error("failed to {what} {}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The batches can't be read or written.
    #[error("failed to {what} {}", path.display())]
    Batches {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: ArrowError,
    },
    /// The file holds something else.
    #[error("{} holds no cache, or not a whole one", path.display())]
    Form {
        /// The file.
        path: PathBuf,
    },
}

impl StoredError {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Target
    }
}

/// Puts the path to an error.
fn at_path(what: &'static str, path: &Path) -> impl Fn(ArrowError) -> StoredError {
    move |source| StoredError::Batches {
        what,
        path: path.to_path_buf(),
        source,
    }
}

/// What stands beside the rows.
#[derive(Serialize, Deserialize)]
struct Head {
    form: u32,
    /// The name of what the cache was made of.
    made_of: String,
    rows: usize,
    person: Option<String>,
    client: Option<String>,
    code: Option<String>,
    total_time: Option<String>,
    columns: Vec<HeadColumn>,
    times: Vec<HeadTimes>,
    bundles: usize,
    /// How many persons have a number, and which of them stand apart.
    persons: usize,
    scattered: Vec<usize>,
    key_prefix: String,
    left_out: Vec<u64>,
    outsize: Vec<OutsizeShare>,
}

#[derive(Serialize, Deserialize)]
struct HeadColumn {
    name: String,
    values: Vec<Cell>,
    bundle: usize,
    places: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct HeadTimes {
    name: String,
    /// Rows whose time takes more than two bytes.
    apart: Vec<(u32, i64)>,
}

fn bundle_name(place: usize) -> String {
    format!("bundle_{place}")
}

fn times_name(place: usize) -> String {
    format!("times_{place}")
}
