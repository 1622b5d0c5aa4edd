//! Objects between a client's version and what the handler states of them.

use tp_frames::{Parameters, reference};

use super::orders::{Asked, contradiction, fit};
use super::{Handler, object_types};
use crate::model::downgrade::has_descriptions;
use crate::model::{FailCode, FailReference, Object, ObjectDesc, Refusal};

impl<H: Handler> Asked<'_, H> {
    /// Gives an object what the client's version wants to be told: in TP03 what its queue knows, in
    /// TP04 parameters, by the types that the handler declares or by those that follow from its
    /// kind, of which then nothing is left.
    pub(super) async fn complete(&self, object: &mut Object) -> Result<(), Refusal> {
        if !has_descriptions(self.version) {
            object.fill_from_parameters();
            self.add_orders(object).await?;
            let ordertypes = object.ordertypes.as_deref().unwrap_or_default();
            return match self.undeclared(ordertypes).await {
                None => Ok(()),
                Some(why) => Err(contradiction("object", object.id, why)),
            };
        }
        let otype = object.otype;
        let why = if self.types.are_by_kind() {
            if object.parameters.is_empty() {
                if object.order_queue.is_none() && object.takes_orders() {
                    let queue = self.handler.object_order_queue(self.caller, object.id);
                    object.order_queue = queue.await.ok();
                }
                object_types::describe(object);
                return Ok(());
            }
            "states parameters, and types follow from kinds here"
        } else {
            match self.types.object_parameters(otype) {
                None => "has a type that is not declared",
                Some(types) if fit(&object.parameters, types.iter().copied()) => return Ok(()),
                Some(_) => "has other parameters than its type",
            }
        };
        let about = FailReference::new(reference::OBJECT_TYPE, otype);
        Err(contradiction("object", object.id, why).about(about))
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

    /// The description of a type of objects.
    pub(super) fn object_desc(&self, id: u32) -> Result<&'_ ObjectDesc, Refusal> {
        self.types.object(id).ok_or_else(|| {
            Refusal::no_such_thing("there is no such object type")
                .about(FailReference::new(reference::OBJECT_TYPE, id))
        })
    }

    /// An object that a client modified, as the handler states objects, with its parameters read
    /// by the description of the type that it has here: what the client says of the type does not
    /// count.
    pub(super) async fn modified(&self, mut object: Object) -> Result<Object, Refusal> {
        let mut known = self.handler.object(self.caller, object.id).await?;
        let otype = known.otype;
        self.complete(&mut known).await?;
        object.otype = known.otype;
        let desc = self.object_desc(object.otype)?;
        object.decode_parameters(desc).map_err(|error| {
            Refusal::frame(error.to_string())
                .about(FailReference::new(reference::OBJECT_TYPE, object.otype))
        })?;
        if self.types.are_by_kind() {
            // Its kind says it all.
            object.parameters = Parameters::default();
            object.otype = otype;
        }
        Ok(object)
    }
}
