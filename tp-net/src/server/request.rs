//! Requests, by what is asked.

use bytes::Bytes;
use tp_frames::game::{Frame, GetIDSequence, SetFiltersFilter};
use tp_frames::{AnyFrame, DecodeError, DecodeOptions, Semi64, TpString, Version};

use super::{CreateAccount, Login};
use crate::model::{Category, Design, Message, Object, Order, Vector};

/// What a client asks.
#[derive(Debug)]
pub(super) enum Request {
    Connect(TpString),
    Login(Login),
    CreateAccount(CreateAccount),
    Ping,
    GetFeatures,
    SetFilters(Vec<SetFiltersFilter>),
    GetGames,
    GetTimeRemaining,
    FinishedTurn,
    /// `GetObjectIDs`, `GetBoardIDs` and so on.
    GetIds(ListKind, IdQuery),
    GetObjectIdsByPos(Vector, u64),
    GetObjectIdsByContainer(u32),
    /// `GetObjectsByID`, `GetBoards` and so on.
    GetWithId(ListKind, Vec<u32>),
    GetObjectsByPos(Vector, u64),
    ModifyObject(Box<Object>),
    GetOrder(u32, Vec<u32>),
    OrderInsert(Order),
    OrderProbe(Order),
    RemoveOrder(u32, Vec<u32>),
    GetMessage(u32, Vec<u32>),
    PostMessage(Message),
    RemoveMessage(u32, Vec<u32>),
    AddCategory(Category),
    RemoveCategory(Vec<u32>),
    AddDesign(Design),
    ModifyDesign(Design),
    RemoveDesign(Vec<u32>),
    /// A frame that no client sends, one of a type that the version does not have, or one that
    /// only the handler may know what to do with.
    Other(Box<Frame>),
}

/// Kinds of things that have ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ListKind {
    Object,
    ObjectDesc,
    OrderQueue,
    OrderDesc,
    Board,
    Resource,
    Player,
    Category,
    Design,
    Component,
    Property,
}

/// Which slice of a list of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IdQuery {
    /// The list; `None` for a new one.
    pub(super) key: Option<u32>,
    pub(super) start: u32,
    /// How many; `None` for all that are left.
    pub(super) amount: Option<u32>,
    /// Only what changed later; as it stood in the request.
    pub(super) from: Semi64,
}

impl IdQuery {
    /// Only what changed later; 0 is one document's way to ask for everything.
    pub(super) fn changed_since(&self) -> Option<u64> {
        self.from.get().filter(|from| *from != 0)
    }
}

impl From<GetIDSequence> for IdQuery {
    fn from(frame: GetIDSequence) -> Self {
        Self {
            key: frame.key.get(),
            start: frame.start,
            amount: frame.amount.get(),
            from: frame.from,
        }
    }
}

impl Request {
    /// Reads the body of a frame of `version`.
    pub(super) fn decode(
        version: Version,
        r#type: u32,
        body: &Bytes,
        options: &DecodeOptions,
    ) -> Result<Self, DecodeError> {
        let (frame, _) = Frame::decode_body(version, r#type, body, options)?;
        Ok(Self::from_frame(frame, version))
    }

    fn from_frame(frame: Frame, version: Version) -> Self {
        let ids = |kind, query: GetIDSequence| Self::GetIds(kind, query.into());
        match frame {
            Frame::Connect(it) => Self::Connect(it.string),
            Frame::Login(it) => Self::Login(Login {
                username: it.username,
                password: it.password,
            }),
            Frame::CreateAccount(it) => Self::CreateAccount(CreateAccount {
                username: it.username,
                password: it.password,
                email: it.email,
                comment: it.comment,
            }),
            Frame::Ping(_) => Self::Ping,
            Frame::GetFeatures(_) => Self::GetFeatures,
            Frame::SetFilters(it) => Self::SetFilters(it.filters),
            Frame::GetGames(_) => Self::GetGames,
            Frame::GetTimeRemaining(_) => Self::GetTimeRemaining,
            Frame::FinishedTurn(_) => Self::FinishedTurn,
            Frame::GetObjectIDs(it) => ids(ListKind::Object, it.into()),
            Frame::GetObjectDescIDs(it) => ids(ListKind::ObjectDesc, it.into()),
            Frame::GetOrderQueueIDs(it) => ids(ListKind::OrderQueue, it.into()),
            Frame::GetOrderDescIDs(it) => ids(ListKind::OrderDesc, it.into()),
            Frame::GetBoardIDs(it) => ids(ListKind::Board, it.into()),
            Frame::GetResourceIDs(it) => ids(ListKind::Resource, it.into()),
            Frame::GetPlayerIDs(it) => ids(ListKind::Player, it.into()),
            Frame::GetCategoryIDs(it) => ids(ListKind::Category, it.into()),
            Frame::GetDesignIDs(it) => ids(ListKind::Design, it.into()),
            Frame::GetComponentIDs(it) => ids(ListKind::Component, it.into()),
            Frame::GetPropertyIDs(it) => ids(ListKind::Property, it.into()),
            Frame::GetObjectIDsByPos(it) => Self::GetObjectIdsByPos(it.pos.into(), it.r),
            Frame::GetObjectIDsByContainer(it) => Self::GetObjectIdsByContainer(it.id),
            Frame::GetObjectsByID(it) => Self::GetWithId(ListKind::Object, it.ids),
            Frame::GetObjectDesc(it) => Self::GetWithId(ListKind::ObjectDesc, it.ids),
            Frame::GetOrderQueue(it) => Self::GetWithId(ListKind::OrderQueue, it.ids),
            Frame::GetOrderDesc(it) => Self::GetWithId(ListKind::OrderDesc, it.ids),
            Frame::GetBoards(it) => Self::GetWithId(ListKind::Board, it.ids),
            Frame::GetResource(it) => Self::GetWithId(ListKind::Resource, it.ids),
            Frame::GetPlayer(it) => Self::GetWithId(ListKind::Player, it.ids),
            Frame::GetCategory(it) => Self::GetWithId(ListKind::Category, it.ids),
            Frame::GetDesign(it) => Self::GetWithId(ListKind::Design, it.ids),
            Frame::GetComponent(it) => Self::GetWithId(ListKind::Component, it.ids),
            Frame::GetProperty(it) => Self::GetWithId(ListKind::Property, it.ids),
            Frame::GetObjectsByPos(it) => Self::GetObjectsByPos(it.pos.into(), it.r),
            Frame::ModifyObject(it) => {
                Self::ModifyObject(Box::new(tp_frames::game::Object::from(it).into()))
            }
            Frame::GetOrder(it) => Self::GetOrder(it.id, it.slots),
            Frame::OrderInsert(it) => Self::OrderInsert(Order::from_frame(it.into(), version)),
            Frame::OrderProbe(it) => Self::OrderProbe(Order::from_frame(it.into(), version)),
            Frame::RemoveOrder(it) => Self::RemoveOrder(it.id, it.slots),
            Frame::GetMessage(it) => Self::GetMessage(it.id, it.slots),
            Frame::PostMessage(it) => Self::PostMessage(it.into()),
            Frame::RemoveMessage(it) => Self::RemoveMessage(it.id, it.slots),
            Frame::AddCategory(it) => Self::AddCategory(it.into()),
            Frame::RemoveCategory(it) => Self::RemoveCategory(it.ids),
            Frame::AddDesign(it) => Self::AddDesign(it.into()),
            Frame::ModifyDesign(it) => Self::ModifyDesign(it.into()),
            Frame::RemoveDesign(it) => Self::RemoveDesign(it.ids),
            other => Self::Other(Box::new(other)),
        }
    }
}
