//! From the frames of an answer to what was asked for.

use tp_frames::{DecodeOptions, Header, RawFrame, Reply, Request};

use super::entries::Entries;
use crate::error::Error;
use crate::proto::{Completion, Frames};

/// Everything that came in answer to one request.
#[derive(Debug)]
pub(crate) struct ReplyFrames {
    pub(crate) frames: Frames,
    pub(crate) completion: Completion,
    /// Which connection of the session they came on.
    pub(crate) connection: u64,
    /// Why the connection ended, if it did before the answer was whole.
    pub(crate) lost: Option<Error>,
}

impl ReplyFrames {
    /// What is wrong with the answer as a whole: nothing if all that was announced came.
    fn fault(&self) -> Option<Error> {
        match &self.completion {
            Completion::Single | Completion::Group { .. } | Completion::Silent => None,
            Completion::Incomplete { announced, got } => Some(Error::Incomplete {
                announced: *announced,
                got: *got,
            }),
            Completion::TimedOut { after } => Some(Error::Timeout(*after)),
            Completion::TooMany { announced, most } => Some(Error::TooMany {
                announced: *announced,
                most: *most,
            }),
            Completion::TooLarge { limit } => Some(Error::TooLarge { limit: *limit }),
            Completion::Unsendable(error) => Some(Error::Encode(error.clone())),
            Completion::Closed | Completion::NotSent => {
                Some(self.lost.clone().unwrap_or(Error::Disconnected(None)))
            }
        }
    }

    /// The one frame that answers, whether a group of one or alone.
    ///
    /// # Errors
    ///
    /// The answer is not whole, or a group of none or of several.
    pub(crate) fn one(mut self) -> Result<RawFrame, Error> {
        match (&self.completion, self.frames.pop()) {
            (Completion::Single | Completion::Group { count: 1 }, Some(frame)) => Ok(frame),
            (Completion::Group { count }, _) => Err(Error::Group(*count)),
            (Completion::TooMany { announced, .. }, _) => Err(Error::Group(*announced)),
            _ => Err(self.fault().unwrap_or(Error::Group(0))),
        }
    }

    /// All frames that answer, of which there may be none.
    ///
    /// # Errors
    ///
    /// The answer is not whole.
    pub(super) fn all(self) -> Result<Frames, Error> {
        self.fault().map_or(Ok(self.frames), Err)
    }

    /// Puts into `entries` what each frame says as an answer to `R`, as `read` makes it of that. If
    /// fewer came than were announced, the last entry says why.
    ///
    /// # Errors
    ///
    /// Nothing came, or what came takes too much memory.
    pub(super) fn read_into<R: Request, T>(
        self,
        entries: &mut Entries<T>,
        options: &DecodeOptions,
        read: impl Fn(R::Reply) -> T,
    ) -> Result<(), Error> {
        let fault = self.fault();
        if let Some(fault) = fault.as_ref().filter(|_| self.frames.is_empty()) {
            return Err(fault.clone());
        }
        entries.reserve(self.frames.len().saturating_add(fault.iter().count()));
        // Each frame is let go before the next is read.
        for frame in self.frames {
            let bytes = frame.body.len().saturating_add(Header::SIZE);
            entries.push(single::<R>(&frame, options).map(&read), bytes)?;
        }
        fault.map_or(Ok(()), |fault| entries.push_missing(&fault))
    }
}

/// Reads one frame as what answers `R`.
///
/// # Errors
///
/// It is a Fail, malformed, or no answer to `R`.
pub(crate) fn single<R: Request>(
    frame: &RawFrame,
    options: &DecodeOptions,
) -> Result<R::Reply, Error> {
    if Error::is_fail(frame) {
        return Err(Error::from_fail(frame));
    }
    let got = frame.header.r#type;
    let options = options.padded(frame.padded);
    R::Reply::decode_reply(frame.header.version, got, &frame.body, &options)?
        .ok_or_else(|| unexpected::<R>(got))
}

pub(super) fn unexpected<R: Request>(got: u32) -> Error {
    Error::Unexpected {
        request: R::NAME,
        got,
    }
}
