//! What orders do when they are carried out.

use tp_frames::TpString;
use tp_net::model::{MessageReference, OrderParams};

use crate::body::{Body, Fleet, Kind};
use crate::order_types::{
    ATTACK, BUILD, GIVE, JUMP, LOAD, PATROL, RENAME, SETTLE, SPLIT, THROTTLE, WAIT,
};
use crate::world::{Order, World};
use crate::{boards, designs, fleets, flight, limits, order_queues, properties, resources};
use Progress::{Done, GoesOn};

/// What a turn has made of an order.
pub(crate) enum Progress {
    /// It goes on, as this.
    GoesOn(Order),
    /// It is done; this is what happened.
    Done(String),
}

/// The progress of an order, or why it cannot be carried out.
type Outcome = Result<Progress, &'static str>;

/// Why there is no other fleet.
const NO_ROOM: &str = "There is no room for another fleet.";

/// What an object is called.
fn name(world: &World, id: u32) -> TpString {
    let body = world.bodies.get(&id);
    body.map(|body| body.name.clone()).unwrap_or_default()
}

/// The ships of a fleet: "2 Scout, 1 Frigate".
fn listed(world: &World, fleet: &Fleet) -> String {
    let ships = fleet.ships.iter().map(|(design, number)| {
        let design = world.designs.get(design);
        let name = design.map(|design| design.name.clone());
        format!("{number} {}", name.unwrap_or_default())
    });
    ships.collect::<Vec<_>>().join(", ")
}

/// Carries out an order for a turn.
pub(crate) fn execute(world: &mut World, id: u32, mut order: Order) -> Outcome {
    order.age = order.age.saturating_add(1);
    let name = name(world, id);
    match (order.otype, order.parameters.as_slice()) {
        (WAIT, [OrderParams::Time(time)]) => {
            if i64::from(order.age) >= i64::from(time.turns) {
                let s = if order.age == 1 { "" } else { "s" };
                return Ok(Done(format!("{name} has waited {} turn{s}.", order.age)));
            }
            Ok(GoesOn(order))
        }
        (RENAME, [OrderParams::String(new)]) => {
            if let Some(body) = world.bodies.get_mut(&id) {
                body.name = new.string.clone();
            }
            world.touch(id);
            Ok(Done(format!("{name} is called {} now.", new.string)))
        }
        (THROTTLE, [OrderParams::Range(range)]) => {
            if let Some(fleet) = world.fleet_mut(id) {
                fleet.throttle = range.value.unsigned_abs();
            }
            let percent = range.value;
            Ok(Done(format!(
                "{name} flies at {percent} % of what its ships can do."
            )))
        }
        (GIVE, [OrderParams::Player(to)]) => give(world, id, to.playerid),
        (BUILD, [OrderParams::List(ships), OrderParams::String(new)]) => {
            let ships: Vec<_> = ships
                .selection
                .iter()
                .map(|it| (it.id, it.number))
                .collect();
            build(world, id, &ships, new.string.clone())
        }
        (LOAD, [OrderParams::ResourceList(cargo)]) => {
            let wanted = cargo
                .selected
                .iter()
                .map(|it| (it.resourcetype, it.quantity));
            load(world, id, &wanted.collect::<Vec<_>>())
        }
        (SPLIT, [OrderParams::GenericReferenceQuantityList(ships)]) => {
            let ships: Vec<_> = ships
                .selection
                .iter()
                .map(|it| (it.id, it.number))
                .collect();
            split(world, id, &ships)
        }
        _ => fly(world, id, order),
    }
}

/// Orders that begin with a flight.
fn fly(world: &mut World, id: u32, mut order: Order) -> Outcome {
    let goal = flight::goal(world, &order).ok_or("What it was flying to is not there any more.")?;
    if !flight::fly(world, id, goal) {
        return Ok(GoesOn(order));
    }
    match (order.otype, order.parameters.as_mut_slice()) {
        (JUMP, [OrderParams::Reference(to)]) => jump(world, id, to.reference),
        (PATROL, [OrderParams::ReferenceList(to)]) => {
            if !to.references.is_empty() {
                to.references.remove(0);
            }
            if to.references.is_empty() {
                Ok(Done(format!("{} has ended its patrol.", name(world, id))))
            } else {
                Ok(GoesOn(order))
            }
        }
        (SETTLE, [OrderParams::Object(to)]) => settle(world, id, to.objectid),
        (ATTACK, [OrderParams::Object(to)]) => {
            let target = to.objectid;
            attack(world, id, target, order)
        }
        (_, [OrderParams::Object(to)]) => {
            let (name, there) = (name(world, id), name(world, to.objectid));
            Ok(Done(format!("{name} has reached {there}.")))
        }
        _ => Ok(Done(format!("{} has arrived.", name(world, id)))),
    }
}

fn jump(world: &mut World, id: u32, wormhole: u32) -> Outcome {
    let Some(Kind::Wormhole(other)) = world.bodies.get(&wormhole).map(|body| body.kind.clone())
    else {
        return Err("The wormhole is closed.");
    };
    let end = world
        .bodies
        .get(&other)
        .map(|body| body.position)
        .ok_or("The wormhole leads nowhere.")?;
    if let Some(body) = world.bodies.get_mut(&id) {
        body.position = end;
    }
    world.touch(id);
    flight::settle_in(world, id);
    let (name, there) = (name(world, id), name(world, other));
    Ok(Done(format!(
        "{name} has jumped and come out at the other end, {there}."
    )))
}

fn give(world: &mut World, id: u32, player: u32) -> Outcome {
    let Some(owner) = world.players.get(&player) else {
        return Err("There is no such player any more.");
    };
    let given = format!("{} belongs to {} now.", name(world, id), owner.name);
    let body = world.bodies.get(&id).ok_or("It is not there any more.")?;
    // Gifts leave room for what the player builds.
    if body.fleet().is_some() && fleets::count(world, player) >= limits::FLEETS_WITH_GIFTS {
        return Err("The player has fleets enough.");
    }
    world.give(id, player);
    world.touch(id);
    let about = vec![MessageReference::object(id)];
    boards::tell(world, boards::own(player), "A gift", given.clone(), about);
    Ok(Done(given))
}

fn build(world: &mut World, id: u32, ships: &[(u32, u32)], new: TpString) -> Outcome {
    let planet_name = name(world, id);
    let price = order_queues::metal(world, ships.iter().copied());
    let body = world.bodies.get(&id).ok_or("The planet is gone.")?;
    let owner = body.kind.owner().ok_or("The planet is nobody's.")?;
    for (design, _) in ships {
        if !designs::can_build(world, owner, *design) {
            return Err("A design cannot be built any more.");
        }
    }
    if !fleets::has_room(world, owner) {
        return Err(NO_ROOM);
    }
    let body = world.bodies.get_mut(&id).ok_or("The planet is gone.")?;
    let (system, position) = (body.parent, body.position);
    let planet = body.planet_mut().ok_or("Only planets build.")?;
    let stock = planet.stock.entry(resources::METAL).or_default();
    let left = stock
        .stored
        .checked_sub(price)
        .ok_or("There is not enough metal.")?;
    stock.stored = left;
    let mut fleet = Fleet {
        owner: Some(owner),
        throttle: 100,
        ..Fleet::default()
    };
    for (design, number) in ships.iter().filter(|(_, number)| *number > 0) {
        let sum = fleet.ships.entry(*design).or_default();
        *sum = sum.saturating_add(*number);
        designs::built(world, *design, *number);
    }
    if fleet.ships.is_empty() {
        return Ok(Done(format!(
            "{planet_name} has built nothing: no ships were chosen."
        )));
    }
    let new = if new.is_empty() {
        "New fleet".into()
    } else {
        new
    };
    let done = format!("{planet_name} has built {new}: {}.", listed(world, &fleet));
    world.place(system, new, position, 100, |queue| {
        Kind::Fleet(Fleet { queue, ..fleet })
    });
    Ok(Done(done))
}

fn load(world: &mut World, id: u32, wanted: &[(u32, u32)]) -> Outcome {
    let body = world.bodies.get(&id).ok_or("The fleet is gone.")?;
    let fleet = body.fleet().ok_or("Only fleets load.")?;
    let (position, owner) = (body.position, fleet.owner);
    let carried = fleet
        .cargo
        .values()
        .map(|units| u64::from(*units))
        .fold(0, u64::saturating_add);
    let mut space = fleets::total(world, fleet, properties::CARGO).saturating_sub(carried);
    let is_here =
        |body: &&Body| body.planet().is_some() && body.position.reaches(position, flight::NEAR);
    let here = owner.and_then(|owner| world.owned(owner).find(is_here));
    let here = here.map(|body| body.id);
    let planet = here
        .and_then(|id| world.planet_mut(id))
        .ok_or("There is no planet of yours here.")?;
    let mut taken = Vec::new();
    for (resource, quantity) in wanted {
        let Some(stock) = planet.stock.get_mut(resource) else {
            continue;
        };
        let room = u32::try_from(space).unwrap_or(u32::MAX);
        let units = (*quantity).min(stock.stored).min(room);
        stock.stored = stock.stored.saturating_sub(units);
        space = space.saturating_sub(units.into());
        taken.push((*resource, units));
    }
    taken.retain(|(_, units)| *units > 0);
    let cargo = taken.iter().filter_map(|(resource, units)| {
        let resource = resources::resource(*resource)?;
        let unit = match units {
            1 => resource.singularunit,
            _ => resource.pluralunit,
        };
        Some(format!("{units} {unit} of {}", resource.singularname))
    });
    let cargo = cargo.collect::<Vec<_>>().join(", ");
    if let Some(fleet) = world.fleet_mut(id) {
        for (resource, units) in taken {
            let cargo = fleet.cargo.entry(resource).or_default();
            *cargo = cargo.saturating_add(units);
        }
    }
    let name = name(world, id);
    Ok(Done(if cargo.is_empty() {
        format!("{name} has loaded nothing: there was none, or no room.")
    } else {
        format!("{name} has loaded {cargo}.")
    }))
}

fn split(world: &mut World, id: u32, ships: &[(u32, u32)]) -> Outcome {
    let owner = world.bodies.get(&id).and_then(|body| body.kind.owner());
    if owner.is_some_and(|owner| !fleets::has_room(world, owner)) {
        return Err(NO_ROOM);
    }
    let body = world.bodies.get_mut(&id).ok_or("The fleet is gone.")?;
    let (system, position, name) = (body.parent, body.position, body.name.clone());
    let fleet = body.fleet_mut().ok_or("Only fleets can be split.")?;
    let mut new = Fleet {
        owner: fleet.owner,
        throttle: fleet.throttle,
        ..Fleet::default()
    };
    let mut rest = fleet.ships.clone();
    for (design, number) in ships.iter().filter(|(_, number)| *number > 0) {
        let left = rest.get(design).and_then(|have| have.checked_sub(*number));
        match left {
            None => return Err("The fleet has fewer ships now."),
            Some(0) => rest.remove(design),
            Some(left) => rest.insert(*design, left),
        };
        let sum = new.ships.entry(*design).or_default();
        *sum = sum.saturating_add(*number);
    }
    if rest.is_empty() {
        return Err("At least one ship must stay.");
    }
    if new.ships.is_empty() {
        return Ok(Done(format!("{name} was not split: no ships were chosen.")));
    }
    fleet.ships = rest;
    world.touch(id);
    let part = limits::cut(format!("{name}, part"), limits::OBJECT_NAME);
    let done = format!("{name} has been split. {part}: {}.", listed(world, &new));
    world.place(system, part, position, 100, |queue| {
        Kind::Fleet(Fleet { queue, ..new })
    });
    Ok(Done(done))
}

fn settle(world: &mut World, id: u32, planet: u32) -> Outcome {
    let done = format!("{} has settled {}.", name(world, id), name(world, planet));
    let fleet = world.fleet_mut(id).ok_or("The fleet is gone.")?;
    let (owner, mut ships) = (fleet.owner, fleet.ships.clone());
    let target = world.planet_mut(planet).ok_or("The planet is gone.")?;
    if target.owner.is_some() {
        return Err("Somebody else was faster.");
    }
    target.population = 10;
    if let Some(owner) = owner {
        world.give(planet, owner);
    }
    world.touch(planet);
    // The settlers take one ship apart.
    if let Some(mut first) = ships.first_entry() {
        let left = first.get().saturating_sub(1);
        if left == 0 {
            first.remove();
        } else {
            first.insert(left);
        }
    }
    if ships.is_empty() {
        world.remove(id);
    } else if let Some(fleet) = world.fleet_mut(id) {
        fleet.ships = ships;
        world.touch(id);
    }
    Ok(Done(done))
}

fn attack(world: &mut World, id: u32, target: u32, order: Order) -> Outcome {
    let (Some(own), Some(other)) = (world.bodies.get(&id), world.bodies.get(&target)) else {
        return Err("The target is gone.");
    };
    let (Some(fleet), Some(enemy)) = (own.fleet(), other.fleet()) else {
        return Err("Only fleets fight.");
    };
    let (power, victim) = (fleets::total(world, fleet, properties::ATTACK), enemy.owner);
    if power == 0 {
        return Err("The fleet has no weapons.");
    }
    let armour = fleets::total(world, enemy, properties::ARMOUR);
    let damage = u64::from(enemy.damage).saturating_add(power);
    let (own, other) = (own.name.clone(), other.name.clone());
    let destroyed = damage >= armour;
    if let Some(victim) = victim {
        let end = match destroyed {
            true => "destroyed it",
            false => "damaged it",
        };
        let about = vec![
            MessageReference::object(target),
            MessageReference::object(id),
        ];
        boards::tell(
            world,
            boards::own(victim),
            "Your fleet is attacked",
            format!("{own} has attacked {other} and {end}."),
            about,
        );
    }
    if destroyed {
        world.remove(target);
        return Ok(Done(format!("{own} has destroyed {other}.")));
    }
    if let Some(enemy) = world.fleet_mut(target) {
        enemy.damage = u32::try_from(damage).unwrap_or(u32::MAX);
    }
    world.touch(target);
    Ok(GoesOn(order))
}
