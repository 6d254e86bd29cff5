//! A column of categories by outcome.

use crate::report::{ByOutcome, Cell, Column, ColumnKind, OutcomeValue};
use crate::{ACCEPTED, REJECTED, Scope, TECHNICAL};

/// Values that are listed.
const MOST_VALUES: usize = 30;

/// Returns how the rows of each common value came out; values with fewer rows than the
/// smallest cell are left out, whether the report is full or not: so few tell nothing.
pub(super) fn by_outcome(
    scope: &Scope<'_>,
    column: &Column,
    (codes, labels): (&[u32], &[String]),
    outcomes: &[u8],
) -> Option<ByOutcome> {
    let none = |label: Option<&String>| OutcomeValue {
        value: label.map(|label| cell(column, label)),
        rows: 0,
        accepted: 0,
        rejected: 0,
        technical: 0,
    };
    let mut values: Vec<OutcomeValue> = labels.iter().map(|label| none(Some(label))).collect();
    let mut missing = none(None);
    for (code, outcome) in codes.iter().zip(outcomes) {
        let place = usize::try_from(*code).unwrap_or(usize::MAX);
        let value = values.get_mut(place).unwrap_or(&mut missing);
        value.rows += 1;
        match *outcome {
            ACCEPTED => value.accepted += 1,
            REJECTED => value.rejected += 1,
            TECHNICAL => value.technical += 1,
            _ => {}
        }
    }
    let least = scope.options.smallest_cell.max(1);
    values.retain(|value| value.rows >= least);
    values.sort_by_key(|value| std::cmp::Reverse(value.rows));
    values.truncate(MOST_VALUES);
    values.extend((missing.rows >= least).then_some(missing));
    (!values.is_empty()).then(|| ByOutcome {
        groups: Vec::new(),
        low: None,
        high: None,
        auc: None,
        ks: None,
        values,
        basis: scope.basis(),
    })
}

/// A label as a cell.
pub(crate) fn cell(column: &Column, label: &str) -> Cell {
    match (column.kind, label) {
        (ColumnKind::Boolean, "true") => Cell::Boolean(true),
        (ColumnKind::Boolean, "false") => Cell::Boolean(false),
        _ => Cell::Text(label.to_owned()),
    }
}
