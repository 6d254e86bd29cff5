//! Change over time, over the sample.
//!
//! Verdicts follow the size of an effect and never a test: with many rows any test finds
//! something. Where a period has fewer than [`LEAST_ROWS`] rows, its index would be mostly
//! chance (about the number of bins over the number of rows), and there is none.

mod calendar;
mod column;
mod season;
mod shift;

#[cfg(test)]
mod tests;

pub(crate) use shift::{LEAST_ROWS, Shares, decile_edges, jensen_shannon, psi, verdict};

use crate::pairs::spread::spread;
use crate::report::{ColumnDrift, ColumnKind, Drift};
use crate::{SampleColumn, Scope};

use self::calendar::Calendar;

/// Returns the periods and one entry a column; none without times or with too few periods.
pub(crate) fn drift(scope: &Scope<'_>) -> Option<(Drift, Vec<Option<ColumnDrift>>)> {
    let time = scope.sample.time.as_ref()?;
    let calendar = Calendar::new(time, scope.sample.offset_minutes)?;
    let columns = spread(scope.columns.len(), scope.options.threads.get(), |place| {
        let column = scope.columns.get(place)?;
        if column.kind == ColumnKind::Datetime {
            return None;
        }
        match scope.sample.columns.get(place)? {
            SampleColumn::Number(values) => column::of_numbers(values, &calendar, scope.options),
            SampleColumn::Code { codes, labels } => {
                column::of_codes((codes, labels), &calendar, scope.options)
            }
            SampleColumn::None => None,
        }
    });
    let greatest = |place: &usize| {
        columns
            .get(*place)
            .and_then(Option::as_ref)
            .map(|found| found.greatest)
    };
    let mut ranked: Vec<usize> = (0..columns.len())
        .filter(|place| greatest(place).is_some())
        .collect();
    ranked.sort_by(|one, other| {
        let (one, other) = (greatest(one).unwrap_or(0.0), greatest(other).unwrap_or(0.0));
        other.total_cmp(&one)
    });
    let drift = Drift {
        unit: calendar.unit,
        periods: calendar.periods.clone(),
        ranked,
        basis: scope.basis(),
    };
    Some((drift, columns))
}
