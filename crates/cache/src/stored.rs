//! A cache as a file: Arrow record batches of its columns of numbers, what stands beside the
//! rows as JSON in their schema, and a checksum of all that at the end. It holds the
//! fingerprint of what it was made of: of anything else it is of no use.

mod checksum;
mod read;
mod write;

use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;
use serde::{Deserialize, Serialize};
use veriscope_base::ErrorClass;
use veriscope_metrics::query::{Cell, OutsizeShare};

/// Version of the format.
const FORMAT_VERSION: u32 = 2;
/// The key of the schema's metadata under which [`Header`] stands.
const HEADER: &str = "veriscope.header";
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
    /// The file is cut short or damaged, or holds something else.
    #[error("{} is damaged, or holds something else", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// What stands beside the rows can't be read.
    #[error("{} has a header of another form", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
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
struct Header {
    format_version: u32,
    fingerprint: String,
    rows: usize,
    person: Option<String>,
    client: Option<String>,
    code: Option<String>,
    total_time: Option<String>,
    columns: Vec<HeaderColumn>,
    times: Vec<HeaderTimes>,
    bundles: usize,
    /// One more than the greatest number of a person, and the numbers of those whose rows stand
    /// apart.
    persons: usize,
    scattered: Vec<usize>,
    key_prefix: String,
    left_out: Vec<u64>,
    outsize: Vec<OutsizeShare>,
}

#[derive(Serialize, Deserialize)]
struct HeaderColumn {
    name: String,
    values: Vec<Cell>,
    bundle: usize,
    places: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct HeaderTimes {
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
