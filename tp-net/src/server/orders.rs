//! Orders between a client's version and the handler's queues.

use tp_frames::{Version, game, reference};

use super::{Answer, Caller, Handler};
use crate::model::downgrade::has_descriptions;
use crate::model::{FailReference, Message, MessageReference, Order, Refusal};

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
        let desc = handler.order_desc(caller, order.otype).await;
        let desc = desc.map_err(|refusal| refusal.about(about))?;
        let quirks = caller.peer().quirks();
        quirks
            .decode_parameters(&mut order, &desc)
            .map_err(|error| Refusal::frame(error.to_string()).about(about))?;
        give(handler, caller, order).await
    }

    /// An order from the handler, as the client wants it that has named its queue or object `id`: in
    /// TP04 with its queue, in TP03 with its object, and without lists of valid types. Both shapes
    /// are taken from clients, but every client reads the published one: old ones refuse what is left
    /// over, or read what follows from the list.
    pub(super) async fn outgoing(&self, mut order: Order, id: u32) -> Result<Order, Refusal> {
        let (handler, caller) = (self.handler, self.caller);
        if has_descriptions(self.version) {
            order.queue = Some(match (order.queue, order.object) {
                (Some(queue), _) => queue,
                (None, Some(object)) => handler.object_order_queue(caller, object).await?,
                (None, None) => id,
            });
        } else {
            order.object = Some(match (order.object, order.queue) {
                (Some(object), _) => object,
                (None, Some(queue)) => handler.order_queue_object(caller, queue).await?,
                (None, None) => id,
            });
            order.set_valid_types(false);
        }
        Ok(order)
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
