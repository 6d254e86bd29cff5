//! What a caller gives: the rows of a table as record batches, pulled as they are needed.

use std::error::Error;
use std::pin::Pin;

use arrow_array::RecordBatch;
use futures::Stream;
use futures::future::BoxFuture;

/// An error of the caller's own, handed back as it came.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Batches of one table.
pub type RowStream = Pin<Box<dyn Stream<Item = Result<RecordBatch, BoxError>> + Send>>;

/// The tables that hold rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// One row per transaction, as measured: `Card::published_staging_schema`.
    Staging,
    /// The same rows, derived: `Card::published_transform_schema`.
    Transform,
    /// One row per process: its last attempt. A load derives it in the database; only a
    /// verification asks for it.
    NoRetries,
    /// Context features by transaction: [`crate::context_schema`].
    Context,
    /// Policies by their id, few: `Card::policy_schema`.
    Policies,
}

impl TableKind {
    /// Those whose rows a load asks for.
    pub(crate) const SENT: [Self; 4] = [
        Self::Staging,
        Self::Transform,
        Self::Context,
        Self::Policies,
    ];
}

/// Which rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// At least those that were written after a snapshot of the lake.
    Since(u64),
}

/// The rows of one snapshot of a lake. A load may ask for a table more than once.
pub trait Rows: Sync {
    /// Opens a table. Columns come in the order of the table's schema; the key is
    /// never null and there once.
    fn rows(&self, table: TableKind, scope: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>>;
}
