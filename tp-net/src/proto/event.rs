//! What a connection reports.

use std::time::Duration;

use tp_frames::{FramingError, RawFrame, TpString};

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
    /// The peer did not say in time whether frames are padded, so that nobody knows how it reads what
    /// would be sent next.
    PaddingUnknown {
        /// How long that was waited for.
        after: Duration,
    },
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
            Closed::PaddingUnknown { after } => Self::PaddingUnknown(after),
        }
    }
}
