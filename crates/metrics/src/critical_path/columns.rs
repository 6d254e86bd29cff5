//! The durations of a batch of `attempts`, read into lanes.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, Float64Array, Int64Array, RecordBatch};
use arrow_schema::DataType;

use super::{LANE, Lane, PathModel};
use crate::AnalysisError;
use crate::number::float_i64;

/// A column of durations, ms.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column<'a> {
    Int(&'a Int64Array),
    Float(&'a Float64Array),
}

impl<'a> Column<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Result<Self, AnalysisError> {
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| AnalysisError::MissingColumn {
                column: name.to_owned(),
                view: "attempts",
            })?;
        match column.data_type() {
            DataType::Int64 => Ok(Self::Int(column.as_primitive::<Int64Type>())),
            DataType::Float64 => Ok(Self::Float(column.as_primitive::<Float64Type>())),
            other => Err(AnalysisError::ColumnType {
                column: name.to_owned(),
                found: other.to_string(),
                expected: "Int64 or Float64",
            }),
        }
    }

    /// Copies rows from `first` on; a null, and what is past the end, is NaN.
    pub(crate) fn load(self, first: usize, lane: &mut Lane) {
        lane.fill(f64::NAN);
        match self {
            Self::Int(array) => {
                let values = array.values().get(first..).unwrap_or_default();
                for (here, value) in lane.iter_mut().zip(values) {
                    *here = float_i64(*value);
                }
            }
            Self::Float(array) => {
                let values = array.values().get(first..).unwrap_or_default();
                for (here, value) in lane.iter_mut().zip(values) {
                    *here = *value;
                }
            }
        }
        let nulls = match self {
            Self::Int(array) => array.nulls(),
            Self::Float(array) => array.nulls(),
        };
        let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else {
            return;
        };
        let rest = nulls.len().saturating_sub(first);
        for (here, is_there) in lane
            .iter_mut()
            .zip(&nulls.slice(first.min(nulls.len()), rest))
        {
            *here = if is_there { *here } else { f64::NAN };
        }
    }
}

/// The durations of a batch.
pub(crate) struct Durations<'a> {
    rows: usize,
    total: Column<'a>,
    runs: Vec<(Column<'a>, Option<Column<'a>>)>,
}

impl<'a> Durations<'a> {
    /// Finds the columns of [`PathModel::columns`].
    pub(crate) fn of(model: &PathModel, batch: &'a RecordBatch) -> Result<Self, AnalysisError> {
        let total = model
            .total
            .as_deref()
            .ok_or(AnalysisError::Role { role: "total_time" })?;
        let total = Column::of(batch, total)?;
        let mut runs = Vec::with_capacity(model.runs.len());
        for run in &model.runs {
            let queue = match &run.queue {
                Some(name) => Some(Column::of(batch, name)?),
                None => None,
            };
            runs.push((Column::of(batch, &run.service)?, queue));
        }
        Ok(Self {
            rows: batch.num_rows(),
            total,
            runs,
        })
    }

    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// Loads total times; NaN where there is none.
    pub(crate) fn load_total(&self, first: usize, lane: &mut Lane) {
        self.total.load(first, lane);
    }

    /// Loads execution plus queue time of a run, 0 where it did not run, and whether it did,
    /// as 1 or 0. A duration below zero is no measurement: absent.
    pub(crate) fn load_run(&self, run: usize, first: usize, value: &mut Lane, ran: &mut Lane) {
        let Some((service, queue)) = self.runs.get(run) else {
            return;
        };
        service.load(first, value);
        for (value, ran) in value.iter_mut().zip(ran.iter_mut()) {
            *ran = f64::from(u8::from(*value >= 0.0));
            *value = if *value > 0.0 { *value } else { 0.0 };
        }
        let Some(queue) = queue else {
            return;
        };
        let mut waited = [f64::NAN; LANE];
        queue.load(first, &mut waited);
        for ((value, ran), waited) in value.iter_mut().zip(ran.iter_mut()).zip(&waited) {
            *ran = if *waited >= 0.0 { 1.0 } else { *ran };
            *value += if *waited > 0.0 { *waited } else { 0.0 };
        }
    }
}
