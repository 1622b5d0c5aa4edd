//! Asking for lists of ids, all at once or page by page.

use tp_frames::game::{
    GetBoardIDs, GetCategoryIDs, GetComponentIDs, GetDesignIDs, GetIDSequence, GetObjectDescIDs,
    GetObjectIDs, GetObjectIDsByContainer, GetObjectIDsByPos, GetOrderDescIDs, GetOrderQueueIDs,
    GetPlayerIDs, GetPropertyIDs, GetResourceIDs,
};
use tp_frames::{Request, Semi32, Semi64, admin};

use super::SessionHandle;
use super::id_list::{IdKind, IdListPage, IdListQuery};
use crate::error::Error;
use crate::model::{IDSequence, IdModtime, Vector};

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
                        self.lock().descriptions.check(kind, &ids);
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
    ) -> Result<IDSequence, Error> {
        let pos = position.into();
        self.slice(GetObjectIDsByPos { pos, r: radius }).await
    }

    /// The objects inside another; a slice of a list of which nothing more can be asked.
    pub(crate) async fn object_ids_by_container(self, id: u32) -> Result<IDSequence, Error> {
        self.slice(GetObjectIDsByContainer { id }).await
    }

    async fn id_slice(
        &self,
        query: &IdListQuery,
        key: Semi32,
        start: u32,
        amount: Semi32,
    ) -> Result<IDSequence, Error> {
        let from = query.since.map_or(Semi64::NONE, Semi64::from_bits);
        let base = GetIDSequence {
            key,
            start,
            amount,
            from,
        };
        match query.kind {
            IdKind::Objects => self.slice(GetObjectIDs::from(base)).await,
            IdKind::ObjectDescs => self.slice(GetObjectDescIDs::from(base)).await,
            IdKind::OrderQueues => self.slice(GetOrderQueueIDs::from(base)).await,
            IdKind::OrderDescs => self.slice(GetOrderDescIDs::from(base)).await,
            IdKind::Boards => self.slice(GetBoardIDs::from(base)).await,
            IdKind::Resources => self.slice(GetResourceIDs::from(base)).await,
            IdKind::Players => self.slice(GetPlayerIDs::from(base)).await,
            IdKind::Categories => self.slice(GetCategoryIDs::from(base)).await,
            IdKind::Designs => self.slice(GetDesignIDs::from(base)).await,
            IdKind::Components => self.slice(GetComponentIDs::from(base)).await,
            IdKind::Properties => self.slice(GetPropertyIDs::from(base)).await,
            IdKind::Commands => {
                let request = admin::GetCommandDescIDs {
                    key,
                    start,
                    amount,
                    from,
                };
                Ok(command_slice(self.one(request).await?.into()))
            }
        }
    }

    async fn slice<R>(&self, request: R) -> Result<IDSequence, Error>
    where
        R: Request,
        R::Reply: Into<IDSequence>,
    {
        Ok(self.one(request).await?.into())
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

/// The slices of the administration protocol hold what those of the game do.
fn command_slice(ids: admin::IDSequence) -> IDSequence {
    let modtimes = ids.modtimes.into_iter();
    let modtimes = modtimes.map(|it| IdModtime {
        id: it.id,
        modtime: it.modtime,
    });
    IDSequence {
        key: ids.key,
        remaining: ids.remaining,
        modtimes: modtimes.collect(),
        from: Some(ids.from),
    }
}
