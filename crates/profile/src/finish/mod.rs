//! From folded columns to the report.

mod alerts;
mod codes;
mod column;
mod common;
mod groups;
mod instant;
mod number;
mod other;
mod overview;
mod points;
mod rows;
mod text;

use std::num::NonZeroUsize;

use data_encoding::BASE64;

use crate::fold::{ColumnFold, Folded, block_size};
use crate::number::{share_byte, whole};
use crate::report::{
    Code, Column, Missing, MissingBlocks, MissingMatrix, Provenance, Report, VERSION,
};
use crate::sample::{NO_TIME, UNKNOWN};
use crate::{Knowledge, Options, Profiled, Sample, SampleColumn, Scope};
use codes::Codes;
use column::Done;

/// What the end of every column's fold needs to know.
pub(crate) struct Context<'a> {
    pub(crate) options: &'a Options,
    pub(crate) rows: u64,
    /// Slots of the sample in the order of the sample.
    pub(crate) order: &'a [usize],
    pub(crate) codes: &'a Codes,
    pub(crate) has_codes: bool,
}

/// Makes the report of folded rows.
pub(crate) fn finish(folded: Folded<'_>, knowledge: &Knowledge, options: &Options) -> Profiled {
    let Folded { ledger, columns } = folded;
    let sampled = ledger.sampled();
    let order: Vec<usize> = sampled.iter().map(|row| row.slot).collect();
    let codes = Codes::new(&ledger.codes, knowledge, options);
    let context = Context {
        options,
        rows: ledger.rows,
        order: &order,
        codes: &codes,
        has_codes: !ledger.codes.met.is_empty(),
    };
    let time = time_column(&columns, knowledge);
    let offset_minutes = time
        .and_then(|time| columns.get(time))
        .map_or(0, |fold| fold.plan.offset_minutes);
    let mut done = finish_columns(columns, &context);
    let sample = Sample {
        rows: sampled.len(),
        complete: crate::number::count(sampled.len()) == ledger.rows,
        of: ledger.rows,
        missing: done
            .iter_mut()
            .map(|done| std::mem::take(&mut done.missing))
            .collect(),
        outcome: known_outcomes(sampled.iter().map(|row| row.outcome).collect()),
        time: time
            .and_then(|time| done.get_mut(time))
            .and_then(|done| done.times.take()),
        code: context
            .has_codes
            .then(|| sampled.iter().map(|row| row.code).collect()),
        offset_minutes,
        columns: done
            .iter_mut()
            .map(|done| std::mem::replace(&mut done.sample, SampleColumn::None))
            .collect(),
    };
    let rows = rows::Shown::new(&ledger, &done, options);
    let parts = Parts {
        done,
        codes: codes.listed,
        rows,
        time,
    };
    let report = assemble(parts, &ledger, &sample, knowledge, options);
    Profiled { report, sample }
}

/// What goes into the report as it is.
struct Parts {
    done: Vec<Done>,
    codes: Vec<Code>,
    rows: rows::Shown,
    time: Option<usize>,
}

fn assemble(
    parts: Parts,
    ledger: &crate::fold::Ledger<'_>,
    sample: &Sample,
    knowledge: &Knowledge,
    options: &Options,
) -> Report {
    let Parts {
        done,
        codes,
        rows,
        time,
    } = parts;
    let matrix = matrix(&done, ledger.rows);
    let overview = overview::overview(&done, ledger.rows, time, knowledge);
    let ranges: Vec<Option<(f64, f64)>> = done.iter().map(|done| done.central).collect();
    let notes: Vec<column::Notes> = done.iter().map(|done| done.notes.clone()).collect();
    let mut columns: Vec<Column> = done.into_iter().map(|done| done.column).collect();
    groups::find_twins(&mut columns, knowledge);
    let scope = Scope {
        columns: &columns,
        sample,
        options,
    };
    let correlations = crate::pairs::correlations(&scope);
    let (nullity, dendrogram) = crate::pairs::nullity(&scope);
    let by_outcome = crate::outcome::by_outcome(&scope);
    let (drift, by_time) = crate::drift::drift(&scope).unzip();
    let points = points::points(&scope, &ranges);
    for (column, found) in columns.iter_mut().zip(by_outcome) {
        column.by_outcome = found;
    }
    for (column, found) in columns.iter_mut().zip(by_time.unwrap_or_default()) {
        column.drift = found;
    }
    let mut report = Report {
        version: VERSION,
        provenance: provenance(knowledge),
        safe: !options.full,
        smallest_cell: if options.full {
            1
        } else {
            options.smallest_cell
        },
        overview,
        alerts: Vec::new(),
        groups: groups::groups(&columns, knowledge),
        columns,
        codes,
        points,
        correlations,
        missing: Missing {
            matrix,
            nullity,
            dendrogram,
        },
        duplicates: rows.duplicates,
        sample: rows.sample,
        outcomes: sample.outcome.as_ref().map(|_| ledger.outcomes),
        drift,
        comparison: None,
    };
    report.alerts = alerts::alerts(&report, &notes);
    report
}

fn provenance(knowledge: &Knowledge) -> Provenance {
    let card = knowledge.card.as_ref();
    Provenance {
        shape: knowledge.shape,
        card: card.map(|(name, _)| name.clone()),
        card_title: card.map(|(_, title)| title.clone()),
        program: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..Provenance::default()
    }
}

/// Columns divided among threads as in the fold.
fn finish_columns(columns: Vec<ColumnFold>, context: &Context<'_>) -> Vec<Done> {
    let threads = context.options.threads.max(NonZeroUsize::MIN).get();
    let mut shares: Vec<Vec<ColumnFold>> = (0..threads).map(|_| Vec::new()).collect();
    for (index, fold) in columns.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(index % threads) {
            share.push(fold);
        }
    }
    let mut done: Vec<Done> = std::thread::scope(|scope| {
        let workers: Vec<_> = shares
            .into_iter()
            .map(|share| {
                scope.spawn(move || -> Vec<Done> {
                    share
                        .into_iter()
                        .map(|fold| column::finish(fold, context))
                        .collect()
                })
            })
            .collect();
        // A worker that panics takes the thread with it: a defect, as everywhere else.
        workers
            .into_iter()
            .flat_map(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    done.sort_unstable_by_key(|done| done.index);
    done
}

/// The column that the card or the caller names, else (without a card) the first of instants
/// that speaks of no person.
fn time_column(columns: &[ColumnFold], knowledge: &Knowledge) -> Option<usize> {
    let is_instant = |fold: &&ColumnFold| fold.plan.class == crate::plan::Class::Instant;
    let mut instants = columns.iter().filter(is_instant);
    match &knowledge.time {
        Some(name) => instants.find(|fold| fold.plan.name == *name),
        None if knowledge.card.is_none() => instants.find(|fold| !fold.plan.by_name),
        None => None,
    }
    .map(|fold| fold.plan.index)
}

fn known_outcomes(outcomes: Vec<u8>) -> Option<Vec<u8>> {
    outcomes
        .iter()
        .any(|outcome| *outcome != UNKNOWN)
        .then_some(outcomes)
}

/// Instants in µs as ms.
pub(crate) fn milliseconds(microseconds: Option<f64>) -> i64 {
    microseconds.map_or(NO_TIME, |us| whole((us / 1000.0).floor()))
}

fn matrix(done: &[Done], rows: u64) -> MissingMatrix {
    let size = block_size(rows);
    let columns = done
        .iter()
        .filter(|done| !done.blocks.is_empty())
        .map(|done| {
            let shares: Vec<u8> = (0..rows.div_ceil(size))
                .zip(done.blocks.iter().copied().chain(std::iter::repeat(0)))
                .map(|(block, missing)| share_byte(missing, size.min(rows - block * size)))
                .collect();
            MissingBlocks {
                column: done.index,
                shares: BASE64.encode(&shares),
            }
        })
        .collect();
    MissingMatrix {
        block_rows: size,
        blocks: rows.div_ceil(size),
        columns,
    }
}
