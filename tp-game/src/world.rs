//! Everything there is, and the rules that hold between any two turns.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tp_frames::TpString;
use tp_net::model::{self, Design, IdModtime, Ids, Message, OrderParams, Vector};

use crate::body::{Body, Fleet, Kind, Planet};
use crate::index::{Gone, Index};
use crate::limits::{self, FLEET_COST, Holder, Stored};
use crate::passwords::PasswordHash;
use crate::random::Random;

/// The whole game.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    pub(crate) random: Random,
    /// The turn being played, from 1.
    pub(crate) turn: u32,
    /// How long a turn lasts at most.
    pub(crate) turn_time: Option<Duration>,
    /// Who has finished the turn.
    pub(crate) finished: BTreeSet<u32>,
    pub(crate) clock: Clock,
    pub(crate) bodies: BTreeMap<u32, Body>,
    pub(crate) index: Index,
    pub(crate) players: BTreeMap<u32, Player>,
    /// The players by their names.
    pub(crate) names: BTreeMap<Vec<u8>, u32>,
    pub(crate) queues: BTreeMap<u32, Queue>,
    pub(crate) boards: BTreeMap<u32, Board>,
    pub(crate) categories: BTreeMap<u32, Category>,
    /// Without what follows from their components.
    pub(crate) designs: BTreeMap<u32, Design>,
    /// The designs by whose they are; nobody's are the game's.
    pub(crate) designs_of: BTreeMap<Option<u32>, BTreeSet<u32>>,
    /// What is gone, and since when.
    pub(crate) gone: AllGone,
    /// How much players store.
    pub(crate) stored: Stored,
}

/// Counts changes: the modification time of a thing is the count of its last change.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Clock(u64);

impl Clock {
    pub(crate) fn tick(&mut self) -> u64 {
        self.0 = self.0.saturating_add(1);
        self.0
    }
}

/// Things that are gone.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct AllGone {
    pub(crate) bodies: Gone,
    pub(crate) queues: Gone,
    pub(crate) categories: Gone,
    pub(crate) designs: Gone,
}

/// An entry of a list of ids.
pub(crate) fn listed(id: u32, modtime: u64) -> IdModtime {
    IdModtime { id, modtime }
}

/// What is there, and what is gone to those who ask what has changed.
pub(crate) fn with_gone(
    there: impl Iterator<Item = IdModtime>,
    gone: &Gone,
    since: Option<u64>,
) -> Ids {
    let gone = since.map(|since| gone.since(since)).unwrap_or_default();
    there.chain(gone.iter().copied()).collect()
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Player {
    pub(crate) name: TpString,
    pub(crate) password: PasswordHash,
    #[cfg_attr(feature = "store", serde(skip))]
    pub(crate) race: &'static str,
    /// Whether an administrator keeps it out.
    pub(crate) disabled: bool,
    pub(crate) modtime: u64,
}

/// Orders of an object.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Queue {
    pub(crate) object: u32,
    pub(crate) modtime: u64,
    pub(crate) orders: Vec<Order>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Order {
    pub(crate) otype: u32,
    /// What the player chose, without what could be chosen.
    pub(crate) parameters: Vec<OrderParams>,
    /// How many turns it has been carried out.
    pub(crate) age: u32,
}

/// Messages for a player, or for all.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Board {
    pub(crate) name: TpString,
    #[cfg_attr(feature = "store", serde(skip))]
    pub(crate) description: &'static str,
    /// Whose it is; nobody's is everybody's.
    pub(crate) owner: Option<u32>,
    pub(crate) modtime: u64,
    pub(crate) messages: Vec<Posted>,
    /// How many of them are the game's.
    pub(crate) reports: usize,
}

/// A message on a board.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Posted {
    /// The player who wrote it; nobody's are the game's.
    pub(crate) author: Option<u32>,
    pub(crate) message: Message,
}

impl Posted {
    /// For whom it is stored on a board of this owner's; nobody for what the game tells everybody.
    pub(crate) fn holder(&self, owner: Option<u32>) -> Option<Holder> {
        let author = self.author.map(Holder::Player);
        author.or(owner.map(Holder::Reader))
    }
}

/// A shelf for designs, components and properties.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Category {
    /// Whose it is; nobody's are the game's.
    pub(crate) owner: Option<u32>,
    /// How many designs are in it.
    pub(crate) designs: u32,
    pub(crate) frame: model::Category,
}

/// The next free id. Ids are not used again.
pub(crate) fn free_id<T>(there: &BTreeMap<u32, T>, gone: &Gone) -> u32 {
    let last = there.last_key_value().map(|(id, _)| *id);
    last.max(gone.last()).map_or(0, |id| id.saturating_add(1))
}

/// The queue of an object has another number than the object, as in real games.
pub(crate) fn queue_of(object: u32) -> u32 {
    object.wrapping_add(10_000)
}

impl World {
    /// Puts a new object into its parent, with a queue if it takes orders.
    pub(crate) fn place(
        &mut self,
        parent: u32,
        name: impl Into<TpString>,
        position: Vector,
        size: u64,
        kind: impl FnOnce(u32) -> Kind,
    ) -> u32 {
        let id = free_id(&self.bodies, &self.gone.bodies);
        let modtime = self.clock.tick();
        let kind = kind(queue_of(id));
        if let Some(queue) = kind.queue() {
            self.queues.insert(
                queue,
                Queue {
                    object: id,
                    modtime,
                    orders: Vec::new(),
                },
            );
        }
        if let Some(holder) = self.bodies.get_mut(&parent) {
            holder.contains.insert(id);
            self.changed(parent, modtime);
        }
        let body = Body {
            id,
            name: name.into(),
            parent,
            contains: BTreeSet::new(),
            position,
            size,
            modtime,
            owner_modtime: modtime,
            kind,
        };
        if let (Some(_), Some(owner)) = (body.fleet(), body.kind.owner()) {
            self.stored.add(Holder::Player(owner), FLEET_COST);
        }
        self.index.add(&body);
        self.bodies.insert(id, body);
        id
    }

    /// Takes an object out of the world, with its orders.
    pub(crate) fn remove(&mut self, id: u32) {
        self.remove_orders(id);
        let Some(body) = self.bodies.remove(&id) else {
            return;
        };
        if let (Some(_), Some(owner)) = (body.fleet(), body.kind.owner()) {
            self.stored.remove(Holder::Player(owner), FLEET_COST);
        }
        let modtime = self.clock.tick();
        self.index.remove(&body);
        self.gone.bodies.add(id, modtime);
        if let Some(queue) = body.kind.queue() {
            self.queues.remove(&queue);
            self.gone.queues.add(queue, modtime);
        }
        if let Some(parent) = self.bodies.get_mut(&body.parent) {
            parent.contains.remove(&id);
            self.changed(body.parent, modtime);
        }
    }

    pub(crate) fn fleet_mut(&mut self, id: u32) -> Option<&mut Fleet> {
        self.bodies.get_mut(&id)?.fleet_mut()
    }

    pub(crate) fn planet_mut(&mut self, id: u32) -> Option<&mut Planet> {
        self.bodies.get_mut(&id)?.planet_mut()
    }

    /// Says that an object changed for everybody who can see it.
    pub(crate) fn touch(&mut self, id: u32) {
        let modtime = self.clock.tick();
        self.changed(id, modtime);
    }

    /// Says that an object changed for everybody at this time.
    pub(crate) fn changed(&mut self, id: u32, modtime: u64) {
        if let Some(body) = self.bodies.get_mut(&id) {
            self.index.touch(body, modtime);
            body.modtime = modtime;
        }
    }

    /// What a player has, by rising ids.
    pub(crate) fn owned(&self, player: u32) -> impl Iterator<Item = &Body> {
        let owned = self.index.owned(player);
        owned.filter_map(|id| self.bodies.get(&id))
    }

    /// Makes a planet or a fleet a player's. Orders of the old owner's are no more.
    pub(crate) fn give(&mut self, id: u32, player: u32) {
        self.remove_orders(id);
        let Some(body) = self.bodies.get(&id) else {
            return;
        };
        if body.fleet().is_some() {
            if let Some(owner) = body.kind.owner() {
                self.stored.remove(Holder::Player(owner), FLEET_COST);
            }
            self.stored.add(Holder::Player(player), FLEET_COST);
        }
        let nothing = BTreeSet::new();
        let around = self.bodies.get(&body.parent);
        let beside = around.map_or(&nothing, |around| &around.contains);
        self.index.give(body, player, beside);
        match self.bodies.get_mut(&id).map(|body| &mut body.kind) {
            Some(Kind::Planet(planet)) => planet.owner = Some(player),
            Some(Kind::Fleet(fleet)) => fleet.owner = Some(player),
            _ => {}
        }
    }

    /// For whom the orders in a queue are stored.
    fn queue_holder(&self, queue: u32) -> Option<Holder> {
        let body = self.bodies.get(&self.queues.get(&queue)?.object)?;
        body.kind.owner().map(Holder::Player)
    }

    /// Puts an order into a slot of a queue, or behind the last.
    pub(crate) fn put_order(&mut self, queue: u32, slot: usize, order: Order) {
        let holder = self.queue_holder(queue);
        if let Some(queue) = self.queues.get_mut(&queue) {
            if let Some(holder) = holder {
                self.stored
                    .add(holder, limits::cost_of_order(&order.parameters));
            }
            let at = slot.min(queue.orders.len());
            queue.orders.insert(at, order);
        }
    }

    /// Takes the order in a slot out of a queue.
    pub(crate) fn take_order(&mut self, queue: u32, slot: usize) -> Option<Order> {
        let holder = self.queue_holder(queue);
        let orders = &mut self.queues.get_mut(&queue)?.orders;
        if slot >= orders.len() {
            return None;
        }
        let order = orders.remove(slot);
        limits::slim(orders);
        if let Some(holder) = holder {
            self.stored
                .remove(holder, limits::cost_of_order(&order.parameters));
        }
        Some(order)
    }

    /// Takes all orders of an object out of its queue.
    fn remove_orders(&mut self, id: u32) {
        let body = self.bodies.get(&id);
        if let Some(queue) = body.and_then(|body| body.kind.queue()) {
            while self.take_order(queue, 0).is_some() {}
        }
    }

    /// Says that an object changed for its owner only.
    pub(crate) fn touch_for_owner(&mut self, id: u32) {
        let modtime = self.clock.tick();
        if let Some(body) = self.bodies.get_mut(&id) {
            body.owner_modtime = modtime;
        }
    }

    /// Puts an object into another parent.
    pub(crate) fn move_into(&mut self, id: u32, parent: u32) {
        let Some(body) = self.bodies.get_mut(&id) else {
            return;
        };
        let old = std::mem::replace(&mut body.parent, parent);
        if old == parent {
            return;
        }
        if let Some(old) = self.bodies.get_mut(&old) {
            old.contains.remove(&id);
        }
        if let Some(new) = self.bodies.get_mut(&parent) {
            new.contains.insert(id);
        }
        for changed in [id, old, parent] {
            self.touch(changed);
        }
    }

    /// What the book of what is stored must say.
    #[cfg(any(test, feature = "store"))]
    pub(crate) fn counted(&self) -> Stored {
        let mut stored = Stored::default();
        for body in self.bodies.values() {
            let Some(owner) = body.kind.owner() else {
                continue;
            };
            if body.fleet().is_some() {
                stored.add(Holder::Player(owner), FLEET_COST);
            }
            let queue = body.kind.queue().and_then(|queue| self.queues.get(&queue));
            for order in queue.iter().flat_map(|queue| &queue.orders) {
                stored.add(
                    Holder::Player(owner),
                    limits::cost_of_order(&order.parameters),
                );
            }
        }
        for design in self.designs.values() {
            if let Some(owner) = design.owner.get() {
                stored.add(Holder::Player(owner), limits::cost_of_design(design));
            }
        }
        for category in self.categories.values() {
            if let Some(owner) = category.owner {
                stored.add(
                    Holder::Player(owner),
                    limits::cost_of_category(&category.frame),
                );
            }
        }
        for board in self.boards.values() {
            for posted in &board.messages {
                if let Some(holder) = posted.holder(board.owner) {
                    stored.add(holder, limits::cost_of_message(&posted.message));
                }
            }
        }
        stored
    }
}
