//! One exact packet, and its typed answer.

use tp_frames::game::{Frame, Okay, PACKETS, SetFiltersFilter};
use tp_frames::{AnyFrame as _, RawFrame, Request, TpString, Version};

use super::batches::BatchResult;
use super::entries::Entries;
use super::session_handle::PendingReply;
use super::{ReplyFrames, SessionHandle, single};
use crate::error::Error;
use crate::proto::{Completion, Outgoing, filters};

impl SessionHandle {
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

    /// As [`begin`](Self::begin), for the last request of an operation.
    pub(super) async fn begin_last<R: Request>(&self, request: R) -> Result<PendingReply, Error> {
        self.require::<R>().await?;
        only_padding(filters(&request).unwrap_or_default())?;
        let pending = self.begin(request);
        self.mark_all_sent();
        Ok(pending)
    }

    /// The one answer to a packet.
    pub(super) async fn one<R: Request>(&self, request: R) -> Result<R::Reply, Error> {
        self.require::<R>().await?;
        let pending = self.begin(request);
        self.answer::<R>(pending).await
    }

    /// The one answer to a packet that is the last of its operation.
    pub(super) async fn last<R: Request>(&self, request: R) -> Result<R::Reply, Error> {
        let pending = self.begin_last(request).await?;
        self.answer::<R>(pending).await
    }

    /// The one answer to a packet that was sent.
    pub(super) async fn answer<R: Request>(&self, sent: PendingReply) -> Result<R::Reply, Error> {
        let frame = sent.await?.one()?;
        single::<R>(&frame, &self.decode_options())
    }

    /// The one answer to an exact packet.
    pub(crate) async fn request<R: Request>(self, request: R) -> Result<R::Reply, Error> {
        self.last(request).await
    }

    /// What the server says to a packet that is answered with words.
    pub(crate) async fn okay<R>(self, request: R) -> Result<TpString, Error>
    where
        R: Request<Reply = Okay>,
    {
        Ok(self.last(request).await?.result)
    }

    /// The answers to an exact packet that asks for several things.
    pub(crate) async fn request_many<R: Request>(
        self,
        request: R,
    ) -> Result<BatchResult<R::Reply>, Error> {
        self.many(request, |reply| reply).await
    }

    /// All frames that answer a packet of which only the program that runs knows which.
    pub(crate) async fn request_frame(self, frame: Frame) -> Result<Vec<Frame>, Error> {
        let version = self.version().await?;
        let (r#type, what) = (frame.frame_type(), frame.name());
        let packet = PACKETS.iter().find(|it| it.r#type == r#type);
        if !packet.is_some_and(|it| it.is_in(version)) {
            return Err(Error::NotInVersion { what, version });
        }
        match &frame {
            // What they change the client has to know.
            Frame::Connect(_) | Frame::Login(_) => {
                return Err(Error::Unsupported("Connect and Login among other requests"));
            }
            Frame::SetFilters(it) => only_padding(&it.filters)?,
            _ => {}
        }
        let outgoing = Outgoing::of_frame(frame);
        let outgoing = outgoing.ok_or(Error::Unsupported("packets that nobody answers"))?;
        let pending = self.send(outgoing);
        self.mark_all_sent();
        let options = self.decode_options();
        let decoded =
            |raw: &RawFrame| -> Result<Frame, Error> { Ok(Frame::decode(raw, &options)?.0) };
        pending.await?.all()?.iter().map(decoded).collect()
    }

    /// As [`request_many`](Self::request_many), of whose answers `read` makes something else.
    pub(super) async fn many<R: Request, T>(
        &self,
        request: R,
        read: impl Fn(R::Reply) -> T,
    ) -> Result<BatchResult<T>, Error> {
        let answer = self.begin_last(request).await?.await?;
        if let Some(refusal) = answer.refused_whole() {
            return Err(refusal);
        }
        let mut entries = Entries::new();
        answer.read_into::<R, _>(&mut entries, &self.decode_options(), read)?;
        Ok(entries.into_vec())
    }
}

/// Whether these filters can be asked for: once a server has taken one, it cannot be turned off again.
fn only_padding(filters: &[SetFiltersFilter]) -> Result<(), Error> {
    let known = |filter: &_| *filter == SetFiltersFilter::FILTER_PADDING;
    match filters.iter().all(known) {
        true => Ok(()),
        false => Err(Error::Unsupported("filters other than padding")),
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
