//! What a player sees of the world.

use tp_frames::Parameters;
use tp_net::model::{FailReference, IdModtime, Object, OrderQueue, Refusal, Vector};

use crate::world::{Body, Kind, World, listed, with_gone};
use crate::{fleets, object_types, order_types, players};

/// The world as one player sees it.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    world: &'a World,
    player: u32,
}

/// The slots of a queue.
pub(crate) const SLOTS: u32 = 100;

impl<'a> View<'a> {
    pub(crate) fn new(world: &'a World, player: u32) -> Self {
        Self { world, player }
    }

    pub(crate) fn owns(&self, body: &Body) -> bool {
        body.kind.owner() == Some(self.player)
    }

    /// Whether the player sees an object: all but foreign fleets that nothing of the player's is
    /// near to.
    pub(crate) fn sees(&self, body: &Body) -> bool {
        if !matches!(body.kind, Kind::Fleet(_)) || self.owns(body) {
            return true;
        }
        let own = self.world.bodies.values().filter(|own| self.owns(own));
        own.into_iter().any(|own| {
            own.position
                .reaches(body.position, fleets::sight(self.world, own))
        })
    }

    /// Everything the player sees.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &'a Body> + '_ {
        self.world.bodies.values().filter(|body| self.sees(body))
    }

    pub(crate) fn body(&self, id: u32) -> Result<&'a Body, Refusal> {
        self.world
            .bodies
            .get(&id)
            .filter(|body| self.sees(body))
            .ok_or_else(|| {
                Refusal::no_such_thing("there is no such object").about(FailReference::object(id))
            })
    }

    /// When an object last changed in a way that the player sees.
    fn modtime(&self, body: &Body) -> u64 {
        if self.owns(body) {
            body.modtime.max(body.owner_modtime)
        } else {
            body.modtime
        }
    }

    fn listed(&self, body: &Body) -> IdModtime {
        listed(body.id, self.modtime(body))
    }

    pub(crate) fn object_ids(&self, since: Option<u64>) -> Vec<IdModtime> {
        let there = self.bodies().map(|body| self.listed(body));
        with_gone(there, &self.world.gone.bodies, since)
    }

    pub(crate) fn object_ids_near(&self, centre: Vector, radius: u64) -> Vec<IdModtime> {
        let near = self
            .bodies()
            .filter(|body| body.position.reaches(centre, radius));
        near.map(|body| self.listed(body)).collect()
    }

    pub(crate) fn object_ids_in(&self, container: u32) -> Result<Vec<IdModtime>, Refusal> {
        let container = self.body(container)?;
        let held = container
            .contains
            .iter()
            .filter_map(|id| self.body(*id).ok());
        Ok(held.map(|body| self.listed(body)).collect())
    }

    pub(crate) fn object(&self, id: u32) -> Result<Object, Refusal> {
        let body = self.body(id)?;
        let owns = self.owns(body);
        let velocity = body.fleet().map(|fleet| fleet.velocity);
        Ok(Object {
            id: body.id,
            otype: object_types::of(&body.kind),
            name: body.name.clone(),
            desc: Some(self.describe(body).into()),
            parent: (body.id != 0).then_some(body.parent),
            contains: self
                .object_ids_in(id)?
                .into_iter()
                .map(|held| held.id)
                .collect(),
            modtime: self.modtime(body),
            size: Some(body.size),
            position: Some(body.position),
            velocity: Some(velocity.unwrap_or_default()),
            order_queue: if owns { body.kind.queue() } else { None },
            // The queue tells.
            ordertypes: None,
            orders: None,
            kind: Some(object_types::kind(self.world, body, owns)),
            parameters: Parameters::Values(object_types::parameters(self.world, body, owns)),
        })
    }

    fn describe(&self, body: &Body) -> String {
        let what = match &body.kind {
            Kind::Universe => return format!("Turn {}", self.world.turn),
            Kind::Galaxy => return "A galaxy".to_owned(),
            Kind::StarSystem => return "A star and its planets".to_owned(),
            Kind::Wormhole(_) => return "A way to another galaxy".to_owned(),
            Kind::Planet(_) => "planet",
            Kind::Fleet(_) => "fleet",
        };
        match body.kind.owner() {
            Some(player) if player == self.player => format!("Your {what}"),
            Some(player) => format!("A {what} of {}", players::name(self.world, player)),
            None => format!("A {what} of nobody's"),
        }
    }

    /// The object of a queue, if it is the player's.
    pub(crate) fn queue_object(&self, queue: u32) -> Result<u32, Refusal> {
        let object = self.world.queues.get(&queue).map(|queue| queue.object);
        let about = FailReference::order_queue(queue);
        let Some(body) = object.and_then(|object| self.body(object).ok()) else {
            return Err(Refusal::no_such_thing("there is no such order queue").about(about));
        };
        if !self.owns(body) {
            return Err(Refusal::permission_denied("these orders are not yours").about(about));
        }
        Ok(body.id)
    }

    pub(crate) fn queue_ids(&self, since: Option<u64>) -> Vec<IdModtime> {
        let all = self.world.queues.iter();
        let own = all.filter(|(id, _)| self.queue_object(**id).is_ok());
        let there = own.map(|(id, queue)| listed(*id, queue.modtime));
        with_gone(there, &self.world.gone.queues, since)
    }

    pub(crate) fn queue(&self, id: u32) -> Result<OrderQueue, Refusal> {
        let object = self.body(self.queue_object(id)?)?;
        let queue = self.world.queues.get(&id);
        Ok(OrderQueue {
            id,
            serial: queue.map(|queue| queue.modtime).unwrap_or_default(),
            maxslots: SLOTS,
            numorders: queue
                .and_then(|queue| u32::try_from(queue.orders.len()).ok())
                .unwrap_or_default(),
            ordertypes: order_types::of(&object.kind).to_vec(),
        })
    }
}
