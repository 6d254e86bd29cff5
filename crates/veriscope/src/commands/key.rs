//! `key new|show-id`: make a key, or tell the id of one. The key itself is never shown.

use std::path::{Path, PathBuf};

use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_lake::Identity;
use veriscope_privacy::{Key, check_outside, permissions_are_wide};

use crate::args::KeyCommand;
use crate::failure::{Ending, Failure};
use crate::settings::{KeySource, Settings};

/// What is told of a key.
#[derive(Serialize)]
struct Told {
    key_id: String,
    key_file: Option<PathBuf>,
}

/// Runs `key`.
///
/// # Errors
/// Class `Configuration` when there is no key or a new one would replace something.
pub fn run(action: KeyCommand, settings: &Settings) -> anyhow::Result<Ending> {
    match action {
        KeyCommand::New { out } => new(out, settings),
        KeyCommand::ShowId => show_id(settings),
    }
}

fn new(out: Option<PathBuf>, settings: &Settings) -> anyhow::Result<Ending> {
    let file = new_file(out, settings)?;
    check_outside(&file, &settings.lake)?;
    let key = Key::generate()?;
    key.write_new(&file)?;
    settings.terminal.note(&format!(
        "wrote a new key to {}; keep a copy: without its key a lake takes no further documents",
        file.display()
    ));
    tell(
        Told {
            key_id: key.id(),
            key_file: Some(file),
        },
        settings,
    )
}

/// Decides where a new key goes. No new key takes the place of one that a lake needs.
fn new_file(out: Option<PathBuf>, settings: &Settings) -> anyhow::Result<PathBuf> {
    let lake = Identity::read(&settings.lake)?;
    let named = match (&settings.key, out) {
        (_, Some(out)) => Some((out, true)),
        (KeySource::File(file), None) => Some((file.clone(), false)),
        (KeySource::Text(_) | KeySource::Default(_), None) => None,
    };
    let Some(lake) = lake else {
        return named.map(|(file, _)| file).ok_or_else(|| {
            Failure::new(ErrorClass::Usage, "no file is named for the new key")
                .with_hint(
                    "name one with --out FILE; the first run into a new lake also makes a key",
                )
                .into()
        });
    };
    let lakes_own = match &settings.key {
        KeySource::Default(home) => home.key_file(&lake.id).ok(),
        KeySource::File(_) | KeySource::Text(_) => None,
    };
    match named {
        Some((file, true)) if lakes_own.as_ref() != Some(&file) => Ok(file),
        _ => Err(Failure::new(
            ErrorClass::Configuration,
            format!(
                "the lake {} exists and was made with key {}; no new key can take its place",
                settings.lake.display(),
                lake.key_id
            ),
        )
        .with_hint(
            "put the lake's key back from a copy; for another lake name another file with --out",
        )
        .into()),
    }
}

fn show_id(settings: &Settings) -> anyhow::Result<Ending> {
    let file = match &settings.key {
        KeySource::Text(text) => {
            let key = Key::from_text(text.expose())?;
            return tell(
                Told {
                    key_id: key.id(),
                    key_file: None,
                },
                settings,
            );
        }
        KeySource::File(file) => file.clone(),
        KeySource::Default(home) => match Identity::read(&settings.lake)? {
            Some(lake) => home.key_file(&lake.id)?,
            None => return Err(no_lake(&settings.lake).into()),
        },
    };
    let key = Key::read_file(&file)?;
    if permissions_are_wide(&file).unwrap_or(false) {
        settings.terminal.warn(&format!(
            "others may read {}; `chmod 600` it",
            file.display()
        ));
    }
    tell(
        Told {
            key_id: key.id(),
            key_file: Some(file),
        },
        settings,
    )
}

fn no_lake(folder: &Path) -> Failure {
    let message = format!(
        "no key is named, and there is no lake at {} that has one",
        folder.display()
    );
    Failure::new(ErrorClass::Configuration, message)
        .with_hint("name the key with --key-file FILE, or its lake with --lake DIR")
}

fn tell(told: Told, settings: &Settings) -> anyhow::Result<Ending> {
    if settings.terminal.json {
        settings.terminal.data_json(&told)?;
    } else {
        settings.terminal.data(&told.key_id)?;
    }
    Ok(Ending::Done)
}
