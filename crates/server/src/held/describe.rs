//! What is told of a snapshot once: how much there is, and which columns tell rows apart.

use std::collections::HashSet;

use veriscope_cache::{Cache, Coded, Filters, NOBODY, Selection};
use veriscope_card::views::{ColumnDoc, ColumnType, View};
use veriscope_lake::Published;
use veriscope_metrics::query::Cell;

use super::{Place, Titles};
use crate::api::{Dimension, DimensionKind, Exclusion, SnapshotInfo, SnapshotState, ValueCount};
use crate::instant;

/// Values that are listed of a column.
const MOST_VALUES: usize = 200;

/// Describes a snapshot.
pub(super) fn describe(
    place: &Place,
    cache: &Cache,
    titles: &Titles,
    published: &Published,
) -> (SnapshotInfo, Vec<Dimension>, Vec<Exclusion>) {
    let docs = place.registry.columns(View::Attempts).docs;
    let rows = Selection::of(cache, Filters::default()).sample(usize::MAX);
    let mut dimensions: Vec<Dimension> = dimensions(cache, docs, titles, &rows);
    dimensions.extend(total_time(place, cache, titles, &rows));
    put_usual_first(place, &mut dimensions);
    let rules = place.rules.iter().zip(cache.left_out());
    let exclusions = rules.map(|(rule, rows)| Exclusion {
        words: rule.words(),
        reason: rule.reason.clone(),
        rows: *rows,
    });
    (
        info(place, cache, published),
        dimensions,
        exclusions.collect(),
    )
}

fn info(place: &Place, cache: &Cache, published: &Published) -> SnapshotInfo {
    let (first_day, last_day) = days(cache);
    SnapshotInfo {
        version: published.number,
        published_at: published
            .run_id
            .is_some()
            .then(|| instant::text(published.published_at_us)),
        transactions: whole(cache.len()),
        processes: processes(cache),
        persons: place.card.roles.person.as_ref().map(|_| persons(cache)),
        first_day,
        last_day,
        state: if cache.is_empty() {
            SnapshotState::Empty
        } else {
            SnapshotState::Ready
        },
    }
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Every process has one first attempt.
fn processes(cache: &Cache) -> u64 {
    let Some(column) = cache.column("is_first") else {
        return 0;
    };
    let is_first: Vec<bool> = column
        .values
        .iter()
        .map(|value| *value == Cell::Bool(true))
        .collect();
    let firsts = (0..cache.len()).filter(|row| {
        let code = column.place(*row);
        is_first.get(code).copied().unwrap_or(false)
    });
    whole(firsts.count())
}

fn persons(cache: &Cache) -> u64 {
    let greatest = cache.persons().iter().max().copied().unwrap_or(NOBODY);
    let mut is_there = vec![false; usize::try_from(greatest).unwrap_or(0) + 1];
    for person in cache.persons() {
        let place = usize::try_from(*person).unwrap_or(0);
        if let Some(is_there) = is_there.get_mut(place) {
            *is_there = *person != NOBODY;
        }
    }
    whole(is_there.into_iter().filter(|is_there| *is_there).count())
}

/// The first and the last local day.
fn days(cache: &Cache) -> (Option<String>, Option<String>) {
    let days = cache.column("day").map(|column| column.values.as_slice());
    let days = days.unwrap_or_default().iter();
    let mut days = days.filter_map(|day| match day {
        Cell::Text(day) => Some(day.clone()),
        Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Float(_) => None,
    });
    let first = days.next();
    let last = days.next_back().or_else(|| first.clone());
    (first, last)
}

/// The columns that are held, and how often each value is there; a few columns a thread.
fn dimensions(cache: &Cache, docs: &[ColumnDoc], titles: &Titles, rows: &[u32]) -> Vec<Dimension> {
    // What memory holds beyond the view has no description.
    let described: Vec<(&ColumnDoc, &Coded)> = docs
        .iter()
        .filter_map(|doc| Some((doc, cache.column(&doc.name)?)))
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = described.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let running: Vec<_> = described
            .chunks(each)
            .map(|some| {
                scope.spawn(|| {
                    let of =
                        |(doc, column): &(&ColumnDoc, &Coded)| dimension(doc, column, titles, rows);
                    some.iter().map(of).collect::<Vec<_>>()
                })
            })
            .collect();
        let done = running.into_iter().flat_map(|one| match one.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.collect()
    })
}

fn dimension(doc: &ColumnDoc, column: &Coded, titles: &Titles, rows: &[u32]) -> Dimension {
    let values = counted(column, rows);
    Dimension {
        column: doc.name.clone(),
        title: titles.title(&doc.name),
        kind: kind(doc),
        distinct: whole(values.len()),
        values: values.into_iter().take(MOST_VALUES).collect(),
    }
}

/// Counts the values of some rows, the most frequent first.
pub(crate) fn counted(column: &Coded, rows: &[u32]) -> Vec<ValueCount> {
    let values = column.values.iter().zip(column.counts(rows));
    let mut values: Vec<ValueCount> = values
        .filter(|(_, n)| *n > 0)
        .map(|(value, n)| ValueCount {
            value: value.into(),
            n,
        })
        .collect();
    values.sort_by_key(|one| std::cmp::Reverse(one.n));
    values
}

fn kind(doc: &ColumnDoc) -> DimensionKind {
    match doc.column_type {
        // Months are few: a list of them serves better than two dates.
        ColumnType::Day if doc.name != "month" => DimensionKind::Day,
        ColumnType::Day | ColumnType::Int | ColumnType::Float => DimensionKind::Ordered,
        ColumnType::Text | ColumnType::Bool | ColumnType::Instant | ColumnType::LocalTime => {
            DimensionKind::Category
        }
    }
}

/// The total time, by whose range rows may be chosen too.
fn total_time(place: &Place, cache: &Cache, titles: &Titles, rows: &[u32]) -> Option<Dimension> {
    let name = place.card.roles.total_time.as_ref()?;
    let times = cache.duration(name)?;
    let time = |row: &u32| times.get(usize::try_from(*row).unwrap_or(usize::MAX));
    let distinct: HashSet<Option<i64>> = rows.iter().map(time).collect();
    Some(Dimension {
        column: name.clone(),
        title: titles.title(name),
        kind: DimensionKind::Ordered,
        distinct: whole(distinct.len()),
        values: Vec::new(),
    })
}

/// Puts what people filter by most before the others.
fn put_usual_first(place: &Place, dimensions: &mut [Dimension]) {
    let roles = &place.card.roles;
    let calendar = ["day", "year", "month", "week", "weekday", "hour", "minute"];
    let made = ["outcome", "kind", "attempt"];
    let usual: Vec<&str> = roles
        .client
        .iter()
        .chain(&roles.user)
        .map(String::as_str)
        .chain(calendar)
        .chain(roles.code.as_deref())
        .chain(made)
        .collect();
    let place = |one: &Dimension| {
        let found = usual.iter().position(|name| *name == one.column);
        found.unwrap_or(usual.len())
    };
    dimensions.sort_by_key(place);
}
