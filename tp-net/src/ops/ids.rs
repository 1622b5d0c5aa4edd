//! Asking for lists of ids, all at once or page by page.

use tp_frames::game::{GetIDSequence, GetObjectIDsByContainer, GetObjectIDsByPos};
use tp_frames::{Item, Semi32};

use super::id_list::{IdListPage, IdListQuery};
use super::{GameItem, SessionHandle, single};
use crate::error::Error;
use crate::model::{IDSequence, IdModtime, Vector};
use crate::proto::Outgoing;

impl SessionHandle {
    /// The next page of a list.
    pub(crate) async fn id_page<T: GameItem>(
        self,
        mut query: IdListQuery<T>,
    ) -> Result<IdListPage<T>, Error> {
        loop {
            let asked = match query.place {
                Some(place) => {
                    let amount = place.remaining.min(query.size);
                    query.slice(place.key, place.start, amount.into())
                }
                // Servers refuse to give more than there is, so ask first how much that is.
                None => query.slice(Semi32::NONE, 0, 0_u32.into()),
            };
            match self
                .slice(&mut query, asked, T::GetIds::from, Into::into)
                .await
            {
                Ok(ids) if ids.is_empty() && !query.is_whole() => {}
                Ok(ids) => return Ok(query.page(ids)),
                Err(error) => query.begin_anew(error)?,
            }
        }
    }

    /// One slice of a list.
    async fn slice<T: Item>(
        &self,
        query: &mut IdListQuery<T>,
        asked: GetIDSequence,
        request: impl Fn(GetIDSequence) -> T::GetIds,
        read: impl Fn(T::Ids) -> IDSequence,
    ) -> Result<Vec<IdModtime>, Error> {
        self.require::<T::GetIds>().await?;
        let connection = query.place.map(|place| place.connection);
        let outgoing = Outgoing::new(request(asked.clone())).only_on(connection);
        let answer = self.send(outgoing).await?;
        let connection = answer.connection;
        let slice = single::<T::GetIds>(&answer.one()?, &self.decode_options())?;
        let limit = self.lock().session.options().settings.answer_bytes;
        query.take(&read(slice), &asked, connection, limit)
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
        while !query.is_whole() {
            let (key, start) = query
                .place
                .map_or((Semi32::NONE, 0), |it| (it.key, it.start));
            let asked = query.slice(key, start, Semi32::NONE);
            match self.slice(&mut query, asked, &request, &read).await {
                Ok(slice) => ids.extend(slice),
                Err(error) => query.begin_anew(error)?,
            }
        }
        Ok(ids)
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
