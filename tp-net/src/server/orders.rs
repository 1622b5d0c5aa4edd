//! Orders and objects between a client's version and the handler's queues.

use tp_frames::{Version, game, reference};

use super::{Answer, Caller, Handler};
use crate::model::downgrade::has_descriptions;
use crate::model::{FailReference, Message, MessageReference, Object, Order, Refusal};

/// Whose request it is, who answers it, and in which version.
pub(super) struct Asked<'a, H: Handler> {
    pub(super) handler: &'a H,
    pub(super) caller: &'a Caller<H::Player>,
    pub(super) version: Version,
}

impl<'a, H: Handler> Asked<'a, H> {
    /// The queue that a client means by `id`: in TP03 it names an object.
    pub(super) async fn queue(&self, id: u32) -> Result<u32, Refusal> {
        // Before there were queues with ids of their own, clients named the object.
        match has_descriptions(self.version) {
            true => Ok(id),
            false => self.handler.object_order_queue(self.caller, id).await,
        }
    }

    /// The object that stands for a queue in this version; `None` if the queue has an id of its own
    /// there.
    async fn object_for_queue(&self, queue: u32) -> Option<Result<u32, Refusal>> {
        match has_descriptions(self.version) {
            true => None,
            false => Some(self.handler.order_queue_object(self.caller, queue).await),
        }
    }

    /// An order from a client, given to the handler as that wants it: with its queue, and its
    /// parameters read.
    pub(super) async fn given<A: Answer<Order>>(
        &self,
        frame: game::Order,
        give: impl FnOnce(&'a H, &'a Caller<H::Player>, Order) -> A,
    ) -> Result<Order, Refusal> {
        let (handler, caller) = (self.handler, self.caller);
        let mut order = Order::from_frame(frame, self.version);
        if let Some(object) = order.object {
            order.queue = Some(handler.object_order_queue(caller, object).await?);
        }
        let about = FailReference::new(reference::ORDER_TYPE, order.otype);
        let desc = handler.get_order_desc(caller, order.otype).await;
        let desc = desc.map_err(|refusal| refusal.about(about))?;
        order
            .decode_parameters(&desc)
            .map_err(|error| Refusal::frame(error.to_string()).about(about))?;
        give(handler, caller, order).await
    }

    /// An order from the handler, as the client wants it: in TP03 with its object, and without lists
    /// of valid types. Both shapes are taken from clients, but every client reads the published one:
    /// old ones refuse what is left over, or read what follows from the list.
    pub(super) async fn outgoing(&self, mut order: Order) -> Result<Order, Refusal> {
        if !has_descriptions(self.version) {
            order.set_valid_types(false);
        }
        if order.object.is_none()
            && let Some(queue) = order.queue
            && let Some(object) = self.object_for_queue(queue).await
        {
            order.object = Some(object?);
        }
        Ok(order)
    }

    /// An object from the handler, as the client wants it: in TP03 with what its queue knows.
    pub(super) async fn object(&self, id: u32) -> Result<Object, Refusal> {
        let mut object = self.handler.get_object(self.caller, id).await?;
        // Before there were queues, objects said what they take.
        if !has_descriptions(self.version)
            && (object.ordertypes.is_none() || object.orders.is_none())
            && let Some(queue) = object.order_queue
        {
            // A queue that this player may not see does not hide the object.
            if let Ok(queue) = self.handler.get_order_queue(self.caller, queue).await {
                object.ordertypes.get_or_insert(queue.ordertypes);
                object.orders.get_or_insert(queue.numorders);
            }
        }
        Ok(object)
    }

    /// An object that a client modified, with its parameters read by the description of the type
    /// that it has here: what the client says of the type does not count.
    pub(super) async fn modified(&self, mut object: Object) -> Result<Object, Refusal> {
        let (handler, caller) = (self.handler, self.caller);
        object.otype = handler.get_object(caller, object.id).await?.otype;
        let desc = handler.get_object_desc(caller, object.otype).await?;
        object.decode_parameters(&desc).map_err(|error| {
            Refusal::frame(error.to_string())
                .about(FailReference::new(reference::OBJECT_TYPE, object.otype))
        })?;
        Ok(object)
    }

    /// A message from the handler, as the client wants it: in TP03 objects stand for order queues.
    pub(super) async fn message(&self, mut message: Message) -> Message {
        for to in &mut message.references {
            if to.r#type == reference::ORDER_QUEUE
                && let Some(Ok(object)) = self.object_for_queue(to.id).await
            {
                *to = MessageReference::object(object);
            }
        }
        message
    }
}
