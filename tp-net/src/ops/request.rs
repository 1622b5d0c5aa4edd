//! One exact packet of one version, and its typed answer.

use tp_frames::{DecodeOptions, RawFrame, Request, tp04};

use super::batches::BatchResult;
use super::session_handle::PendingReply;
use super::{ReplyFrames, SessionHandle, single};
use crate::error::Error;
use crate::proto::{Completion, Outgoing};

impl SessionHandle {
    pub(crate) fn decode_options(&self) -> DecodeOptions {
        self.lock().session.options().settings.decode
    }

    /// Sends a packet of the connection's version, without waiting.
    ///
    /// # Errors
    ///
    /// A string or list is too long.
    pub(super) fn begin<R: Request + 'static>(&self, request: &R) -> Result<PendingReply, Error> {
        Ok(self.send(Outgoing::new(request)?))
    }

    /// As [`begin`](Self::begin), once the version is known to be the packet's own.
    async fn begin_exactly<R: Request + 'static>(
        &self,
        request: &R,
    ) -> Result<PendingReply, Error> {
        let connection = self.version().await?;
        if connection != R::VERSION {
            return Err(Error::WrongVersion {
                connection,
                request: R::VERSION,
            });
        }
        let outgoing = Outgoing::new(request)?;
        // Once a server has taken a filter it cannot be turned off again.
        let known = |filter: &_| *filter == tp04::SetFiltersFilter::FILTER_PADDING;
        if !outgoing.filters.iter().all(known) {
            return Err(Error::Unsupported("filters other than padding"));
        }
        let pending = self.send(outgoing);
        self.mark_all_sent();
        Ok(pending)
    }

    /// The one answer to a packet.
    pub(super) async fn one<R: Request + 'static>(&self, request: R) -> Result<R::Reply, Error> {
        let frame = self.begin(&request)?.await?.one()?;
        single::<R>(&frame, &self.decode_options())
    }

    /// The one answer to a packet that is the last of its operation.
    pub(super) async fn last<R: Request + 'static>(&self, request: R) -> Result<R::Reply, Error> {
        let pending = self.begin(&request)?;
        self.mark_all_sent();
        single::<R>(&pending.await?.one()?, &self.decode_options())
    }

    /// The one answer to an exact packet.
    pub(crate) async fn request<R: Request + 'static>(self, request: R) -> Result<R::Reply, Error> {
        let frame = self.begin_exactly(&request).await?.await?.one()?;
        single::<R>(&frame, &self.decode_options())
    }

    /// The answers to an exact packet that asks for several things.
    pub(crate) async fn request_many<R: Request + 'static>(
        self,
        request: R,
    ) -> Result<BatchResult<R::Reply>, Error> {
        let answer = self.begin_exactly(&request).await?.await?;
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
