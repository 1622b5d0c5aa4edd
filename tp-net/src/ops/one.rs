//! Getting one thing by its id. What is wrong with its answer is the operation's error.

use tp_frames::game::{self, GetOrder, GetWithID};

use super::{GameItem, SessionHandle};
use crate::error::Error;
use crate::model::{Object, Order};

impl SessionHandle {
    /// The thing with this id.
    pub(crate) async fn get_one<T: GameItem>(self, id: u32) -> Result<T, Error> {
        let ids = vec![id];
        let thing = self.last(T::Get::from(GetWithID { ids })).await?;
        let mut shared = self.lock();
        let limit = shared.session.options().description_bytes;
        shared.descriptions.keep(id, &thing, limit);
        drop(shared);
        Ok(thing)
    }

    pub(crate) async fn object(self, id: u32) -> Result<Object, Error> {
        self.begin_operation();
        let frame = self.clone().get_one::<game::Object>(id).await?;
        self.read_one(frame.into()).await
    }

    pub(crate) async fn order(self, queue: u32, slot: u32) -> Result<Order, Error> {
        let version = self.version().await?;
        let (id, slots) = (queue, vec![slot]);
        let order = self.last(GetOrder { id, slots }).await?;
        let order = self.read_one(Order::from_frame(order, version)).await?;
        self.learn_shape([&order]);
        Ok(order)
    }
}
