//! What a mirror shows: everything a player can see.

use tp_frames::TpString;

use super::things::Things;
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
    pub(super) objects: Things<Object>,
    pub(super) order_queues: Things<OrderQueue>,
    /// By what has them: a queue, or in TP03 an object.
    pub(super) orders: Things<Vec<Order>>,
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
        for holder in &self.objects {
            let held = holder.contains.iter().map(|held| (*held, holder.id));
            holders.extend(held.filter(|(held, _)| {
                let held = self.objects.get(*held);
                held.is_some_and(|held| held.parent.is_none() && held.id != holder.id)
            }));
        }
        holders.sort_unstable();
        holders.dedup_by_key(|(held, _)| *held);
        holders.shrink_to_fit();
        self.holders = holders;
    }

    /// The id of the object that holds this one.
    pub(super) fn parent(&self, object: &Object) -> Option<u32> {
        object.parent.or_else(|| {
            let at = self
                .holders
                .binary_search_by_key(&object.id, |(held, _)| *held);
            Some(self.holders.get(at.ok()?)?.1)
        })
    }

    /// What has the orders of an object: its queue, or in TP03 itself.
    pub(super) fn orders_of(&self, object: &Object) -> &[Order] {
        let before_queues = self.subject.as_ref().is_some_and(|it| it.protocol < 4);
        let place = if before_queues {
            Some(object.id)
        } else {
            object.order_queue
        };
        let orders = place.and_then(|place| self.orders.get(place));
        orders.map(Vec::as_slice).unwrap_or_default()
    }
}
