//! Rows to draw pairs of number columns from.

use data_encoding::BASE64;

use crate::number::{count, floor, rounded};
use crate::report::{ColumnKind, PointColumn, Points};
use crate::{SampleColumn, Scope};

/// Rows drawn at most.
const ROWS: usize = 2000;
/// Columns at most: the first ones.
const COLUMNS: usize = 60;
/// Columns at most of a very wide table, so that the page stays small.
const COLUMNS_OF_WIDE: usize = 40;
/// From so many columns on a table is very wide.
pub(super) const WIDE: usize = 300;
/// Byte of `high`.
const TOP: f64 = 254.0;

pub(crate) fn points(scope: &Scope<'_>, ranges: &[Option<(f64, f64)>]) -> Option<Points> {
    let rows = scope.sample.rows.min(ROWS);
    let wide = scope.columns.len() > WIDE;
    let columns: Vec<PointColumn> = scope
        .columns
        .iter()
        .zip(ranges)
        .zip(&scope.sample.columns)
        .enumerate()
        .filter(|(_, ((column, _), _))| column.kind == ColumnKind::Number)
        .filter_map(|(place, ((_, range), values))| match values {
            SampleColumn::Number(values) => {
                Some(point_column(place, (*range)?, values.get(..rows)?))
            }
            SampleColumn::Code { .. } | SampleColumn::None => None,
        })
        .take(if wide { COLUMNS_OF_WIDE } else { COLUMNS })
        .collect();
    if columns.len() < 2 {
        return None;
    }
    let outcome = scope.sample.outcome.as_ref();
    Some(Points {
        rows: count(rows),
        columns,
        outcome: outcome
            .and_then(|outcome| outcome.get(..rows))
            .map(|rows| BASE64.encode(rows)),
        basis: scope.sample.basis(rows),
    })
}

fn point_column(column: usize, (low, high): (f64, f64), values: &[f64]) -> PointColumn {
    let bytes: Vec<u8> = values
        .iter()
        .map(|value| {
            if value.is_nan() {
                return u8::MAX;
            }
            let at = ((value - low) / (high - low) * TOP).clamp(0.0, TOP);
            u8::try_from(floor(at + 0.5)).unwrap_or(254)
        })
        .collect();
    PointColumn {
        column,
        low: rounded(low),
        high: rounded(high),
        values: BASE64.encode(&bytes),
    }
}
