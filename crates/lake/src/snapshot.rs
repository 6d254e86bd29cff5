//! A published snapshot: the set of table versions that readers see, whole or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::datasource::TableProvider;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::store::Store;
use crate::table::{self, TableName};

/// The folder of snapshot files within a lake.
const FOLDER: &str = "snapshots";

/// Snapshots that are kept; older descriptions are removed, their data by retention.
const KEPT: usize = 100;

/// Memory that queries over a lake may take before they spill to disk, bytes. To merge what
/// was spilled takes a batch of each part, so ten million rows need a good part of this.
const QUERY_MEMORY_BYTES: usize = 1024 * 1024 * 1024;

/// What one publication made visible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Number of the snapshot, from 0: the empty lake.
    pub number: u64,
    /// The run that published it; none for the empty lake.
    pub run_id: Option<String>,
    /// When, microseconds since 1970.
    pub published_at_us: i64,
    /// Table → version.
    pub versions: BTreeMap<String, u64>,
}

impl Published {
    pub(crate) fn version(&self, name: TableName) -> u64 {
        self.versions
            .get(name.folder())
            .copied()
            .unwrap_or_default()
    }

    /// Reads the newest publication.
    pub(crate) async fn newest(store: &Store) -> Result<Self, LakeError> {
        let names = store.list(FOLDER).await?;
        let newest = names
            .iter()
            .rfind(|name| name.ends_with(".json"))
            .ok_or_else(|| LakeError::Defect("the lake has no published snapshot".to_owned()))?;
        let name = format!("{FOLDER}/{newest}");
        let bytes = store
            .read(&name)
            .await?
            .ok_or_else(|| LakeError::Defect(format!("{name} vanished")))?;
        serde_json::from_slice(&bytes).map_err(|source| LakeError::Description {
            path: name.into(),
            source,
        })
    }

    /// Makes this publication the newest, in one atomic step.
    pub(crate) async fn publish(&self, store: &Store) -> Result<(), LakeError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|source| LakeError::Defect(source.to_string()))?;
        store.create(&file(self.number), text).await
    }

    /// Removes descriptions of snapshots that nobody reads any more.
    pub(crate) async fn trim(store: &Store) -> Result<(), LakeError> {
        let names = store.list(FOLDER).await?;
        let surplus = names.len().saturating_sub(KEPT);
        for name in names.iter().take(surplus) {
            store.delete(&format!("{FOLDER}/{name}")).await?;
        }
        Ok(())
    }
}

fn file(number: u64) -> String {
    format!("{FOLDER}/{number:020}.json")
}

/// A reader's view of a lake: one published snapshot from start to end.
#[derive(Clone, Debug)]
pub struct Snapshot {
    store: Store,
    published: Published,
}

impl Snapshot {
    pub(crate) fn new(store: Store, published: Published) -> Self {
        Self { store, published }
    }

    /// Returns which publication this is.
    #[must_use]
    pub fn published(&self) -> &Published {
        &self.published
    }

    /// Returns a query session with bounded memory that spills to the machine's temporary
    /// folder. It knows no tables yet; text columns are plain `Utf8`.
    ///
    /// # Errors
    /// `Query` when the runtime can't be set up.
    pub fn session(&self) -> Result<SessionContext, LakeError> {
        Self::session_within(QUERY_MEMORY_BYTES)
    }

    /// Returns a query session as [`Self::session`] does, within so much memory.
    ///
    /// # Errors
    /// `Query` when the runtime can't be set up.
    pub fn session_within(memory_bytes: usize) -> Result<SessionContext, LakeError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::OsTmpDirectory),
            )
            .build_arc()?;
        let config = SessionConfig::new()
            .with_information_schema(true)
            .set_bool(
                "datafusion.execution.parquet.schema_force_view_types",
                false,
            )
            .set_bool("datafusion.execution.parquet.pushdown_filters", true);
        Ok(SessionContext::new_with_config_rt(config, runtime))
    }

    /// Returns the staging table, its columns as [`veriscope_card::Card::staged_schema`]
    /// (in the order in which cards added them).
    ///
    /// # Errors
    /// `Table` when the snapshot's version can't be opened.
    pub async fn staging(
        &self,
        session: &SessionContext,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        self.provider(TableName::Staging, session).await
    }

    /// Returns the policies: [`veriscope_card::Card::policy_schema`].
    ///
    /// # Errors
    /// `Table` when the snapshot's version can't be opened.
    pub async fn policies(
        &self,
        session: &SessionContext,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        self.provider(TableName::Policies, session).await
    }

    async fn provider(
        &self,
        name: TableName,
        session: &SessionContext,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let version = self.published.version(name);
        let table = table::open_at(&self.store, name, version).await?;
        let state = Arc::new(session.state());
        table
            .update_datafusion_session(state.as_ref())
            .map_err(LakeError::table("open", name.folder()))?;
        Ok(table.table_provider().with_session(state).await?)
    }

    /// Returns the number of transactions, by the statistics of the data files.
    ///
    /// # Errors
    /// `Table` when the snapshot's version can't be opened.
    pub async fn transactions(&self) -> Result<u64, LakeError> {
        let version = self.published.version(TableName::Staging);
        crate::lookup::rows(&table::open_at(&self.store, TableName::Staging, version).await?)
    }
}
