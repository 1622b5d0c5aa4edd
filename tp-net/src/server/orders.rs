//! Orders between a client's version and the handler's queues.

use std::borrow::Cow;

use tp_frames::{ParameterSet, Parameters, Version, game, reference};

use super::declared_types::DeclaredTypes;
use super::{Answer, Caller, Handler};
use crate::model::downgrade::has_descriptions;
use crate::model::{
    FailCode, FailReference, Ids, Message, MessageReference, Order, OrderDesc, OrderQueue, Refusal,
};

/// Whose request it is, who answers it, and in which version.
pub(super) struct Asked<'a, H: Handler> {
    pub(super) handler: &'a H,
    pub(super) types: &'a DeclaredTypes,
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
        let desc = self.order_desc(order.otype).await?;
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
        let quirks = caller.peer().quirks();
        // Where none is declared, types are what the handler has at the time.
        let why = match self.types.has_orders() {
            false => None,
            true => match self.order_desc(order.otype).await {
                Err(_) => Some("has a type that is not declared"),
                Ok(desc) if fit(&order.parameters, desc.order_params_types()) => None,
                // As the client gave it, that knows no others.
                Ok(desc) if fit(&order.parameters, quirks.order_params_types(&desc)) => None,
                Ok(_) => Some("has other parameters than its type"),
            },
        };
        if let Some(why) = why {
            let about = FailReference::new(reference::ORDER_TYPE, order.otype);
            return Err(
                contradiction("order of queue", order.queue.unwrap_or(id), why).about(about),
            );
        }
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

    /// An order queue from the handler, whose types clients can ask for.
    pub(super) async fn order_queue(&self, id: u32) -> Result<OrderQueue, Refusal> {
        let queue = self.handler.order_queue(self.caller, id).await?;
        match self.undeclared(&queue.ordertypes).await {
            None => Ok(queue),
            Some(why) => {
                let about = FailReference::new(reference::ORDER_QUEUE, id);
                Err(contradiction("order queue", id, why).about(about))
            }
        }
    }

    /// What is wrong with a list of order types: that one is not declared.
    pub(super) async fn undeclared(&self, ordertypes: &[u32]) -> Option<&'static str> {
        for id in ordertypes.iter().filter(|_| self.types.has_orders()) {
            if self.order_desc(*id).await.is_err() {
                return Some("takes orders of a type that is not declared");
            }
        }
        None
    }

    /// The description of a type of orders: a declared one, or one that the handler has now.
    pub(super) async fn order_desc(&self, id: u32) -> Result<Cow<'a, OrderDesc>, Refusal> {
        let types: &'a DeclaredTypes = self.types;
        let refusal = match types.order(id) {
            Ok(desc) => return Ok(Cow::Borrowed(desc)),
            Err(refusal) => refusal,
        };
        match self.handler.order_desc(self.caller, id).await {
            Ok(desc) => Ok(Cow::Owned(desc)),
            Err(none) if none.code == FailCode::UNAVAILABLE_PERMANENTLY => {
                Err(refusal.about(FailReference::new(reference::ORDER_TYPE, id)))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// The types of orders that there are, likewise.
    pub(super) async fn order_desc_ids(&self, changed_since: Option<u64>) -> Result<Ids, Refusal> {
        let declared = self.types.order_ids();
        let others = self.handler.order_desc_ids(self.caller, changed_since);
        match (declared, others.await) {
            (Ok(ids), Ok(others)) => Ok(ids.iter().chain(others.iter()).copied().collect()),
            (Err(_), others) => others,
            (declared, Err(none)) if none.code == FailCode::UNAVAILABLE_PERMANENTLY => declared,
            (_, Err(refusal)) => Err(refusal),
        }
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

/// Returns `true` if there is one parameter for each of these types, in this order. Bytes may hold
/// anything.
pub(super) fn fit<S: ParameterSet>(
    parameters: &Parameters<S>,
    types: impl Iterator<Item = u32>,
) -> bool {
    match parameters {
        Parameters::Values(values) => values.iter().map(S::parameter_type).eq(types),
        Parameters::Bytes { .. } => true,
    }
}

/// The refusal of what the handler answers, and what the types that it declares do not allow.
pub(super) fn contradiction(what: &str, id: u32, why: &str) -> Refusal {
    tracing::error!("{what} {id} {why}");
    Refusal::unavailable_permanently(format!("{what} {id} {why}"))
}
