//! What a player sees of the world.

use std::cell::OnceCell;

use tp_frames::{Parameters, TpString};
use tp_net::model::{FailReference, IdModtime, Ids, Object, OrderQueue, Refusal, Vector};

use crate::body::{Body, Kind};
use crate::index::Grid;
use crate::world::{World, listed, with_gone};
use crate::{fleets, limits, object_types, order_types, players};

/// The world as one player sees it.
pub(crate) struct View<'a> {
    world: &'a World,
    player: u32,
    /// What the player sees by, and how far that sees; found when it is asked for.
    eyes: OnceCell<Grid<u64>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(world: &'a World, player: u32) -> Self {
        Self {
            world,
            player,
            eyes: OnceCell::new(),
        }
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
        let mut near = self.eyes().near(body.position);
        near.any(|(eye, sight)| eye.reaches(body.position, *sight))
    }

    fn eyes(&self) -> &Grid<u64> {
        self.eyes.get_or_init(|| {
            let own = self.world.owned(self.player);
            let eyes = own.map(|own| (own.position, fleets::sight(self.world, own)));
            let eyes: Vec<_> = eyes.collect();
            let farthest = eyes.iter().map(|(_, sight)| *sight).max();
            let mut grid = Grid::new(farthest.unwrap_or_default());
            for (position, sight) in eyes {
                grid.add(position, sight);
            }
            grid
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

    pub(crate) fn object_ids(&self, since: Option<u64>) -> Ids {
        let gone = &self.world.gone.bodies;
        let Some(after) = since else {
            return with_gone(self.bodies().map(|body| self.listed(body)), gone, since);
        };
        let changed = self.world.index.changed_since(after);
        let changed = changed.filter_map(|id| self.body(id).ok());
        let own = self.world.owned(self.player);
        let own = own.filter(|own| own.modtime <= after && own.owner_modtime > after);
        let mut there: Vec<_> = changed.chain(own).map(|body| self.listed(body)).collect();
        there.sort_unstable_by_key(|listed| listed.id);
        with_gone(there.into_iter(), gone, since)
    }

    pub(crate) fn object_ids_near(&self, centre: Vector, radius: u64) -> Ids {
        let near = self
            .bodies()
            .filter(|body| body.position.reaches(centre, radius));
        near.map(|body| self.listed(body)).collect()
    }

    pub(crate) fn object_ids_in(&self, container: u32) -> Result<Ids, Refusal> {
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
            contains: self.object_ids_in(id)?.iter().map(|held| held.id).collect(),
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

    pub(crate) fn queue_ids(&self, since: Option<u64>) -> Ids {
        let own = self.world.owned(self.player);
        let there = own.filter_map(|body| {
            let id = body.kind.queue()?;
            Some(listed(id, self.world.queues.get(&id)?.modtime))
        });
        with_gone(there, &self.world.gone.queues, since)
    }

    pub(crate) fn queue(&self, id: u32) -> Result<OrderQueue, Refusal> {
        let object = self.body(self.queue_object(id)?)?;
        let queue = self.world.queues.get(&id);
        Ok(OrderQueue {
            id,
            serial: queue.map(|queue| queue.modtime).unwrap_or_default(),
            maxslots: limits::ORDERS,
            numorders: queue
                .and_then(|queue| u32::try_from(queue.orders.len()).ok())
                .unwrap_or_default(),
            ordertypes: order_types::of(&object.kind).to_vec(),
        })
    }
}

/// An owner gives an object another name, the only thing of it that can be changed.
pub(crate) fn rename(
    world: &mut World,
    player: u32,
    id: u32,
    name: TpString,
) -> Result<Object, Refusal> {
    let view = View::new(world, player);
    if !view.owns(view.body(id)?) {
        let about = FailReference::object(id);
        return Err(Refusal::permission_denied("this is not yours").about(about));
    }
    let most = limits::OBJECT_NAME;
    if name.is_empty() || name.len() > most {
        return Err(Refusal::frame(format!("a name has 1 to {most} bytes")));
    }
    if let Some(body) = world.bodies.get_mut(&id) {
        body.name = name;
    }
    world.touch(id);
    View::new(world, player).object(id)
}

#[cfg(test)]
mod tests {
    use tp_frames::game;
    use tp_net::model::OrderParams;

    use super::*;
    use crate::order_types::{GIVE, MOVE, SETTLE};
    use crate::world::{Order, queue_of};
    use crate::{Game, turn};

    /// What is found by the index is what looking through everything finds.
    fn check(world: &World, since: u64) {
        for player in world.players.keys().copied() {
            let view = View::new(world, player);
            let own: Vec<_> = world.bodies.values().filter(|it| view.owns(it)).collect();
            let owned: Vec<_> = world.owned(player).map(|body| body.id).collect();
            assert_eq!(owned, own.iter().map(|body| body.id).collect::<Vec<_>>());
            for body in world.bodies.values() {
                let sees = |own: &&Body| {
                    let sight = fleets::sight(world, own);
                    own.position.reaches(body.position, sight)
                };
                let is_seen = body.fleet().is_none() || view.owns(body) || own.iter().any(sees);
                assert_eq!(view.sees(body), is_seen, "{player} {body:?}");
            }
            let mut late = view.object_ids(None).to_vec();
            late.retain(|listed| listed.modtime > since);
            late.extend_from_slice(world.gone.bodies.since(since));
            assert_eq!(view.object_ids(Some(since))[..], late[..]);
        }
        for body in world.bodies.values() {
            let regions = world.bodies.values().filter(|region| {
                matches!(region.kind, Kind::StarSystem | Kind::Galaxy)
                    && region.position.reaches(body.position, region.size)
            });
            let around = regions.min_by_key(|region| region.size);
            let found = world.index.around(body.position);
            assert_eq!(found, around.map(|region| region.id));
        }
    }

    #[test]
    fn nothing_is_overlooked() {
        let game = Game::builder().extent(2, 8).build();
        let mut state = game.state();
        let world = &mut state.world;
        check(world, 0);
        let fleets: Vec<u32> = world
            .bodies
            .values()
            .filter(|body| body.fleet().is_some_and(|fleet| fleet.owner.is_some()))
            .map(|body| body.id)
            .collect();
        let planets: Vec<(u32, Vector)> = world
            .bodies
            .values()
            .filter(|body| body.planet().is_some())
            .map(|body| (body.id, body.position))
            .collect();
        let free = world.index.home().unwrap();
        for (place, fleet) in fleets.iter().enumerate() {
            let to = planets[place * 5 % planets.len()].1;
            let to = OrderParams::AbsSpaceCoords(game::OrderParamAbsSpaceCoords { pos: to.into() });
            let settle = OrderParams::Object(game::OrderParamObject {
                objectid: free,
                validtypes: None,
            });
            let give = OrderParams::Player(game::OrderParamPlayer {
                playerid: 2,
                ..Default::default()
            });
            for (otype, parameter) in [(MOVE, to), (SETTLE, settle), (GIVE, give)] {
                let order = Order {
                    otype,
                    parameters: vec![parameter],
                    age: 0,
                };
                world.put_order(queue_of(*fleet), usize::MAX, order);
            }
        }
        let mut since = 0;
        for _ in 0..1000 {
            turn::end(world);
            if world.turn.is_multiple_of(25) {
                check(world, since);
                since = world.clock.tick();
            }
        }
        assert_ne!(world.index.home(), Some(free), "somebody has settled there");
        assert!(world.queues.values().all(|queue| queue.orders.is_empty()));
        // A scout that is taken apart is gone from all that finds it.
        world.remove(fleets[0]);
        check(world, since);
    }
}
