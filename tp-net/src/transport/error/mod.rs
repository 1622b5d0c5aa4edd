//! What goes wrong between the TCP connection and the frames.

#[cfg(feature = "http")]
mod http;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tls")]
mod untrusted;

use std::io;

#[cfg(feature = "http")]
pub use http::{ProxyError, TunnelError};
#[cfg(feature = "tls")]
pub use tls::TlsError;
#[cfg(feature = "tls")]
pub use untrusted::{Fault, Untrusted};

/// Why there is no way to the frames: a name is unknown, or a layer between the TCP connection and
/// the frames failed.
///
/// Streams carry it inside an [`io::Error`], from where
/// [`Error::Transport`](crate::Error::Transport) takes it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// This build of the library cannot speak so.
    #[error("this program has no {what}: tp-net was built without its feature `{feature}`")]
    NotBuiltIn {
        /// What is missing.
        what: &'static str,
        /// The cargo feature that has it.
        feature: &'static str,
    },
    /// There is no tunnel: the server or the proxy answers otherwise.
    #[cfg(feature = "http")]
    #[error(transparent)]
    Tunnel(#[from] TunnelError),
    /// What the environment says of proxies cannot be used.
    #[cfg(feature = "http")]
    #[error("the environment variable {variable} cannot be used: {source}")]
    Proxy {
        /// The variable, in small letters.
        variable: &'static str,
        /// What is wrong with it.
        r#source: ProxyError,
    },
    /// There is no connection to the proxy.
    #[cfg(feature = "http")]
    #[error("no connection to the proxy {proxy}: {source}")]
    NoProxy {
        /// Its host and port.
        proxy: String,
        /// What the operating system said.
        r#source: io::Error,
    },
    /// The name of the server or of a proxy cannot be looked up.
    #[error("the name of {peer} cannot be looked up: {source}")]
    Lookup {
        /// Whose, such as `"the server game.example:6923"`.
        peer: String,
        /// What the operating system said.
        r#source: io::Error,
    },
    /// The connection ended, or time ran out, before a layer was set up.
    #[error("{}", interrupted(.peer, .during, .source))]
    Interrupted {
        /// Who was to answer, such as `"the proxy proxy.example:3128"`.
        peer: String,
        /// What was being done, such as "TLS handshake".
        during: &'static str,
        /// What the operating system said.
        r#source: io::Error,
    },
    /// TLS failed, or the server is not trusted.
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl TransportError {
    /// Returns `true` if time ran out.
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Self::Interrupted { source, .. } | Self::Lookup { source, .. } => {
                source.kind() == io::ErrorKind::TimedOut
            }
            #[cfg(feature = "http")]
            Self::NoProxy { source, .. } => source.kind() == io::ErrorKind::TimedOut,
            _ => false,
        }
    }

    /// Returns `true` if another attempt may go better.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Lookup { .. } | Self::Interrupted { .. } => true,
            #[cfg(feature = "http")]
            Self::NoProxy { .. } => true,
            // A gateway says so of a server that is not there.
            #[cfg(feature = "http")]
            Self::Tunnel(TunnelError::Refused { code, .. }) => *code >= 500,
            _ => false,
        }
    }

    /// The one that an error of a stream carries, if it does.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

fn interrupted(peer: &str, during: &str, source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::TimedOut => format!("{peer} is silent during the {during}: {source}"),
        _ => format!("{peer} ended the connection during the {during}: {source}"),
    }
}

/// What a peer said, in quotes. What would move a cursor is escaped already; to escape it once
/// more would show what nobody said.
#[cfg(any(feature = "http", feature = "tls"))]
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\\\""))
}

impl From<TransportError> for io::Error {
    fn from(error: TransportError) -> Self {
        Self::other(error)
    }
}
