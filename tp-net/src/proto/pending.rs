//! One request that was sent, and how far its answer has come.

use std::time::{Duration, Instant};

use tp_frames::game::Sequence;
use tp_frames::{Packet, RawFrame};

use super::request::Kind;
use super::{Answer, Completion, Frames, RequestId};

/// A request on its way.
#[derive(Debug)]
pub(super) struct Pending {
    /// None for pings that the connection sends for itself.
    pub(super) request: Option<RequestId>,
    pub(super) sequence: u32,
    /// How many bytes must have been written, all before it included, for the peer to have it whole.
    pub(super) end: u64,
    /// When it was asked, or written to its end.
    pub(super) sent: Instant,
    pub(super) kind: Kind,
    /// How many frames can answer it.
    most: u32,
    progress: Progress,
    /// Nobody wants the frames of a group.
    is_forgotten: bool,
}

#[derive(Debug)]
enum Progress {
    Waiting,
    Group {
        announced: u32,
        got: u32,
        frames: Vec<RawFrame>,
        /// Bytes of all that had come on the connection when it began.
        since: u64,
    },
}

/// What came, and what may come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    /// Bytes of memory of all frames that ever came on the connection.
    pub(super) bytes: u64,
    /// How many of them one answer may take.
    pub(super) limit: usize,
}

impl Pending {
    pub(super) fn new(
        request: Option<RequestId>,
        sequence: u32,
        end: u64,
        sent: Instant,
        kind: Kind,
        most: u32,
    ) -> Self {
        Self {
            request,
            sequence,
            end,
            sent,
            kind,
            most,
            progress: Progress::Waiting,
            is_forgotten: false,
        }
    }

    /// Takes a frame, and gives the answer if that has ended with it.
    pub(super) fn take(&mut self, frame: RawFrame, received: Received) -> Option<Answer> {
        let Received { bytes, limit } = received;
        match &mut self.progress {
            Progress::Waiting => match group_size(&frame) {
                Some(0) => Some(Answer::none(Completion::Group { count: 0 })),
                Some(announced) if announced > self.most => {
                    let most = self.most;
                    Some(Answer::none(Completion::TooMany { announced, most }))
                }
                Some(announced) => {
                    self.progress = Progress::Group {
                        announced,
                        got: 0,
                        frames: Vec::new(),
                        since: bytes,
                    };
                    None
                }
                None if frame_bytes(&frame) > limit => {
                    Some(Answer::none(Completion::TooLarge { limit }))
                }
                None => Some(Answer {
                    frames: Frames::from_buf([frame]),
                    completion: Completion::Single,
                }),
            },
            Progress::Group {
                announced,
                got,
                frames,
                since,
            } => {
                // Frames share the memory that they came in with whatever came between them.
                if bytes.saturating_sub(*since) > as_u64(limit) {
                    return Some(self.ended(Completion::TooLarge { limit }));
                }
                *got = got.saturating_add(1);
                if !self.is_forgotten {
                    frames.push(frame);
                }
                let count = *announced;
                (*got >= count).then(|| self.ended(Completion::Group { count }))
            }
        }
    }

    /// The answer ends so; what has come of it belongs to it.
    pub(super) fn ended(&mut self, completion: Completion) -> Answer {
        let frames = match &mut self.progress {
            Progress::Group { frames, .. } => std::mem::take(frames).into(),
            Progress::Waiting => Frames::new(),
        };
        Answer { frames, completion }
    }

    /// Nobody wants the answer any more: a group is not kept until it is whole.
    pub(super) fn forget(&mut self) {
        self.is_forgotten = true;
        if let Progress::Group { frames, .. } = &mut self.progress {
            *frames = Vec::new();
        }
    }

    /// Returns `true` if a group has begun.
    pub(super) fn is_in_group(&self) -> bool {
        matches!(self.progress, Progress::Group { .. })
    }

    /// How the answer ends when the server has gone on to a later request; `None` if it may
    /// still come.
    pub(super) fn superseded(&self) -> Option<Completion> {
        match self.progress {
            Progress::Group { announced, got, .. } => {
                Some(Completion::Incomplete { announced, got })
            }
            Progress::Waiting if self.kind.may_stay_silent => Some(Completion::Silent),
            Progress::Waiting => None,
        }
    }

    /// When waiting ends, if the connection last moved for it at `progress`.
    pub(super) fn expiry(
        &self,
        progress: Instant,
        reply_timeout: Option<Duration>,
    ) -> Option<Instant> {
        self.sent.max(progress).checked_add(reply_timeout?)
    }

    /// How the answer ends when waiting has ended.
    pub(super) fn expired(&self, now: Instant) -> Completion {
        match self.progress {
            Progress::Waiting if self.kind.may_stay_silent => Completion::Silent,
            _ => Completion::TimedOut {
                after: now.saturating_duration_since(self.sent),
            },
        }
    }
}

/// Bytes of memory that a frame takes: bodies may be empty.
pub(super) fn frame_bytes(frame: &RawFrame) -> usize {
    frame.body.len().saturating_add(size_of::<RawFrame>())
}

pub(super) fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// How many frames a Sequence frame announces. One too short to say is an answer like any other,
/// and found malformed by whoever decodes it.
fn group_size(frame: &RawFrame) -> Option<u32> {
    if frame.header.r#type != Sequence::TYPE {
        return None;
    }
    let (sequence, _) = Sequence::decode(frame.header.version, &frame.body).ok()?;
    Some(sequence.number)
}
