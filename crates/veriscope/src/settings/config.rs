//! `config.yaml` in its published form: the section `database`, every value of which may
//! come from the environment instead.
//!
//! Parsed and checked from the first version on, so that a file that is there is never
//! silently wrong. No message holds a value: the file has a password.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_saphyr::Error as YamlError;
use veriscope_metrics::query::Exclusion;
use veriscope_mongo::Credentials;

use super::secret::Secret;
use super::{Environment, SettingsError};

/// The configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The published tables' PostgreSQL database.
    #[serde(default)]
    pub database: Option<Database>,
    /// How to log in to MongoDB.
    #[serde(default)]
    pub mongodb: Option<Mongodb>,
    /// What analyses leave out.
    #[serde(default)]
    pub exclude: Vec<Exclusion>,
}

/// How to reach the database. What is missing here may come from the environment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Role to log in as.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// Host name or address.
    pub host: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// Name of the database.
    pub name: Option<String>,
    /// Schema of the tables.
    pub schema: Option<String>,
    /// Whether the connection is encrypted and checked.
    pub sslmode: Option<SslMode>,
    /// File of the authorities that are trusted, PEM.
    pub sslrootcert: Option<PathBuf>,
}

/// What authenticates us to MongoDB; an argument never holds it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mongodb {
    /// A whole connection string, for arguments that name no host.
    pub uri: Option<Secret>,
    /// User.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
}

/// PostgreSQL's `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only where the server insists.
    Allow,
    /// Encrypted where the server can.
    Prefer,
    /// Always encrypted.
    Require,
    /// Encrypted, the certificate's authority checked.
    VerifyCa,
    /// Encrypted, authority and host name checked.
    VerifyFull,
}

const VARIABLES: [&str; 11] = [
    "VERISCOPE_DATABASE__USER",
    "VERISCOPE_DATABASE__PASSWORD",
    "VERISCOPE_DATABASE__HOST",
    "VERISCOPE_DATABASE__PORT",
    "VERISCOPE_DATABASE__NAME",
    "VERISCOPE_DATABASE__SCHEMA",
    "VERISCOPE_DATABASE__SSLMODE",
    "VERISCOPE_DATABASE__SSLROOTCERT",
    "VERISCOPE_MONGODB__URI",
    "VERISCOPE_MONGODB__USER",
    "VERISCOPE_MONGODB__PASSWORD",
];

/// Returns the variables that stand for values of the file.
pub(super) fn overrides(environment: &dyn Environment) -> Vec<(&'static str, OsString)> {
    VARIABLES
        .iter()
        .filter_map(|name| Some((*name, environment.var(name)?)))
        .collect()
}

impl Config {
    /// Reads the file's text.
    ///
    /// # Errors
    /// `Config`, with line and column.
    pub fn parse(text: &str, path: &Path) -> Result<Self, SettingsError> {
        let parsed: Result<Option<Self>, YamlError> = serde_saphyr::from_str(text);
        match parsed {
            // A file of comments alone sets nothing.
            Ok(config) => Ok(config.unwrap_or_default()),
            Err(error) => Err(malformed(error.without_snippet(), path)),
        }
    }

    /// Puts values of the environment over those of the file.
    pub(super) fn apply(
        &mut self,
        overrides: &[(&'static str, OsString)],
    ) -> Result<(), SettingsError> {
        for (name, value) in overrides {
            let variable = |problem: &str| SettingsError::Variable {
                name,
                problem: problem.to_owned(),
            };
            let text = value
                .to_str()
                .ok_or_else(|| variable("is not valid UTF-8"))?
                .to_owned();
            if let Some(key) = name.strip_prefix("VERISCOPE_MONGODB__") {
                self.mongodb.get_or_insert_default().set(key, text);
                continue;
            }
            let database = self.database.get_or_insert_default();
            match name.rsplit("__").next().unwrap_or_default() {
                "USER" => database.user = Some(text),
                "PASSWORD" => database.password = Some(Secret::new(text)),
                "HOST" => database.host = Some(text),
                "NAME" => database.name = Some(text),
                "SCHEMA" => database.schema = Some(text),
                "SSLROOTCERT" => database.sslrootcert = Some(text.into()),
                "PORT" => {
                    let port = text.parse().map_err(|_| variable("is no port number"))?;
                    database.port = Some(port);
                }
                _ => {
                    database.sslmode = Some(SslMode::parse(&text).ok_or_else(|| {
                        variable(&format!("expected one of {}", SslMode::NAMES.join(", ")))
                    })?)
                }
            }
        }
        Ok(())
    }

    /// Returns what authenticates us to MongoDB.
    #[must_use]
    pub fn mongodb_credentials(&self) -> Credentials {
        let mongodb = self.mongodb.clone().unwrap_or_default();
        let exposed = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
        Credentials {
            uri: exposed(mongodb.uri),
            user: mongodb.user,
            password: exposed(mongodb.password),
        }
    }
}

impl Mongodb {
    fn set(&mut self, key: &str, text: String) {
        match key {
            "URI" => self.uri = Some(Secret::new(text)),
            "USER" => self.user = Some(text),
            _ => self.password = Some(Secret::new(text)),
        }
    }
}

impl SslMode {
    const NAMES: [&str; 6] = [
        "disable",
        "allow",
        "prefer",
        "require",
        "verify-ca",
        "verify-full",
    ];

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// Words for what the YAML reader found, without any value of the file.
fn malformed(error: &YamlError, path: &Path) -> SettingsError {
    let problem = match error {
        YamlError::SerdeUnknownField {
            field, expected, ..
        } => {
            format!("unknown key `{field}`; known here: {}", expected.join(", "))
        }
        YamlError::SerdeUnknownVariant { expected, .. } => {
            format!("expected one of {}", expected.join(", "))
        }
        YamlError::SerdeInvalidType { expected, .. }
        | YamlError::SerdeInvalidValue { expected, .. } => format!("expected {expected}"),
        YamlError::InvalidScalar { ty, .. } => format!("expected a value of type {ty}"),
        YamlError::Unexpected { expected, .. } => format!("expected {expected}"),
        YamlError::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key `{key}` stands here a second time")
        }
        YamlError::Eof { .. } => "ends too early".to_owned(),
        _ => "is not valid YAML".to_owned(),
    };
    let place = match error.location().filter(|location| location.line() > 0) {
        Some(at) => format!("{}:{}:{}", path.display(), at.line(), at.column()),
        None => path.display().to_string(),
    };
    SettingsError::Config { place, problem }
}
