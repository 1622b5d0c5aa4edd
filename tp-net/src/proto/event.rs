//! What a connection reports.

use std::time::Duration;

use tp_frames::{EncodeError, FramingError, RawFrame, TpString};

use super::{Answer, RequestId};
use crate::error::Error;

/// Something that happened on a connection.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The answer to a request, of which no more will come.
    Answered {
        /// Which request.
        request: RequestId,
        /// All of it.
        answer: Answer,
    },
    /// A frame that nobody asked for, sequence number 0.
    Asynchronous(RawFrame),
    /// A frame whose request is not outstanding: it came late, twice, or is made up. Noise.
    Stray(RawFrame),
    /// Nothing more will come on this connection. Requests that were sent are complete before
    /// this; those that were not can be had back with
    /// [`Connection::take_unsent`](super::Connection::take_unsent).
    Closed(Closed),
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Completion {
    /// One frame came, without a group around it.
    Single,
    /// A whole group came, perhaps an empty one.
    Group {
        /// How many frames it had.
        count: u32,
    },
    /// The server went on to a later request before the group was whole.
    Incomplete {
        /// How many frames were announced.
        announced: u32,
        /// How many came.
        got: u32,
    },
    /// The server went on, or let time pass, without an answer to a request that servers are
    /// known not to answer. That is fine.
    Silent,
    /// Nothing came for this long.
    TimedOut {
        /// How long the request had waited.
        after: Duration,
    },
    /// The answer passed the limit on the bytes of one answer.
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The request was never sent: it cannot be encoded for this connection.
    Unsendable(EncodeError),
    /// The connection ended first. What the peer has made of the request is not known.
    Closed,
    /// The connection ended before all of the request was written: the peer cannot have acted on
    /// it.
    NotSent,
}

/// Why a connection is over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closed {
    /// The peer ended it between two frames.
    Ended,
    /// The peer ended it inside a frame.
    EndedInsideFrame,
    /// The peer sent something that is no frame; this is what.
    NotTp(TpString),
    /// The peer sent a frame that cannot be taken.
    Framing(FramingError),
}

impl From<Closed> for Error {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Ended => Self::Disconnected(None),
            Closed::EndedInsideFrame => {
                let kind = std::io::ErrorKind::UnexpectedEof;
                let cause = std::io::Error::new(kind, "the peer hung up inside a frame");
                Self::Disconnected(Some(cause.into()))
            }
            Closed::NotTp(text) => Self::NotTp(text),
            Closed::Framing(error) => Self::Framing(error),
        }
    }
}
