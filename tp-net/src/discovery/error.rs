//! Why games cannot be found or announced.

use std::io;
use std::sync::Arc;

use tp_frames::{DecodeError, FramingError, TpString};

use crate::model::Refusal;
#[cfg(feature = "metaserver")]
use crate::transport::TransportError;

/// Why a game cannot be found or announced. Cheap to clone.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A metaserver's URL cannot be used. Nothing of it is told, as there may be a password in it.
    #[error("this is no URL of a metaserver: {reason}; give http://HOST[:PORT][/PATH]")]
    Url {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The proxy to a metaserver, which the environment names, cannot be used.
    #[cfg(feature = "metaserver")]
    #[error(transparent)]
    Proxy(Arc<TransportError>),
    /// The metaserver does not answer as a web server does.
    #[error("the metaserver at {url} cannot be reached{}: {source}", by_way_of(.proxy.as_deref()))]
    Unreachable {
        /// Its URL.
        url: Arc<str>,
        /// Host and port of the proxy that it was to be reached through, if there is one.
        proxy: Option<Arc<str>>,
        /// What went wrong.
        r#source: Arc<io::Error>,
    },
    /// There is a web server, and it does not let us.
    #[error("the web server at {url} answers with status {status}; is this the metaserver's path?")]
    Status {
        /// Its URL.
        url: Arc<str>,
        /// The status, of HTTP.
        status: u16,
    },
    /// The answer is larger than a list of games can be.
    #[error("the answer of the metaserver is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The answer has more games than a browser knows at once.
    #[error("the answer of the metaserver has more than {limit} games")]
    TooManyGames {
        /// Games allowed.
        limit: usize,
    },
    /// The answer is something else than frames.
    #[error("the answer of the metaserver is no list of games: {0:?}")]
    NotFrames(
        /// How it starts.
        TpString,
    ),
    /// The answer ends within a frame.
    #[error("the answer of the metaserver is cut off")]
    Truncated,
    /// The answer has fewer games than it says.
    #[error("the metaserver announced {announced} games and gave {got}")]
    Incomplete {
        /// How many it announced.
        announced: u32,
        /// How many came.
        got: usize,
    },
    /// The metaserver says no.
    #[error("the metaserver: {0}")]
    Refused(Refusal),
    /// The answer cannot be split into frames.
    #[error("the answer of the metaserver is malformed: {0}")]
    Framing(FramingError),
    /// A frame of the answer is not what its type says.
    #[error("the answer of the metaserver is malformed: {0}")]
    Malformed(DecodeError),
    /// The answer holds a frame that has no place there.
    #[error("the metaserver answered with frame type {0}, which is no answer")]
    Unexpected(
        /// Frame type that came.
        u32,
    ),
    /// There is nothing to announce, as the game has no connection that can be.
    #[error(
        "the game has no connection of a type that can be announced: tp, tps, tp+http, tp+https"
    )]
    NothingToAnnounce,
    /// The responder or browser of the local network failed.
    #[error("zeroconf: {0}")]
    Zeroconf(
        /// What it says.
        Arc<str>,
    ),
    /// The system gives no thread, no random numbers, or the like.
    #[error("the system: {0}")]
    System(
        /// What it says.
        Arc<io::Error>,
    ),
}

impl From<FramingError> for Error {
    fn from(error: FramingError) -> Self {
        Self::Framing(error)
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::System(Arc::new(error))
    }
}

fn by_way_of(proxy: Option<&str>) -> String {
    proxy
        .map(|proxy| format!(" through the proxy {proxy}"))
        .unwrap_or_default()
}
