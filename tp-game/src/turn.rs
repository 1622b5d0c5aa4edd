//! The end of a turn: orders are carried out, planets work, and the next turn begins.

use tp_frames::reference;
use tp_net::model::MessageReference;

use crate::order_execution::{self, Progress};
use crate::world::World;
use crate::{boards, flight};

/// Ends the turn.
pub(crate) fn end(world: &mut World) {
    let queues: Vec<u32> = world.queues.keys().copied().collect();
    for queue in queues {
        execute(world, queue);
    }
    work(world);
    world.turn = world.turn.saturating_add(1);
    world.finished.clear();
    world.touch(0);
}

/// Carries out the first order of a queue for a turn.
fn execute(world: &mut World, id: u32) {
    let Some(queue) = world.queues.get_mut(&id) else {
        return;
    };
    let object = queue.object;
    if queue.orders.is_empty() {
        return flight::drift(world, object);
    }
    let Some(order) = world.take_order(id, 0) else {
        return;
    };
    let otype = order.otype;
    let owner = world.bodies.get(&object).and_then(|body| body.kind.owner());
    let outcome = order_execution::execute(world, object, order);
    let modtime = world.clock.tick();
    if let Some(queue) = world.queues.get_mut(&id) {
        queue.modtime = modtime;
    }
    world.touch_for_owner(object);
    let (action, subject, text) = match outcome {
        Ok(Progress::GoesOn(order)) => {
            world.put_order(id, 0, order);
            return;
        }
        Ok(Progress::Done(what)) => (reference::order_action::DONE, "Order carried out", what),
        Err(why) => (
            reference::order_action::CANCELLED,
            "Order cancelled",
            why.to_owned(),
        ),
    };
    let Some(owner) = owner else {
        return;
    };
    let about = vec![
        MessageReference::new(reference::ORDER_ACTION, action),
        MessageReference::new(reference::ORDER_TYPE, otype),
        MessageReference::object(object),
    ];
    boards::tell(world, boards::own(owner), subject, text, about);
}

/// Settled planets grow and mine.
fn work(world: &mut World) {
    let modtime = world.clock.tick();
    let mut mined_out = Vec::new();
    for body in world.bodies.values_mut() {
        let Some(planet) = body.planet_mut() else {
            continue;
        };
        if planet.owner.is_none() {
            continue;
        }
        planet.population = planet.population.saturating_add(planet.population / 20);
        let hands = planet.population / 100;
        let mut has_mined = false;
        for stock in planet.stock.values_mut() {
            let mined = stock.minable.min(hands);
            stock.minable = stock.minable.saturating_sub(mined);
            stock.stored = stock.stored.saturating_add(mined);
            has_mined |= mined > 0;
        }
        body.owner_modtime = modtime;
        if has_mined {
            mined_out.push(body.id);
        }
    }
    // What is left in the ground, everybody sees.
    for planet in mined_out {
        world.changed(planet, modtime);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tp_frames::game;
    use tp_net::model::{OrderParams, Vector};

    use super::*;
    use crate::body::{Fleet, Kind};
    use crate::order_types::{
        ATTACK, BUILD, GIVE, INTERCEPT, JUMP, LOAD, MOVE, MOVE_BY, PATROL, RENAME, SETTLE, SPLIT,
        THROTTLE, WAIT,
    };
    use crate::universe::{self, Extent};
    use crate::world::{Order, queue_of};
    use crate::{Game, designs, order_types, resources};

    const PLAYER: u32 = 1;

    fn world() -> World {
        universe::create(
            3,
            Extent {
                galaxies: 2,
                systems: 2,
            },
        )
    }

    fn fleet(world: &mut World, owner: Option<u32>, at: Vector, design: u32, count: u32) -> u32 {
        let ships = BTreeMap::from([(design, count)]);
        world.place(0, "Fleet", at, 100, |queue| {
            Kind::Fleet(Fleet {
                owner,
                ships,
                throttle: 100,
                queue,
                ..Fleet::default()
            })
        })
    }

    fn give(world: &mut World, id: u32, otype: u32, parameter: OrderParams) {
        let order = Order {
            otype,
            parameters: vec![parameter],
            age: 0,
        };
        world.put_order(queue_of(id), usize::MAX, order);
    }

    fn object(id: u32) -> OrderParams {
        OrderParams::Object(game::OrderParamObject {
            objectid: id,
            validtypes: Some(vec![]),
        })
    }

    fn orders(world: &World, id: u32) -> usize {
        world.queues[&queue_of(id)].orders.len()
    }

    #[test]
    fn a_jump_leads_through_the_wormhole() {
        let mut world = world();
        let holes: Vec<u32> = world
            .bodies
            .values()
            .filter(|body| matches!(body.kind, Kind::Wormhole(_)))
            .map(|body| body.id)
            .collect();
        let near = world.bodies[&holes[0]].position;
        let id = fleet(&mut world, Some(PLAYER), near, designs::SCOUT, 1);
        let reference = game::OrderParamReference {
            reference: holes[0],
            allowed: vec![],
        };
        give(&mut world, id, JUMP, OrderParams::Reference(reference));
        end(&mut world);
        assert_eq!(world.bodies[&id].position, world.bodies[&holes[1]].position);
        assert_ne!(world.bodies[&id].parent, world.bodies[&holes[0]].parent);
        assert_eq!(orders(&world, id), 0);
    }

    #[test]
    fn a_patrol_goes_from_one_to_the_next() {
        let mut world = world();
        let at = |x| Vector::new(x, 7_000_000_000_000, 0);
        let id = fleet(&mut world, Some(PLAYER), at(0), designs::SCOUT, 1);
        let posts = [at(1_000_000_000), at(2_000_000_000)]
            .map(|post| fleet(&mut world, None, post, designs::SCOUT, 1));
        let references = posts.to_vec();
        let patrol = game::OrderParamReferenceList {
            references,
            allowed: vec![],
        };
        give(&mut world, id, PATROL, OrderParams::ReferenceList(patrol));
        end(&mut world);
        assert_eq!(
            (world.bodies[&id].position, orders(&world, id)),
            (at(1_000_000_000), 1)
        );
        end(&mut world);
        assert_eq!(
            (world.bodies[&id].position, orders(&world, id)),
            (at(2_000_000_000), 0)
        );
    }

    #[test]
    fn an_attack_lasts_until_the_target_is_no_more() {
        let mut world = world();
        let at = Vector::new(0, 7_000_000_000_000, 0);
        let id = fleet(&mut world, Some(PLAYER), at, designs::FRIGATE, 1);
        let target = fleet(&mut world, None, at, designs::SCOUT, 2);
        give(&mut world, id, ATTACK, object(target));
        // 45 of damage a turn against an armour of 100.
        end(&mut world);
        assert_eq!(world.bodies[&target].fleet().unwrap().damage, 45);
        end(&mut world);
        assert_eq!(orders(&world, id), 1, "it goes on");
        end(&mut world);
        assert!(!world.bodies.contains_key(&target));
        let gone = world.gone.bodies.since(0);
        assert!(gone.iter().any(|gone| gone.id == target));
        assert!(!world.queues.contains_key(&queue_of(target)));
        assert_eq!(orders(&world, id), 0);
        assert!(!world.bodies[&0].contains.contains(&target));
    }

    #[test]
    fn who_flies_to_what_is_gone_is_told_so() {
        let game = Game::new(3);
        let mut state = game.state();
        let world = &mut state.world;
        let id = fleet(world, Some(PLAYER), Vector::default(), designs::SCOUT, 1);
        give(world, id, INTERCEPT, object(987_654));
        end(world);
        assert_eq!(orders(world, id), 0);
        let board = &world.boards[&boards::own(PLAYER)];
        let about =
            MessageReference::new(reference::ORDER_ACTION, reference::order_action::CANCELLED);
        assert!(
            board
                .messages
                .last()
                .unwrap()
                .message
                .references
                .contains(&about)
        );
    }

    fn text(string: &str) -> OrderParams {
        OrderParams::String(game::OrderParamString {
            maxlength: 80,
            string: string.into(),
        })
    }

    /// What the player is told at the end of an order.
    fn told(world: &mut World, id: u32, otype: u32, parameters: Vec<OrderParams>) -> String {
        let order = Order {
            otype,
            parameters,
            age: 0,
        };
        world.put_order(queue_of(id), usize::MAX, order);
        for _ in 0..1000 {
            end(world);
            let queue = world.queues.get(&queue_of(id));
            if queue.is_none_or(|queue| queue.orders.is_empty()) {
                let board = &world.boards[&boards::own(PLAYER)];
                let last = &board.messages.last().unwrap().message;
                assert_eq!(last.subject, "Order carried out", "{last:?}");
                return last.body.to_string();
            }
        }
        panic!("order {otype} has no end");
    }

    #[test]
    fn what_every_order_has_done_is_told() {
        let game = Game::new(3);
        let mut state = game.state();
        let world = &mut state.world;
        let find = |world: &World, fits: &dyn Fn(&Kind) -> bool| {
            let mut bodies = world.bodies.values();
            let body = bodies.find(|body| fits(&body.kind)).unwrap();
            (body.id, body.name.to_string(), body.position)
        };
        let (home, home_name, at) = find(
            world,
            &|kind| matches!(kind, Kind::Planet(planet) if planet.owner == Some(PLAYER)),
        );
        let (free, free_name, _) = find(
            world,
            &|kind| matches!(kind, Kind::Planet(planet) if planet.owner.is_none()),
        );
        let (hole, ..) = find(world, &|kind| matches!(kind, Kind::Wormhole(_)));
        let id = fleet(world, Some(PLAYER), at, designs::FREIGHTER, 3);
        let ships = &mut world.fleet_mut(id).unwrap().ships;
        ships.insert(designs::FRIGATE, 3);
        let bob = 3;
        let prey = fleet(world, Some(bob), at, designs::SCOUT, 1);
        world.bodies.get_mut(&prey).unwrap().name = "Prey".into();

        let time = game::OrderParamTime {
            turns: 2,
            maxtime: 100,
        };
        let range = game::OrderParamRange {
            value: 50,
            ..Default::default()
        };
        let place = game::OrderParamAbsSpaceCoords { pos: at.into() };
        let beside = game::OrderParamRelSpaceCoords {
            objectid: home,
            ..Default::default()
        };
        let jump = game::OrderParamReference {
            reference: hole,
            allowed: vec![],
        };
        let patrol = game::OrderParamReferenceList {
            references: vec![home],
            allowed: vec![],
        };
        let selected = |resourcetype, quantity| game::OrderParamResourceListSelected {
            resourcetype,
            quantity,
        };
        let load = game::OrderParamResourceList {
            selected: vec![selected(resources::METAL, 2), selected(resources::FOOD, 1)],
            ..Default::default()
        };
        let chosen = game::OrderParamGenericReferenceQuantityListSelection {
            id: designs::FRIGATE,
            number: 1,
        };
        let split = game::OrderParamGenericReferenceQuantityList {
            selection: vec![chosen],
            ..Default::default()
        };
        let player = game::OrderParamPlayer {
            playerid: 2,
            ..Default::default()
        };
        let chosen = game::OrderParamListSelection {
            id: designs::SCOUT,
            number: 2,
        };
        let build = game::OrderParamList {
            selection: vec![chosen],
            ..Default::default()
        };

        let mut types = Vec::new();
        for (who, otype, parameters, what) in [
            (
                home,
                BUILD,
                vec![OrderParams::List(build), text("Second")],
                format!("{home_name} has built Second: 2 Scout."),
            ),
            (
                home,
                WAIT,
                vec![OrderParams::Time(time)],
                format!("{home_name} has waited 2 turns."),
            ),
            (
                id,
                ATTACK,
                vec![object(prey)],
                "Fleet has destroyed Prey.".into(),
            ),
            (
                id,
                LOAD,
                vec![OrderParams::ResourceList(load)],
                "Fleet has loaded 2 tons of metal, 1 crate of food.".into(),
            ),
            (
                id,
                SPLIT,
                vec![OrderParams::GenericReferenceQuantityList(split)],
                "Fleet has been split. Fleet, part: 1 Frigate.".into(),
            ),
            (
                id,
                JUMP,
                vec![OrderParams::Reference(jump)],
                "Fleet has jumped and come out at the other end, Wormhole.".into(),
            ),
            (
                id,
                INTERCEPT,
                vec![object(home)],
                format!("Fleet has reached {home_name}."),
            ),
            (
                id,
                MOVE,
                vec![OrderParams::AbsSpaceCoords(place)],
                "Fleet has arrived.".into(),
            ),
            (
                id,
                MOVE_BY,
                vec![OrderParams::RelSpaceCoords(beside)],
                "Fleet has arrived.".into(),
            ),
            (
                id,
                PATROL,
                vec![OrderParams::ReferenceList(patrol)],
                "Fleet has ended its patrol.".into(),
            ),
            (
                id,
                SETTLE,
                vec![object(free)],
                format!("Fleet has settled {free_name}."),
            ),
            (
                id,
                THROTTLE,
                vec![OrderParams::Range(range)],
                "Fleet flies at 50 % of what its ships can do.".into(),
            ),
            (
                id,
                RENAME,
                vec![text("Armada")],
                "Fleet is called Armada now.".into(),
            ),
            (
                id,
                GIVE,
                vec![OrderParams::Player(player)],
                "Armada belongs to alice now.".into(),
            ),
        ] {
            assert_eq!(told(world, who, otype, parameters), what);
            types.push(otype);
        }
        let attacked = world.boards[&boards::own(bob)].messages.last().unwrap();
        assert_eq!(
            attacked.message.body,
            "Fleet has attacked Prey and destroyed it."
        );
        types.sort_unstable();
        assert_eq!(types, order_types::IDS, "every type");
        for board in world.boards.values() {
            let empty = board.messages.iter().find(|it| it.message.body.is_empty());
            assert!(empty.is_none(), "on {}", board.name);
        }
    }

    #[test]
    fn traders_stay_in_their_galaxy() {
        let mut world = world();
        let trader = world
            .bodies
            .values()
            .find(|body| body.name == "Trader")
            .unwrap();
        let (id, galaxy, start) = (
            trader.id,
            world.bodies[&trader.parent].clone(),
            trader.position,
        );
        let mut moved = false;
        for _ in 0..5000 {
            end(&mut world);
            let position = world.bodies[&id].position;
            moved |= position != start;
            assert!(galaxy.position.reaches(position, galaxy.size));
        }
        assert!(moved);
    }
}
