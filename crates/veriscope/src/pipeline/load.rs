//! Extracted chunks become batches: pseudonymised, counted, and written.
//!
//! One batch is one commit of the lake, so it is as large as memory allows.

use anyhow::Context;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use tokio::runtime::Handle;
use veriscope_card::Card;
use veriscope_lake::{Batch, Progress, PutAside, RunWriter};
use veriscope_privacy::{LeakScan, Origin, Pseudonymiser};
use veriscope_source::Encoding;

use super::ExtractedChunk;
use crate::args::RejectLimit;
use crate::failure::Failure;

/// Rows after which a batch is written.
const BATCH_ROWS: usize = 8_192;

/// Bytes of Arrow columns after which a batch is written.
const BATCH_BYTES: usize = 48 * 1024 * 1024;

/// Bytes put aside after which a batch is written.
const BATCH_PUT_ASIDE_BYTES: usize = 32 * 1024 * 1024;

/// Where pseudonymous rows go besides the lake, or instead of it.
pub(crate) trait RowSink {
    /// Takes the rows of a batch (raw schema without `drop` columns), in order.
    ///
    /// # Errors
    /// When they can't be written; `scan` finds a raw value in them.
    fn take(&mut self, rows: &RecordBatch, scan: &LeakScan) -> anyhow::Result<()>;
}

/// Collects chunks and writes them in batches.
pub(crate) struct Loader<'l, 'w> {
    card: &'l Card,
    raw_schema: SchemaRef,
    pseudonymiser: &'l Pseudonymiser,
    writer: RunWriter<'w>,
    /// Rows go here and not into the lake.
    instead: Option<&'l mut dyn RowSink>,
    runtime: &'l Handle,
    limit: Option<RejectLimit>,
    pending: Pending,
    /// Progress with all pending documents read.
    through: Progress,
}

#[derive(Default)]
struct Pending {
    encoding: Option<Encoding>,
    rows: Vec<RecordBatch>,
    num_rows: usize,
    bytes: usize,
    put_aside: Vec<PutAside>,
    put_aside_bytes: usize,
}

impl Pending {
    fn is_full(&self) -> bool {
        self.num_rows >= BATCH_ROWS
            || self.bytes >= BATCH_BYTES
            || self.put_aside_bytes >= BATCH_PUT_ASIDE_BYTES
    }
}

impl<'l, 'w> Loader<'l, 'w> {
    /// Loads into a run; with `instead`, rows go there in place of the lake, and the run
    /// keeps numbers and quarantine.
    pub(crate) fn new(
        card: &'l Card,
        pseudonymiser: &'l Pseudonymiser,
        writer: RunWriter<'w>,
        runtime: &'l Handle,
        limit: Option<RejectLimit>,
        instead: Option<&'l mut dyn RowSink>,
    ) -> Self {
        let through = writer.progress().clone();
        Self {
            card,
            raw_schema: card.raw_schema(),
            pseudonymiser,
            writer,
            instead,
            runtime,
            limit,
            pending: Pending::default(),
            through,
        }
    }

    /// Takes the next chunk.
    ///
    /// # Errors
    /// When a batch can't be written, or more documents were put aside than the limit allows.
    pub(crate) fn take(&mut self, chunk: ExtractedChunk) -> anyhow::Result<()> {
        if self
            .pending
            .encoding
            .is_some_and(|encoding| encoding != chunk.encoding)
        {
            self.flush()?;
        }
        self.count(&chunk);
        let pending = &mut self.pending;
        pending.encoding = Some(chunk.encoding);
        pending.num_rows += chunk.rows.num_rows();
        pending.bytes += chunk.rows.get_array_memory_size();
        pending.rows.push(chunk.rows);
        pending.put_aside_bytes += chunk.put_aside.iter().map(|d| d.bytes.len()).sum::<usize>();
        pending.put_aside.extend(chunk.put_aside);
        if self.pending.is_full() {
            self.flush()?;
        }
        self.check_limit_early()
    }

    /// Writes what is pending and checks the reject limit: the run is ready to be published.
    ///
    /// # Errors
    /// When the last batch can't be written, or more was put aside than the limit allows.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        self.flush()?;
        self.check_limit()
    }

    /// Writes what is pending of a run that will be left unpublished.
    ///
    /// # Errors
    /// When the last batch can't be written.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.flush()
    }

    /// Returns the run as it stands; what is pending is left out.
    pub(crate) fn into_writer(self) -> RunWriter<'w> {
        self.writer
    }

    fn count(&mut self, chunk: &ExtractedChunk) {
        self.through.advance(chunk.source, chunk.through);
        if let Some(mark) = &chunk.mark {
            self.through.set_mark(chunk.source, mark.to_string());
        }
        let counts = &mut self.through.counts;
        counts.read += chunk.read;
        for document in &chunk.put_aside {
            *counts
                .quarantined
                .entry(document.reason.clone())
                .or_default() += 1;
        }
        for ((note, feature), count) in &chunk.notes.0 {
            *counts
                .notes
                .entry(format!("{} {feature}", note.slug()))
                .or_default() += count;
        }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let Some(encoding) = pending.encoding else {
            return Ok(());
        };
        let raw = concat_batches(&self.raw_schema, &pending.rows)
            .context("failed to join the rows of a batch")?;
        drop(pending.rows);
        let origin = match encoding {
            Encoding::Json | Encoding::Bson => Origin::Raw,
            Encoding::Csv => Origin::Pseudonymous,
        };
        let pseudonymised = self
            .pseudonymiser
            .apply(&raw, origin, self.writer.registry())?;
        drop(raw);
        let scan = LeakScan::new(&pseudonymised.raw_values, self.card);
        match &mut self.instead {
            None => {
                let batch = Batch {
                    rows: &pseudonymised.batch,
                    scan: &scan,
                    put_aside: &pending.put_aside,
                    through: self.through.clone(),
                };
                self.runtime.block_on(self.writer.write(batch))?;
            }
            Some(sink) => {
                sink.take(&pseudonymised.batch, &scan)?;
                let mut through = self.through.clone();
                through.counts.anonymized += pseudonymised.batch.num_rows() as u64;
                self.runtime
                    .block_on(self.writer.note(&pending.put_aside, &scan, through))?;
            }
        }
        self.through = self.writer.progress().clone();
        Ok(())
    }

    /// A limit by count can't be met any more once it is passed; one by share can. What was put
    /// aside until then is written, so that the user can look at it.
    fn check_limit_early(&mut self) -> anyhow::Result<()> {
        let counts = &self.through.counts;
        match self.limit {
            Some(limit @ RejectLimit::Count(_))
                if !limit.allows(counts.quarantined_total(), counts.read) =>
            {
                self.flush()?;
                self.check_limit()
            }
            Some(RejectLimit::Count(_) | RejectLimit::Percent(_)) | None => Ok(()),
        }
    }

    fn check_limit(&self) -> anyhow::Result<()> {
        let counts = &self.through.counts;
        let Some(limit) = self.limit else {
            return Ok(());
        };
        if limit.allows(counts.quarantined_total(), counts.read) {
            return Ok(());
        }
        let message = format!(
            "nothing was published: {} of {} documents read were put aside, and --max-rejects allows {limit}",
            counts.quarantined_total(),
            counts.read
        );
        Err(
            Failure::new(veriscope_base::ErrorClass::CheckFailed, message)
                .with_hint("look at them with `veriscope quarantine list` (name the same --lake), or allow more")
                .into(),
        )
    }
}
