//! What comes in answer to a request.

use std::time::Duration;

use smallvec::SmallVec;
use tp_frames::{EncodeError, RawFrame};

/// The frames of one answer. Most have one, which needs no memory of its own.
pub(crate) type Frames = SmallVec<[RawFrame; 1]>;

/// Everything that came in answer to one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub(crate) frames: Frames,
    pub(crate) completion: Completion,
}

impl Answer {
    /// No frame came.
    pub(crate) fn none(completion: Completion) -> Self {
        let frames = Frames::new();
        Self { frames, completion }
    }

    /// The frames, as far as they came; the `Sequence` frame in front of a group is not among
    /// them. A Fail is a frame like any other here.
    #[must_use]
    pub fn frames(&self) -> &[RawFrame] {
        &self.frames
    }

    /// How it ended.
    #[must_use]
    pub fn completion(&self) -> &Completion {
        &self.completion
    }
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
    /// The server announced more frames than there can be in answer to this request. None of them
    /// is kept.
    TooMany {
        /// How many frames were announced.
        announced: u32,
        /// How many there can be.
        most: u32,
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
