//! What can go wrong with a server.

use std::io;

use tp_frames::EncodeError;

use super::TypeError;

/// A server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// It cannot listen there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: String,
        /// Why not.
        r#source: io::Error,
    },
    /// A listener is to take nothing.
    #[error("a listener takes no kind of connection")]
    NoTransport,
    /// A listener is to take TLS, and there is no certificate.
    #[cfg(feature = "tls")]
    #[error("a listener is to take TLS, but the server has no certificate")]
    NoIdentity,
    /// Two [commands](super::admin::Command) have the same name.
    #[error("there are two commands of the name {name:?}")]
    DuplicateCommand {
        /// Their name.
        name: String,
    },
    /// The types that the handler declares are no good.
    #[error(transparent)]
    Types(#[from] TypeError),
    /// It was told of no place to listen on.
    #[error("there is nothing to listen on")]
    NothingToListenOn,
}

/// A frame cannot be sent to a client that did not ask for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The connection has ended.
    #[error("the connection has ended")]
    Closed,
    /// The client does not read, and what waits for it is as much as
    /// [`Limits::bytes_sent`](super::Limits::bytes_sent) allows. The frame was dropped.
    #[error("the client does not read, the frame was dropped")]
    Full,
    /// The frame is too large, or the client's version has no such packet.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}
