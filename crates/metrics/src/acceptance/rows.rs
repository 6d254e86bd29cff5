//! The rows of `attempts`, as little of each as is needed.

use std::collections::HashSet;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use veriscope_card::Card;

use super::groups::Dimension;
use crate::AnalysisError;
use crate::critical_path::PathModel;
use crate::hashed::{column, each_text, hashes, wrong};

/// Bits of a row.
pub(super) const ACCEPTED: u8 = 1;
pub(super) const TECHNICAL: u8 = 2;
pub(super) const FIRST: u8 = 4;
pub(super) const LAST: u8 = 8;

/// No code.
pub(super) const NO_CODE: i64 = i64::MIN;

/// Collects rows of `attempts`.
#[derive(Debug)]
pub struct AcceptanceRows {
    person: Option<String>,
    process: Option<String>,
    code: Option<String>,
    /// Service-time columns of each step of the pipeline.
    pub(super) steps: Vec<Vec<String>>,
    pub(super) microservices: Vec<Vec<String>>,
    pub(super) dimensions: Vec<Dimension>,
    /// A hash of the person; 0 where it is not known.
    pub(super) persons: Vec<u64>,
    /// A hash of the process; 0 where it has none.
    pub(super) processes: Vec<u64>,
    pub(super) flags: Vec<u8>,
    pub(super) codes: Vec<i64>,
    /// One bit for each step in which anything ran.
    pub(super) reached: Vec<u16>,
}

impl AcceptanceRows {
    /// Returns an empty collection, to be counted by columns of `attempts`.
    #[must_use]
    pub fn new(card: &Card, model: Option<&PathModel>, dimensions: &[String]) -> Self {
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
            process: card.roles.process.clone(),
            code: card.roles.code.clone(),
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
            processes: Vec::new(),
            flags: Vec::new(),
            codes: Vec::new(),
            reached: Vec::new(),
        }
    }

    /// Returns the columns of `attempts` that are read.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = vec!["outcome", "is_first", "is_last"];
        let roles = [&self.person, &self.process, &self.code];
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
        hashes(batch, self.process.as_deref(), &mut self.processes)?;
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
        let mut bits = vec![0_u8; batch.num_rows()];
        each_text(column(batch, "outcome")?, "outcome", |row, outcome| {
            if let Some(bits) = bits.get_mut(row) {
                *bits = match outcome {
                    Some("accepted") => ACCEPTED,
                    Some("rejected") => 0,
                    Some(_) | None => TECHNICAL,
                };
            }
        })?;
        for (name, bit) in [("is_first", FIRST), ("is_last", LAST)] {
            let array = column(batch, name)?;
            let array = array
                .as_boolean_opt()
                .ok_or_else(|| wrong(array, name, "Boolean"))?;
            for (bits, is) in bits.iter_mut().zip(array) {
                *bits |= if is == Some(true) { bit } else { 0 };
            }
        }
        self.flags.append(&mut bits);
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
        self.processes.extend(other.processes);
        self.flags.extend(other.flags);
        self.codes.extend(other.codes);
        self.reached.extend(other.reached);
        for (mine, more) in self.dimensions.iter_mut().zip(other.dimensions) {
            mine.merge(more);
        }
    }
}

/// The processes in which any attempt was accepted, whatever rows are asked about.
#[derive(Debug, Default)]
pub struct AcceptedProcesses {
    process: Option<String>,
    pub(super) hashes: HashSet<u64>,
}

impl AcceptedProcesses {
    /// Returns an empty collection.
    #[must_use]
    pub fn new(card: &Card) -> Self {
        Self {
            process: card.roles.process.clone(),
            hashes: HashSet::new(),
        }
    }

    /// Returns the columns of `attempts` that are read.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let process = self.process.as_deref();
        std::iter::once("outcome").chain(process).collect()
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        let mut processes = Vec::with_capacity(batch.num_rows());
        hashes(batch, self.process.as_deref(), &mut processes)?;
        each_text(column(batch, "outcome")?, "outcome", |row, outcome| {
            if outcome == Some("accepted")
                && let Some(process) = processes.get(row).filter(|hash| **hash != 0)
            {
                self.hashes.insert(*process);
            }
        })
    }

    /// Adds what another part has found.
    pub fn merge(&mut self, other: Self) {
        self.hashes.extend(other.hashes);
    }
}
