//! Why a server's certificate is not trusted, and how to trust it all the same.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use rustls::CertificateError;
use tp_frames::printable;

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
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Its time is over.
    #[error("{}", over(*.since))]
    Expired {
        /// For how long, if that is known.
        since: Option<Duration>,
    },
    /// Its time has not come, or this machine's clock is wrong.
    #[error("{}, by this machine's clock", not_yet(*.until))]
    NotYetValid {
        /// For how long still, if that is known.
        until: Option<Duration>,
    },
    /// It is another host's.
    #[error("{}", not_for(.names))]
    WrongHost {
        /// The names in it, as far as they are known.
        names: Vec<String>,
    },
    /// Nobody who is trusted has signed it; most often it is signed by itself.
    #[error("is signed by nobody who is trusted here, perhaps by itself")]
    UnknownIssuer,
    /// It is none of those that were pinned.
    #[error("is none of those pinned")]
    NotPinned,
    /// It is another one than when the server was first used.
    #[error("is not {known}, as it was at first use")]
    Changed {
        /// The one at first use.
        known: Fingerprint,
        /// The file that has it.
        store: PathBuf,
        /// The line in that file; the first is 1.
        line: usize,
    },
    /// Who has signed it has taken that back.
    #[error("was revoked by who signed it")]
    Revoked,
    /// It cannot be used for something else.
    #[error("cannot be used: {0}")]
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
            E::NotValidForNameContext { presented, .. } => Self::WrongHost {
                names: presented.iter().map(|name| plain(name)).collect(),
            },
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
            port: _,
            fingerprint,
            fault,
        } = self;
        write!(f, "the certificate of {host} {fault}; ")?;
        let (first, last) = match fault {
            Fault::Changed { store, line, .. } => {
                return write!(
                    f,
                    "this may be an attack: somebody in between who wants to read all, the password \
                     too. Or the server has a new certificate, {fingerprint}: only whoever runs it can \
                     tell you so. The known one is in {}, line {line}",
                    store.display()
                );
            }
            Fault::WrongHost { .. } => ("connect to a name that it is for, or ", "it"),
            Fault::UnknownIssuer => ("give its root, or ", "it"),
            Fault::NotPinned => ("", "it"),
            _ => ("", "it all the same"),
        };
        write!(
            f,
            "{first}pin its fingerprint {fingerprint} to allow {last}"
        )
    }
}

impl std::error::Error for Untrusted {}

fn over(since: Option<Duration>) -> String {
    match since {
        None => "has expired".to_owned(),
        Some(since) => format!("expired {} ago", days(since)),
    }
}

fn not_yet(until: Option<Duration>) -> String {
    match until {
        None => "is not valid yet".to_owned(),
        Some(until) => format!("becomes valid in {}", days(until)),
    }
}

fn not_for(names: &[String]) -> String {
    match names {
        [] => "is another host's".to_owned(),
        names => format!("is for other hosts ({})", printable(&names.join(", "))),
    }
}

/// A name as it is in the certificate. The TLS library says of which kind it is: `DnsName("h")`,
/// `IpAddress(0::1)`.
fn plain(name: &str) -> String {
    let inside = |start: &str, end: &str| name.strip_prefix(start)?.strip_suffix(end);
    if let Some(address) = inside("IpAddress(", ")") {
        let address = address.parse().map(|it: IpAddr| it.to_string());
        return address.unwrap_or_else(|_| name.to_owned());
    }
    inside("DnsName(\"", "\")").unwrap_or(name).to_owned()
}

fn days(time: Duration) -> String {
    match time.as_secs() / (24 * 60 * 60) {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
