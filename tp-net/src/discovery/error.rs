//! Why games cannot be found or announced.

use std::io;
use std::sync::Arc;

use tp_frames::{DecodeError, FramingError, TpString};

use crate::model::Refusal;

/// Why a game cannot be found or announced. Cheap to clone.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A metaserver's URL cannot be used.
    #[error("{url:?} is no URL of a metaserver: {reason}; give http://HOST[:PORT][/PATH]")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The metaserver does not answer as a web server does.
    #[error("the metaserver at {url} cannot be reached: {source}")]
    Unreachable {
        /// Its URL.
        url: Arc<str>,
        /// What went wrong.
        source: Arc<io::Error>,
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
    Framing(#[from] FramingError),
    /// A frame of the answer is not what its type says.
    #[error("the answer of the metaserver is malformed: {0}")]
    Malformed(#[from] DecodeError),
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
        #[source]
        Arc<io::Error>,
    ),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::System(Arc::new(error))
    }
}
