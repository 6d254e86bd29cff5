//! Reading: the rows of a part of the table, as they come.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::hashed::{column, each_text, hashes, in_order, wrong};

use crate::Layout;
use crate::durations::Durations;
use crate::numbering::Numbering;
use crate::parallel::{parallel, shares};

/// Rows of `attempts` while they are read.
#[derive(Debug)]
pub struct Part {
    pub(crate) coded: Vec<Numbering>,
    pub(crate) durations: Vec<Durations>,
    /// Hashes; 0 for none.
    pub(crate) processes: Vec<u64>,
    pub(crate) persons: Vec<u64>,
    pub(crate) at_us: Vec<i64>,
    pub(crate) keys: Vec<u128>,
    /// Whether every key begins with the column's name.
    pub(crate) have_prefix: bool,
}

impl Part {
    /// Returns a part without rows.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        Self {
            coded: layout.coded.iter().map(|_| Numbering::new()).collect(),
            durations: vec![Durations::default(); layout.durations.len()],
            processes: Vec::new(),
            persons: Vec::new(),
            at_us: Vec::new(),
            keys: Vec::new(),
            have_prefix: true,
        }
    }

    /// Adds the rows of a batch with the columns of [`Layout::columns`].
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, layout: &Layout, batch: &RecordBatch) -> Result<(), AnalysisError> {
        hashes(batch, layout.process.as_deref(), &mut self.processes)?;
        hashes(batch, layout.person.as_deref(), &mut self.persons)?;
        let dates = column(batch, &layout.date)?;
        let dates = dates
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| wrong(dates, &layout.date, "Timestamp(Microsecond)"))?;
        self.at_us.extend(dates.values());
        let prefix = format!("{}_", layout.key);
        each_text(column(batch, &layout.key)?, &layout.key, |_, key| {
            let key = key.unwrap_or_default();
            self.have_prefix &= key.starts_with(&prefix);
            self.keys.push(in_order(key, &prefix));
        })?;
        for (name, coded) in layout.coded.iter().zip(&mut self.coded) {
            coded.update(column(batch, name)?, name)?;
        }
        for (name, durations) in layout.durations.iter().zip(&mut self.durations) {
            durations.update(column(batch, name)?, name)?;
        }
        Ok(())
    }

    /// Appends another part.
    pub fn merge(&mut self, other: Self) {
        self.processes.extend(other.processes);
        self.persons.extend(other.persons);
        self.at_us.extend(other.at_us);
        self.keys.extend(other.keys);
        self.have_prefix &= other.have_prefix;
        let coded: Vec<_> = self.coded.iter_mut().zip(other.coded).collect();
        parallel(shares(coded), |share| {
            share.into_iter().for_each(|(mine, more)| mine.merge(more));
        });
        for (mine, more) in self.durations.iter_mut().zip(other.durations) {
            mine.merge(more);
        }
    }
}
