//! What a reply is made of: a frame, in the version of the client.

use bytes::BytesMut;
use tp_frames::game::Frame;
use tp_frames::{AnyFrame, EncodeError, EncodeOptions, Packet};

use crate::model::{NotInVersion, Object, Order, Refusal};

/// How a client wants the frames of a reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplyContext {
    pub(super) options: EncodeOptions,
    pub(super) sequence: u32,
}

/// What a reply carries: something that can be said in the version of a client.
pub(super) trait ReplyPayload: Send {
    /// Appends the frame that says it.
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError>;
}

/// Why this client cannot be told something. It gets a refusal in its place.
#[derive(Debug)]
pub(super) enum ReplyError {
    NotInVersion(NotInVersion),
    Encode(EncodeError),
}

impl From<NotInVersion> for ReplyError {
    fn from(error: NotInVersion) -> Self {
        Self::NotInVersion(error)
    }
}

impl From<EncodeError> for ReplyError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<ReplyError> for Refusal {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::NotInVersion(error) => error.into(),
            ReplyError::Encode(error) => Self::unavailable_permanently(error.to_string()),
        }
    }
}

impl<P: Packet> ReplyPayload for P {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        Ok(self.encode_frame(context.options, context.sequence, out)?)
    }
}

impl ReplyPayload for Object {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let frame = self.into_frame(context.options.version())?;
        frame.encode(context, out)
    }
}

impl ReplyPayload for Order {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let frame = self.into_frame(context.options.version())?;
        frame.encode(context, out)
    }
}

impl ReplyPayload for Refusal {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let frame = self.into_frame(context.options.version());
        frame.encode(context, out)
    }
}

/// Whatever frame a handler answers.
pub(super) struct AnyReply(pub(super) Frame);

impl ReplyPayload for AnyReply {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        Ok(self
            .0
            .encode_frame(context.options, context.sequence, out)?)
    }
}
