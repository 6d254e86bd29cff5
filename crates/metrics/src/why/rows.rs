//! The rows of a comparison, collected from batches of `attempts`.

use std::sync::Arc;

use arrow_array::{BooleanArray, RecordBatch};

use super::columns::WhyColumns;
use super::values::Values;
use crate::AnalysisError;
use crate::hashed::{column, hashes};

/// Collects rows of `attempts`: about two bytes of a category, four of a number.
///
/// What it comes to does not depend on how rows were cut into batches or in what order they
/// came.
#[derive(Debug)]
pub struct WhyRows {
    pub(super) columns: Arc<WhyColumns>,
    /// Hashes of persons; 0 where none is known.
    pub(super) clusters: Vec<u64>,
    pub(super) keys: Vec<u64>,
    pub(super) selected: Vec<bool>,
    pub(super) values: Vec<Values>,
}

impl WhyRows {
    /// Returns an empty collection.
    #[must_use]
    pub fn new(columns: Arc<WhyColumns>) -> Self {
        let values = columns.columns.iter();
        Self {
            clusters: Vec::new(),
            keys: Vec::new(),
            selected: Vec::new(),
            values: values
                .map(|column| Values::new(&column.name, column.reading))
                .collect(),
            columns,
        }
    }

    /// Adds the rows of a batch: `selected` says of each whether it is of the selection, or
    /// (false or null) of what that is compared with.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`], [`AnalysisError::ColumnType`] or
    /// [`AnalysisError::Length`].
    pub fn update(
        &mut self,
        batch: &RecordBatch,
        selected: &BooleanArray,
    ) -> Result<(), AnalysisError> {
        if selected.len() != batch.num_rows() {
            return Err(AnalysisError::Length {
                column: "selected",
                expected: batch.num_rows(),
                found: selected.len(),
            });
        }
        hashes(batch, self.columns.cluster.as_deref(), &mut self.clusters)?;
        hashes(batch, Some(&self.columns.key), &mut self.keys)?;
        let sides = selected.iter().map(|side| side == Some(true));
        self.selected.extend(sides);
        for (values, known) in self.values.iter_mut().zip(&self.columns.columns) {
            values.update(column(batch, &known.name)?)?;
        }
        Ok(())
    }

    /// Appends another part of the same rows.
    pub fn merge(&mut self, other: Self) {
        self.clusters.extend(other.clusters);
        self.keys.extend(other.keys);
        self.selected.extend(other.selected);
        for (mine, more) in self.values.iter_mut().zip(other.values) {
            mine.merge(more);
        }
    }

    /// Returns how many rows were collected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.selected.len()
    }

    /// Returns whether none were collected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.selected.is_empty()
    }
}
