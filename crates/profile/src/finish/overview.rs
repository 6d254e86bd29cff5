//! The whole table.

use std::collections::BTreeMap;

use super::column::Done;
use crate::Knowledge;
use crate::number::count;
use crate::report::{ColumnKind, KindCount, Overview};

pub(crate) fn overview(
    done: &[Done],
    rows: u64,
    time: Option<usize>,
    knowledge: &Knowledge,
) -> Overview {
    let columns = || done.iter().map(|done| &done.column);
    let mut by_kind: BTreeMap<ColumnKind, u64> = BTreeMap::new();
    for column in columns() {
        *by_kind.entry(column.kind).or_insert(0) += 1;
    }
    let mut kinds: Vec<KindCount> = by_kind
        .into_iter()
        .map(|(kind, columns)| KindCount { kind, columns })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.columns));
    let dates = time
        .and_then(|time| done.get(time))
        .and_then(|done| done.column.datetime.as_ref());
    let day = |text: &String| text.chars().take(10).collect::<String>();
    Overview {
        rows,
        columns: count(done.len()),
        cells: rows * count(done.len()),
        missing_cells: columns()
            .map(|column| column.counts.missing + column.counts.sentinel)
            .sum(),
        memory_bytes: columns().map(|column| column.memory_bytes).sum(),
        kinds,
        first_day: dates.map(|dates| day(&dates.first)),
        last_day: dates.map(|dates| day(&dates.last)),
        time_column: time,
        code_column: knowledge
            .code
            .as_ref()
            .and_then(|code| columns().position(|column| column.name == *code)),
    }
}
