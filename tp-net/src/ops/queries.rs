//! The things of a game.

use tp_frames::{TpString, tp03, tp04};

use super::SessionHandle;
use super::batches::BatchResult;
use crate::error::Error;
use crate::model::{
    Board, Category, Component, Design, Message, Object, ObjectDesc, OrderDesc, OrderQueue, Player,
    Property, Resource, Vector,
};

impl SessionHandle {
    pub(crate) async fn objects(self, ids: Vec<u32>) -> Result<BatchResult<Object>, Error> {
        let mut objects = self
            .each::<tp03::GetObjectsByID, tp04::GetObjectsByID, Object>(ids)
            .await?;
        self.read_all(&mut objects).await;
        Ok(objects)
    }

    pub(crate) async fn objects_by_position(
        self,
        position: Vector,
        radius: u64,
    ) -> Result<BatchResult<Object>, Error> {
        let Vector { x, y, z } = position;
        let mut objects: BatchResult<Object> = if self.version().await?.protocol() == 3 {
            let pos = tp03::GetObjectsByPosPos { x, y, z };
            self.all(tp03::GetObjectsByPos { pos, r: radius }).await?
        } else {
            let pos = tp04::GetObjectsByPosPos { x, y, z };
            self.all(tp04::GetObjectsByPos { pos, r: radius }).await?
        };
        self.read_all(&mut objects).await;
        Ok(objects)
    }

    pub(crate) async fn modify_object(self, object: Object) -> Result<Object, Error> {
        let version = self.version().await?;
        if version.protocol() == 3 {
            return Err(Error::NotInVersion {
                what: "way to modify objects",
                version,
            });
        }
        let request = tp04::ModifyObject::from(tp04::Object::try_from(object)?);
        let object = self.last(request).await?.into();
        self.read_one(object).await
    }

    pub(crate) async fn object_descs(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<ObjectDesc>, Error> {
        self.each_new::<tp04::GetObjectDesc, _>(ids, "description of object types")
            .await
    }

    pub(crate) async fn order_descs(self, ids: Vec<u32>) -> Result<BatchResult<OrderDesc>, Error> {
        self.each::<tp03::GetOrderDesc, tp04::GetOrderDesc, _>(ids)
            .await
    }

    pub(crate) async fn order_queues(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<OrderQueue>, Error> {
        self.each_new::<tp04::GetOrderQueue, _>(ids, "order queue")
            .await
    }

    pub(crate) async fn boards(self, ids: Vec<u32>) -> Result<BatchResult<Board>, Error> {
        self.each::<tp03::GetBoards, tp04::GetBoards, _>(ids).await
    }

    pub(crate) async fn messages(
        self,
        board: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<Message>, Error> {
        self.each_slot::<tp03::GetMessage, tp04::GetMessage, _>(board, slots)
            .await
    }

    pub(crate) async fn post_message(self, message: Message) -> Result<TpString, Error> {
        if self.version().await?.protocol() == 3 {
            let request = tp03::PostMessage::from(tp03::Message::from(message));
            Ok(self.last(request).await?.result)
        } else {
            let request = tp04::PostMessage::from(tp04::Message::from(message));
            Ok(self.last(request).await?.result)
        }
    }

    pub(crate) async fn remove_messages(
        self,
        board: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        let old = |slots| tp03::RemoveMessage { id: board, slots };
        let new = |slots| tp04::RemoveMessage { id: board, slots };
        self.remove_slots(slots, old, new).await
    }

    pub(crate) async fn resources(self, ids: Vec<u32>) -> Result<BatchResult<Resource>, Error> {
        self.each::<tp03::GetResource, tp04::GetResource, _>(ids)
            .await
    }

    pub(crate) async fn players(self, ids: Vec<u32>) -> Result<BatchResult<Player>, Error> {
        self.each::<tp03::GetPlayer, tp04::GetPlayer, _>(ids).await
    }

    pub(crate) async fn categories(self, ids: Vec<u32>) -> Result<BatchResult<Category>, Error> {
        self.each::<tp03::GetCategory, tp04::GetCategory, _>(ids)
            .await
    }

    pub(crate) async fn add_category(self, category: Category) -> Result<Category, Error> {
        if self.version().await?.protocol() == 3 {
            let request = tp03::AddCategory::from(tp03::Category::from(category));
            Ok(self.last(request).await?.into())
        } else {
            let request = tp04::AddCategory::from(tp04::Category::from(category));
            Ok(self.last(request).await?.into())
        }
    }

    pub(crate) async fn remove_categories(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        let old = |ids| tp03::RemoveCategory { ids };
        self.remove(ids, old, |ids| tp04::RemoveCategory { ids })
            .await
    }

    pub(crate) async fn designs(self, ids: Vec<u32>) -> Result<BatchResult<Design>, Error> {
        self.each::<tp03::GetDesign, tp04::GetDesign, _>(ids).await
    }

    pub(crate) async fn add_design(self, design: Design) -> Result<Design, Error> {
        if self.version().await?.protocol() == 3 {
            let request = tp03::AddDesign::from(tp03::Design::from(design));
            Ok(self.last(request).await?.into())
        } else {
            let request = tp04::AddDesign::from(tp04::Design::from(design));
            Ok(self.last(request).await?.into())
        }
    }

    pub(crate) async fn modify_design(self, design: Design) -> Result<Design, Error> {
        if self.version().await?.protocol() == 3 {
            let request = tp03::ModifyDesign::from(tp03::Design::from(design));
            Ok(self.last(request).await?.into())
        } else {
            let request = tp04::ModifyDesign::from(tp04::Design::from(design));
            Ok(self.last(request).await?.into())
        }
    }

    pub(crate) async fn remove_designs(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        let old = |ids| tp03::RemoveDesign { ids };
        self.remove(ids, old, |ids| tp04::RemoveDesign { ids })
            .await
    }

    pub(crate) async fn components(self, ids: Vec<u32>) -> Result<BatchResult<Component>, Error> {
        self.each::<tp03::GetComponent, tp04::GetComponent, _>(ids)
            .await
    }

    pub(crate) async fn properties(self, ids: Vec<u32>) -> Result<BatchResult<Property>, Error> {
        self.each::<tp03::GetProperty, tp04::GetProperty, _>(ids)
            .await
    }
}
