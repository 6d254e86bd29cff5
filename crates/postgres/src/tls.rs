//! TLS as `sslmode` asks for it.
//!
//! `require` without a file of authorities encrypts and checks nothing, as in `libpq`;
//! `verify-ca` checks the authority, `verify-full` the host's name too. A certificate that
//! stands in the file itself is trusted as it is: self-signed servers are used that way.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{ServerError, SslMode, Target};

/// Makes the connector that a target asks for.
pub(crate) fn connector(target: &Target) -> Result<MakeRustlsConnect, ServerError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier {
        checks: Checks::of(target)?,
        provider: Arc::clone(&provider),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ServerError::Tls(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// What is checked of a server's certificate.
#[derive(Debug)]
enum Checks {
    Nothing,
    Authority(Trusted),
    AuthorityAndName(Trusted),
}

/// Who is trusted.
#[derive(Debug)]
struct Trusted {
    authorities: RootCertStore,
    /// Certificates that are trusted as they are.
    certificates: Vec<CertificateDer<'static>>,
}

impl Checks {
    fn of(target: &Target) -> Result<Self, ServerError> {
        if target.is_socket() {
            return Ok(Self::Nothing);
        }
        let file = target.root_certificates.as_deref();
        match (target.sslmode, file) {
            (SslMode::Disable | SslMode::Allow | SslMode::Prefer, _) | (SslMode::Require, None) => {
                Ok(Self::Nothing)
            }
            (SslMode::Require | SslMode::VerifyCa, Some(file)) => {
                Ok(Self::Authority(Trusted::of_file(file)?))
            }
            // Any authority of the system would do then, for whatever host.
            (SslMode::VerifyCa, None) => Err(ServerError::Tls(
                "sslmode verify-ca needs `sslrootcert:`, the file of the trusted authority".into(),
            )),
            (SslMode::VerifyFull, Some(file)) => {
                Ok(Self::AuthorityAndName(Trusted::of_file(file)?))
            }
            (SslMode::VerifyFull, None) => Ok(Self::AuthorityAndName(Trusted::of_system()?)),
        }
    }
}

impl Trusted {
    fn of_file(file: &Path) -> Result<Self, ServerError> {
        let failed = |why: String| ServerError::Tls(format!("{}: {why}", file.display()));
        let mut trusted = Self {
            authorities: RootCertStore::empty(),
            certificates: Vec::new(),
        };
        let read =
            CertificateDer::pem_file_iter(file).map_err(|error| failed(error.to_string()))?;
        for certificate in read {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            // One that is no authority is still trusted as it is.
            let _ = trusted.authorities.add(certificate.clone());
            trusted.certificates.push(certificate);
        }
        if trusted.certificates.is_empty() {
            return Err(failed("holds no certificate in PEM form".to_owned()));
        }
        Ok(trusted)
    }

    fn of_system() -> Result<Self, ServerError> {
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if authorities.is_empty() {
            return Err(ServerError::Tls(
                "the system has no trusted authorities; name a file with `sslrootcert:`".into(),
            ));
        }
        Ok(Self {
            authorities,
            certificates: Vec::new(),
        })
    }
}

#[derive(Debug)]
struct Verifier {
    checks: Checks,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn check_authority(
        &self,
        trusted: &Trusted,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        if trusted.certificates.contains(certificate) {
            return Ok(());
        }
        verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(certificate)?,
            &trusted.authorities,
            intermediates,
            now,
            self.provider.signature_verification_algorithms.all,
        )
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match &self.checks {
            Checks::Nothing => {}
            Checks::Authority(trusted) => {
                self.check_authority(trusted, certificate, intermediates, now)?;
            }
            Checks::AuthorityAndName(trusted) => {
                self.check_authority(trusted, certificate, intermediates, now)?;
                verify_server_name(&ParsedCertificate::try_from(certificate)?, server_name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
