//! The rows of `attempts`, as little of each as is needed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use veriscope_card::Card;

use super::groups::Dimension;
use crate::AnalysisError;
use crate::critical_path::PathModel;
use crate::hashed::{column, each_text, hashes, in_order, wrong};

/// Bits of a row.
pub(super) const ACCEPTED: u8 = 1;
pub(super) const TECHNICAL: u8 = 2;
pub(super) const FIRST: u8 = 4;
pub(super) const LAST: u8 = 8;
/// A process in which any attempt was accepted; on its last attempt alone.
pub(super) const EVER: u8 = 16;

/// No code.
pub(super) const NO_CODE: i64 = i64::MIN;

/// Collects rows of `attempts`.
#[derive(Debug)]
pub struct AcceptanceRows {
    person: Option<String>,
    code: Option<String>,
    ends: Arc<ProcessEnds>,
    /// Service-time columns of each step of the pipeline.
    pub(super) steps: Vec<Vec<String>>,
    pub(super) microservices: Vec<Vec<String>>,
    pub(super) dimensions: Vec<Dimension>,
    /// A hash of the person; 0 where it is not known.
    pub(super) persons: Vec<u64>,
    pub(super) flags: Vec<u8>,
    pub(super) codes: Vec<i64>,
    /// One bit for each step in which anything ran.
    pub(super) reached: Vec<u16>,
}

impl AcceptanceRows {
    /// Returns an empty collection, to be counted by columns of `attempts`; `ends` knows the
    /// processes of the whole snapshot.
    #[must_use]
    pub fn new(
        card: &Card,
        model: Option<&PathModel>,
        dimensions: &[String],
        ends: Arc<ProcessEnds>,
    ) -> Self {
        let runs = |step: usize| -> Vec<usize> {
            model.map_or_else(Vec::new, |model| model.runs_of_step(step))
        };
        let steps = model.map_or(0, PathModel::steps).min(16);
        let of = |step: usize, name: fn(&crate::critical_path::Run) -> &String| {
            let mut names: Vec<String> = Vec::new();
            for run in runs(step) {
                let run = model.and_then(|model| model.runs().get(run));
                names.extend(run.map(|run| name(run).clone()));
            }
            names.dedup();
            names
        };
        Self {
            person: card.roles.person.clone(),
            code: card.roles.code.clone(),
            ends,
            steps: (0..steps)
                .map(|step| of(step, |run| &run.service))
                .collect(),
            microservices: (0..steps)
                .map(|step| {
                    let mut names = of(step, |run| &run.microservice);
                    let mut seen = HashSet::new();
                    names.retain(|name| seen.insert(name.clone()));
                    names
                })
                .collect(),
            dimensions: dimensions.iter().map(|name| Dimension::new(name)).collect(),
            persons: Vec::new(),
            flags: Vec::new(),
            codes: Vec::new(),
            reached: Vec::new(),
        }
    }

    /// Returns the columns of `attempts` that are read.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = self.ends.columns();
        let roles = [&self.person, &self.code];
        columns.extend(roles.into_iter().flatten().map(String::as_str));
        columns.extend(self.steps.iter().flatten().map(String::as_str));
        columns.extend(self.dimensions.iter().map(|one| one.column.as_str()));
        columns
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        hashes(batch, self.person.as_deref(), &mut self.persons)?;
        self.read_flags(batch)?;
        self.read_codes(batch)?;
        let first = self.reached.len();
        self.reached.resize(first + batch.num_rows(), 0);
        for (step, names) in self.steps.iter().enumerate() {
            for name in names {
                let ran = column(batch, name)?;
                for (row, reached) in self.reached.iter_mut().skip(first).enumerate() {
                    *reached |= u16::from(ran.is_valid(row)) << step;
                }
            }
        }
        for dimension in &mut self.dimensions {
            let values = column(batch, &dimension.column)?.clone();
            dimension.update(&values)?;
        }
        Ok(())
    }

    fn read_flags(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        let rows = self.ends.rows(batch)?;
        self.flags.extend(rows.into_iter().map(|row| {
            let ended = self.ends.processes.get(&row.process);
            // Without a process id it is a process of its own.
            let (is_first, is_last, is_accepted) = match ended {
                Some(ended) => (
                    ended.first == row.place,
                    ended.last == row.place,
                    ended.is_accepted,
                ),
                None => (true, true, row.outcome == ACCEPTED),
            };
            let bit = |is: bool, bit: u8| if is { bit } else { 0 };
            row.outcome
                | bit(is_first, FIRST)
                | bit(is_last, LAST)
                | bit(is_last && is_accepted, EVER)
        }));
        Ok(())
    }

    fn read_codes(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        let Some(name) = &self.code else {
            self.codes.resize(self.flags.len(), NO_CODE);
            return Ok(());
        };
        let array = column(batch, name)?;
        let array = array
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| wrong(array, name, "Int64"))?;
        self.codes
            .extend(array.iter().map(|code| code.unwrap_or(NO_CODE)));
        Ok(())
    }

    /// Appends another part of the same rows.
    pub fn merge(&mut self, other: Self) {
        self.persons.extend(other.persons);
        self.flags.extend(other.flags);
        self.codes.extend(other.codes);
        self.reached.extend(other.reached);
        for (mine, more) in self.dimensions.iter_mut().zip(other.dimensions) {
            mine.merge(more);
        }
    }
}

/// Where an attempt stands within its process: its instant, then its key by bytes.
type Place = (i64, u128);

/// One attempt, as its process sees it.
struct Row {
    /// Hash; 0 without one.
    process: u64,
    place: Place,
    outcome: u8,
}

/// First and last attempt of a process, and whether any was accepted.
#[derive(Clone, Copy, Debug)]
struct Ended {
    first: Place,
    last: Place,
    is_accepted: bool,
}

/// The processes of the whole snapshot, whatever rows are asked about: how each began and
/// ended does not depend on a condition.
#[derive(Debug, Default)]
pub struct ProcessEnds {
    process: Option<String>,
    date: String,
    key: String,
    processes: HashMap<u64, Ended>,
}

impl ProcessEnds {
    /// Returns an empty collection.
    #[must_use]
    pub fn new(card: &Card) -> Self {
        Self {
            process: card.roles.process.clone(),
            date: card.roles.date.clone(),
            key: card.roles.transaction.clone(),
            processes: HashMap::new(),
        }
    }

    /// Returns the columns of `attempts` that are read.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let columns = ["outcome", self.date.as_str(), self.key.as_str()];
        columns.into_iter().chain(self.process.as_deref()).collect()
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        for row in self.rows(batch)? {
            if row.process != 0 {
                let ended = Ended {
                    first: row.place,
                    last: row.place,
                    is_accepted: row.outcome == ACCEPTED,
                };
                self.add(row.process, ended);
            }
        }
        Ok(())
    }

    fn add(&mut self, process: u64, ended: Ended) {
        let known = self.processes.entry(process).or_insert(ended);
        known.first = known.first.min(ended.first);
        known.last = known.last.max(ended.last);
        known.is_accepted |= ended.is_accepted;
    }

    /// Adds what another part has found.
    pub fn merge(&mut self, other: Self) {
        for (process, ended) in other.processes {
            self.add(process, ended);
        }
    }

    fn rows(&self, batch: &RecordBatch) -> Result<Vec<Row>, AnalysisError> {
        let mut processes = Vec::with_capacity(batch.num_rows());
        hashes(batch, self.process.as_deref(), &mut processes)?;
        let dates = column(batch, &self.date)?;
        let dates = dates
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| wrong(dates, &self.date, "Timestamp(Microsecond)"))?;
        let mut keys = vec![0; batch.num_rows()];
        let prefix = format!("{}_", self.key);
        each_text(column(batch, &self.key)?, &self.key, |row, key| {
            if let (Some(key), Some(place)) = (key, keys.get_mut(row)) {
                *place = in_order(key, &prefix);
            }
        })?;
        let mut rows = Vec::with_capacity(batch.num_rows());
        each_text(column(batch, "outcome")?, "outcome", |row, outcome| {
            rows.push(Row {
                process: processes.get(row).copied().unwrap_or(0),
                place: (
                    dates.values().get(row).copied().unwrap_or(0),
                    keys.get(row).copied().unwrap_or(0),
                ),
                outcome: match outcome {
                    Some("accepted") => ACCEPTED,
                    Some("rejected") => 0,
                    Some(_) | None => TECHNICAL,
                },
            });
        })?;
        Ok(rows)
    }
}
