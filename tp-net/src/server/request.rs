//! Requests, whichever version they came in.

use bytes::Bytes;
use tp_frames::{AnyFrame, DecodeError, DecodeOptions, Semi32, Semi64, TpString, Version};
use tp_frames::{tp03, tp04};

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
    SetFilters(Vec<tp04::SetFiltersFilter>),
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
    /// A frame that no client sends, or one of a type that the version does not have.
    Unknown {
        name: &'static str,
        r#type: u32,
    },
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
    /// The list; nothing for a new one.
    pub(super) key: Option<u32>,
    pub(super) start: u32,
    /// How many; nothing for all that are left.
    pub(super) amount: Option<u32>,
    /// TP04 only: as it stood in the request.
    pub(super) from: Option<Semi64>,
}

impl IdQuery {
    fn new(key: Semi32, start: u32, amount: Semi32, from: Option<Semi64>) -> Self {
        Self {
            key: key.get(),
            start,
            amount: amount.get(),
            from,
        }
    }

    /// Only what changed later; 0 is one document's way to ask for everything.
    pub(super) fn changed_since(&self) -> Option<u64> {
        self.from.and_then(Semi64::get).filter(|from| *from != 0)
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
        Ok(match version {
            Version::TP03 => tp03::Frame::decode_body(r#type, body, options)?.0.into(),
            _ => tp04::Frame::decode_body(r#type, body, options)?.0.into(),
        })
    }
}

/// The requests that both versions have.
macro_rules! shared {
    ($version:ident, $frame:expr, $from:expr, { $($own:tt)* }) => {{
        use $version::Frame;
        let query = $from;
        match $frame {
            Frame::Connect(it) => Self::Connect(it.string),
            Frame::Login(it) => {
                Self::Login(Login { username: it.username, password: it.password })
            }
            Frame::CreateAccount(it) => Self::CreateAccount(CreateAccount {
                username: it.username,
                password: it.password,
                email: it.email,
                comment: it.comment,
            }),
            Frame::Ping(_) => Self::Ping,
            Frame::GetFeatures(_) => Self::GetFeatures,
            Frame::GetGames(_) => Self::GetGames,
            Frame::GetTimeRemaining(_) => Self::GetTimeRemaining,
            Frame::FinishedTurn(_) => Self::FinishedTurn,
            Frame::GetObjectIDs(it) => Self::GetIds(ListKind::Object, query(it.into())),
            Frame::GetOrderDescIDs(it) => Self::GetIds(ListKind::OrderDesc, query(it.into())),
            Frame::GetBoardIDs(it) => Self::GetIds(ListKind::Board, query(it.into())),
            Frame::GetResourceIDs(it) => Self::GetIds(ListKind::Resource, query(it.into())),
            Frame::GetCategoryIDs(it) => Self::GetIds(ListKind::Category, query(it.into())),
            Frame::GetDesignIDs(it) => Self::GetIds(ListKind::Design, query(it.into())),
            Frame::GetComponentIDs(it) => Self::GetIds(ListKind::Component, query(it.into())),
            Frame::GetPropertyIDs(it) => Self::GetIds(ListKind::Property, query(it.into())),
            Frame::GetObjectIDsByPos(it) => Self::GetObjectIdsByPos(it.pos.into(), it.r),
            Frame::GetObjectIDsByContainer(it) => Self::GetObjectIdsByContainer(it.id),
            Frame::GetObjectsByID(it) => Self::GetWithId(ListKind::Object, it.ids),
            Frame::GetOrderDesc(it) => Self::GetWithId(ListKind::OrderDesc, it.ids),
            Frame::GetBoards(it) => Self::GetWithId(ListKind::Board, it.ids),
            Frame::GetResource(it) => Self::GetWithId(ListKind::Resource, it.ids),
            Frame::GetPlayer(it) => Self::GetWithId(ListKind::Player, it.ids),
            Frame::GetCategory(it) => Self::GetWithId(ListKind::Category, it.ids),
            Frame::GetDesign(it) => Self::GetWithId(ListKind::Design, it.ids),
            Frame::GetComponent(it) => Self::GetWithId(ListKind::Component, it.ids),
            Frame::GetProperty(it) => Self::GetWithId(ListKind::Property, it.ids),
            Frame::GetObjectsByPos(it) => Self::GetObjectsByPos(it.pos.into(), it.r),
            Frame::GetOrder(it) => Self::GetOrder(it.id, it.slots),
            Frame::OrderInsert(it) => Self::OrderInsert($version::Order::from(it).into()),
            Frame::OrderProbe(it) => Self::OrderProbe($version::Order::from(it).into()),
            Frame::RemoveOrder(it) => Self::RemoveOrder(it.id, it.slots),
            Frame::GetMessage(it) => Self::GetMessage(it.id, it.slots),
            Frame::PostMessage(it) => Self::PostMessage($version::Message::from(it).into()),
            Frame::RemoveMessage(it) => Self::RemoveMessage(it.id, it.slots),
            Frame::AddCategory(it) => Self::AddCategory($version::Category::from(it).into()),
            Frame::RemoveCategory(it) => Self::RemoveCategory(it.ids),
            Frame::AddDesign(it) => Self::AddDesign($version::Design::from(it).into()),
            Frame::ModifyDesign(it) => Self::ModifyDesign($version::Design::from(it).into()),
            Frame::RemoveDesign(it) => Self::RemoveDesign(it.ids),
            $($own)*
            other => Self::Unknown { name: other.name(), r#type: other.frame_type() },
        }
    }};
}

impl From<tp03::Frame> for Request {
    fn from(frame: tp03::Frame) -> Self {
        let query = |it: tp03::GetIDSequence| IdQuery::new(it.key, it.start, it.amount, None);
        shared!(tp03, frame, query, {})
    }
}

impl From<tp04::Frame> for Request {
    fn from(frame: tp04::Frame) -> Self {
        let query =
            |it: tp04::GetIDSequence| IdQuery::new(it.key, it.start, it.amount, Some(it.from));
        shared!(tp04, frame, query, {
            Frame::SetFilters(it) => Self::SetFilters(it.filters),
            Frame::GetObjectDescIDs(it) => Self::GetIds(ListKind::ObjectDesc, query(it.into())),
            Frame::GetOrderQueueIDs(it) => Self::GetIds(ListKind::OrderQueue, query(it.into())),
            Frame::GetPlayerIDs(it) => Self::GetIds(ListKind::Player, query(it.into())),
            Frame::GetObjectDesc(it) => Self::GetWithId(ListKind::ObjectDesc, it.ids),
            Frame::GetOrderQueue(it) => Self::GetWithId(ListKind::OrderQueue, it.ids),
            Frame::ModifyObject(it) => Self::ModifyObject(Box::new(it.into())),
        })
    }
}
