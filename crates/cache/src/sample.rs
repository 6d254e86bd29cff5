//! Rows as a batch, for analyses that read batches.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use veriscope_metrics::critical_path::PathModel;

use crate::{Cache, CacheError};

impl Cache {
    /// Returns some rows with [`PathModel::columns`], `Int64`, null where nothing was measured.
    ///
    /// # Errors
    /// [`CacheError::UnknownColumn`] where the cache was made without the pipeline.
    pub fn path_batch(&self, model: &PathModel, rows: &[u32]) -> Result<RecordBatch, CacheError> {
        let names = model.columns();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(names.len());
        for name in &names {
            let times = self
                .duration(name)
                .ok_or_else(|| CacheError::UnknownColumn {
                    column: (*name).to_owned(),
                })?;
            let place = |row: &u32| usize::try_from(*row).unwrap_or(usize::MAX);
            let values: Int64Array = rows.iter().map(|row| times.get(place(row))).collect();
            arrays.push(Arc::new(values));
        }
        let fields = names
            .iter()
            .map(|name| Field::new(*name, DataType::Int64, true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        // Columns of one length under names of their own: nothing can be wrong with them.
        Ok(RecordBatch::try_new(Arc::clone(&schema), arrays)
            .unwrap_or_else(|_| RecordBatch::new_empty(schema)))
    }
}
