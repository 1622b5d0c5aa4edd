//! Objects.

use tp_frames::game::{self, GetObjectsByPos, ModifyObject};

use super::SessionHandle;
use super::batches::BatchResult;
use crate::error::Error;
use crate::model::{Object, Vector};

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
    pub(super) async fn read_objects(
        &self,
        frames: BatchResult<game::Object>,
    ) -> BatchResult<Object> {
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
}
