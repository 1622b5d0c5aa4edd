//! The things of a game.

use tp_frames::game::{
    AddCategory, AddDesign, GetMessage, GetObjectsByPos, ModifyDesign, ModifyObject, PostMessage,
    RemoveCategory, RemoveDesign, RemoveMessage,
};
use tp_frames::{TpString, game};

use super::SessionHandle;
use super::batches::BatchResult;
use crate::error::Error;
use crate::model::{Category, Design, Message, Object, Vector};

impl SessionHandle {
    pub(crate) async fn objects(self, ids: Vec<u32>) -> Result<BatchResult<Object>, Error> {
        let frames = self.clone().get::<game::Object>(ids).await?;
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
        let frames = self.clone().request_many(request).await?;
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

    pub(crate) async fn add_category(self, category: Category) -> Result<Category, Error> {
        self.last(AddCategory::from(category)).await
    }

    pub(crate) async fn remove_categories(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        self.remove(ids, |ids| RemoveCategory { ids }).await
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
}
