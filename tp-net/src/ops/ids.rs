//! Lists of ids: all at once, or page by page.

use std::collections::HashSet;

use tp_frames::{Request, Semi32, Semi64, admin, tp03, tp04};

use super::SessionHandle;
use crate::error::Error;
use crate::model::{IdModtime, IdSequence, Vector};

/// Ids in a page, unless told otherwise.
const PAGE: u32 = 1000;

/// How often a list is begun anew because the server no longer knows it, without an id more.
const RESTARTS: u32 = 3;

/// Which list of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdKind {
    /// Objects the player can see.
    Objects,
    /// Types of objects. Since TP04.
    ObjectDescs,
    /// Order queues of the player. Since TP04.
    OrderQueues,
    /// Types of orders.
    OrderDescs,
    /// Boards.
    Boards,
    /// Resources.
    Resources,
    /// Players. Since TP04.
    Players,
    /// Categories.
    Categories,
    /// Designs.
    Designs,
    /// Components.
    Components,
    /// Properties.
    Properties,
    /// Commands, on connections of the administration protocol only.
    Commands,
}

/// A list of ids, to be had page by page.
///
/// A list that the server gave up while it was read, because somebody asked for the same kind
/// of list anew, is begun again; ids that came before do not come twice.
///
/// The blocking and the asynchronous client give the ids one by one, and fetch the pages for
/// it: [`blocking::Client::paged_ids`](crate::blocking::Client::paged_ids) is an iterator, that of
/// the asynchronous client is like a stream. On the polling client each page is an operation of
/// its own:
///
/// ```
/// use tp_net::{IdKind, IdListQuery, Options, polling::Client};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// client.login("guest", "guest")?;
/// let mut page = client.id_page(IdListQuery::new(IdKind::Objects).page_size(10))?;
/// let mut ids = Vec::new();
/// while client.outstanding() > 0 {
///     if let Some(mut answer) = client.poll()
///         && let Some(got) = answer.redeem(&page)
///     {
///         let got = got?;
///         ids.extend(got.ids);
///         if let Some(next) = got.next {
///             page = client.id_page(next)?;
///         }
///     }
///     // … draw a picture, move the stars …
/// }
/// assert!(ids.len() > 10);
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct IdListQuery {
    kind: IdKind,
    since: Option<u64>,
    size: u32,
    /// The server's name for the list, and where the next page starts; none before the first.
    place: Option<Place>,
    seen: HashSet<u32>,
    restarts: u32,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    key: Semi32,
    start: u32,
    remaining: u32,
}

/// A page of ids.
#[derive(Debug, Clone)]
pub struct IdListPage {
    /// The ids, in the server's order.
    pub ids: Vec<IdModtime>,
    /// How to get the next page; nothing if this was the last.
    pub next: Option<IdListQuery>,
}

/// The whole list, 1,000 ids a page.
impl From<IdKind> for IdListQuery {
    fn from(kind: IdKind) -> Self {
        Self::new(kind)
    }
}

impl IdListQuery {
    /// The whole list, 1,000 ids a page.
    #[must_use]
    pub fn new(kind: IdKind) -> Self {
        let seen = HashSet::new();
        Self {
            kind,
            since: None,
            size: PAGE,
            place: None,
            seen,
            restarts: RESTARTS,
        }
    }

    /// Only what has changed after this modification time, and what is gone. Since TP04.
    #[must_use]
    pub fn since(self, modtime: Option<u64>) -> Self {
        Self {
            since: modtime,
            ..self
        }
    }

    /// Ids in a page; at least one.
    #[must_use]
    pub fn page_size(self, size: u32) -> Self {
        Self {
            size: size.max(1),
            ..self
        }
    }

    /// Takes the ids of a slice that did not come before, and moves on.
    fn take(&mut self, slice: &IdSequence, asked_at: u32) -> Vec<IdModtime> {
        let count = u32::try_from(slice.modtimes.len()).unwrap_or(u32::MAX);
        let start = asked_at.saturating_add(count);
        let key = slice.key.into();
        self.place = Some(Place {
            key,
            start,
            remaining: slice.remaining.unwrap_or(0),
        });
        let ids = slice.modtimes.iter().copied();
        let new: Vec<_> = ids.filter(|id| self.seen.insert(id.id)).collect();
        if !new.is_empty() {
            self.restarts = RESTARTS;
        }
        new
    }

    fn page(self, ids: Vec<IdModtime>, is_stuck: bool) -> IdListPage {
        let remaining = self.place.map_or(0, |place| place.remaining);
        IdListPage {
            ids,
            next: (remaining > 0 && !is_stuck).then_some(self),
        }
    }
}

impl SessionHandle {
    /// The next page of a list.
    pub(crate) async fn id_page(self, mut query: IdListQuery) -> Result<IdListPage, Error> {
        loop {
            let place = match query.place {
                Some(place) => place,
                None => {
                    // Servers refuse to give more than there is, so ask first how much that is.
                    let slice = self.id_slice(&query, Semi32::NONE, 0, 0_u32.into()).await?;
                    let ids = query.take(&slice, 0);
                    match query.place {
                        Some(place) if place.remaining > 0 && ids.is_empty() => place,
                        _ => return Ok(query.page(ids, false)),
                    }
                }
            };
            let amount = place.remaining.min(query.size);
            match self
                .id_slice(&query, place.key, place.start, amount.into())
                .await
            {
                Ok(slice) => {
                    let stuck = slice.modtimes.is_empty();
                    let ids = query.take(&slice, place.start);
                    return Ok(query.page(ids, stuck));
                }
                Err(error) => query.begin_anew(error)?,
            }
        }
    }

    /// A whole list.
    pub(crate) async fn ids(
        self,
        kind: IdKind,
        since: Option<u64>,
    ) -> Result<Vec<IdModtime>, Error> {
        let mut query = IdListQuery::new(kind).since(since).page_size(u32::MAX);
        let mut ids = Vec::new();
        loop {
            let (key, start) = query
                .place
                .map_or((Semi32::NONE, 0), |it| (it.key, it.start));
            match self.id_slice(&query, key, start, Semi32::NONE).await {
                Ok(slice) => {
                    let stuck = slice.modtimes.is_empty();
                    ids.extend(query.take(&slice, start));
                    if stuck || query.place.is_none_or(|place| place.remaining == 0) {
                        self.lock().descriptions().check(kind, &ids);
                        return Ok(ids);
                    }
                }
                Err(error) => query.begin_anew(error)?,
            }
        }
    }

    /// The objects near a place; a slice of a list of which nothing more can be asked.
    pub(crate) async fn object_ids_by_position(
        self,
        position: Vector,
        radius: u64,
    ) -> Result<IdSequence, Error> {
        let Vector { x, y, z } = position;
        if self.version().await?.protocol() == 3 {
            let pos = tp03::GetObjectIDsByPosPos { x, y, z };
            self.slice3(tp03::GetObjectIDsByPos { pos, r: radius })
                .await
        } else {
            let pos = tp04::GetObjectIDsByPosPos { x, y, z };
            self.slice4(tp04::GetObjectIDsByPos { pos, r: radius })
                .await
        }
    }

    /// The objects inside another; a slice of a list of which nothing more can be asked.
    pub(crate) async fn object_ids_by_container(self, id: u32) -> Result<IdSequence, Error> {
        if self.version().await?.protocol() == 3 {
            self.slice3(tp03::GetObjectIDsByContainer { id }).await
        } else {
            self.slice4(tp04::GetObjectIDsByContainer { id }).await
        }
    }

    async fn id_slice(
        &self,
        query: &IdListQuery,
        key: Semi32,
        start: u32,
        amount: Semi32,
    ) -> Result<IdSequence, Error> {
        let kind = query.kind;
        let version = self.version().await?;
        if version.protocol() == 3 {
            if query.since.is_some() {
                let what = "list of what has changed";
                return Err(Error::NotInVersion { what, version });
            }
            let base = tp03::GetIDSequence { key, start, amount };
            return match kind {
                IdKind::Objects => self.slice3(tp03::GetObjectIDs::from(base)).await,
                IdKind::OrderDescs => self.slice3(tp03::GetOrderDescIDs::from(base)).await,
                IdKind::Boards => self.slice3(tp03::GetBoardIDs::from(base)).await,
                IdKind::Resources => self.slice3(tp03::GetResourceIDs::from(base)).await,
                IdKind::Categories => self.slice3(tp03::GetCategoryIDs::from(base)).await,
                IdKind::Designs => self.slice3(tp03::GetDesignIDs::from(base)).await,
                IdKind::Components => self.slice3(tp03::GetComponentIDs::from(base)).await,
                IdKind::Properties => self.slice3(tp03::GetPropertyIDs::from(base)).await,
                IdKind::ObjectDescs | IdKind::OrderQueues | IdKind::Players | IdKind::Commands => {
                    Err(Error::NotInVersion {
                        what: "such list of ids",
                        version,
                    })
                }
            };
        }
        let from = query.since.map_or(Semi64::NONE, Semi64::from_bits);
        let base = tp04::GetIDSequence {
            key,
            start,
            amount,
            from,
        };
        match kind {
            IdKind::Objects => self.slice4(tp04::GetObjectIDs::from(base)).await,
            IdKind::ObjectDescs => self.slice4(tp04::GetObjectDescIDs::from(base)).await,
            IdKind::OrderQueues => self.slice4(tp04::GetOrderQueueIDs::from(base)).await,
            IdKind::OrderDescs => self.slice4(tp04::GetOrderDescIDs::from(base)).await,
            IdKind::Boards => self.slice4(tp04::GetBoardIDs::from(base)).await,
            IdKind::Resources => self.slice4(tp04::GetResourceIDs::from(base)).await,
            IdKind::Players => self.slice4(tp04::GetPlayerIDs::from(base)).await,
            IdKind::Categories => self.slice4(tp04::GetCategoryIDs::from(base)).await,
            IdKind::Designs => self.slice4(tp04::GetDesignIDs::from(base)).await,
            IdKind::Components => self.slice4(tp04::GetComponentIDs::from(base)).await,
            IdKind::Properties => self.slice4(tp04::GetPropertyIDs::from(base)).await,
            IdKind::Commands => {
                let request = admin::GetCommandDescIDs {
                    key,
                    start,
                    amount,
                    from,
                };
                Ok(super::admin::slice(self.one(request).await?.into()))
            }
        }
    }

    async fn slice3<R>(&self, request: R) -> Result<IdSequence, Error>
    where
        R: Request,
        R::Reply: Into<tp03::IDSequence>,
    {
        Ok(self.one(request).await?.into().into())
    }

    async fn slice4<R>(&self, request: R) -> Result<IdSequence, Error>
    where
        R: Request,
        R::Reply: Into<tp04::IDSequence>,
    {
        Ok(self.one(request).await?.into().into())
    }
}

impl IdListQuery {
    /// After a refusal in the midst of a list, begins it again.
    fn begin_anew(&mut self, error: Error) -> Result<(), Error> {
        if !error.is_refused() || self.place.is_none() || self.restarts == 0 {
            return Err(error);
        }
        tracing::debug!(kind = ?self.kind, %error, "the list is gone, beginning it anew");
        self.restarts = self.restarts.saturating_sub(1);
        self.place = None;
        Ok(())
    }
}

macro_rules! lists {
    ($($name:ident = $kind:ident;)*) => {
        impl SessionHandle {
            $(
                pub(crate) async fn $name(
                    self,
                    since: Option<u64>,
                ) -> Result<Vec<IdModtime>, Error> {
                    self.ids(IdKind::$kind, since).await
                }
            )*
        }
    };
}

lists! {
    object_ids = Objects;
    object_desc_ids = ObjectDescs;
    order_desc_ids = OrderDescs;
    order_queue_ids = OrderQueues;
    board_ids = Boards;
    resource_ids = Resources;
    player_ids = Players;
    category_ids = Categories;
    design_ids = Designs;
    component_ids = Components;
    property_ids = Properties;
}
