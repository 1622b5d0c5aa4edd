//! Why a server's certificate is not trusted, and how to trust it all the same.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rustls::CertificateError;

use crate::transport::fingerprint::Fingerprint;

/// A certificate that is not trusted. Its text says why, and how to allow it.
#[derive(Debug, Clone)]
pub struct Untrusted {
    /// The host that was to be reached.
    pub host: String,
    /// The port that was to be reached.
    pub port: u16,
    /// What the certificate is recognised by.
    pub fingerprint: Fingerprint,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// Its time is over.
    Expired {
        /// For how long, if that is known.
        since: Option<Duration>,
    },
    /// Its time has not come, or this machine's clock is wrong.
    NotYetValid {
        /// For how long still, if that is known.
        until: Option<Duration>,
    },
    /// It is another host's.
    WrongHost {
        /// The names in it, as far as they are known.
        names: Vec<String>,
    },
    /// Nobody who is trusted has signed it; most often it is signed by itself.
    UnknownIssuer,
    /// It is none of those that were pinned.
    NotPinned,
    /// It is another one than when the server was first used.
    Changed {
        /// The one at first use.
        known: Fingerprint,
        /// The file that has it.
        store: PathBuf,
        /// The line in that file; the first is 1.
        line: usize,
    },
    /// Who has signed it has taken that back.
    Revoked,
    /// It cannot be used for something else.
    Unusable(CertificateError),
}

impl From<CertificateError> for Fault {
    fn from(error: CertificateError) -> Self {
        use CertificateError as E;
        match error {
            E::Expired => Self::Expired { since: None },
            E::ExpiredContext { time, not_after } => {
                let since = time.as_secs().saturating_sub(not_after.as_secs());
                Self::Expired {
                    since: Some(Duration::from_secs(since)),
                }
            }
            E::NotValidYet => Self::NotYetValid { until: None },
            E::NotValidYetContext { time, not_before } => {
                let until = not_before.as_secs().saturating_sub(time.as_secs());
                Self::NotYetValid {
                    until: Some(Duration::from_secs(until)),
                }
            }
            E::NotValidForName => Self::WrongHost { names: Vec::new() },
            E::NotValidForNameContext { presented, .. } => Self::WrongHost { names: presented },
            E::UnknownIssuer | E::BadSignature => Self::UnknownIssuer,
            E::Revoked => Self::Revoked,
            // How webpki calls a certificate of an authority that a server shows as its own.
            E::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                Self::UnknownIssuer
            }
            other => Self::Unusable(other),
        }
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host,
            port,
            fingerprint,
            fault,
        } = self;
        write!(f, "the certificate of {host} {fault}; ")?;
        match fault {
            Fault::WrongHost { .. } => write!(
                f,
                "connect to a name that it is for, or pin its fingerprint {fingerprint} to allow it"
            ),
            Fault::UnknownIssuer => write!(
                f,
                "give its root, or pin its fingerprint {fingerprint} to allow it"
            ),
            Fault::NotPinned => write!(f, "pin its fingerprint {fingerprint} to allow it"),
            Fault::Changed { store, line, .. } => write!(
                f,
                "either the server has a new one, or somebody listens in. To allow {fingerprint}, \
                 remove line {line}, of {host} port {port}, from {}",
                store.display()
            ),
            _ => write!(
                f,
                "pin its fingerprint {fingerprint} to allow it all the same"
            ),
        }
    }
}

impl std::error::Error for Untrusted {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { since: None } => f.write_str("has expired"),
            Self::Expired { since: Some(since) } => write!(f, "expired {} ago", days(*since)),
            Self::NotYetValid { until: None } => {
                f.write_str("is not valid yet, by this machine's clock")
            }
            Self::NotYetValid { until: Some(until) } => {
                write!(
                    f,
                    "becomes valid in {}, by this machine's clock",
                    days(*until)
                )
            }
            Self::WrongHost { names } if names.is_empty() => f.write_str("is another host's"),
            Self::WrongHost { names } => {
                let names = names.join(", ");
                write!(f, "is for other hosts ({})", names.escape_debug())
            }
            Self::UnknownIssuer => {
                f.write_str("is signed by nobody who is trusted here, perhaps by itself")
            }
            Self::NotPinned => f.write_str("is none of those pinned"),
            Self::Changed { known, .. } => write!(f, "is not {known}, as it was at first use"),
            Self::Revoked => f.write_str("was revoked by who signed it"),
            Self::Unusable(error) => write!(f, "cannot be used: {error}"),
        }
    }
}

fn days(time: Duration) -> String {
    match time.as_secs() / (24 * 60 * 60) {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
