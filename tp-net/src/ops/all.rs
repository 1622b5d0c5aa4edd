//! Getting everything of a kind, or everything that lies in slots.

use tp_frames::game::{self, GetMessage};
use tp_frames::{Decode, Header};

use super::batches::BatchResult;
use super::{GameItem, SessionHandle};
use crate::error::Error;
use crate::model::{Message, Object};

impl SessionHandle {
    pub(crate) async fn all<T: GameItem>(self) -> Result<BatchResult<T>, Error> {
        self.begin_operation();
        let ids = self.clone().ids::<T>(None).await?.into_iter();
        self.get(ids.map(|it| it.id).collect()).await
    }

    pub(crate) async fn all_objects(self) -> Result<BatchResult<Object>, Error> {
        self.begin_operation();
        let ids = self.clone().ids::<game::Object>(None).await?.into_iter();
        self.objects(ids.map(|it| it.id).collect()).await
    }

    pub(crate) async fn all_messages(self, board: u32) -> Result<BatchResult<Message>, Error> {
        let ids = vec![board];
        let count = self.one(game::GetBoards { ids }).await?.messages;
        let slots = self.slots::<Message>(count)?;
        self.each_slot::<GetMessage>(board, slots).await
    }

    /// The slots of `count` things, which the server says there are.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], if they cannot be within the limit on the bytes of an answer.
    pub(super) fn slots<'a, T: Decode<'a>>(&self, count: u32) -> Result<Vec<u32>, Error> {
        let limit = self.lock().session.options().settings.answer_bytes;
        let least = Header::SIZE.saturating_add(T::MIN_WIRE_SIZE);
        let number = usize::try_from(count).unwrap_or(usize::MAX);
        if number.saturating_mul(least) > limit {
            return Err(Error::TooLarge { limit });
        }
        Ok((0..count).collect())
    }
}
