//! What comes in answer to a request.

use smallvec::SmallVec;
use tp_frames::RawFrame;

use super::Completion;

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
