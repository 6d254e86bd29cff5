//! Encrypted connections, by `sslmode`.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use veriscope_base::ErrorClass;
use veriscope_postgres::{LoadError, ServerError, SslMode};
use veriscope_postgres_testing::{Server, ServerOptions};

use crate::support::{FakeLake, Place, attempt};

/// Access by encrypted connections alone.
const ENCRYPTED_ONLY: &str = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

struct Authority {
    certificate: String,
    server: (String, String),
}

/// Makes an authority and a certificate of a server at some names.
fn authority(names: &[&str]) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let server = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    Authority {
        certificate: issuer.pem(),
        server: (server.pem(), key.serialize_pem()),
    }
}

fn server(authority: &Authority) -> Server {
    // The tests' own administrator connects without encryption, from a socket of its own.
    Server::start(&ServerOptions {
        tls: Some(authority.server.clone()),
        ..ServerOptions::default()
    })
}

async fn try_mode(
    place: &mut Place,
    mode: SslMode,
    file: Option<&std::path::Path>,
) -> Result<String, LoadError> {
    place.target.sslmode = mode;
    place.target.root_certificates = file.map(std::path::Path::to_path_buf);
    let lake = FakeLake::of(&[("a1", attempt("a", 0))]);
    place.try_load(&lake).await.map(|_| "loaded".to_owned())
}

#[tokio::test]
async fn certificates_are_checked_as_far_as_the_mode_says() {
    let ours = authority(&["127.0.0.1"]);
    let other = authority(&["127.0.0.1"]);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let ours_file = write("ours.pem", &ours.certificate);
    let other_file = write("other.pem", &other.certificate);
    let server_file = write("server.pem", &ours.server.0);
    let empty_file = write("empty.pem", "nothing here");
    let server = server(&ours);
    let mut place = Place::on(&server);
    let modes = [
        (SslMode::Disable, None),
        (SslMode::Allow, None),
        (SslMode::Prefer, None),
        (SslMode::Require, None),
        (SslMode::Require, Some(&ours_file)),
        (SslMode::VerifyCa, Some(&ours_file)),
        (SslMode::VerifyFull, Some(&ours_file)),
        // The server's own certificate, trusted as it is.
        (SslMode::VerifyFull, Some(&server_file)),
    ];
    for (mode, file) in modes {
        let tried = try_mode(&mut place, mode, file.map(std::path::PathBuf::as_path)).await;
        assert!(tried.is_ok(), "{mode:?} {file:?}: {tried:?}");
    }
    let missing = folder.path().join("missing.pem");
    let refused = [
        (SslMode::Require, Some(&other_file)),
        (SslMode::VerifyCa, Some(&other_file)),
        (SslMode::VerifyCa, None),
        (SslMode::VerifyCa, Some(&empty_file)),
        (SslMode::VerifyCa, Some(&missing)),
        (SslMode::VerifyFull, Some(&other_file)),
        // No authority of the system signed it.
        (SslMode::VerifyFull, None),
    ];
    for (mode, file) in refused {
        let error = try_mode(&mut place, mode, file.map(std::path::PathBuf::as_path))
            .await
            .unwrap_err();
        let LoadError::Server { source, .. } = &error else {
            panic!("{mode:?} {file:?}: {error:?}");
        };
        assert!(
            matches!(source, ServerError::Tls(_)),
            "{mode:?} {file:?}: {source:?}"
        );
        assert_eq!(error.class(), ErrorClass::Configuration);
    }
}

#[tokio::test]
async fn a_name_that_does_not_fit_is_refused_by_verify_full_alone() {
    let ours = authority(&["db.example.org"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.pem");
    std::fs::write(&file, &ours.certificate).unwrap();
    let mut place = Place::on(&server(&ours));
    try_mode(&mut place, SslMode::VerifyCa, Some(&file))
        .await
        .unwrap();
    let error = try_mode(&mut place, SslMode::VerifyFull, Some(&file))
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration, "{error:?}");
}

#[tokio::test]
async fn a_server_without_encryption_is_refused_where_it_is_required() {
    let mut place = Place::new();
    for mode in [SslMode::Disable, SslMode::Allow, SslMode::Prefer] {
        try_mode(&mut place, mode, None).await.unwrap();
    }
    let error = try_mode(&mut place, SslMode::Require, None)
        .await
        .unwrap_err();
    let LoadError::Server { source, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(
        source.to_string().contains("does not support TLS"),
        "{source}"
    );
}

#[tokio::test]
async fn allow_and_prefer_encrypt_where_the_server_insists() {
    let ours = authority(&["127.0.0.1"]);
    let server = server(&ours);
    let mut place = Place::on(&server);
    let role = place.database.role("distant", "d");
    place
        .database
        .sql(&format!("GRANT ALL ON SCHEMA public TO {role}"));
    server.set_access(&format!(
        "{ENCRYPTED_ONLY}host all {} 127.0.0.1/32 scram-sha-256\n",
        server.superuser()
    ));
    place.target.user = role;
    place.target.password = Some(veriscope_postgres::Secret::new("d".to_owned()));
    for mode in [SslMode::Allow, SslMode::Prefer, SslMode::Require] {
        try_mode(&mut place, mode, None).await.unwrap();
    }
    let error = try_mode(&mut place, SslMode::Disable, None)
        .await
        .unwrap_err();
    let LoadError::Server { source, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(matches!(source, ServerError::NotAdmitted(_)), "{source:?}");
}
