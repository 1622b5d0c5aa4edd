//! Queues of orders: what players put in and take out.

use tp_frames::{Parameters, reference};
use tp_net::model::{FailReference, Order, OrderParams, OrderResource, Refusal, Vector};

use crate::limits::{self, Holder};
use crate::order_types::{self, BUILD};
use crate::properties::COST;
use crate::view::View;
use crate::world::{self, World};
use crate::{designs, fleets, flight, order_rules, resources};

fn no_order(queue: u32, slot: u32) -> Refusal {
    Refusal::no_such_thing("there is no such order")
        .about(FailReference::order_queue(queue))
        .about(FailReference::new(reference::ORDER, slot))
}

/// The order in a slot of a queue.
pub(crate) fn order(world: &World, player: u32, queue: u32, slot: u32) -> Result<Order, Refusal> {
    View::new(world, player).queue_object(queue)?;
    let orders = world.queues.get(&queue).map(|queue| &queue.orders);
    let order = orders.and_then(|orders| orders.get(slot as usize));
    let order = order.ok_or_else(|| no_order(queue, slot))?;
    Ok(shown(world, player, queue, slot, order))
}

/// An order as a player is shown it: with what could be chosen now.
fn shown(world: &World, player: u32, queue: u32, slot: u32, order: &world::Order) -> Order {
    let object = world.queues.get(&queue).map(|queue| queue.object);
    let body = object.and_then(|object| world.bodies.get(&object));
    let parameters =
        body.map(|body| order_rules::with_options(world, player, body, &order.parameters));
    Order {
        queue: Some(queue),
        object: None,
        slot: Some(slot),
        otype: order.otype,
        turns: turns(world, queue, order),
        resources: cost(world, order),
        parameters: Parameters::Values(parameters.unwrap_or_default()),
    }
}

/// How many turns an order will take if nothing changes.
fn turns(world: &World, queue: u32, order: &world::Order) -> u32 {
    let object = world.queues.get(&queue).map(|queue| queue.object);
    let Some(body) = object.and_then(|object| world.bodies.get(&object)) else {
        return 1;
    };
    if let [OrderParams::Time(time)] = order.parameters.as_slice() {
        return u32::try_from(time.turns)
            .unwrap_or_default()
            .saturating_sub(order.age);
    }
    let goal: Option<Vector> = flight::goal(world, order);
    let (Some(goal), Some(fleet)) = (goal, body.fleet()) else {
        return 1;
    };
    let speed = fleets::speed(world, fleet).max(1);
    let turns = flight::distance(body.position, goal).div_ceil(speed).max(1);
    u32::try_from(turns).unwrap_or(u32::MAX)
}

/// What an order costs.
fn cost(world: &World, order: &world::Order) -> Vec<OrderResource> {
    let (BUILD, Some(OrderParams::List(ships))) = (order.otype, order.parameters.first()) else {
        return Vec::new();
    };
    let amount = metal(
        world,
        ships.selection.iter().map(|ship| (ship.id, ship.number)),
    );
    vec![OrderResource {
        id: resources::METAL,
        amount,
    }]
}

/// How much metal ships take.
pub(crate) fn metal(world: &World, ships: impl Iterator<Item = (u32, u32)>) -> u32 {
    let each = ships.map(|(design, number)| {
        designs::value(world, design, COST).saturating_mul(u64::from(number))
    });
    u32::try_from(each.fold(0, u64::saturating_add)).unwrap_or(u32::MAX)
}

/// The order as it would be in the queue.
pub(crate) fn probe(world: &World, player: u32, order: &Order) -> Result<Order, Refusal> {
    let (queue, slot, order) = prepared(world, player, order)?;
    Ok(shown(world, player, queue, slot, &order))
}

fn prepared(
    world: &World,
    player: u32,
    order: &Order,
) -> Result<(u32, u32, world::Order), Refusal> {
    let queue = order.queue.unwrap_or_default();
    let view = View::new(world, player);
    let body = view.body(view.queue_object(queue)?)?;
    let about = FailReference::new(reference::ORDER_TYPE, order.otype);
    if !order_types::of(&body.kind).contains(&order.otype) {
        let text = "this object takes no such orders";
        return Err(Refusal::unavailable_permanently(text).about(about));
    }
    let count = world
        .queues
        .get(&queue)
        .map(|queue| queue.orders.len())
        .unwrap_or_default();
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if count >= limits::ORDERS {
        let text = format!("an order queue has at most {} orders", limits::ORDERS);
        let about = FailReference::order_queue(queue);
        return Err(Refusal::unavailable_temporarily(text).about(about));
    }
    let slot = order.slot.unwrap_or(count);
    if slot > count {
        return Err(no_order(queue, slot));
    }
    let values = order.parameters.values();
    let parameters = order_rules::checked(world, player, body, order.otype, values)?;
    let order = world::Order {
        otype: order.otype,
        parameters,
        age: 0,
    };
    let cost = limits::cost_of_order(&order.parameters);
    world.stored.check(Holder::Player(player), cost)?;
    Ok((queue, slot, order))
}

/// Puts an order into a queue.
pub(crate) fn insert(world: &mut World, player: u32, order: &Order) -> Result<Order, Refusal> {
    let (queue, slot, order) = prepared(world, player, order)?;
    let shown = shown(world, player, queue, slot, &order);
    world.put_order(queue, slot as usize, order);
    changed(world, queue);
    Ok(shown)
}

/// Takes an order out of a queue.
pub(crate) fn remove(world: &mut World, player: u32, id: u32, slot: u32) -> Result<(), Refusal> {
    View::new(world, player).queue_object(id)?;
    if world.take_order(id, slot as usize).is_none() {
        return Err(no_order(id, slot));
    }
    changed(world, id);
    Ok(())
}

/// Says that a queue and its object changed for their owner.
fn changed(world: &mut World, queue: u32) {
    let modtime = world.clock.tick();
    if let Some(queue) = world.queues.get_mut(&queue) {
        queue.modtime = modtime;
        let object = queue.object;
        world.touch_for_owner(object);
    }
}
