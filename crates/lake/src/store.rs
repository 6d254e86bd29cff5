//! Where a lake's files lie: an object store and the folder within it.

use std::path::Path as FilePath;
use std::sync::Arc;

use deltalake::logstore::object_store::local::LocalFileSystem;
use deltalake::logstore::object_store::{ObjectStoreExt, PutMode, PutOptions, PutPayload};
use deltalake::logstore::{LogStoreRef, StorageConfig, logstore_with};
use deltalake::{ObjectStore, Path};
use futures::TryStreamExt;
use url::Url;

use crate::error::LakeError;
use crate::table::TableName;

/// A lake's folder within an object store.
#[derive(Clone, Debug)]
pub struct Store {
    /// The store, "/" being its root.
    objects: Arc<dyn ObjectStore>,
    /// The lake's folder, with a trailing slash.
    url: Url,
    folder: Path,
}

impl Store {
    /// Opens a folder of this machine, which must exist.
    ///
    /// # Errors
    /// `Folder` when the path can't be resolved.
    pub fn local(folder: &FilePath) -> Result<Self, LakeError> {
        Self::with_objects(Arc::new(LocalFileSystem::new()), folder)
    }

    /// Opens a folder of this machine through a store of the caller's.
    ///
    /// # Errors
    /// `Folder` when the path can't be resolved.
    pub fn with_objects(
        objects: Arc<dyn ObjectStore>,
        folder: &FilePath,
    ) -> Result<Self, LakeError> {
        let unresolvable = |source| LakeError::Folder {
            path: folder.to_path_buf(),
            source,
        };
        let absolute = std::fs::canonicalize(folder).map_err(unresolvable)?;
        let invalid = || unresolvable(std::io::ErrorKind::InvalidInput.into());
        let url = Url::from_directory_path(&absolute).map_err(|()| invalid())?;
        let prefix = Path::from_absolute_path(&absolute).map_err(|_| invalid())?;
        Ok(Self {
            objects,
            url,
            folder: prefix,
        })
    }

    /// Returns the log store of one Delta table of the lake.
    pub(crate) fn log_store(&self, table: TableName) -> Result<LogStoreRef, LakeError> {
        let location = self
            .url
            .join(&format!("{}/", table.folder()))
            .map_err(|source| LakeError::Defect(source.to_string()))?;
        logstore_with(
            Arc::clone(&self.objects),
            &location,
            StorageConfig::default(),
        )
        .map_err(LakeError::table("open", table.folder()))
    }

    /// Returns the bytes of a file of the lake, none where it isn't there.
    pub(crate) async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, LakeError> {
        let location = self.path(name);
        match self.objects.get(&location).await {
            Ok(found) => {
                let bytes = found
                    .bytes()
                    .await
                    .map_err(LakeError::object("read", &location))?;
                Ok(Some(bytes.to_vec()))
            }
            Err(deltalake::ObjectStoreError::NotFound { .. }) => Ok(None),
            Err(source) => Err(LakeError::object("read", &location)(source)),
        }
    }

    /// Writes a new file of the lake, whole or not at all; refuses where it is there.
    pub(crate) async fn create(&self, name: &str, bytes: Vec<u8>) -> Result<(), LakeError> {
        let location = self.path(name);
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        self.objects
            .put_opts(&location, PutPayload::from(bytes), options)
            .await
            .map_err(LakeError::object("write", &location))?;
        Ok(())
    }

    /// Removes a file of the lake.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), LakeError> {
        let location = self.path(name);
        self.objects
            .delete(&location)
            .await
            .map_err(LakeError::object("delete", &location))
    }

    /// Returns the names of the files in a folder of the lake, sorted.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let location = self.path(folder);
        let found: Vec<_> = self
            .objects
            .list(Some(&location))
            .try_collect()
            .await
            .map_err(LakeError::object("list", &location))?;
        let mut names: Vec<String> = found
            .iter()
            .filter_map(|object| object.location.filename().map(str::to_owned))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    fn path(&self, name: &str) -> Path {
        name.split('/')
            .fold(self.folder.clone(), |path, part| path.join(part))
    }
}
