//! How far the rows of a selection came in the pipeline, and how they ended.

use veriscope_metrics::funnel::Ended;
use veriscope_metrics::query::Cell;

use crate::layout::REACHED;
use crate::placed::{OUTCOME, outcome};
use crate::{Axis, CacheError, GroupTally, Measured, Selection};

impl Selection<'_> {
    /// Counts the rows by what they reached, how they ended and with which code.
    ///
    /// # Errors
    /// [`CacheError::TooManyGroups`].
    pub fn ends(&self) -> Result<Vec<Ended>, CacheError> {
        let columns = [Some(REACHED), self.cache.code.as_deref(), Some(OUTCOME)];
        let found = columns.map(|name| self.cache.column(name?).map(Axis::all));
        let axes: Vec<Axis<'_>> = found.iter().flatten().cloned().collect();
        let measured = Measured::rows();
        let groups = GroupTally::new(self.cache, &measured, &axes)?.rows(self);
        let ends = groups.iter().map(|(values, n)| {
            let mut values = values.iter();
            let [reached, code, ended] = found.each_ref().map(|axis| {
                let has_axis = axis.is_some();
                has_axis.then(|| values.next()).flatten()
            });
            Ended {
                reached: int(reached)
                    .and_then(|mask| u64::try_from(mask).ok())
                    .unwrap_or(0),
                code: int(code),
                outcome: outcome(ended),
                n: *n,
            }
        });
        Ok(ends.collect())
    }
}

fn int(cell: Option<&Cell>) -> Option<i64> {
    match cell {
        Some(Cell::Int(value)) => Some(*value),
        _ => None,
    }
}
