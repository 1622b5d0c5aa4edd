//! Asking for lists of ids, all at once or page by page.

use tp_frames::game::{GetIDSequence, GetObjectIDsByContainer, GetObjectIDsByPos};
use tp_frames::{Item, Semi32};

use super::id_list::{IdListPage, IdListQuery};
use super::{GameItem, SessionHandle};
use crate::error::Error;
use crate::model::{IDSequence, IdModtime, Vector};

impl SessionHandle {
    /// The next page of a list.
    pub(crate) async fn id_page<T: GameItem>(
        self,
        mut query: IdListQuery<T>,
    ) -> Result<IdListPage<T>, Error> {
        loop {
            let place = match query.place {
                Some(place) => place,
                None => {
                    // Servers refuse to give more than there is, so ask first how much that is.
                    let request = query.slice(Semi32::NONE, 0, 0_u32.into());
                    let slice = self.one(T::GetIds::from(request)).await?.into();
                    let ids = query.take(&slice, 0);
                    match query.place {
                        Some(place) if place.remaining > 0 && ids.is_empty() => place,
                        _ => return Ok(query.page(ids, false)),
                    }
                }
            };
            let amount = place.remaining.min(query.size);
            let request = query.slice(place.key, place.start, amount.into());
            match self.one(T::GetIds::from(request)).await {
                Ok(slice) => {
                    let slice = slice.into();
                    let stuck = slice.modtimes.is_empty();
                    let ids = query.take(&slice, place.start);
                    return Ok(query.page(ids, stuck));
                }
                Err(error) => query.begin_anew(error)?,
            }
        }
    }

    /// A whole list.
    pub(crate) async fn ids<T: GameItem>(
        self,
        since: Option<u64>,
    ) -> Result<Vec<IdModtime>, Error> {
        let query = IdListQuery::<T>::new().since(since);
        let ids = self.list(query, Into::into, Into::into).await?;
        self.lock().descriptions.check::<T>(&ids);
        Ok(ids)
    }

    /// A whole list of either protocol, in slices that are asked for with `request` and read with
    /// `read`.
    pub(super) async fn list<T: Item>(
        &self,
        mut query: IdListQuery<T>,
        request: impl Fn(GetIDSequence) -> T::GetIds,
        read: impl Fn(T::Ids) -> IDSequence,
    ) -> Result<Vec<IdModtime>, Error> {
        let mut ids = Vec::new();
        loop {
            let (key, start) = query
                .place
                .map_or((Semi32::NONE, 0), |it| (it.key, it.start));
            let slice = request(query.slice(key, start, Semi32::NONE));
            match self.one(slice).await {
                Ok(slice) => {
                    let slice = read(slice);
                    let stuck = slice.modtimes.is_empty();
                    ids.extend(query.take(&slice, start));
                    if stuck || query.place.is_none_or(|place| place.remaining == 0) {
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
        let request = GetObjectIDsByPos { pos, r: radius };
        Ok(self.one(request).await?.into())
    }

    /// The objects inside another; a slice of a list of which nothing more can be asked.
    pub(crate) async fn object_ids_by_container(self, id: u32) -> Result<IDSequence, Error> {
        Ok(self.one(GetObjectIDsByContainer { id }).await?.into())
    }
}
