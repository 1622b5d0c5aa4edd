//! What goes wrong with TLS.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::AlertDescription;

use super::{Untrusted, quoted};

/// Why there is no TLS, or none any more.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The server's certificate is not trusted.
    #[error(transparent)]
    Untrusted(Box<Untrusted>),
    /// What came is no TLS.
    #[error("{peer} does not speak TLS{}; is the scheme right, and the port?", sent(.text))]
    NotTls {
        /// Who sent it, such as `"the server game.example:6924"`.
        peer: String,
        /// How it begins, if that is text; what would move a cursor is escaped.
        text: String,
    },
    /// The peer gave up, for this reason.
    #[error("the peer ends TLS: {}", alert(.0))]
    Alert(
        /// What it said.
        AlertDescription,
    ),
    /// The peer and this program have no version or method in common, or the peer does something
    /// that TLS does not allow.
    #[error("TLS failed: {0}")]
    Protocol(
        /// What the TLS library says.
        rustls::Error,
    ),
    /// A host of this name cannot have a certificate.
    #[error("{0:?} is no name that a certificate could be for")]
    Name(
        /// The host.
        String,
    ),
    /// There are no roots, or what should be one is none.
    #[error("no certificates of authorities: {0}")]
    Roots(
        /// What is wrong.
        String,
    ),
    /// A certificate and a key cannot be used by a server.
    #[error("this certificate and key cannot be used: {0}")]
    Identity(
        /// What is wrong.
        String,
    ),
    /// A file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        r#source: Arc<io::Error>,
    },
    /// A file of certificates that were seen has a line that makes no sense.
    #[error("{}, line {line}: not HOST:PORT and a fingerprint", .path.display())]
    Store {
        /// Which file.
        path: PathBuf,
        /// Which line; the first is 1.
        line: usize,
    },
}

impl TlsError {
    /// The same, which is about a file of PEM.
    pub(in crate::transport) fn in_file(self, path: &Path) -> Self {
        let told = |what: String| format!("{}: {what}", path.display());
        match self {
            Self::Roots(what) => Self::Roots(told(what)),
            Self::Identity(what) => Self::Identity(told(what)),
            other => other,
        }
    }

    pub(in crate::transport) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File {
            path: path.into(),
            source: Arc::new(source),
        }
    }
}

fn sent(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("; it sent {}", quoted(text)),
    }
}

/// What an alert means to a user.
fn alert(alert: &AlertDescription) -> String {
    let words = match *alert {
        AlertDescription::HandshakeFailure => "no method of encryption that both know",
        AlertDescription::ProtocolVersion => "no version of TLS that both know",
        AlertDescription::UnrecognisedName => "it knows no host of this name",
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::CertificateExpired
        | AlertDescription::UnknownCA => "it does not trust the certificate",
        AlertDescription::CertificateRequired => "it wants a certificate of the client",
        other => return format!("{other:?}"),
    };
    words.to_owned()
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        use rustls::{CertificateError, Error as E};
        match error {
            // The verifier's own errors come back in here.
            E::InvalidCertificate(CertificateError::Other(other)) => {
                match other.0.downcast_ref::<Self>() {
                    Some(own) => own.clone(),
                    None => Self::Protocol(E::InvalidCertificate(CertificateError::Other(other))),
                }
            }
            E::AlertReceived(description) => Self::Alert(description),
            other => Self::Protocol(other),
        }
    }
}
