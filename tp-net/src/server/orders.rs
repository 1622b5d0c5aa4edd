//! Orders and objects between a client's version and the handler's queues.

use tp_frames::{Version, reference};

use super::{Caller, Handler};
use crate::model::downgrade::has_descriptions;
use crate::model::{FailReference, Message, MessageReference, Object, Order, Refusal};

/// The queue that a client means by `id`: in TP03 it names an object.
pub(super) async fn queue<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    version: Version,
    id: u32,
) -> Result<u32, Refusal> {
    // Before there were queues with ids of their own, clients named the object.
    match has_descriptions(version) {
        true => Ok(id),
        false => handler.object_order_queue(caller, id).await,
    }
}

/// The object that stands for a queue in `version`; `None` if the queue has an id of its own there.
async fn object_for_queue<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    version: Version,
    queue: u32,
) -> Option<Result<u32, Refusal>> {
    match has_descriptions(version) {
        true => None,
        false => Some(handler.order_queue_object(caller, queue).await),
    }
}

/// An order from a client, as the handler wants it: with its queue, and its parameters read.
pub(super) async fn incoming<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    mut order: Order,
) -> Result<Order, Refusal> {
    if let Some(object) = order.object {
        order.queue = Some(handler.object_order_queue(caller, object).await?);
    }
    let about = FailReference::new(reference::ORDER_TYPE, order.otype);
    let desc = handler.get_order_desc(caller, order.otype).await;
    let desc = desc.map_err(|refusal| refusal.about(about))?;
    order
        .decode_parameters(&desc)
        .map_err(|error| Refusal::frame(error.to_string()).about(about))?;
    Ok(order)
}

/// An order from the handler, as the client wants it: in TP03 with its object.
pub(super) async fn outgoing<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    version: Version,
    mut order: Order,
) -> Result<Order, Refusal> {
    if order.object.is_none()
        && let Some(queue) = order.queue
        && let Some(object) = object_for_queue(handler, caller, version, queue).await
    {
        order.object = Some(object?);
    }
    Ok(order)
}

/// An object from the handler, as the client wants it: in TP03 with what its queue knows.
pub(super) async fn object<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    version: Version,
    id: u32,
) -> Result<Object, Refusal> {
    let mut object = handler.get_object(caller, id).await?;
    // Before there were queues, objects said what they take.
    if !has_descriptions(version)
        && (object.ordertypes.is_none() || object.orders.is_none())
        && let Some(queue) = object.order_queue
    {
        // A queue that this player may not see does not hide the object.
        if let Ok(queue) = handler.get_order_queue(caller, queue).await {
            object.ordertypes.get_or_insert(queue.ordertypes);
            object.orders.get_or_insert(queue.numorders);
        }
    }
    Ok(object)
}

/// An object that a client modified, with its parameters read by the description of the type that
/// it has here: what the client says of the type does not count.
pub(super) async fn modified<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    mut object: Object,
) -> Result<Object, Refusal> {
    object.otype = handler.get_object(caller, object.id).await?.otype;
    let desc = handler.get_object_desc(caller, object.otype).await?;
    object.decode_parameters(&desc).map_err(|error| {
        Refusal::frame(error.to_string())
            .about(FailReference::new(reference::OBJECT_TYPE, object.otype))
    })?;
    Ok(object)
}

/// A message from the handler, as the client wants it: in TP03 objects stand for order queues.
pub(super) async fn message<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    version: Version,
    mut message: Message,
) -> Result<Message, Refusal> {
    for to in &mut message.references {
        if to.r#type == reference::ORDER_QUEUE
            && let Some(Ok(object)) = object_for_queue(handler, caller, version, to.id).await
        {
            *to = MessageReference::object(object);
        }
    }
    Ok(message)
}
