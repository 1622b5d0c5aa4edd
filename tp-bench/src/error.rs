//! Why there is no load.

use crate::mix::MixError;

/// Why a load could not begin. What goes wrong later is in the [`Report`](crate::Report).
///
/// Its text is the whole story in one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first connection could not be made: nobody is there, or the server refuses.
    #[error("{0}")]
    Connecting(tp_net::Error),
    /// The first connection could not log in.
    #[error("{0}")]
    LoggingIn(tp_net::Error),
    /// The server does not tell what is needed to ask for.
    #[error("{0}")]
    Asking(tp_net::Error),
    /// The mix asks for objects, and the player sees none.
    #[error("there are no objects to ask for")]
    NoObjects,
    /// The first connection was made, and a later one was not.
    #[error("connection {number} of {all}: {source}")]
    Connection {
        /// Which one, from 1.
        number: usize,
        /// How many there were to be.
        all: usize,
        /// Why not.
        source: tp_net::Error,
    },
    /// A number is out of its range.
    #[error("{what} is {value}, and has to be from 1 to {most}")]
    OutOfRange {
        /// What the number is of.
        what: &'static str,
        /// The number.
        value: u64,
        /// The largest that is allowed.
        most: u64,
    },
    /// The mix cannot be read, or has nothing in it.
    #[error(transparent)]
    Mix(#[from] MixError),
    /// The URL cannot be read.
    #[error(transparent)]
    Url(tp_net::Error),
}
