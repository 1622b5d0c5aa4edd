//! Judges the certificate that a server shows.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};

use super::seen::{Seen, Server};
use super::{Fault, Fingerprint, TlsError, Untrusted, provider};

/// Judges the certificates of one server. That the server has the key of its certificate is
/// checked in any case.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) judge: Judge,
}

/// By what a certificate is judged.
#[derive(Clone)]
pub(super) enum Judge {
    /// What the operating system trusts.
    Platform(Arc<rustls_platform_verifier::Verifier>),
    /// Signed by one of these; or one of these itself.
    Roots(Arc<Vec<CertificateDer<'static>>>, Arc<WebPkiServerVerifier>),
    Pinned(Arc<Vec<Fingerprint>>),
    FirstUse(Seen),
    Anything,
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform(_) => f.write_str("platform"),
            Self::Roots(roots, _) => write!(f, "{} roots", roots.len()),
            Self::Pinned(pinned) => f.debug_list().entries(pinned.iter()).finish(),
            Self::FirstUse(seen) => seen.fmt(f),
            Self::Anything => f.write_str("anything"),
        }
    }
}

impl Judge {
    pub(super) fn platform() -> Result<Self, TlsError> {
        let verifier = rustls_platform_verifier::Verifier::new(provider())
            .map_err(|error| TlsError::Roots(error.to_string()))?;
        Ok(Self::Platform(Arc::new(verifier)))
    }

    pub(super) fn roots(roots: Vec<CertificateDer<'static>>) -> Result<Self, TlsError> {
        let failed = |error: &dyn std::error::Error| TlsError::Roots(error.to_string());
        let mut store = RootCertStore::empty();
        for root in &roots {
            store.add(root.clone()).map_err(|error| failed(&error))?;
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider())
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self::Roots(Arc::new(roots), verifier))
    }
}

impl Verifier {
    /// What the server is called in the file of those that were seen.
    fn server(&self) -> Result<Server, TlsError> {
        Server::new(&self.host, self.port).map_err(|_| TlsError::Name(self.host.clone()))
    }

    fn judge(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        let fingerprint = Fingerprint::of(certificate);
        let judged = match &self.judge {
            Judge::Platform(verifier) => {
                faulty(verifier.verify_server_cert(certificate, intermediates, name, ocsp, now))?
            }
            // A server's own certificate as root: only its name is left to be judged.
            Judge::Roots(roots, _) if roots.iter().any(|root| root == certificate) => {
                let certificate = ParsedCertificate::try_from(certificate);
                faulty(certificate.and_then(|it| verify_server_name(&it, name)))?
            }
            Judge::Roots(_, verifier) => {
                faulty(verifier.verify_server_cert(certificate, intermediates, name, ocsp, now))?
            }
            Judge::Pinned(pinned) if pinned.contains(&fingerprint) => Ok(()),
            Judge::Pinned(_) => Err(Fault::NotPinned),
            Judge::FirstUse(seen) => seen.check(&self.server()?, fingerprint)?,
            Judge::Anything => Ok(()),
        };
        judged.map_err(|fault| self.untrusted(fingerprint, fault))
    }

    fn untrusted(&self, fingerprint: Fingerprint, fault: Fault) -> TlsError {
        TlsError::Untrusted(Box::new(Untrusted {
            host: self.host.clone(),
            port: self.port,
            fingerprint,
            fault,
        }))
    }

    /// The server has shown that it has the key of its certificate: only now is it worth
    /// remembering, or anybody could have another's remembered.
    fn proven(
        &self,
        certificate: &CertificateDer<'_>,
        valid: HandshakeSignatureValid,
    ) -> Result<HandshakeSignatureValid, Error> {
        if let Judge::FirstUse(seen) = &self.judge {
            let fingerprint = Fingerprint::of(certificate);
            let server = self.server().map_err(within)?;
            seen.remember(&server, fingerprint)
                .map_err(within)?
                .map_err(|fault| within(self.untrusted(fingerprint, fault)))?;
        }
        Ok(valid)
    }
}

/// Our error in one of the TLS library's.
fn within(error: TlsError) -> Error {
    let error = CertificateError::Other(OtherError(Arc::new(error)));
    Error::InvalidCertificate(error)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(certificate, intermediates, name, ocsp, now)
            .map(|()| ServerCertVerified::assertion())
            .map_err(within)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider().signature_verification_algorithms;
        let valid = verify_tls12_signature(message, certificate, signature, &algorithms)?;
        self.proven(certificate, valid)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider().signature_verification_algorithms;
        let valid = verify_tls13_signature(message, certificate, signature, &algorithms)?;
        self.proven(certificate, valid)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Tells a fault of the certificate from what else can go wrong.
fn faulty<T>(outcome: Result<T, Error>) -> Result<Result<(), Fault>, TlsError> {
    match outcome {
        Ok(_) => Ok(Ok(())),
        Err(Error::InvalidCertificate(error)) => Ok(Err(error.into())),
        Err(error) => Err(error.into()),
    }
}
