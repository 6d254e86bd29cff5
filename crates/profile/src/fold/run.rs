//! Threads: each folds its share of the columns, over all rows in their order.
//!
//! The reading thread hands each part of the rows to every worker, adds up the hashes that come
//! back, and says which rows enter the sample. It is one part ahead, so that reading and folding
//! go on at once. What a worker is told, and in which order, never depends on time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use arrow_array::RecordBatch;

use super::rows::CHUNK;
use super::{ColumnFold, Ledger, Pick, Rows};
use crate::cells::part;
use crate::hash::RowHash;
use crate::plan::Plan;
use crate::prepare::Prepared;
use crate::{Knowledge, Options, ProfileError};

/// All rows, folded.
pub(crate) struct Folded<'a> {
    pub(crate) ledger: Ledger<'a>,
    /// In the order of the table.
    pub(crate) columns: Vec<ColumnFold>,
}

enum Task {
    Fold(Arc<Rows>),
    Pick(Arc<Vec<Pick>>),
}

struct Worker<'scope> {
    tasks: SyncSender<Task>,
    hashes: Receiver<Result<Vec<RowHash>, ProfileError>>,
    folds: ScopedJoinHandle<'scope, Vec<ColumnFold>>,
}

/// Folds all rows.
///
/// # Errors
/// [`ProfileError`], where rows cannot be read or have another shape than the table.
pub(crate) fn run<'a, E>(
    plans: &'a [Plan],
    batches: impl Iterator<Item = Result<RecordBatch, E>>,
    knowledge: &'a Knowledge,
    options: &Options,
) -> Result<Folded<'a>, ProfileError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut ledger = Ledger::new(plans, knowledge, options);
    let columns = std::thread::scope(|scope| {
        let workers: Vec<Worker<'_>> = shares(plans, options.threads.get())
            .into_iter()
            .map(|share| start(scope, share))
            .collect();
        feed(&workers, batches, &mut ledger, plans.len())?;
        join(workers)
    })?;
    Ok(Folded { ledger, columns })
}

/// Deals columns out in turn, so that neighbours of one sort do not burden one worker.
fn shares(plans: &[Plan], threads: usize) -> Vec<Vec<ColumnFold>> {
    let workers = threads.clamp(1, plans.len().max(1));
    let mut shares: Vec<Vec<ColumnFold>> = (0..workers).map(|_| Vec::new()).collect();
    for (index, plan) in plans.iter().enumerate() {
        if let Some(share) = shares.get_mut(index % workers) {
            share.push(ColumnFold::new(plan.clone()));
        }
    }
    shares
}

fn start<'scope>(scope: &'scope Scope<'scope, '_>, mut folds: Vec<ColumnFold>) -> Worker<'scope> {
    let (tasks, to_do) = sync_channel(2);
    let (done, hashes) = sync_channel(2);
    let folds = scope.spawn(move || {
        work(&mut folds, &to_do, &done);
        folds
    });
    Worker {
        tasks,
        hashes,
        folds,
    }
}

fn work(
    folds: &mut [ColumnFold],
    to_do: &Receiver<Task>,
    done: &SyncSender<Result<Vec<RowHash>, ProfileError>>,
) {
    let mut waiting: VecDeque<Vec<Prepared>> = VecDeque::new();
    while let Ok(task) = to_do.recv() {
        match task {
            Task::Fold(rows) => {
                let mut hashes = vec![RowHash::default(); rows.batch.num_rows()];
                let prepared: Result<Vec<Prepared>, ProfileError> = folds
                    .iter_mut()
                    .map(|fold| fold.fold(&rows, &mut hashes))
                    .collect();
                let answer = prepared.map(|prepared| {
                    waiting.push_back(prepared);
                    hashes
                });
                if done.send(answer).is_err() {
                    return;
                }
            }
            Task::Pick(picks) => {
                let prepared = waiting.pop_front().unwrap_or_default();
                for (fold, prepared) in folds.iter_mut().zip(&prepared) {
                    fold.pick(prepared, &picks);
                }
            }
        }
    }
}

fn feed<E>(
    workers: &[Worker<'_>],
    batches: impl Iterator<Item = Result<RecordBatch, E>>,
    ledger: &mut Ledger<'_>,
    columns: usize,
) -> Result<(), ProfileError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut under_way: Option<Arc<Rows>> = None;
    for batch in batches {
        let batch = batch.map_err(|cause| ProfileError::Rows(cause.into()))?;
        if batch.num_columns() != columns {
            return Err(ProfileError::Shape {
                found: batch.num_columns(),
                expected: columns,
            });
        }
        for from in (0..batch.num_rows()).step_by(CHUNK) {
            let rows = ledger.begin(part(&batch, from, CHUNK));
            tell(workers, || Task::Fold(Arc::clone(&rows)))?;
            if let Some(before) = under_way.replace(rows) {
                settle(workers, &before, ledger)?;
            }
        }
    }
    match under_way {
        Some(last) => settle(workers, &last, ledger),
        None => Ok(()),
    }
}

/// Waits for the hashes of some rows, and says which of them enter the sample.
fn settle(
    workers: &[Worker<'_>],
    rows: &Rows,
    ledger: &mut Ledger<'_>,
) -> Result<(), ProfileError> {
    let mut sums = vec![RowHash::default(); rows.batch.num_rows()];
    for worker in workers {
        let hashes = worker.hashes.recv().map_err(|_| ProfileError::Worker)??;
        for (sum, hash) in sums.iter_mut().zip(hashes) {
            sum.join(hash);
        }
    }
    let picks = Arc::new(ledger.end(rows, &sums));
    tell(workers, || Task::Pick(Arc::clone(&picks)))
}

fn tell(workers: &[Worker<'_>], task: impl Fn() -> Task) -> Result<(), ProfileError> {
    for worker in workers {
        worker
            .tasks
            .send(task())
            .map_err(|_| ProfileError::Worker)?;
    }
    Ok(())
}

fn join(workers: Vec<Worker<'_>>) -> Result<Vec<ColumnFold>, ProfileError> {
    let mut columns = Vec::new();
    for worker in workers {
        drop(worker.tasks);
        columns.extend(worker.folds.join().map_err(|_| ProfileError::Worker)?);
    }
    columns.sort_unstable_by_key(|fold: &ColumnFold| fold.plan.index);
    Ok(columns)
}
