//! Parameters that could not be decoded.

use tp_frames::{DecodedParameters, ParameterError};

/// Parameters do not fit their description; they stay as the bytes they were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the parameters do not fit their description: {reason}")]
pub struct UndecodedParameters {
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error(transparent)]
    Stopped(ParameterError),
    #[error("{0} bytes are left over")]
    Leftover(usize),
}

impl UndecodedParameters {
    /// The values, if all of them were decoded and nothing is left over.
    pub(super) fn check<S>(decoded: DecodedParameters<'_, S>) -> Result<Vec<S>, Self> {
        let reason = match (decoded.stopped, decoded.leftover.len()) {
            (Some(stopped), _) => Reason::Stopped(stopped),
            (None, 0) => return Ok(decoded.values),
            (None, leftover) => Reason::Leftover(leftover),
        };
        Err(Self { reason })
    }

    /// Where and why decoding stopped; `None` if all parameters were decoded and bytes are left.
    #[must_use]
    pub fn stopped(&self) -> Option<&ParameterError> {
        match &self.reason {
            Reason::Stopped(stopped) => Some(stopped),
            Reason::Leftover(_) => None,
        }
    }
}
