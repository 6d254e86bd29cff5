//! Rows of the groups that differ, compared one by one.

use std::collections::BTreeMap;

use super::checksum::{Groups, Row, Sink, text};
use super::{ColumnDifference, TableDifference};

/// Keys that are shown of each kind of difference.
const SHOWN_KEYS: usize = 5;

/// Rows of one side: key → hash of each cell.
pub(crate) struct Gathered<'a> {
    groups: &'a Groups,
    rows: BTreeMap<String, Vec<u64>>,
}

impl<'a> Gathered<'a> {
    pub(crate) fn new(groups: &'a Groups) -> Self {
        Self {
            groups,
            rows: BTreeMap::new(),
        }
    }
}

impl Sink for Gathered<'_> {
    fn take(&mut self, row: &Row<'_>) {
        let key = row.key();
        let key_hash = text(key);
        if self.groups.has(key_hash) {
            let hashes = row.hashes(key_hash).collect();
            self.rows.insert(key.to_owned(), hashes);
        }
    }
}

/// Returns how the two sides differ; columns by their names.
pub(crate) fn differ(
    columns: &[&str],
    lake: &Gathered<'_>,
    database: &Gathered<'_>,
) -> TableDifference {
    let mut difference = TableDifference::default();
    let note = |count: &mut u64, keys: &mut Vec<String>, key: &str| {
        *count += 1;
        if keys.len() < SHOWN_KEYS {
            keys.push(key.to_owned());
        }
    };
    let mut by_column: Vec<ColumnDifference> = columns
        .iter()
        .map(|column| ColumnDifference {
            column: (*column).to_owned(),
            rows: 0,
            keys: Vec::new(),
        })
        .collect();
    for (key, cells) in &lake.rows {
        let Some(others) = database.rows.get(key) else {
            note(
                &mut difference.only_in_lake,
                &mut difference.only_in_lake_keys,
                key,
            );
            continue;
        };
        for ((cell, other), column) in cells.iter().zip(others).zip(&mut by_column) {
            if cell != other {
                note(&mut column.rows, &mut column.keys, key);
            }
        }
    }
    for key in database.rows.keys() {
        if !lake.rows.contains_key(key) {
            note(
                &mut difference.only_in_database,
                &mut difference.only_in_database_keys,
                key,
            );
        }
    }
    by_column.retain(|column| column.rows > 0);
    difference.columns = by_column;
    difference
}
