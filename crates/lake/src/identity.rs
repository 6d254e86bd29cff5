//! What a lake is: its id, card and key, in `lake.json`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::store::Store;

/// The file that makes a folder a lake; written last when one is made.
pub(crate) const FILE: &str = "lake.json";

/// The layout that this version writes.
const FORMAT: u32 = 1;

/// A lake's own description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Layout of the folder.
    pub format: u32,
    /// The lake's id; names its key file.
    pub id: String,
    /// Name of the card that the lake belongs to.
    pub card: String,
    /// Id of the key that its tokens were made with.
    pub key_id: String,
    /// When it was made, microseconds since 1970.
    pub created_at_us: i64,
}

impl Identity {
    /// Describes a new lake.
    #[must_use]
    pub fn new(id: String, card: String, key_id: String, created_at_us: i64) -> Self {
        Self {
            format: FORMAT,
            id,
            card,
            key_id,
            created_at_us,
        }
    }

    /// Reads the description of a lake's folder, none where it holds no lake.
    ///
    /// # Errors
    /// `Description` when it can't be understood.
    pub fn read(folder: &Path) -> Result<Option<Self>, LakeError> {
        let path = folder.join(FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
                return Err(LakeError::NotALake {
                    path: folder.to_path_buf(),
                });
            }
            Err(source) => return Err(LakeError::Folder { path, source }),
        };
        let identity: Self =
            serde_json::from_slice(&bytes).map_err(|source| LakeError::Description {
                path: path.clone(),
                source,
            })?;
        if identity.format != FORMAT {
            let source = serde::de::Error::custom(format!("format {}", identity.format));
            return Err(LakeError::Description { path, source });
        }
        Ok(Some(identity))
    }

    pub(crate) async fn write(&self, store: &Store) -> Result<(), LakeError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|source| LakeError::Defect(source.to_string()))?;
        store.create(FILE, text).await
    }

    /// Checks that a card belongs to this lake.
    ///
    /// # Errors
    /// `OtherCard`.
    pub fn check_card(&self, card: &str) -> Result<(), LakeError> {
        if self.card == card {
            return Ok(());
        }
        Err(LakeError::OtherCard {
            lake: self.card.clone(),
            given: card.to_owned(),
        })
    }

    /// Checks that a key belongs to this lake.
    ///
    /// # Errors
    /// `OtherKey`, with both ids.
    pub fn check_key(&self, key_id: &str) -> Result<(), LakeError> {
        if self.key_id == key_id {
            return Ok(());
        }
        Err(LakeError::OtherKey {
            lake: self.key_id.clone(),
            given: key_id.to_owned(),
        })
    }
}
