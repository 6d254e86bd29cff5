//! A lake: made once, opened by readers without a lock and by one writer with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_schema::Schema;
use veriscope_base::Clock;
use veriscope_card::Card;
use veriscope_card::schema::column;
use veriscope_privacy::{Key, registry_schema};

use crate::error::LakeError;
use crate::identity::{self, Identity};
use crate::ledger::{self, Run};
use crate::lock::{self, WriterLock};
use crate::marks;
use crate::quarantine::{self, Entry};
use crate::snapshot::{Published, Snapshot};
use crate::store::Store;
use crate::table::{self, Layout, TableName};

/// An open lake.
#[derive(Clone, Debug)]
pub struct Lake {
    folder: PathBuf,
    store: Store,
    identity: Identity,
}

impl Lake {
    /// Opens a lake that exists, for a card.
    ///
    /// # Errors
    /// `Missing`, `NotALake`, `OtherCard`, `Description`.
    pub fn open(folder: &Path, card: &Card) -> Result<Self, LakeError> {
        let Some(identity) = Identity::read(folder)? else {
            return Err(LakeError::Missing {
                path: folder.to_path_buf(),
            });
        };
        identity.check_card(&card.name)?;
        Ok(Self {
            folder: folder.to_path_buf(),
            store: Store::local(folder)?,
            identity,
        })
    }

    /// Opens a lake through a store of the caller's.
    ///
    /// # Errors
    /// As [`Lake::open`].
    pub fn open_in(store: Store, folder: &Path, card: &Card) -> Result<Self, LakeError> {
        Ok(Self {
            store,
            ..Self::open(folder, card)?
        })
    }

    /// Makes a lake in a folder whose lock the caller holds and which holds no lake yet.
    ///
    /// # Errors
    /// `NotALake` when something else lies there; `Table`, `Object` when it can't be written.
    pub async fn create(
        lock: &WriterLock,
        card: &Card,
        identity: Identity,
        clock: &dyn Clock,
    ) -> Result<Self, LakeError> {
        let folder = lock.folder();
        check_new_folder(folder)?;
        let lake = Self {
            folder: folder.to_path_buf(),
            store: Store::local(folder)?,
            identity,
        };
        for name in TableName::ALL {
            lake.create_table(name, card).await?;
        }
        let mut versions = BTreeMap::new();
        for name in TableName::PUBLISHED {
            let newest = table::version(&table::open(&lake.store, name).await?);
            versions.insert(name.folder().to_owned(), newest);
        }
        let now = clock.now_us();
        let empty = Published {
            number: 0,
            run_id: None,
            published_at_us: now,
            versions,
        };
        // Cut short here, a folder has the empty snapshot already: the description comes last.
        match lake.store.list("snapshots").await?.len() {
            0 => empty.publish(&lake.store).await?,
            1 => {}
            _ => {
                return Err(LakeError::Headless {
                    path: folder.to_path_buf(),
                });
            }
        }
        lake.identity.write(&lake.store).await?;
        Ok(lake)
    }

    /// Returns what the lake is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the lake's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the newest published snapshot.
    ///
    /// # Errors
    /// `Object`, `Description` when it can't be read.
    pub async fn snapshot(&self) -> Result<Snapshot, LakeError> {
        let published = Published::newest(&self.store).await?;
        Ok(Snapshot::new(self.store.clone(), published))
    }

    /// Returns all runs, oldest first.
    ///
    /// # Errors
    /// `Table`, `Decode`, `Description` when the ledger can't be read.
    pub async fn runs(&self) -> Result<Vec<Run>, LakeError> {
        ledger::runs(&self.store).await
    }

    /// Returns the newest mark of a source that is read by one: where the next run goes on.
    ///
    /// # Errors
    /// `Table`, `Decode`, `Description` when the ledger can't be read.
    pub async fn mark(&self, location: &str) -> Result<Option<String>, LakeError> {
        marks::newest(&self.store, location).await
    }

    /// Keeps a mark that was moved on while there was nothing to read. The lock shows that
    /// no run is under way.
    ///
    /// # Errors
    /// `Table` and the like when the ledger can't be written.
    pub async fn keep_mark(
        &self,
        _lock: &WriterLock,
        location: &str,
        mark: &str,
        clock: &dyn Clock,
    ) -> Result<(), LakeError> {
        marks::keep(&self.store, location, mark, clock.now_us()).await
    }

    /// Returns what lies in quarantine, oldest first; replayed entries too.
    ///
    /// # Errors
    /// `Table`, `Decode` when it can't be read.
    pub async fn quarantine(&self) -> Result<Vec<Entry>, LakeError> {
        quarantine::entries(&self.store).await
    }

    /// Returns the bytes of documents in quarantine by id; one that isn't there is left out.
    ///
    /// # Errors
    /// `Seal` when the key does not open one; `Table`, `Decode` when it can't be read.
    pub async fn quarantined_bytes(
        &self,
        key: &Key,
        ids: &[&str],
    ) -> Result<BTreeMap<String, Vec<u8>>, LakeError> {
        quarantine::bytes(&self.store, key, &ids.iter().copied().collect()).await
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    async fn create_table(&self, name: TableName, card: &Card) -> Result<(), LakeError> {
        let (schema, partition, statistics) = layout(name, card);
        let layout = Layout {
            schema: &schema,
            partition,
            statistics: &statistics,
        };
        table::create(&self.store, name, &layout).await
    }
}

fn layout(name: TableName, card: &Card) -> (Schema, Option<&'static str>, String) {
    match name {
        TableName::Staging => (
            card.staged_schema().as_ref().clone(),
            Some(column::PARTITION),
            card.roles.date.clone(),
        ),
        TableName::Policies => (
            card.policy_schema().as_ref().clone(),
            None,
            column::POLICY_ID.to_owned(),
        ),
        TableName::Registry => (
            registry_schema().as_ref().clone(),
            None,
            "number".to_owned(),
        ),
        TableName::Quarantine => (quarantine::schema().as_ref().clone(), None, "at".to_owned()),
        TableName::Runs => (ledger::schema().as_ref().clone(), None, "at".to_owned()),
    }
}

/// Checks that a lake may be made in a folder: it isn't there, is empty, or holds a lake
/// whose making was cut short.
///
/// # Errors
/// `NotALake` when something else lies there, `Folder` when it can't be looked into.
pub fn check_new_folder(folder: &Path) -> Result<(), LakeError> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(LakeError::NotALake {
            path: folder.to_path_buf(),
        });
    }
    let failed = |source| LakeError::Folder {
        path: folder.to_path_buf(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let ours = [lock::FILE, identity::FILE, "snapshots"]
            .iter()
            .any(|ours| name == *ours)
            || TableName::ALL.iter().any(|table| name == table.folder());
        if !ours {
            return Err(LakeError::NotALake {
                path: folder.to_path_buf(),
            });
        }
    }
    Ok(())
}
