//! How fleets get from one place to another.

use tp_net::model::{OrderParams, Vector};

use crate::body::{Body, Kind};
use crate::fleets;
use crate::world::{Order, World};

/// How near is there.
pub(crate) const NEAR: u64 = 1_000_000;

/// The distance between two points, rounded up.
pub(crate) fn distance(from: Vector, to: Vector) -> u64 {
    let square = |a: i64, b: i64| u128::from(a.abs_diff(b)).saturating_pow(2);
    let sum = square(from.x, to.x)
        .saturating_add(square(from.y, to.y))
        .saturating_add(square(from.z, to.z));
    let root = sum.isqrt();
    let up = u128::from(root.saturating_mul(root) < sum);
    u64::try_from(root.saturating_add(up)).unwrap_or(u64::MAX)
}

/// Where an order leads to.
pub(crate) fn goal(world: &World, order: &Order) -> Option<Vector> {
    let position = |id: u32| world.bodies.get(&id).map(|body| body.position);
    match order.parameters.first()? {
        OrderParams::AbsSpaceCoords(to) => Some(to.pos.into()),
        OrderParams::RelSpaceCoords(to) => Some(position(to.objectid)? + to.relpos.into()),
        OrderParams::Object(to) => position(to.objectid),
        OrderParams::Reference(to) => position(to.reference),
        OrderParams::ReferenceList(to) => position(*to.references.first()?),
        _ => None,
    }
}

/// Flies one turn towards a place. Gives whether the fleet is there now.
pub(crate) fn fly(world: &mut World, id: u32, to: Vector) -> bool {
    let Some(body) = world.bodies.get(&id) else {
        return false;
    };
    let Some(fleet) = body.fleet() else {
        return false;
    };
    let from = body.position;
    let next = from.towards(to, fleets::speed(world, fleet));
    set_course(world, id, next, next - from);
    let there = next.reaches(to, NEAR);
    settle_in(world, id);
    there
}

/// A fleet without orders stands still, unless it is nobody's.
pub(crate) fn drift(world: &mut World, id: u32) {
    let Some(body) = world.bodies.get(&id) else {
        return;
    };
    let Some(fleet) = body.fleet() else {
        return;
    };
    let (position, velocity) = (body.position, fleet.velocity);
    if fleet.owner.is_some() {
        if velocity != Vector::default() {
            set_course(world, id, position, Vector::default());
        }
        return;
    }
    // Traders turn round at the border of their galaxy.
    let centre = galaxy_of(world, body).map(|galaxy| (galaxy.position, galaxy.size / 2));
    let next = position + velocity;
    match centre {
        Some((centre, reach)) if !centre.reaches(next, reach) => {
            set_course(world, id, position, -velocity);
        }
        _ => set_course(world, id, next, velocity),
    }
}

fn set_course(world: &mut World, id: u32, position: Vector, velocity: Vector) {
    if let Some(body) = world.bodies.get_mut(&id) {
        body.position = position;
        if let Some(fleet) = body.fleet_mut() {
            fleet.acceleration = Vector::new(
                velocity.x.saturating_sub(fleet.velocity.x),
                velocity.y.saturating_sub(fleet.velocity.y),
                velocity.z.saturating_sub(fleet.velocity.z),
            );
            fleet.velocity = velocity;
        }
    }
    world.touch(id);
}

fn galaxy_of<'a>(world: &'a World, body: &Body) -> Option<&'a Body> {
    let mut parent = world.bodies.get(&body.parent)?;
    // No object is held by more than a few others.
    for _ in 0..8 {
        if matches!(parent.kind, Kind::Galaxy) {
            return Some(parent);
        }
        parent = world.bodies.get(&parent.parent)?;
    }
    None
}

/// Puts a fleet into what it is in now: the smallest system or galaxy around it, or the universe.
pub(crate) fn settle_in(world: &mut World, id: u32) {
    let Some(position) = world.bodies.get(&id).map(|body| body.position) else {
        return;
    };
    let parent = world.index.around(position).unwrap_or_default();
    world.move_into(id, parent);
}
