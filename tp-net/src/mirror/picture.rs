//! What a mirror shows: everything a player can see.

use tp_frames::{TpString, Version};

use super::things::Things;
use crate::game;
use crate::model::{
    Board, Category, Component, Design, Features, Message, Object, ObjectDesc, Order, OrderDesc,
    OrderQueue, Player, Property, Resource,
};

/// Everything that was seen at one refresh. Pictures share what has not changed from one to the
/// next.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub(super) struct Picture {
    /// Of what; `None` if nothing was seen yet.
    pub(super) subject: Option<Subject>,
    /// Which turn it is, if the server counts them.
    pub(super) turn: Option<u32>,
    pub(super) features: Features,
    pub(super) object_descs: Things<ObjectDesc>,
    pub(super) order_descs: Things<OrderDesc>,
    /// As they came: decoded they would take twice the memory.
    pub(super) objects: Things<game::Object>,
    pub(super) order_queues: Things<OrderQueue>,
    /// By what has them: a queue, or in TP03 an object.
    pub(super) orders: Things<Vec<game::Order>>,
    pub(super) boards: Things<Board>,
    /// By boards.
    pub(super) messages: Things<Vec<Message>>,
    pub(super) designs: Things<Design>,
    pub(super) players: Things<Player>,
    pub(super) resources: Things<Resource>,
    pub(super) categories: Things<Category>,
    pub(super) components: Things<Component>,
    pub(super) properties: Things<Property>,
    /// Which object holds which, in TP03, where they do not say themselves: the held one first, by
    /// rising ids.
    #[cfg_attr(feature = "serde", serde(skip))]
    holders: Vec<(u32, u32)>,
}

/// Of which game a picture is, and for whom: what must be the same for it to be of any use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub(super) struct Subject {
    /// The version of the protocol.
    pub(super) protocol: u8,
    /// What the server said of itself.
    pub(super) greeting: TpString,
    /// The game, if the server runs one and says so.
    pub(super) game: Option<TpString>,
    /// Who looks.
    pub(super) player: Option<u32>,
}

impl Picture {
    /// Notes which object holds which, where the objects do not say themselves.
    pub(super) fn index(&mut self) {
        let mut holders: Vec<(u32, u32)> = Vec::new();
        for (holder, object) in self.objects.with_ids() {
            let is_silent = |held: &u32| {
                let held = self.objects.get(*held).filter(|_| *held != holder);
                held.is_some_and(|held| held.parent.is_none())
            };
            let held = object.contains.iter().copied().filter(is_silent);
            holders.extend(held.map(|held| (held, holder)));
        }
        holders.sort_unstable();
        holders.dedup_by_key(|(held, _)| *held);
        holders.shrink_to_fit();
        self.holders = holders;
    }

    /// The id of the object that holds this one.
    pub(super) fn parent(&self, object: &Object) -> Option<u32> {
        object.parent.or_else(|| {
            let holders = &self.holders;
            let at = holders.binary_search_by_key(&object.id, |(held, _)| *held);
            Some(holders.get(at.ok()?)?.1)
        })
    }

    /// An object with its parameters decoded, as far as its type is described.
    pub(super) fn decode_object(&self, frame: &game::Object) -> Object {
        let mut object = Object::from(frame.clone());
        if let Some(desc) = self.object_descs.get(object.otype)
            && let Err(error) = object.decode_parameters(desc)
        {
            tracing::debug!(object = object.id, %error, "an object is not as its type says");
        }
        object
    }

    /// The orders of an object, with their parameters decoded as far as their types are described:
    /// those of its queue, or in TP03 its own.
    pub(super) fn orders_of(&self, object: &Object) -> impl ExactSizeIterator<Item = Order> {
        let version = self.version();
        let place = match version {
            Some(version) if !version.has(4) => Some(object.id),
            _ => object.order_queue,
        };
        let orders = place.and_then(|place| self.orders.get(place));
        let orders = orders.map(Vec::as_slice).unwrap_or_default();
        orders.iter().map(move |frame| {
            let version = version.unwrap_or(game::TP04);
            let mut order = Order::from_frame(frame.clone(), version);
            if let Some(desc) = self.order_descs.get(order.otype)
                && let Err(error) = order.decode_parameters(desc)
            {
                tracing::debug!(r#type = order.otype, %error, "an order is not as its type says");
            }
            order
        })
    }

    fn version(&self) -> Option<Version> {
        let subject = self.subject.as_ref()?;
        Some(Version::from_protocol(subject.protocol))
    }
}
