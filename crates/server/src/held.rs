//! A snapshot in memory: its attempts as numbered columns, a query session for the rest, and
//! what is told of it once.

mod describe;
mod load;
mod prepared;
mod titles;

use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use veriscope_answers::{Ask, Asker};
use veriscope_cache::{Cache, StoredError};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::query::{self, Source};
use veriscope_metrics::registry::Registry;

use crate::api::{self, SnapshotInfo, Text};
use crate::tabs::DataParts;

pub(crate) use describe::counted;
pub use load::{LoadError, Place, Seen};
pub(crate) use load::{POLICIES, load, look};
pub(crate) use prepared::Prepared;
pub(crate) use titles::Titles;

/// A snapshot in memory.
pub(crate) struct Held {
    /// Lake and snapshot.
    pub(crate) seen: Seen,
    /// The card.
    pub(crate) card: Arc<Card>,
    /// Its metrics.
    pub(crate) registry: Arc<Registry>,
    /// The card's pipeline, where it has one.
    pub(crate) model: Option<PathModel>,
    /// The attempts.
    pub(crate) cache: Cache,
    /// Where they are kept for the next start, if anywhere.
    pub(crate) prepared: Option<Prepared>,
    /// Whether they come from there.
    pub(crate) is_prepared: bool,
    /// Why what was kept could not be used.
    pub(crate) refused: Option<StoredError>,
    /// A session with the views, for what is not in memory.
    pub(crate) session: SessionContext,
    /// The staging table, of which views over some of its rows are made.
    pub(crate) staging: LogicalPlan,
    /// The pipeline put to the test.
    pub(crate) verdict: Option<api::Verdict>,
    /// What is left out.
    pub(crate) rules: Vec<query::Exclusion>,
    /// What that comes to.
    pub(crate) exclusions: Vec<api::Exclusion>,
    /// Outsize shares, which bend every rate.
    pub(crate) outsize: Vec<Text>,
    /// Titles of columns.
    pub(crate) titles: Titles,
    /// The columns by which rows may be filtered.
    pub(crate) dimensions: Vec<api::Dimension>,
    /// What is told of the snapshot.
    pub(crate) info: SnapshotInfo,
    /// What the tab of data health tells of a snapshot.
    pub(crate) data: OnceCell<DataParts>,
}

impl Held {
    /// Returns the version of the snapshot.
    #[must_use]
    pub(crate) const fn version(&self) -> u64 {
        self.seen.number
    }

    /// Returns a question's tag: the same as long as its answer is.
    pub(crate) fn tag(&self, route: &str, question: &str) -> String {
        let rules = serde_json::to_vec(&self.rules).unwrap_or_default();
        let digest = digest(&[
            env!("CARGO_PKG_VERSION").as_bytes(),
            self.seen.lake_id.as_bytes(),
            self.card.name.as_bytes(),
            &rules,
            route.as_bytes(),
            question.as_bytes(),
        ]);
        let digest: String = digest.chars().take(20).collect();
        let lake: String = self.seen.lake_id.chars().take(8).collect();
        // Weak, for the same answer may go out compressed or not.
        format!("W/\"{lake}-{}-{digest}\"", self.seen.number)
    }

    /// Returns where metrics are evaluated by the query engine.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            session: &self.session,
            card: &self.card,
            registry: &self.registry,
        }
    }

    /// Returns where questions are asked of some rows.
    pub(crate) fn asker<'a>(&'a self, ask: &'a Ask) -> Asker<'a> {
        Asker {
            source: self.source(),
            ask,
        }
    }

    /// Returns the title of a column of `attempts`.
    pub(crate) fn title(&self, column: &str) -> Text {
        self.titles.title(column)
    }

    /// Returns the unit of a column of `attempts`, where it has one.
    pub(crate) fn unit(&self, column: &str) -> Option<String> {
        let docs = self.registry.columns(View::Attempts).docs;
        let doc = docs.iter().find(|doc| doc.name == column)?;
        doc.unit.clone()
    }
}

/// SHA-256 of some parts, none of which runs into the next, in hexadecimal.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held")
            .field("seen", &self.seen)
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
