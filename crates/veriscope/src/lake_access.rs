//! Opens the lake that a command works on, with its key; makes both where a command may.
//!
//! Invariant: a key is made for a new lake alone. A lake that exists is opened with the key
//! it was made with, or not at all.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use datafusion::prelude::SessionContext;
use tokio::runtime::Runtime;
use veriscope_base::{Clock, ErrorClass};
use veriscope_card::Card;
use veriscope_lake::{Identity, Lake, WriterLock, check_new_folder};
use veriscope_privacy::{Key, check_outside, permissions_are_wide};

use crate::failure::Failure;
use crate::settings::secret::Secret;
use crate::settings::{KeySource, Settings};

/// Environment variable that holds a key itself, for places without files for secrets.
const KEY_VARIABLE: &str = "VERISCOPE_KEY";

/// Returns a query session in which the semantic views of the newest snapshot are registered.
pub(crate) async fn views(settings: &Settings, card: &Card) -> anyhow::Result<SessionContext> {
    let snapshot = Lake::open(&settings.lake, card)?.snapshot().await?;
    let session = snapshot.session()?;
    let staging = snapshot.staging(&session).await?;
    veriscope_transform::register(&session, card, staging)?;
    Ok(session)
}

/// A lake that may be written to.
pub(crate) struct WritableLake {
    /// The lake.
    pub(crate) lake: Lake,
    /// Its key.
    pub(crate) key: Key,
    /// The right to write.
    pub(crate) lock: WriterLock,
    /// The key's file, where it was made just now.
    pub(crate) new_key_file: Option<PathBuf>,
}

/// Opens the lake for writing; makes lake and key where there is no lake.
pub(crate) fn open_or_create(
    settings: &Settings,
    card: &Card,
    command: &str,
    wait_seconds: u64,
    runtime: &Runtime,
    clock: &dyn Clock,
) -> anyhow::Result<WritableLake> {
    // Before anything is made or waited for: an existing lake with a wrong key or card.
    let present = Identity::read(&settings.lake)?;
    if let Some(identity) = &present {
        identity.check_card(&card.name)?;
        existing_key(settings, identity)?;
    }
    if present.is_none() {
        check_new_folder(&settings.lake)?;
    }
    let patience = Duration::from_secs(wait_seconds);
    let lock = WriterLock::acquire(&settings.lake, command, patience, |holder| {
        settings.terminal.note(&format!(
            "waiting for {holder}, which is writing to {}",
            settings.lake.display()
        ));
    })?;
    // Another writer may have made it while this one waited.
    if let Some(identity) = Identity::read(&settings.lake)? {
        let key = existing_key(settings, &identity)?;
        let lake = Lake::open(&settings.lake, card)?;
        return Ok(WritableLake {
            lake,
            key,
            lock,
            new_key_file: None,
        });
    }
    create(settings, card, lock, runtime, clock)
}

/// Reads the key of a lake that exists.
pub(crate) fn existing_key(settings: &Settings, identity: &Identity) -> anyhow::Result<Key> {
    let (key, place) = match &settings.key {
        KeySource::Text(text) => (key_of_environment(text)?, KEY_VARIABLE.to_owned()),
        KeySource::File(path) => key_of_lake(settings, identity, path)?,
        KeySource::Default(home) => key_of_lake(settings, identity, &home.key_file(&identity.id)?)?,
    };
    identity.check_key(&key.id()).with_context(|| {
        format!(
            "the key in {place} does not fit {}",
            settings.lake.display()
        )
    })?;
    Ok(key)
}

fn key_of_lake(
    settings: &Settings,
    identity: &Identity,
    path: &Path,
) -> anyhow::Result<(Key, String)> {
    if !path.exists() {
        return Err(lost_key(settings, identity, path));
    }
    Ok((read_key(settings, path)?, path.display().to_string()))
}

fn key_of_environment(text: &Secret) -> anyhow::Result<Key> {
    Key::from_text(text.expose()).with_context(|| format!("environment variable {KEY_VARIABLE}"))
}

fn read_key(settings: &Settings, path: &Path) -> anyhow::Result<Key> {
    let key = Key::read_file(path)?;
    if permissions_are_wide(path).unwrap_or(false) {
        settings.terminal.warn(&format!(
            "others can read the key file {}; take their rights away with chmod 600",
            path.display()
        ));
    }
    Ok(key)
}

fn lost_key(settings: &Settings, identity: &Identity, path: &Path) -> anyhow::Error {
    let message = format!(
        "the lake {} was made with key {}, and there is no key file {}",
        settings.lake.display(),
        identity.key_id,
        path.display()
    );
    Failure::new(ErrorClass::Configuration, message)
        .with_hint(
            "put the key back there or name its file with --key-file; without it the lake can \
             be read (export, runs) but not added to, and a new key would break its pseudonyms",
        )
        .into()
}

fn create(
    settings: &Settings,
    card: &Card,
    lock: WriterLock,
    runtime: &Runtime,
    clock: &dyn Clock,
) -> anyhow::Result<WritableLake> {
    let lake_id = uuid::Uuid::new_v4().simple().to_string();
    let (key, new_key_file) = match &settings.key {
        KeySource::Text(text) => (key_of_environment(text)?, None),
        KeySource::File(path) => key_of_new_lake(settings, path)?,
        KeySource::Default(home) => key_of_new_lake(settings, &home.key_file(&lake_id)?)?,
    };
    let identity = Identity::new(lake_id, card.name.clone(), key.id(), clock.now_us());
    let lake = runtime.block_on(Lake::create(&lock, card, identity, clock))?;
    Ok(WritableLake {
        lake,
        key,
        lock,
        new_key_file,
    })
}

/// Reads a key that is there, and makes one that isn't.
fn key_of_new_lake(settings: &Settings, path: &Path) -> anyhow::Result<(Key, Option<PathBuf>)> {
    check_outside(path, &settings.lake)?;
    if path.exists() {
        return Ok((read_key(settings, path)?, None));
    }
    let key = Key::generate()?;
    key.write_new(path)?;
    Ok((key, Some(path.to_path_buf())))
}
