//! A snapshot's attempts in memory, and the registry's numbers over them in milliseconds.
//!
//! ```text
//! attempts of a snapshot ── Part (one a thread) ── Cache: columns of small numbers,
//!                                                  in order of person, process, attempt
//! filters ── Selection ──┬─ GroupTally      counts and shares by axes, intervals by person
//!                        ├─ times           a time by an axis
//!                        ├─ service_times   times of every run of the pipeline
//!                        ├─ attempts        whole processes, for the analysis of retries
//!                        └─ sample          rows for the critical path
//! ```
//!
//! A dashboard asks for twenty numbers at each click; the query engine takes seconds for what
//! this answers in milliseconds. It has no definitions of its own: a metric's expression comes
//! from the registry and is compiled here, or refused, and tests compare both ways.
//!
//! Invariants: rows of one process stand together in the order of attempts; rows of one person
//! stand together, but for those whose process ended under another person; what exclusions
//! leave out stays in memory, for it has a place in its process, and is in no selection.

mod attempts;
mod axis;
mod bundle;
mod clusters;
mod coded;
mod codes;
mod durations;
mod ends;
mod error;
mod excluded;
mod filter;
mod finish;
mod group;
mod layout;
mod measure;
mod numbering;
mod order;
mod outsize;
mod parallel;
mod part;
mod part_codes;
mod persons;
mod pictures;
mod placed;
mod read;
mod runs;
mod sample;
mod selection;
mod stored;
mod times;

use std::collections::HashMap;

use veriscope_metrics::query::OutsizeShare;

pub use attempts::SomeAttempts;
pub use axis::Axis;
pub use coded::Coded;
pub use durations::Durations;
pub use error::CacheError;
pub use filter::{Filter, Filters};
pub use group::{Group, GroupTally, Groups, Proportions};
pub use layout::{IS_ACCEPTED, Layout, QUEUED, REACHED};
pub use measure::Measured;
pub use part::Part;
pub use runs::ServiceTimes;
pub use selection::Selection;
pub use stored::StoredError;
pub use times::TimesOf;

/// The number of no person: each such row is a cluster of its own.
pub const NOBODY: u32 = 0;

/// The attempts of one snapshot.
#[derive(Debug)]
pub struct Cache {
    rows: usize,
    /// The card's columns of these roles.
    person: Option<String>,
    client: Option<String>,
    code: Option<String>,
    total_time: Option<String>,
    columns: Vec<Coded>,
    places: HashMap<String, usize>,
    durations: Vec<Durations>,
    duration_places: HashMap<String, usize>,
    /// A number for each person, ascending but for strays; [`NOBODY`] without one.
    persons: Vec<u32>,
    /// Whether rows of a person stand apart, by its number.
    scattered: Vec<bool>,
    /// Process, numbered in order.
    processes: Vec<u32>,
    at_us: Vec<i64>,
    last_us: Option<i64>,
    keys: Vec<u128>,
    /// What all keys begin with.
    key_prefix: String,
    /// Whether an exclusion leaves the row out.
    excluded: Vec<bool>,
    /// How many rows each exclusion left out.
    left_out: Vec<u64>,
    outsize: Vec<OutsizeShare>,
    /// Fingerprints of the pictures, and scores by name; empty where they are not held.
    pictures: Vec<u64>,
    scores: Vec<(String, Vec<f32>)>,
}

impl Cache {
    /// Returns how many attempts there are, those that are left out included.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Returns whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Finds a column by which rows are told apart.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Coded> {
        self.columns.get(*self.places.get(name)?)
    }

    /// Returns all columns by which rows are told apart.
    #[must_use]
    pub fn columns(&self) -> &[Coded] {
        &self.columns
    }

    /// Finds a column of times.
    #[must_use]
    pub fn duration(&self, name: &str) -> Option<&Durations> {
        self.durations.get(*self.duration_places.get(name)?)
    }

    /// Returns the person of each row.
    #[must_use]
    pub fn persons(&self) -> &[u32] {
        &self.persons
    }

    /// Returns when each attempt came in, µs since 1970.
    #[must_use]
    pub fn at_us(&self) -> &[i64] {
        &self.at_us
    }

    /// Returns when the last attempt came in, µs since 1970; none without one.
    #[must_use]
    pub const fn last_us(&self) -> Option<i64> {
        self.last_us
    }

    /// Returns what the key of a transaction begins with, as its token stands in the tables:
    /// with the instant it tells the transaction from all others.
    #[must_use]
    pub fn key_start(&self, row: u32) -> String {
        let bytes = codes::at(&self.keys, row).to_be_bytes();
        let text = String::from_utf8_lossy(&bytes);
        format!("{}{}", self.key_prefix, text.trim_end_matches('\0'))
    }

    /// Returns how many rows each exclusion leaves out, in the order of the rules; a row that
    /// two name counts for the first.
    #[must_use]
    pub fn left_out(&self) -> &[u64] {
        &self.left_out
    }

    /// Returns whose share of the processes is outsize, after the exclusions; none where
    /// clients are more than are told apart here, so that the engine must say.
    #[must_use]
    pub fn outsize(&self) -> Option<&[OutsizeShare]> {
        let has_client = |name: &String| self.column(name).is_some();
        let is_known = self.client.as_ref().is_none_or(has_client);
        is_known.then_some(&self.outsize)
    }

    /// Returns how many bytes the columns take.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let bundles = self.bundles();
        let coded: usize = bundles.iter().map(|one| one.size_bytes()).sum();
        let times: usize = self.durations.iter().map(Durations::size_bytes).sum();
        coded + times + self.rows * (4 + 4 + 8 + 16 + 1)
    }

    fn is_scattered(&self, person: u32) -> bool {
        self.scattered
            .get(usize::try_from(person).unwrap_or(usize::MAX))
            .copied()
            .unwrap_or(false)
    }
}
