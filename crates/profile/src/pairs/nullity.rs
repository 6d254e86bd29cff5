//! How being missing goes together, over the sample.

use crate::Scope;
use crate::report::{Dendrogram, Merge, Nullity};

use super::MOST_COLUMNS;
use super::bits::{Rows, phi};
use super::cluster::average_linkage;
use super::number::{float, float_u64, rounded};

/// A column that misses some values and not all.
struct Missing {
    column: usize,
    rows: Rows,
    count: u64,
}

/// Returns how being missing goes together; none of fewer than two columns that miss some.
///
/// Of more than 100 columns those are taken that miss nearest to half of the rows.
pub(crate) fn nullity(scope: &Scope<'_>) -> (Option<Nullity>, Option<Dendrogram>) {
    let rows = scope.sample.rows;
    let all = u64::try_from(rows).unwrap_or(u64::MAX);
    let mut columns: Vec<Missing> = Vec::new();
    for (column, missing) in scope.sample.missing.iter().enumerate() {
        let missing = Rows::new(missing.iter().copied());
        let count = missing.len();
        if count > 0 && count < all {
            columns.push(Missing {
                column,
                rows: missing,
                count,
            });
        }
    }
    if columns.len() < 2 {
        return (None, None);
    }
    columns.sort_by_key(|column| (column.count.abs_diff(all - column.count), column.column));
    columns.truncate(MOST_COLUMNS);
    columns.sort_unstable_by_key(|column| column.column);
    (
        Some(correlation(scope, &columns)),
        Some(dendrogram(scope, &columns)),
    )
}

/// Every pair, row by row of the upper triangle.
fn each_pair<R>(columns: &[Missing], of: impl Fn(&Rows, &Rows) -> R) -> Vec<R> {
    let mut found = Vec::with_capacity(columns.len() * columns.len() / 2);
    for (place, one) in columns.iter().enumerate() {
        for other in columns.iter().skip(place + 1) {
            found.push(of(&one.rows, &other.rows));
        }
    }
    found
}

fn correlation(scope: &Scope<'_>, columns: &[Missing]) -> Nullity {
    let rows = scope.sample.rows;
    Nullity {
        columns: columns.iter().map(|column| column.column).collect(),
        values: each_pair(columns, |one, other| phi(one, other, rows).map(rounded)),
        basis: scope.basis(),
    }
}

fn dendrogram(scope: &Scope<'_>, columns: &[Missing]) -> Dendrogram {
    let rows = float(scope.sample.rows);
    let distances = each_pair(columns, |one, other| {
        let differ = one.len() + other.len() - 2 * one.common(other);
        (float_u64(differ) / rows).sqrt()
    });
    let tree = average_linkage(columns.len(), distances);
    // Leaves are numbered as they stand in the order of the tree.
    let mut place_of = vec![0; columns.len()];
    for (place, leaf) in tree.order.iter().enumerate() {
        if let Some(slot) = place_of.get_mut(*leaf) {
            *slot = place;
        }
    }
    let renamed = |node: usize| place_of.get(node).copied().unwrap_or(node);
    let merges = tree.joins.iter().map(|join| Merge {
        a: renamed(join.a),
        b: renamed(join.b),
        height: rounded(join.height),
    });
    let column = |leaf: &usize| columns.get(*leaf).map(|column| column.column);
    Dendrogram {
        columns: tree.order.iter().filter_map(column).collect(),
        merges: merges.collect(),
        basis: scope.basis(),
    }
}
