//! From rows as they came to rows in order: each finds its place in its process, columns that
//! go together share their numbers, and what exclusions leave out is marked.

use std::collections::HashMap;

use veriscope_card::Outcome;
use veriscope_metrics::query::{Cell, Exclusion};

use crate::bundle::{Bundle, Numbered, bundles};
use crate::coded::Coded;
use crate::codes::at;
use crate::durations::Durations;
use crate::excluded::Excluded;
use crate::layout::QUEUED;
use crate::numbering::Numbering;
use crate::order::Order;
use crate::parallel::{parallel, shares, shares_of};
use crate::placed::{self, OUTCOME, placed, previous, queued};
use crate::{Cache, CacheError, Layout, Part, outsize};

/// Columns are put together within so many shares, whatever the number of cores: the more
/// there are, the fewer columns may go together.
const SHARES: usize = 2;

impl Part {
    /// Puts the rows in order, finds each one's place in its process, and marks what
    /// exclusions leave out.
    ///
    /// # Errors
    /// [`CacheError::TooManyRows`] or [`CacheError::TooManyValues`].
    pub fn finish(self, layout: &Layout, exclude: &[Exclusion]) -> Result<Cache, CacheError> {
        let rows = self.at_us.len();
        if u32::try_from(rows).is_err() {
            return Err(CacheError::TooManyRows { rows });
        }
        let excluded = Excluded::of(&self, layout, exclude)?;
        let accepted = accepted(&self, layout);
        let Self {
            coded,
            durations,
            reached,
            pictures,
            processes,
            persons,
            at_us,
            keys,
            have_prefix,
        } = self;
        let order = Order::of(processes, &persons, &at_us, &keys, |row| {
            accepted.get(row).copied().unwrap_or(false)
        });
        drop((persons, accepted));
        let in_order = &order.rows;
        let kept = if layout.is_lasting { keys } else { Vec::new() };
        let keys = picked(in_order, kept);
        let at_us = picked(in_order, at_us);
        let excluded_rows = picked(in_order, excluded.rows);
        let pictures = pictures.ordered(&order);
        let (time_names, durations) = times(layout, durations, in_order);
        let columns = columns(layout, coded, &picked(in_order, reached), &order);
        // Where no person is known, a process is what its rows have in common.
        let persons = match &layout.person {
            Some(_) => order.persons,
            None => order.processes.iter().map(|process| process + 1).collect(),
        };
        let mut cache = Cache {
            rows,
            places: by_name(columns.iter().map(|one| &one.name)),
            columns,
            person: layout.person.clone(),
            client: layout.named.first().cloned().flatten(),
            code: layout.code.clone(),
            total_time: layout.total_time.clone(),
            duration_places: by_name(&time_names),
            durations,
            persons,
            scattered: order.scattered,
            processes: order.processes,
            last_us: at_us.iter().max().copied(),
            at_us,
            keys,
            key_prefix: match &layout.key {
                Some(name) if have_prefix => format!("{name}_"),
                _ => String::new(),
            },
            excluded: excluded_rows,
            left_out: excluded.counts,
            outsize: Vec::new(),
            pictures: pictures.fingerprints,
            scores: layout.scores.iter().cloned().zip(pictures.scores).collect(),
        };
        cache.outsize = outsize::shares(&cache, &order.hashes);
        Ok(cache)
    }
}

/// The place of each name.
fn by_name<'a>(names: impl IntoIterator<Item = &'a String>) -> HashMap<String, usize> {
    let named = names.into_iter().enumerate();
    named.map(|(place, name)| (name.clone(), place)).collect()
}

/// All columns of times in order, the sum of queue times the last.
fn times(
    layout: &Layout,
    durations: Vec<Durations>,
    order: &[u32],
) -> (Vec<String>, Vec<Durations>) {
    let ordered = parallel(shares(durations), |share| {
        let ordered = share.into_iter().map(|one| one.ordered(order));
        ordered.collect::<Vec<_>>()
    });
    let mut durations: Vec<Durations> = ordered.into_iter().flatten().collect();
    let mut names = layout.durations.clone();
    if let Some(queued) = queued(layout, &durations, order.len()) {
        durations.push(queued);
        names.push(QUEUED.to_owned());
    }
    (names, durations)
}

/// The rows in order; what they were is gone. What is not held stays so.
fn picked<T: Copy + Default>(order: &[u32], rows: Vec<T>) -> Vec<T> {
    if rows.is_empty() {
        return rows;
    }
    let picked = order.iter().map(|row| at(&rows, *row)).collect();
    drop(rows);
    picked
}

/// Whether each row was accepted.
fn accepted(part: &Part, layout: &Layout) -> Vec<bool> {
    let place = layout.coded.iter().position(|name| name == OUTCOME);
    let Some(outcome) = place.and_then(|place| part.coded.get(place)) else {
        return Vec::new();
    };
    let is_accepted = |value: &Cell| placed::outcome(Some(value)) == Outcome::Accepted;
    let which = outcome.which(is_accepted);
    let rows = 0..part.at_us.len();
    rows.map(|row| which.get(outcome.number(row)).copied().unwrap_or(false))
        .collect()
}

/// All columns by which rows are told apart. How an attempt ended goes together with where it
/// stands in its process, for almost every metric asks for both.
fn columns(layout: &Layout, coded: Vec<Numbering>, reached: &[u16], order: &Order) -> Vec<Coded> {
    let named = layout.coded.iter().zip(coded);
    let (outcome, others): (Vec<_>, Vec<_>) = named.partition(|(name, _)| *name == OUTCOME);
    let made = parallel(shares_of(others, SHARES), |share| {
        let numbered = share.into_iter().filter_map(|(name, one)| one.finish(name));
        let bundles = if layout.is_lasting {
            bundles(numbered)
        } else {
            numbered.map(Bundle::of).collect()
        };
        let ordered = bundles.into_iter().map(|one| one.ordered(&order.rows));
        ordered.flat_map(Bundle::finish).collect::<Vec<Coded>>()
    });
    let mut columns: Vec<Coded> = made.into_iter().flatten().collect();
    let outcome = outcome
        .into_iter()
        .filter_map(|(name, one)| one.finish(name));
    let mut late: Vec<Numbered> = outcome.map(|one| one.ordered(&order.rows)).collect();
    late.extend(placed(order));
    let code = columns
        .iter()
        .find(|column| layout.code.as_ref() == Some(&column.name));
    late.extend(code.map(|code| previous(order, code)));
    late.extend(placed::reached(layout, reached));
    columns.extend(bundles(late).into_iter().flat_map(Bundle::finish));
    columns
}
