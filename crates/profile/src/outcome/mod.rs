//! Columns by what became of the transaction, over the sample.

mod numbers;
mod separation;
pub(crate) mod sorted;
pub(crate) mod values;

#[cfg(test)]
mod tests;

pub(crate) use separation::separation;

use crate::pairs::spread::spread;
use crate::report::{ByOutcome, Column, ColumnKind, Outcome};
use crate::{ACCEPTED, REJECTED, SampleColumn, Scope, TECHNICAL};

/// Fewer values of an outcome are not compared.
const LEAST_VALUES: usize = 20;

/// Returns one entry a column; none where it cannot be compared or there are too few rows.
pub(crate) fn by_outcome(scope: &Scope<'_>) -> Vec<Option<ByOutcome>> {
    let none = || vec![None; scope.columns.len()];
    let Some(outcomes) = &scope.sample.outcome else {
        return none();
    };
    let enough = |wanted: u8| {
        let rows = outcomes.iter().filter(|outcome| **outcome == wanted);
        rows.take(LEAST_VALUES).count() == LEAST_VALUES
    };
    if !enough(ACCEPTED) || !enough(REJECTED) {
        return none();
    }
    spread(scope.columns.len(), scope.options.threads.get(), |place| {
        let column = scope.columns.get(place)?;
        if decides(column) || column.kind == ColumnKind::Datetime {
            return None;
        }
        match scope.sample.columns.get(place)? {
            SampleColumn::Number(values) => numbers::by_outcome(scope, values, outcomes),
            SampleColumn::Code { codes, labels } => {
                values::by_outcome(scope, column, (codes, labels), outcomes)
            }
            SampleColumn::None => None,
        }
    })
}

/// Whether the column is the outcome, in other words.
fn decides(column: &Column) -> bool {
    matches!(column.role.as_deref(), Some("code" | "status"))
}

/// The outcomes in the order of the report, as the sample has them.
const OUTCOMES: [(Outcome, u8); 3] = [
    (Outcome::Accepted, ACCEPTED),
    (Outcome::Rejected, REJECTED),
    (Outcome::Technical, TECHNICAL),
];
