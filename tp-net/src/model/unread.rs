//! Parameters that could not be read.

use tp_frames::Stopped;

/// Parameters do not fit their description; they stay as the bytes they were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the parameters do not fit their description: {reason}")]
pub struct UnreadParameters {
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error(transparent)]
    Stopped(Stopped),
    #[error("{0} bytes are left over")]
    Leftover(usize),
    #[error("they came in a version without such descriptions")]
    Version,
}

impl UnreadParameters {
    pub(super) fn new<S>(decoded: &tp_frames::DecodedParameters<'_, S>) -> Self {
        let reason = match &decoded.stopped {
            Some(stopped) => Reason::Stopped(stopped.clone()),
            None => Reason::Leftover(decoded.leftover.len()),
        };
        Self { reason }
    }

    pub(super) fn wrong_description(wanted: u32, got: u32) -> Self {
        Self {
            reason: Reason::Stopped(Stopped::WrongDescription { wanted, got }),
        }
    }

    pub(super) fn version() -> Self {
        Self {
            reason: Reason::Version,
        }
    }

    /// Where and why reading stopped; nothing if all parameters were read and bytes are left.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stopped> {
        match &self.reason {
            Reason::Stopped(stopped) => Some(stopped),
            Reason::Leftover(_) | Reason::Version => None,
        }
    }
}
