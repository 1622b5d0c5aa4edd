//! Objects between a client's version and what the handler states of them.

use tp_frames::reference;

use super::orders::Asked;
use super::{Handler, object_types};
use crate::model::downgrade::has_descriptions;
use crate::model::{FailCode, FailReference, IdModtime, Object, ObjectDesc, Refusal};

impl<H: Handler> Asked<'_, H> {
    /// An object from the handler, as the client wants it.
    pub(super) async fn object(&self, id: u32) -> Result<Object, Refusal> {
        let object = self.handler.object(self.caller, id).await?;
        self.shown(object).await
    }

    /// An object as the client wants it: in TP03 with what its queue knows, in TP04 with
    /// parameters, by the handler's descriptions or by those that follow from its kind.
    pub(super) async fn shown(&self, mut object: Object) -> Result<Object, Refusal> {
        object.fill_from_parameters();
        if !has_descriptions(self.version) {
            self.add_orders(&mut object).await?;
            return Ok(object);
        }
        if !object.parameters.is_empty() {
            return Ok(object);
        }
        let (handler, caller, otype) = (self.handler, self.caller, object.otype);
        let why = match handler.object_desc(caller, otype).await {
            Ok(desc) if desc.object_params_types().next().is_none() => return Ok(object),
            Err(refusal) if describes_none(&refusal) => {
                if object.order_queue.is_none() && object.takes_orders() {
                    let queue = handler.object_order_queue(caller, object.id).await;
                    object.order_queue = queue.ok();
                }
                return Ok(object_types::describe(object));
            }
            Ok(_) => "has none of the parameters that its type has",
            Err(_) => "has a type that is not described",
        };
        let id = object.id;
        tracing::error!(object = id, r#type = otype, "an object {why}");
        let text = format!("object {id} {why}");
        Err(Refusal::unavailable_permanently(text)
            .about(FailReference::object(id))
            .about(FailReference::new(reference::OBJECT_TYPE, otype)))
    }

    /// Before there were queues, objects said what orders they take.
    async fn add_orders(&self, object: &mut Object) -> Result<(), Refusal> {
        if (object.ordertypes.is_none() || object.orders.is_none())
            && let Some(queue) = object.order_queue
        {
            match self.handler.order_queue(self.caller, queue).await {
                Ok(queue) => {
                    object.ordertypes.get_or_insert(queue.ordertypes);
                    object.orders.get_or_insert(queue.numorders);
                }
                // Without its orders it would be taken for one that has none.
                Err(busy) if busy.code == FailCode::UNAVAILABLE_TEMPORARILY => return Err(busy),
                // A queue that this player may not see does not hide the object.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// The description of a type of objects: the handler's, or one that follows from a kind.
    pub(super) async fn object_desc(&self, id: u32) -> Result<ObjectDesc, Refusal> {
        match self.handler.object_desc(self.caller, id).await {
            Err(refusal) if describes_none(&refusal) => {
                object_types::description(id).ok_or_else(|| {
                    Refusal::no_such_thing("there is no such object type")
                        .about(FailReference::new(reference::OBJECT_TYPE, id))
                })
            }
            described => described,
        }
    }

    /// The types of objects that there are, likewise.
    pub(super) async fn object_desc_ids(
        &self,
        changed_since: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        let ids = self.handler.object_desc_ids(self.caller, changed_since);
        match ids.await {
            Err(refusal) if describes_none(&refusal) => Ok(object_types::ids()),
            ids => ids,
        }
    }

    /// An object that a client modified, as the handler states objects, with its parameters read
    /// by the description of the type that it has here: what the client says of the type does not
    /// count.
    pub(super) async fn modified(&self, mut object: Object) -> Result<Object, Refusal> {
        let known = self.handler.object(self.caller, object.id).await?;
        let (otype, states_parameters) = (known.otype, !known.parameters.is_empty());
        object.otype = self.shown(known).await?.otype;
        let desc = self.object_desc(object.otype).await?;
        object.decode_parameters(&desc).map_err(|error| {
            Refusal::frame(error.to_string())
                .about(FailReference::new(reference::OBJECT_TYPE, object.otype))
        })?;
        if !states_parameters && !object.parameters.is_empty() {
            object = object_types::undescribe(object);
            object.otype = otype;
        }
        Ok(object)
    }
}

/// Returns `true` if a game refuses descriptions of objects because it has none, as handlers do by
/// default.
fn describes_none(refusal: &Refusal) -> bool {
    refusal.code == FailCode::UNAVAILABLE_PERMANENTLY
}
