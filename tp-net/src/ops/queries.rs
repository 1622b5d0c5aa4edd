//! The things of a game.

use tp_frames::game::{
    AddCategory, AddDesign, GetBoards, GetCategory, GetComponent, GetDesign, GetMessage,
    GetObjectDesc, GetObjectsByID, GetObjectsByPos, GetOrderDesc, GetOrderQueue, GetPlayer,
    GetProperty, GetResource, ModifyDesign, ModifyObject, PostMessage, RemoveCategory,
    RemoveDesign, RemoveMessage,
};
use tp_frames::{TpString, game};

use super::SessionHandle;
use super::batches::BatchResult;
use crate::error::Error;
use crate::model::{
    Board, Category, Component, Design, Message, Object, ObjectDesc, OrderDesc, OrderQueue, Player,
    Property, Resource, Vector,
};

impl SessionHandle {
    pub(crate) async fn objects(self, ids: Vec<u32>) -> Result<BatchResult<Object>, Error> {
        let frames = self.each::<GetObjectsByID>(ids).await?;
        Ok(self.read_objects(frames).await)
    }

    pub(crate) async fn objects_by_position(
        self,
        position: Vector,
        radius: u64,
    ) -> Result<BatchResult<Object>, Error> {
        let request = GetObjectsByPos {
            pos: position.into(),
            r: radius,
        };
        let frames = self.all(request).await?;
        Ok(self.read_objects(frames).await)
    }

    /// Objects with their parameters decoded.
    async fn read_objects(&self, frames: BatchResult<game::Object>) -> BatchResult<Object> {
        let objects = frames.into_iter();
        let mut objects: BatchResult<Object> =
            objects.map(|frame| frame.map(Object::from)).collect();
        self.read_all(&mut objects).await;
        objects
    }

    pub(crate) async fn modify_object(self, object: Object) -> Result<Object, Error> {
        let version = self.require::<ModifyObject>().await?;
        let request = ModifyObject::from(object.into_frame(version)?);
        let object = self.last(request).await?;
        self.read_one(object.into()).await
    }

    pub(crate) async fn object_descs(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<ObjectDesc>, Error> {
        self.each::<GetObjectDesc>(ids).await
    }

    pub(crate) async fn order_descs(self, ids: Vec<u32>) -> Result<BatchResult<OrderDesc>, Error> {
        self.each::<GetOrderDesc>(ids).await
    }

    pub(crate) async fn order_queues(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<OrderQueue>, Error> {
        self.each::<GetOrderQueue>(ids).await
    }

    pub(crate) async fn boards(self, ids: Vec<u32>) -> Result<BatchResult<Board>, Error> {
        self.each::<GetBoards>(ids).await
    }

    pub(crate) async fn messages(
        self,
        board: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<Message>, Error> {
        self.each_slot::<GetMessage>(board, slots).await
    }

    pub(crate) async fn post_message(self, message: Message) -> Result<TpString, Error> {
        Ok(self.last(PostMessage::from(message)).await?.result)
    }

    pub(crate) async fn remove_messages(
        self,
        board: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        self.remove_slots(slots, |slots| RemoveMessage { id: board, slots })
            .await
    }

    pub(crate) async fn resources(self, ids: Vec<u32>) -> Result<BatchResult<Resource>, Error> {
        self.each::<GetResource>(ids).await
    }

    pub(crate) async fn players(self, ids: Vec<u32>) -> Result<BatchResult<Player>, Error> {
        self.each::<GetPlayer>(ids).await
    }

    pub(crate) async fn categories(self, ids: Vec<u32>) -> Result<BatchResult<Category>, Error> {
        self.each::<GetCategory>(ids).await
    }

    pub(crate) async fn add_category(self, category: Category) -> Result<Category, Error> {
        self.last(AddCategory::from(category)).await
    }

    pub(crate) async fn remove_categories(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        self.remove(ids, |ids| RemoveCategory { ids }).await
    }

    pub(crate) async fn designs(self, ids: Vec<u32>) -> Result<BatchResult<Design>, Error> {
        self.each::<GetDesign>(ids).await
    }

    pub(crate) async fn add_design(self, design: Design) -> Result<Design, Error> {
        self.last(AddDesign::from(design)).await
    }

    pub(crate) async fn modify_design(self, design: Design) -> Result<Design, Error> {
        self.last(ModifyDesign::from(design)).await
    }

    pub(crate) async fn remove_designs(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        self.remove(ids, |ids| RemoveDesign { ids }).await
    }

    pub(crate) async fn components(self, ids: Vec<u32>) -> Result<BatchResult<Component>, Error> {
        self.each::<GetComponent>(ids).await
    }

    pub(crate) async fn properties(self, ids: Vec<u32>) -> Result<BatchResult<Property>, Error> {
        self.each::<GetProperty>(ids).await
    }
}
