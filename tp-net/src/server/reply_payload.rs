//! What a reply is made of: a frame in either version.

use std::convert::Infallible;

use bytes::BytesMut;
use tp_frames::{EncodeError, Packet, TpString, Version, tp03, tp04};

use super::request::ListKind;
use crate::model::{
    Board, Category, Component, Design, Features, Game, IdSequence, Inexpressible, Message, Object,
    ObjectDesc, Order, OrderDesc, OrderQueue, Player, Property, Refusal, Resource, TimeRemaining,
};

/// How a client wants the frames of a reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplyContext {
    pub(super) version: Version,
    pub(super) sequence: u32,
    /// Whether strings are padded.
    pub(super) padded: bool,
}

impl ReplyContext {
    /// Appends a frame.
    pub(super) fn write<P: Packet>(
        self,
        packet: &P,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        match self.padded {
            true => packet.encode_frame_padded(self.sequence, out),
            false => packet.encode_frame(self.sequence, out),
        }
    }
}

/// What a reply carries: something that can be said in the version of a client.
pub(super) trait ReplyPayload: Send {
    /// Appends the frame that says it.
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError>;
}

/// Why this client cannot be told something. It gets a refusal in its place.
#[derive(Debug)]
pub(super) enum ReplyError {
    Inexpressible(Inexpressible),
    Encode(EncodeError),
}

impl From<Inexpressible> for ReplyError {
    fn from(error: Inexpressible) -> Self {
        Self::Inexpressible(error)
    }
}

impl From<Infallible> for ReplyError {
    fn from(error: Infallible) -> Self {
        match error {}
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
            ReplyError::Inexpressible(error) => error.into(),
            ReplyError::Encode(error) => Self::unavailable_permanently(error.to_string()),
        }
    }
}

/// Encodes `model` as packet `P`.
fn put<M, P>(model: M, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError>
where
    M: TryInto<P>,
    P: Packet,
    ReplyError: From<M::Error>,
{
    let packet: P = model.try_into()?;
    Ok(context.write(&packet, out)?)
}

macro_rules! both {
    ($($model:ident as $packet:ident),* $(,)?) => {$(
        impl ReplyPayload for $model {
            fn encode(
                self,
                context: ReplyContext,
                out: &mut BytesMut,
            ) -> Result<(), ReplyError> {
                match context.version {
                    Version::TP03 => put::<_, tp03::$packet>(self, context, out),
                    _ => put::<_, tp04::$packet>(self, context, out),
                }
            }
        }
    )*};
}

both!(
    Board as Board,
    Category as Category,
    Component as Component,
    Design as Design,
    Features as Features,
    Game as Game,
    Message as Message,
    Object as Object,
    Order as Order,
    OrderDesc as OrderDesc,
    Player as Player,
    Property as Property,
    Refusal as Fail,
    Resource as Resource,
    TimeRemaining as TimeRemaining,
);

/// TP03 has no request for these, so nobody gets them who could not read them.
macro_rules! tp04_only {
    ($($model:ident),* $(,)?) => {$(
        impl ReplyPayload for $model {
            fn encode(
                self,
                context: ReplyContext,
                out: &mut BytesMut,
            ) -> Result<(), ReplyError> {
                put::<_, tp04::$model>(self, context, out)
            }
        }
    )*};
}

tp04_only!(ObjectDesc, OrderQueue);

/// `Okay`, with its text.
pub(super) struct Okay(pub(super) TpString);

/// `Redirect`, with its URL.
pub(super) struct Redirect(pub(super) TpString);

/// `Sequence`, with the number of frames that follow.
pub(super) struct Sequence(pub(super) u32);

/// `ObjectIDs`, `BoardIDs` and so on.
pub(super) struct Ids(pub(super) ListKind, pub(super) IdSequence);

impl ReplyPayload for Okay {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let result = self.0;
        match context.version {
            Version::TP03 => context.write(&tp03::Okay { result }, out)?,
            _ => context.write(&tp04::Okay { result }, out)?,
        }
        Ok(())
    }
}

impl ReplyPayload for Redirect {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let uri = self.0;
        match context.version {
            Version::TP03 => context.write(&tp03::Redirect { uri }, out)?,
            _ => context.write(&tp04::Redirect { uri }, out)?,
        }
        Ok(())
    }
}

impl ReplyPayload for Sequence {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let number = self.0;
        match context.version {
            Version::TP03 => context.write(&tp03::Sequence { number }, out)?,
            _ => context.write(&tp04::Sequence { number }, out)?,
        }
        Ok(())
    }
}

impl ReplyPayload for Ids {
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), ReplyError> {
        let Self(kind, ids) = self;
        match context.version {
            Version::TP03 => {
                let ids = tp03::IDSequence::from(ids);
                match kind {
                    ListKind::Object => context.write(&tp03::ObjectIDs::from(ids), out)?,
                    ListKind::OrderDesc => context.write(&tp03::OrderDescIDs::from(ids), out)?,
                    ListKind::Board => context.write(&tp03::BoardIDs::from(ids), out)?,
                    ListKind::Resource => context.write(&tp03::ResourceIDs::from(ids), out)?,
                    ListKind::Category => context.write(&tp03::CategoryIDs::from(ids), out)?,
                    ListKind::Design => context.write(&tp03::DesignIDs::from(ids), out)?,
                    ListKind::Component => context.write(&tp03::ComponentIDs::from(ids), out)?,
                    ListKind::Property => context.write(&tp03::PropertyIDs::from(ids), out)?,
                    // TP03 has no request for these.
                    ListKind::ObjectDesc | ListKind::OrderQueue | ListKind::Player => {}
                }
            }
            _ => {
                let ids = tp04::IDSequence::from(ids);
                match kind {
                    ListKind::Object => context.write(&tp04::ObjectIDs::from(ids), out)?,
                    ListKind::ObjectDesc => {
                        context.write(&tp04::ObjectDescIDs::from(ids), out)?;
                    }
                    ListKind::OrderQueue => {
                        context.write(&tp04::OrderQueueIDs::from(ids), out)?;
                    }
                    ListKind::OrderDesc => context.write(&tp04::OrderDescIDs::from(ids), out)?,
                    ListKind::Board => context.write(&tp04::BoardIDs::from(ids), out)?,
                    ListKind::Resource => context.write(&tp04::ResourceIDs::from(ids), out)?,
                    ListKind::Player => context.write(&tp04::PlayerIDs::from(ids), out)?,
                    ListKind::Category => context.write(&tp04::CategoryIDs::from(ids), out)?,
                    ListKind::Design => context.write(&tp04::DesignIDs::from(ids), out)?,
                    ListKind::Component => context.write(&tp04::ComponentIDs::from(ids), out)?,
                    ListKind::Property => context.write(&tp04::PropertyIDs::from(ids), out)?,
                }
            }
        }
        Ok(())
    }
}
