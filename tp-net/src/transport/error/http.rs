//! What goes wrong on the way through HTTP.

use super::quoted;
use crate::transport::UrlError;

/// Why there is no tunnel.
///
/// `peer` is who answered, such as `"the proxy proxy.example:3128"`; `status` is the first line of
/// the answer. What would move a cursor is escaped in both, and so it is in `location` and `text`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TunnelError {
    /// The proxy wants a name and a password, or others (status 407).
    #[error(
        "{peer} wants a name and a password, and it answered {}; \
         they stand in the proxy's URL, as in http://NAME:PASSWORD@HOST:PORT",
        quoted(.status)
    )]
    ProxyLogin {
        /// Who answered.
        peer: String,
        /// What.
        status: String,
    },
    /// The request is to be sent elsewhere (status 300 to 399). That is not followed: a game
    /// does not move so.
    #[error(
        "{peer} sends elsewhere{}, and it answered {}",
        shown_location(.location.as_deref()),
        quoted(.status)
    )]
    Elsewhere {
        /// Who answered.
        peer: String,
        /// What.
        status: String,
        /// Where to, if it said so.
        location: Option<String>,
    },
    /// The answer is no (any other status than success).
    #[error("{peer} refuses the tunnel, and it answered {}", quoted(.status))]
    Refused {
        /// Who answered.
        peer: String,
        /// The number in it.
        code: u16,
        /// What.
        status: String,
    },
    /// The answer is not HTTP/1.
    #[error("{peer} does not speak HTTP; it sent {}", quoted(.text))]
    NotHttp {
        /// Who answered.
        peer: String,
        /// How the answer begins.
        text: String,
    },
    /// Whoever stands in between may read the answer in another way: its lines end differently, a
    /// control character is in one, or it says more than once how long it is.
    #[error("{peer} gave an answer that can be read in two ways, {}", quoted(.status))]
    Ambiguous {
        /// Who answered.
        peer: String,
        /// What.
        status: String,
    },
    /// The head of the answer has no end.
    #[error("{peer} sends more than {limit} bytes or {headers} headers before a tunnel")]
    TooLong {
        /// Who answered.
        peer: String,
        /// Bytes allowed.
        limit: usize,
        /// Headers allowed.
        headers: usize,
    },
}

fn shown_location(location: Option<&str>) -> String {
    location.map(|to| format!(", to {to}")).unwrap_or_default()
}

/// Why a proxy's URL cannot be used. No password is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// It is of another kind.
    #[error("no such kind of proxy: {0:?}; there is http")]
    Scheme(
        /// What stands before `://`.
        String,
    ),
    /// It cannot be read.
    #[error(transparent)]
    Url(#[from] UrlError),
}
