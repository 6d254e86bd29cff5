//! Tests of arguments and credentials.

use super::*;

fn parse(argument: &str) -> Result<MongoSource, MongoError> {
    MongoSource::parse(argument, &Credentials::default())
}

fn with_password() -> Credentials {
    Credentials {
        user: Some("reader".into()),
        password: Some("p@ss/w:rd".into()),
        ..Credentials::default()
    }
}

#[test]
fn the_database_ends_at_the_first_dot_and_hosts_and_options_stay() {
    let source = parse("mongodb://A:27017,b/logs.calls.2025?replicaSet=rs0&tls=true").unwrap();
    assert_eq!(source.database(), "logs");
    assert_eq!(source.collection(), "calls.2025");
    assert_eq!(source.label(), "logs.calls.2025");
    assert_eq!(source.place(), "mongodb://a:27017,b/logs.calls.2025");
    assert_eq!(source.uri(), "mongodb://A:27017,b/?replicaSet=rs0&tls=true");
}

#[test]
fn a_name_may_be_percent_encoded() {
    let source = parse("mongodb://h/db.a%3Fb").unwrap();
    assert_eq!(source.collection(), "a?b");
}

#[test]
fn an_argument_without_database_and_collection_is_refused() {
    for argument in [
        "mongodb://h",
        "mongodb://h/",
        "mongodb://h/db",
        "mongodb://h/.c",
        "mongodb://h/db.",
        "mongodb://h/d$b.c",
        "mongodb://h/db.%zz",
    ] {
        let error = parse(argument).unwrap_err();
        assert!(
            matches!(error, MongoError::Argument(ArgumentProblem::Namespace)),
            "{argument}: {error}"
        );
        assert_eq!(error.class(), veriscope_base::ErrorClass::Usage);
    }
}

#[test]
fn a_secret_in_the_argument_is_refused_and_not_repeated() {
    for argument in [
        "mongodb://user:hunter2@h/db.c",
        "mongodb://user:hun/ter2@h/db.c",
        "mongodb://user:hun?ter2@h/db.c",
        "mongodb://user:hun@ter2@h/db.c",
        "mongodb://h/db.c?tlsCertificateKeyFilePassword=hunter2",
        "mongodb://h/db.c?authMechanismProperties=AWS_SESSION_TOKEN:hunter2",
    ] {
        let error = parse(argument).unwrap_err();
        assert!(
            matches!(error, MongoError::Argument(ArgumentProblem::Secret)),
            "{argument}"
        );
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("ter2"), "{shown}");
    }
}

#[test]
fn user_and_password_of_the_settings_go_into_the_connection_and_nowhere_else() {
    let source = MongoSource::parse("mongodb://h/db.c", &with_password()).unwrap();
    assert_eq!(source.uri(), "mongodb://reader:p%40ss%2Fw%3Ard@h/");
    let shown = format!("{source:?} {} {}", source.place(), source.label());
    assert!(
        !shown.contains("reader") && !shown.contains("p@"),
        "{shown}"
    );
    assert_eq!(format!("{:?}", with_password()), "Credentials(not shown)");
}

#[test]
fn a_user_of_the_argument_goes_before_one_of_the_settings() {
    let source = MongoSource::parse("mongodb://other@h/db.c", &with_password()).unwrap();
    assert_eq!(source.uri(), "mongodb://other:p%40ss%2Fw%3Ard@h/");
}

#[test]
fn half_a_pair_of_user_and_password_is_a_matter_of_settings() {
    let error = parse("mongodb://u@h/db.c").unwrap_err();
    assert!(error.to_string().contains("no password"), "{error}");
    assert_eq!(error.class(), veriscope_base::ErrorClass::Configuration);
    let lone = Credentials {
        password: Some("x".into()),
        ..Credentials::default()
    };
    let error = MongoSource::parse("mongodb://h/db.c", &lone).unwrap_err();
    assert!(error.to_string().contains("no user"), "{error}");
}

#[test]
fn a_certificate_needs_no_password() {
    let source = parse("mongodb://u@h/db.c?authMechanism=MONGODB-X509").unwrap();
    assert_eq!(source.uri(), "mongodb://u@h/?authMechanism=MONGODB-X509");
}

#[test]
fn an_argument_without_hosts_takes_the_uri_of_the_settings() {
    let credentials = Credentials {
        uri: Some("mongodb+srv://u:secret@cluster.example/admin?retryReads=true".into()),
        ..Credentials::default()
    };
    let source = MongoSource::parse("mongodb:///db.c?readPreference=secondary", &credentials);
    let source = source.unwrap();
    assert_eq!(
        source.uri(),
        "mongodb+srv://u:secret@cluster.example/?retryReads=true&authSource=admin&readPreference=secondary"
    );
    assert_eq!(source.place(), "mongodb+srv://cluster.example/db.c");
    assert!(matches!(
        parse("mongodb:///db.c").unwrap_err(),
        MongoError::Argument(ArgumentProblem::NoHost)
    ));
}

#[test]
fn a_malformed_uri_of_the_settings_is_told_without_its_text() {
    for uri in [
        "http://u:secret@h",
        "mongodb://u:sec%ret@h",
        "mongodb://u:secret@",
    ] {
        let credentials = Credentials {
            uri: Some(uri.into()),
            ..Credentials::default()
        };
        let error = MongoSource::parse("mongodb:///db.c", &credentials).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("sec"), "{error}");
        assert_eq!(error.class(), veriscope_base::ErrorClass::Configuration);
    }
}

#[test]
fn what_the_driver_does_not_take_is_told_in_its_words() {
    let error = parse("mongodb://h:port/db.c").unwrap_err();
    assert!(matches!(
        error,
        MongoError::Argument(ArgumentProblem::Uri(_))
    ));
    let error = parse("mongodb://h/db.c?readPreference=nearby").unwrap_err();
    assert!(matches!(
        error,
        MongoError::Argument(ArgumentProblem::Uri(_))
    ));
}
