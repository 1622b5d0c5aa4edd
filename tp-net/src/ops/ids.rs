//! Asking for lists of ids, all at once or page by page.

use tp_frames::{Request, Semi32, Semi64, admin, tp03, tp04};

use super::SessionHandle;
use super::id_list::{IdKind, IdListPage, IdListQuery};
use crate::error::Error;
use crate::model::{IdModtime, IdSequence, Vector};

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
                Ok(command_slice(self.one(request).await?.into()))
            }
        }
    }

    async fn slice3<R>(&self, request: R) -> Result<IdSequence, Error>
    where
        R: Request + 'static,
        R::Reply: Into<tp03::IDSequence>,
    {
        Ok(self.one(request).await?.into().into())
    }

    async fn slice4<R>(&self, request: R) -> Result<IdSequence, Error>
    where
        R: Request + 'static,
        R::Reply: Into<tp04::IDSequence>,
    {
        Ok(self.one(request).await?.into().into())
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

/// The administration protocol's slices are those of TP04.
fn command_slice(ids: admin::IDSequence) -> IdSequence {
    let modtimes = ids.modtimes.into_iter();
    let modtimes = modtimes
        .map(|it| tp04::IDSequenceModtime {
            id: it.id,
            modtime: it.modtime,
        })
        .collect();
    let admin::IDSequence {
        key,
        remaining,
        from,
        ..
    } = ids;
    tp04::IDSequence {
        key,
        remaining,
        modtimes,
        from: Some(from),
    }
    .into()
}
