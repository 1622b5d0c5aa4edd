//! One exact packet, and its typed answer.

use tp_frames::game::SetFiltersFilter;
use tp_frames::{DecodeOptions, RawFrame, Request, Version};

use super::batches::BatchResult;
use super::session_handle::PendingReply;
use super::{ReplyFrames, SessionHandle, single};
use crate::error::Error;
use crate::proto::{Completion, Outgoing};

impl SessionHandle {
    pub(crate) fn decode_options(&self) -> DecodeOptions {
        self.lock().session.options().settings.decode
    }

    /// The version of the connection, if it has the request.
    ///
    /// # Errors
    ///
    /// [`Error::NotInVersion`], before anything is sent.
    pub(super) async fn require<R: Request>(&self) -> Result<Version, Error> {
        let version = self.version().await?;
        if R::is_in(version) {
            return Ok(version);
        }
        Err(Error::NotInVersion {
            what: R::NAME,
            version,
        })
    }

    /// Sends a request, without waiting.
    pub(super) fn begin<R: Request>(&self, request: R) -> PendingReply {
        self.send(Outgoing::new(request))
    }

    /// As [`begin`](Self::begin), for a request that comes from the user.
    async fn begin_exactly<R: Request>(&self, request: R) -> Result<PendingReply, Error> {
        self.require::<R>().await?;
        let outgoing = Outgoing::new(request);
        // Once a server has taken a filter it cannot be turned off again.
        let known = |filter: &_| *filter == SetFiltersFilter::FILTER_PADDING;
        if !outgoing.filters.iter().all(known) {
            return Err(Error::Unsupported("filters other than padding"));
        }
        let pending = self.send(outgoing);
        self.mark_all_sent();
        Ok(pending)
    }

    /// The one answer to a packet.
    pub(super) async fn one<R: Request>(&self, request: R) -> Result<R::Reply, Error> {
        self.require::<R>().await?;
        let frame = self.begin(request).await?.one()?;
        single::<R>(&frame, &self.decode_options())
    }

    /// The one answer to a packet that is the last of its operation.
    pub(super) async fn last<R: Request>(&self, request: R) -> Result<R::Reply, Error> {
        self.require::<R>().await?;
        let pending = self.begin(request);
        self.mark_all_sent();
        single::<R>(&pending.await?.one()?, &self.decode_options())
    }

    /// The one answer to an exact packet.
    pub(crate) async fn request<R: Request>(self, request: R) -> Result<R::Reply, Error> {
        let frame = self.begin_exactly(request).await?.await?.one()?;
        single::<R>(&frame, &self.decode_options())
    }

    /// The answers to an exact packet that asks for several things.
    pub(crate) async fn request_many<R: Request>(
        self,
        request: R,
    ) -> Result<BatchResult<R::Reply>, Error> {
        let answer = self.begin_exactly(request).await?.await?;
        if let Some(refusal) = answer.refused_whole() {
            return Err(refusal);
        }
        self.read_many::<R>(answer)
    }

    /// Each frame of an answer as what answers `R`.
    pub(super) fn read_many<R: Request>(
        &self,
        answer: ReplyFrames,
    ) -> Result<BatchResult<R::Reply>, Error> {
        let options = self.decode_options();
        let read = |frame: RawFrame| single::<R>(&frame, &options);
        Ok(answer
            .many()?
            .into_iter()
            .map(|frame| frame.and_then(read))
            .collect())
    }
}

impl ReplyFrames {
    /// The refusal of the request as a whole, if that is what came.
    pub(super) fn refused_whole(&self) -> Option<Error> {
        let [frame] = self.frames.as_slice() else {
            return None;
        };
        let whole = self.completion == Completion::Single && Error::is_fail(frame);
        whole.then(|| Error::from_fail(frame))
    }
}
