//! From the section `database` of the configuration to a target that can be connected to.

use veriscope_postgres::{Patience, SslMode as TargetSslMode, Target};

use super::SettingsError;
use super::config::{Config, Database, SslMode};

/// The port that PostgreSQL listens on.
const DEFAULT_PORT: u16 = 5432;
/// Where the server is when no host is named.
const DEFAULT_HOST: &str = "localhost";
/// The schema of the tables when none is named.
const DEFAULT_SCHEMA: &str = "public";

impl Config {
    /// Returns the database that tables are loaded into; none where none is configured. A
    /// password alone, as a shell may export it, configures none.
    ///
    /// # Errors
    /// `Config` when a value is missing.
    pub fn target(&self) -> Result<Option<Target>, SettingsError> {
        let Some(database) = &self.database else {
            return Ok(None);
        };
        if database.is_password_alone() {
            return Ok(None);
        }
        let ca_file = database.sslrootcert.clone();
        let target = Target {
            host: database.host.clone().unwrap_or(DEFAULT_HOST.to_owned()),
            port: database.port.unwrap_or(DEFAULT_PORT),
            user: required(database.user.as_ref(), "user")?,
            password: database
                .password
                .as_ref()
                .map(|password| veriscope_postgres::Secret::new(password.expose().to_owned())),
            name: required(database.name.as_ref(), "name")?,
            schema: database.schema.clone().unwrap_or(DEFAULT_SCHEMA.to_owned()),
            sslmode: database.sslmode.map_or_else(Default::default, Into::into),
            root_certificates: ca_file,
            patience: Patience::default(),
        };
        let is_checked = target.sslmode == TargetSslMode::VerifyCa && !target.is_socket();
        if is_checked && target.root_certificates.is_none() {
            return Err(no_authority());
        }
        Ok(Some(target))
    }
}

impl Database {
    fn is_password_alone(&self) -> bool {
        let texts = [&self.user, &self.host, &self.name, &self.schema];
        texts.into_iter().all(Option::is_none)
            && self.port.is_none()
            && self.sslmode.is_none()
            && self.sslrootcert.is_none()
    }
}

fn no_authority() -> SettingsError {
    SettingsError::Config {
        place: "database".to_owned(),
        problem: "`sslmode: verify-ca` needs `sslrootcert:`, the file of the trusted authority"
            .to_owned(),
    }
}

fn required(value: Option<&String>, key: &str) -> Result<String, SettingsError> {
    let given = value.filter(|value| !value.is_empty());
    given.cloned().ok_or_else(|| SettingsError::Config {
        place: "database".to_owned(),
        problem: format!(
            "`{key}` is missing; set it in the configuration or in VERISCOPE_DATABASE__{}",
            key.to_uppercase()
        ),
    })
}

impl From<SslMode> for TargetSslMode {
    fn from(mode: SslMode) -> Self {
        match mode {
            SslMode::Disable => Self::Disable,
            SslMode::Allow => Self::Allow,
            SslMode::Prefer => Self::Prefer,
            SslMode::Require => Self::Require,
            SslMode::VerifyCa => Self::VerifyCa,
            SslMode::VerifyFull => Self::VerifyFull,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TargetSslMode;
    use crate::settings::config::Config;

    fn config(text: &str) -> Config {
        Config::parse(text, Path::new("config.yaml")).unwrap()
    }

    #[test]
    fn the_published_form_is_a_target_with_the_usual_schema_and_encryption() {
        let text = "database:\n  user: \"ana\"\n  password: \"s3cret\"\n  host: \"db\"\n  port: 6000\n  name: \"logs\"\n";
        let target = config(text).target().unwrap().unwrap();
        assert_eq!(target.to_string(), "db:6000/logs");
        assert_eq!(target.schema, "public");
        assert_eq!(target.sslmode, TargetSslMode::Prefer);
        assert!(target.password.is_some());
        assert!(!format!("{target:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_missing_is_named_and_a_password_alone_is_no_database() {
        assert!(config("").target().unwrap().is_none());
        let alone = config("database:\n  password: \"s3cret\"\n");
        assert!(alone.target().unwrap().is_none());
        let error = config("database:\n  user: ana\n").target().unwrap_err();
        let said = error.to_string();
        assert!(said.contains("`name` is missing") && said.contains("VERISCOPE_DATABASE__NAME"));
        let least = config("database:\n  user: ana\n  name: logs\n");
        assert_eq!(
            least.target().unwrap().unwrap().to_string(),
            "localhost:5432/logs"
        );
    }

    #[test]
    fn an_authority_to_check_must_be_named() {
        let text = "database:\n  user: a\n  name: b\n  sslmode: verify-ca\n";
        let error = config(text).target().unwrap_err();
        assert!(error.to_string().contains("`sslrootcert:`"), "{error}");
    }

    #[test]
    fn a_file_of_authorities_can_be_named() {
        let text =
            "database:\n  user: a\n  name: b\n  sslmode: verify-full\n  sslrootcert: /etc/ca.pem\n";
        let target = config(text).target().unwrap().unwrap();
        assert_eq!(target.sslmode, TargetSslMode::VerifyFull);
        assert_eq!(
            target.root_certificates.as_deref(),
            Some(Path::new("/etc/ca.pem"))
        );
    }
}
