//! Reading: the rows of a part of the table, as they come.

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{Array, RecordBatch};
use veriscope_metrics::AnalysisError;
use veriscope_metrics::hashed::{column, each_text, hashes, in_order, wrong};

use crate::Layout;
use crate::durations::Durations;
use crate::numbering::Numbering;
use crate::parallel::{parallel, shares};
use crate::pictures::Pictures;

/// Rows of `attempts` while they are read.
#[derive(Debug)]
pub struct Part {
    pub(crate) coded: Vec<Numbering>,
    pub(crate) durations: Vec<Durations>,
    /// Which steps of the pipeline anything ran in, as bits; empty without steps.
    pub(crate) reached: Vec<u16>,
    pub(crate) pictures: Pictures,
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
            reached: Vec::new(),
            pictures: Pictures::new(layout),
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
        if let Some(name) = &layout.key {
            let prefix = format!("{name}_");
            each_text(column(batch, name)?, name, |_, key| {
                let key = key.unwrap_or_default();
                self.have_prefix &= key.starts_with(&prefix);
                self.keys.push(in_order(key, &prefix));
            })?;
        }
        for (name, coded) in layout.coded.iter().zip(&mut self.coded) {
            coded.update(column(batch, name)?, name)?;
        }
        for (name, durations) in layout.durations.iter().zip(&mut self.durations) {
            durations.update(column(batch, name)?, name)?;
        }
        self.pictures.update(layout, batch)?;
        self.read_steps(layout, batch)
    }

    fn read_steps(&mut self, layout: &Layout, batch: &RecordBatch) -> Result<(), AnalysisError> {
        if layout.steps.is_empty() {
            return Ok(());
        }
        let first = self.reached.len();
        self.reached.resize(first + batch.num_rows(), 0);
        for (step, services) in layout.steps.iter().enumerate() {
            for name in services {
                let ran = column(batch, name)?;
                for (row, reached) in self.reached.iter_mut().skip(first).enumerate() {
                    *reached |= u16::from(ran.is_valid(row)) << step;
                }
            }
        }
        Ok(())
    }

    /// Puts parts together, in their order.
    pub(crate) fn whole(layout: &Layout, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = parts.into_iter();
        let mut whole = parts.next().unwrap_or_else(|| Self::new(layout));
        parts.for_each(|part| whole.merge(part));
        whole
    }

    /// Returns the person of each row as a hash, 0 where it is not known.
    #[must_use]
    pub fn persons(&self) -> &[u64] {
        &self.persons
    }

    /// Appends another part.
    pub fn merge(&mut self, other: Self) {
        self.processes.extend(other.processes);
        self.persons.extend(other.persons);
        self.at_us.extend(other.at_us);
        self.keys.extend(other.keys);
        self.have_prefix &= other.have_prefix;
        self.reached.extend(other.reached);
        self.pictures.merge(other.pictures);
        let coded: Vec<_> = self.coded.iter_mut().zip(other.coded).collect();
        parallel(shares(coded), |share| {
            share.into_iter().for_each(|(mine, more)| mine.merge(more));
        });
        for (mine, more) in self.durations.iter_mut().zip(other.durations) {
            mine.merge(more);
        }
    }
}
