//! Rows that are read on the runtime's threads while they are folded on this one.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::interrupt::Interrupt;

/// Batches that wait to be folded.
const WAITING: usize = 4;

/// The rows of one table, batch by batch. They end early where the program is asked to stop.
pub(super) struct Rows {
    schema: SchemaRef,
    batches: mpsc::Receiver<Result<RecordBatch, DataFusionError>>,
}

impl Rows {
    pub(super) fn of(
        mut stream: SendableRecordBatchStream,
        runtime: &Runtime,
        interrupt: &Interrupt,
    ) -> Self {
        let schema = stream.schema();
        let (sender, batches) = mpsc::channel(WAITING);
        let interrupt = interrupt.clone();
        runtime.spawn(async move {
            while let Ok(Some(batch)) = interrupt.stop(stream.next()).await {
                let failed = batch.is_err();
                // An error is the reader having gone.
                if sender.send(batch).await.is_err() || failed {
                    return;
                }
            }
        });
        Self { schema, batches }
    }

    pub(super) fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, DataFusionError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batches.blocking_recv()
    }
}
