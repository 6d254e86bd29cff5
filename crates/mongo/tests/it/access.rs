//! Users, rights and encryption.

use mongodb::bson::doc;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use veriscope_base::ErrorClass;
use veriscope_mongo::testing::{Server, TestClient};
use veriscope_mongo::{Credentials, MongoError, MongoSource, ReadOptions, check};

use crate::support::{CALLS, call, ints, next, read, start};

const PASSWORD: &str = "hunter2:/@%";

fn options() -> ReadOptions {
    ReadOptions::default()
}

/// A server whose user `reader` may find and follow one collection, and no more.
fn guarded() -> Server {
    let mut server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "t")]).unwrap();
    client.insert("logs.other", &[call(1, "t")]).unwrap();
    let privilege = doc! {
        "resource": { "db": "logs", "collection": "calls" },
        "actions": ["find", "changeStream"],
    };
    let no_roles: [&str; 0] = [];
    let role = doc! { "createRole": "callReader", "privileges": [privilege], "roles": no_roles };
    client.command("admin", role).unwrap();
    let user = doc! { "createUser": "reader", "pwd": PASSWORD, "roles": ["callReader"] };
    client.command("admin", user).unwrap();
    drop(client);
    server.restart(&["--auth"]).unwrap();
    server
}

fn as_user(server: &Server, namespace: &str, password: &str) -> MongoSource {
    let credentials = Credentials {
        user: Some("reader".into()),
        password: Some(password.into()),
        ..Credentials::default()
    };
    MongoSource::parse(&server.argument(namespace), &credentials).unwrap()
}

#[test]
fn find_on_the_collection_is_all_that_reading_needs() {
    let server = guarded();
    let source = as_user(&server, CALLS, PASSWORD);
    let read = read(&source, &options(), None).unwrap();
    assert_eq!(read.ids(), ints(&[1]));
    let options = ReadOptions {
        follow: true,
        ..options()
    };
    check(&source, &options).unwrap();
    let mut reader = start(&source, &options, None);
    assert_eq!(next(&mut reader, 1).len(), 1);
}

#[test]
fn a_wrong_password_is_a_matter_of_configuration_and_told_without_it() {
    let server = guarded();
    let source = as_user(&server, CALLS, "hunter3");
    for error in [
        check(&source, &options()).unwrap_err(),
        read(&source, &options(), None).err().unwrap(),
    ] {
        assert!(matches!(error, MongoError::Refused { .. }), "{error:?}");
        assert_eq!(error.class(), ErrorClass::Configuration);
        assert!(
            !format!("{error} {error:?}").contains("hunter"),
            "{error:?}"
        );
    }
}

#[test]
fn a_collection_that_the_user_may_not_read_is_told_with_the_right_that_is_missing() {
    let server = guarded();
    // The test server grants by database, a real one by collection.
    let error = check(&as_user(&server, "secret.other", PASSWORD), &options()).unwrap_err();
    assert!(matches!(error, MongoError::NotAllowed { .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Configuration);
    assert!(error.to_string().contains("`find`"), "{error}");
    let no_user = MongoSource::parse(&server.argument(CALLS), &Credentials::default()).unwrap();
    let error = check(&no_user, &options()).unwrap_err();
    assert!(matches!(error, MongoError::NotAllowed { .. }), "{error:?}");
}

#[test]
fn an_encrypted_connection_checks_the_servers_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "test authority");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.subject_alt_names = vec![SanType::IpAddress([127, 0, 0, 1].into())];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    std::fs::write(path("ca.pem"), authority.pem()).unwrap();
    std::fs::write(path("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(path("key.pem"), key.serialize_pem()).unwrap();

    let server = Server::start(&[
        "--tls-cert-file",
        &path("cert.pem"),
        "--tls-key-file",
        &path("key.pem"),
    ])
    .unwrap();
    let argument = format!(
        "mongodb://127.0.0.1:{}/{CALLS}?serverSelectionTimeoutMS=500",
        server.port()
    );
    let trusting = format!("{argument}&tls=true&tlsCAFile={}", path("ca.pem"));
    let uri = trusting.replace(CALLS, "");
    let client = TestClient::connect(&uri).unwrap();
    client.insert(CALLS, &[call(1, "t")]).unwrap();

    let source = MongoSource::parse(&trusting, &Credentials::default()).unwrap();
    assert_eq!(read(&source, &options(), None).unwrap().ids(), ints(&[1]));

    let doubting =
        MongoSource::parse(&format!("{argument}&tls=true"), &Credentials::default()).unwrap();
    let error = check(&doubting, &options()).unwrap_err();
    assert!(error.to_string().contains("tlsCAFile"), "{error}");
    assert_eq!(error.class(), ErrorClass::Source);

    let missing = format!("{argument}&tls=true&tlsCAFile={}", path("nowhere.pem"));
    let missing = MongoSource::parse(&missing, &Credentials::default()).unwrap();
    let error = check(&missing, &options()).unwrap_err();
    assert!(matches!(error, MongoError::Tls { .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Configuration);
}
