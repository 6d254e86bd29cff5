//! Tests of settings: what wins over what, and that no message shows a value.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use veriscope_base::ErrorClass;

use super::config::{Config, SslMode};
use super::{Environment, KeySource, Settings};
use crate::args::Shared;
use crate::terminal::Terminal;

struct Variables(&'static [(&'static str, &'static str)]);

impl Environment for Variables {
    fn var(&self, name: &str) -> Option<OsString> {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.into())
    }
}

fn settings(shared: Shared, variables: &'static [(&'static str, &'static str)]) -> Settings {
    let terminal = Terminal::new(&shared);
    Settings::resolve(shared, &Variables(variables), terminal)
}

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("config.yaml")).map_err(|error| {
        assert_eq!(error.class(), ErrorClass::Configuration);
        error.to_string()
    })
}

const PUBLISHED: &str = "database:\n  user: \"ana\"\n  password: \"s3cret\"\n  host: \"localhost\"\n  port: 5432\n  name: \"db\"\n";

#[test]
fn an_option_wins_over_the_environment() {
    let named = Shared {
        key_file: Some("a.key".into()),
        ..Shared::default()
    };
    let both = settings(
        named,
        &[("VERISCOPE_KEY_FILE", "b.key"), ("VERISCOPE_KEY", "00")],
    );
    assert!(matches!(both.key, KeySource::File(file) if file == Path::new("a.key")));
    let environment = settings(
        Shared::default(),
        &[("VERISCOPE_KEY_FILE", "b.key"), ("VERISCOPE_KEY", "00")],
    );
    assert!(matches!(environment.key, KeySource::File(file) if file == Path::new("b.key")));
}

#[test]
fn a_key_in_the_environment_is_never_shown() {
    let settings = settings(Shared::default(), &[("VERISCOPE_KEY", "s3cret")]);
    assert!(matches!(&settings.key, KeySource::Text(text) if text.expose() == "s3cret"));
    assert!(!format!("{settings:?}").contains("s3cret"));
}

#[test]
fn a_key_lies_in_the_configuration_folder_of_the_user() {
    let file = |variables| match settings(Shared::default(), variables).key {
        KeySource::Default(home) => home.key_file("l1").ok(),
        KeySource::File(_) | KeySource::Text(_) => None,
    };
    let xdg = file(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]);
    assert_eq!(xdg, Some(PathBuf::from("/x/veriscope/l1.key")));
    assert_eq!(
        file(&[("HOME", "/h")]),
        Some(PathBuf::from("/h/.config/veriscope/l1.key"))
    );
    assert_eq!(file(&[]), None);
}

#[test]
fn the_published_form_is_read() {
    let database = parse(PUBLISHED).unwrap().database.unwrap();
    assert_eq!(database.user.as_deref(), Some("ana"));
    assert_eq!(
        database
            .password
            .as_ref()
            .map(super::secret::Secret::expose),
        Some("s3cret")
    );
    assert_eq!(
        (database.host.as_deref(), database.port),
        (Some("localhost"), Some(5432))
    );
    assert_eq!((database.schema, database.sslmode), (None, None));
}

#[test]
fn schema_and_sslmode_may_be_added() {
    let text = format!("{PUBLISHED}  schema: reports\n  sslmode: verify-full\n");
    let database = parse(&text).unwrap().database.unwrap();
    assert_eq!(database.schema.as_deref(), Some("reports"));
    assert_eq!(database.sslmode, Some(SslMode::VerifyFull));
}

#[test]
fn a_password_of_digits_is_text() {
    let database = parse("database:\n  password: 0123\n")
        .unwrap()
        .database
        .unwrap();
    assert_eq!(
        database
            .password
            .as_ref()
            .map(super::secret::Secret::expose),
        Some("0123")
    );
}

#[test]
fn an_empty_file_sets_nothing() {
    assert!(parse("").unwrap().database.is_none());
    assert!(parse("# nothing yet\n").unwrap().database.is_none());
}

#[test]
fn an_unknown_key_is_told_with_its_line() {
    let message = parse("database:\n  user: ana\n  pasword: s3cret\n").unwrap_err();
    assert!(message.starts_with("config.yaml:3:"), "{message}");
    assert!(message.contains("unknown key `pasword`"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[test]
fn no_message_shows_a_value() {
    for text in [
        "database:\n  port: s3cret\n",
        "database:\n  password: [s3cret]\n",
        "database:\n  sslmode: s3cret\n",
        "database: s3cret\n",
        "database:\n  password: \"s3cret\n",
        "database:\n  user: *s3cret\n",
        "- s3cret\n",
        "s3cret",
        "database:\n  password: {s3cret: s3cret}\n",
        "database:\n\tpassword: s3cret\n",
        "database:\n  port: 70000\n  password: s3cret\n",
    ] {
        let message = parse(text).unwrap_err();
        assert!(!message.contains("s3cret"), "{text}: {message}");
        assert!(message.starts_with("config.yaml"), "{message}");
    }
}

#[test]
fn a_password_is_never_shown() {
    let config = parse(PUBLISHED).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    let password = config.database.unwrap().password.unwrap();
    assert_eq!(password.to_string(), "(not shown)");
}

#[test]
fn the_environment_wins_over_the_file() {
    let mut config = parse(PUBLISHED).unwrap();
    let variables = Variables(&[
        ("VERISCOPE_DATABASE__PASSWORD", "other"),
        ("VERISCOPE_DATABASE__PORT", "6543"),
        ("VERISCOPE_DATABASE__SSLMODE", "require"),
    ]);
    config.apply(&super::config::overrides(&variables)).unwrap();
    let database = config.database.unwrap();
    assert_eq!(
        database
            .password
            .as_ref()
            .map(super::secret::Secret::expose),
        Some("other")
    );
    assert_eq!(
        (database.port, database.sslmode),
        (Some(6543), Some(SslMode::Require))
    );
    assert_eq!(database.user.as_deref(), Some("ana"));
}

#[test]
fn a_malformed_variable_is_named_without_its_value() {
    let mut config = Config::default();
    let variables = Variables(&[("VERISCOPE_DATABASE__PORT", "many")]);
    let error = config
        .apply(&super::config::overrides(&variables))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "environment variable VERISCOPE_DATABASE__PORT: is no port number"
    );
}

#[test]
fn a_named_configuration_that_is_not_there_is_an_error() {
    let shared = Shared {
        config: Some("/nowhere/config.yaml".into()),
        ..Shared::default()
    };
    let error = settings(shared, &[]).config().unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration);
    assert_eq!(
        error.to_string(),
        "failed to read configuration /nowhere/config.yaml"
    );
}

#[test]
fn exclusions_are_read_with_their_reasons() {
    let text = "exclude:\n  - client: convenio_3\n    reason: demonstrations\n  - { person: documento_x, release: r1 }\n";
    let rules = parse(text).unwrap().exclude;
    let words: Vec<String> = rules.iter().map(|rule| rule.words()).collect();
    assert_eq!(
        words,
        ["client convenio_3", "person documento_x, release r1"]
    );
    assert_eq!(rules[0].reason.as_deref(), Some("demonstrations"));
}

#[test]
fn an_unknown_part_of_an_exclusion_is_told_with_its_line_and_without_its_value() {
    let message = parse("exclude:\n  - cliente: s3cret\n").unwrap_err();
    assert!(message.starts_with("config.yaml:2:"), "{message}");
    assert!(message.contains("unknown key `cliente`"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}
