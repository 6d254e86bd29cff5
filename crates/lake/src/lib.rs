//! The lake: Delta tables, upsert, snapshots, runs and quarantine, and a query session.
//!
//! One writer holds a lake at a time; readers need no lock and see one published snapshot.
//! Types of Delta stay in here; what goes out is Arrow and DataFusion.

mod error;
mod failpoint;
mod identity;
mod lake;
mod ledger;
mod lock;
mod lookup;
mod maintain;
mod marks;
mod progress;
mod quarantine;
mod read;
mod reader;
mod run;
mod scan;
mod snapshot;
mod stage;
mod store;
mod table;
mod upsert;

pub use error::LakeError;
pub use failpoint::arm_failpoints;
pub use identity::Identity;
pub use lake::{Lake, check_new_folder};
pub use ledger::{Run, RunCounts, RunStart, RunStatus, SourceIdentity};
pub use lock::WriterLock;
pub use progress::Progress;
pub use quarantine::{Entry, PutAside};
pub use run::{Batch, RunContext, RunWriter};
pub use snapshot::{Published, Snapshot};
pub use stage::{Staged, Stager};
pub use store::Store;
pub use upsert::{UpsertCounts, UpsertReport};
