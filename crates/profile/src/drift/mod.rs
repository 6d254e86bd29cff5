//! Change over time, over the sample.

use crate::Scope;
use crate::report::{ColumnDrift, Drift};

/// Returns the periods and one entry a column; none without times or with too few periods.
pub(crate) fn drift(_scope: &Scope<'_>) -> Option<(Drift, Vec<Option<ColumnDrift>>)> {
    None
}
