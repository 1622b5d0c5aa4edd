//! Objects.

use tp_frames::game::{GetObjectsByID, GetObjectsByPos, ModifyObject};

use super::SessionHandle;
use super::batches::BatchResult;
use crate::error::Error;
use crate::model::{Object, Vector};

impl SessionHandle {
    pub(crate) async fn objects(self, ids: Vec<u32>) -> Result<BatchResult<Object>, Error> {
        self.begin_operation();
        let request = |ids| GetObjectsByID { ids };
        let mut objects = self.each_read(ids, request, Object::from).await?;
        self.read_each(&mut objects).await;
        Ok(objects)
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
        self.begin_operation();
        let mut objects = self.many(request, Object::from).await?;
        self.read_each(&mut objects).await;
        Ok(objects)
    }

    pub(crate) async fn modify_object(self, object: Object) -> Result<Object, Error> {
        let version = self.require::<ModifyObject>().await?;
        let request = ModifyObject::from(object.into_frame(version)?);
        let object = self.last(request).await?;
        self.read_done(object.into()).await
    }
}
