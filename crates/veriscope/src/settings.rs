//! What the program needs, resolved from arguments, environment and `config.yaml`.
//!
//! `Args` say what was typed; [`Settings`] say what holds. Card and configuration are read
//! when a command asks for them, so that `key` or `completions` need neither.

pub mod config;
mod database;
pub mod secret;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use veriscope_base::ErrorClass;
use veriscope_card::{Card, CardError, CardErrors, Problem};
use veriscope_privacy::{KeyError, default_key_path};

use crate::args::Shared;
use crate::terminal::Terminal;
use config::Config;
use secret::Secret;

/// Where a lake is when none is named.
const DEFAULT_LAKE: &str = "veriscope-lake";
/// The configuration that is read when none is named and it is there.
const DEFAULT_CONFIG: &str = "config.yaml";

/// Variables of the environment; a trait, so that tests need not change the process's own.
pub trait Environment {
    /// Returns a variable's value; an empty one counts as none.
    fn var(&self, name: &str) -> Option<OsString>;
}

/// The environment of the process.
#[derive(Clone, Copy, Debug)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn var(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name).filter(|value| !value.is_empty())
    }
}

/// Resolved settings.
#[derive(Debug)]
pub struct Settings {
    /// Folder of the lake.
    pub lake: PathBuf,
    /// The card's file, none for the built-in card.
    pub card_file: Option<PathBuf>,
    /// Where the key comes from.
    pub key: KeySource,
    /// How to print.
    pub terminal: Terminal,
    config_file: Option<PathBuf>,
    overrides: Vec<(&'static str, OsString)>,
}

/// Where the key comes from; the first that is given, in this order.
#[derive(Debug)]
pub enum KeySource {
    /// A file that was named: `--key-file`, else `VERISCOPE_KEY_FILE`.
    File(PathBuf),
    /// The key itself, in `VERISCOPE_KEY`.
    Text(Secret),
    /// The lake's own file in the user's settings.
    Default(ConfigHome),
}

/// The two variables that tell where a user's settings lie.
#[derive(Clone, Debug, Default)]
pub struct ConfigHome {
    /// `XDG_CONFIG_HOME`.
    pub xdg_config_home: Option<OsString>,
    /// `HOME`.
    pub home: Option<OsString>,
}

impl ConfigHome {
    /// Returns the key file of a lake.
    ///
    /// # Errors
    /// As [`default_key_path`].
    pub fn key_file(&self, lake_id: &str) -> Result<PathBuf, KeyError> {
        default_key_path(
            lake_id,
            self.xdg_config_home.as_deref(),
            self.home.as_deref(),
        )
    }
}

/// Why settings don't hold.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file of settings can't be read.
    #[error("failed to read {what} {}", path.display())]
    Read {
        /// What the file is.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// `config.yaml` is malformed.
    #[error("{place}: {problem}")]
    Config {
        /// File, with line and column where known.
        place: String,
        /// What is wrong; never a value.
        problem: String,
    },
    /// A variable of the environment is malformed.
    #[error("environment variable {name}: {problem}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong; never the value.
        problem: String,
    },
    /// The card is malformed.
    #[error("the card is wrong\n{}", located(path, errors).join("\n"))]
    Card {
        /// The card's file.
        path: PathBuf,
        /// All that is wrong, each with its place.
        errors: CardErrors,
    },
    /// The built-in card is malformed.
    #[error(transparent)]
    BuiltInCard(#[from] CardError),
}

/// Returns what is wrong with a card's file, each as `FILE:LINE:COL: …`.
#[must_use]
pub fn located(path: &Path, errors: &CardErrors) -> Vec<String> {
    let line = |problem: &Problem| {
        let at = problem.at;
        format!(
            "{}:{}:{}: {}",
            path.display(),
            at.line,
            at.column,
            problem.message
        )
    };
    errors.problems().iter().map(line).collect()
}

impl SettingsError {
    /// Returns the class of failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Read { .. } | Self::Config { .. } | Self::Variable { .. } | Self::Card { .. } => {
                ErrorClass::Configuration
            }
            Self::BuiltInCard(error) => error.class(),
        }
    }
}

impl Settings {
    /// Resolves paths; reads no file.
    #[must_use]
    pub fn resolve(shared: Shared, environment: &dyn Environment, terminal: Terminal) -> Self {
        Self {
            lake: shared.lake.unwrap_or_else(|| PathBuf::from(DEFAULT_LAKE)),
            card_file: shared.card,
            key: key_source(shared.key_file, environment),
            terminal,
            config_file: shared.config,
            overrides: config::overrides(environment),
        }
    }

    /// Returns the card: the named one, else the built-in one.
    ///
    /// # Errors
    /// `Read`, `BuiltInCard`, or `Card` with all that is wrong.
    pub fn card(&self) -> Result<Card, SettingsError> {
        let Some(path) = &self.card_file else {
            return Ok(Card::builtin()?);
        };
        let text = read(path, "card")?;
        Card::parse(&text).map_err(|errors| SettingsError::Card {
            path: path.clone(),
            errors,
        })
    }

    /// Returns the configuration: the named file, else `./config.yaml` if there, else an empty
    /// one; variables of the environment win over it.
    ///
    /// # Errors
    /// `Read`, `Config`, `Variable`.
    pub fn config(&self) -> Result<Config, SettingsError> {
        let mut config = match &self.config_file {
            Some(path) => Config::parse(&read(path, "configuration")?, path)?,
            None => {
                let path = Path::new(DEFAULT_CONFIG);
                match std::fs::read_to_string(path) {
                    Ok(text) => Config::parse(&text, path)?,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Config::default(),
                    Err(source) => return Err(unreadable("configuration", path, source)),
                }
            }
        };
        config.apply(&self.overrides)?;
        Ok(config)
    }
}

fn key_source(named: Option<PathBuf>, environment: &dyn Environment) -> KeySource {
    if let Some(file) = named.or_else(|| environment.var("VERISCOPE_KEY_FILE").map(Into::into)) {
        return KeySource::File(file);
    }
    match environment.var("VERISCOPE_KEY") {
        // What is no UTF-8 is no key either; the key's reader says so without showing it.
        Some(text) => KeySource::Text(Secret::new(text.to_string_lossy().into_owned())),
        None => KeySource::Default(ConfigHome {
            xdg_config_home: environment.var("XDG_CONFIG_HOME"),
            home: environment.var("HOME"),
        }),
    }
}

/// Reads a file of settings.
pub(crate) fn read(path: &Path, what: &'static str) -> Result<String, SettingsError> {
    std::fs::read_to_string(path).map_err(|source| unreadable(what, path, source))
}

fn unreadable(what: &'static str, path: &Path, source: std::io::Error) -> SettingsError {
    SettingsError::Read {
        what,
        path: path.to_path_buf(),
        source,
    }
}

#[cfg(test)]
mod tests;
