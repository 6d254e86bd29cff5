//! The pipeline: documents flow from sources through extraction to a sink; extraction runs
//! in parallel, the sink sees chunks in the order of the documents.
//!
//! Memory is bounded: a chunk holds a ticket from when its first document is framed until
//! the sink has taken it, and there are only so many tickets. Any part that stops, stops
//! the others: channels close.

mod extract;
mod feed;
mod load;
mod mongo;
mod replay;
mod sources;
mod stdin;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use crossbeam_channel::{Receiver, Sender, bounded};
use veriscope_extract::Extractor;
use veriscope_source::SourceError;

pub(crate) use extract::ExtractedChunk;
pub(crate) use feed::{Feed, SourceFeed};
pub(crate) use load::{Loader, RowSink};
pub(crate) use mongo::{CommitRule, MarkSealer, MongoFeed, SharedReader};
pub(crate) use replay::ReplayFeed;
pub(crate) use sources::{AllSources, FileReading, Prepared};

use crate::progress::Progress;
use feed::{Chunk, Chunker};

/// Chunks under way for each worker: one is worked on, one waits, one is on its way out.
const CHUNKS_PER_WORKER: usize = 3;

/// How a pipeline ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PipelineEnd {
    /// All documents were read.
    Exhausted,
    /// Someone asked it to stop; what had been read went to the sink.
    Stopped,
}

/// What the parts of a pipeline share.
pub(crate) struct Pipeline<'a> {
    /// Turns documents into rows.
    pub(crate) extractor: &'a Extractor,
    /// Threads that extract.
    pub(crate) workers: usize,
    /// Set from outside to stop after the present document.
    pub(crate) stop: &'a AtomicBool,
    /// Told of documents as they are read.
    pub(crate) progress: &'a Progress,
}

impl Pipeline<'_> {
    /// Runs to the end of the feed, or until the sink fails or `stop` is set.
    ///
    /// # Errors
    /// The first failure: of the sink, of a source (after the sink has taken all that came
    /// before), of extraction.
    pub(crate) fn run(
        &self,
        feed: impl Feed,
        mut sink: impl FnMut(ExtractedChunk) -> anyhow::Result<()>,
    ) -> anyhow::Result<PipelineEnd> {
        let capacity = self.workers * CHUNKS_PER_WORKER;
        let (chunk_out, chunk_in) = bounded::<Chunk>(capacity);
        let (row_out, row_in) = bounded(capacity);
        let (ticket_out, ticket_in) = bounded(capacity);
        for _ in 0..capacity {
            ticket_out
                .send(())
                .context("failed to start the pipeline")?;
        }
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| self.read(feed, chunk_out, ticket_in));
            for _ in 0..self.workers {
                let (chunks, rows) = (chunk_in.clone(), row_out.clone());
                scope.spawn(move || self.work(&chunks, &rows));
            }
            drop((chunk_in, row_out));
            let taken = in_order(row_in, |chunk| {
                sink(chunk)?;
                // The reader may be done and its end of the channel closed.
                let _ = ticket_out.send(());
                Ok(())
            });
            drop(ticket_out);
            if taken.is_err() {
                // The reader may wait for input; it looks at this flag.
                self.stop.store(true, Ordering::SeqCst);
            }
            let read = reader
                .join()
                .map_err(|_| anyhow::anyhow!("the reading thread panicked"))?;
            taken?;
            read?;
            Ok(if self.stop.load(Ordering::Relaxed) {
                PipelineEnd::Stopped
            } else {
                PipelineEnd::Exhausted
            })
        })
    }

    fn read(
        &self,
        feed: impl Feed,
        chunks: Sender<Chunk>,
        tickets: Receiver<()>,
    ) -> Result<(), SourceError> {
        let mut chunker = Chunker::new(feed, self.stop);
        while tickets.recv().is_ok() {
            let Some(chunk) = chunker.next()? else { break };
            self.progress.add_documents(chunk.documents.len() as u64);
            if chunks.send(chunk).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn work(&self, chunks: &Receiver<Chunk>, rows: &Sender<anyhow::Result<ExtractedChunk>>) {
        for chunk in chunks {
            // A chunk that is lost would leave everyone waiting for its number.
            let work = AssertUnwindSafe(|| extract::extract(self.extractor, chunk));
            let extracted = std::panic::catch_unwind(work)
                .unwrap_or_else(|_| Err(anyhow::anyhow!("an extracting thread panicked")));
            if rows.send(extracted).is_err() {
                break;
            }
        }
    }
}

/// Hands chunks on in the order of their numbers.
fn in_order(
    chunks: Receiver<anyhow::Result<ExtractedChunk>>,
    mut take: impl FnMut(ExtractedChunk) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for chunk in chunks {
        let chunk = chunk?;
        waiting.insert(chunk.number, chunk);
        while let Some(chunk) = waiting.remove(&next) {
            take(chunk)?;
            next += 1;
        }
    }
    Ok(())
}
