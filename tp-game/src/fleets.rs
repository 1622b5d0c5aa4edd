//! What the ships of a fleet can do together.

use crate::body::{Body, Fleet, Kind};
use crate::designs;
use crate::limits::{self, FLEET_COST, Holder};
use crate::properties::{SENSORS, SPEED};
use crate::world::World;

/// How far a planet sees.
const PLANET_SIGHT: u64 = 50_000_000_000;
/// How far a ship without sensors sees.
const SHIP_SIGHT: u64 = 1_000_000_000;

/// How far an object sees: as far as the best of its sensors.
pub(crate) fn sight(world: &World, body: &Body) -> u64 {
    match &body.kind {
        Kind::Planet(_) => PLANET_SIGHT,
        Kind::Fleet(fleet) => {
            let sensors = fleet
                .ships
                .keys()
                .map(|design| designs::value(world, *design, SENSORS));
            sensors.max().unwrap_or_default().max(SHIP_SIGHT)
        }
        _ => 0,
    }
}

/// How far a fleet flies in a turn: as far as its slowest ship.
pub(crate) fn speed(world: &World, fleet: &Fleet) -> u64 {
    let speeds = fleet
        .ships
        .keys()
        .map(|design| designs::value(world, *design, SPEED));
    let slowest = speeds.min().unwrap_or_default();
    slowest.saturating_mul(fleet.throttle.into()) / 100
}

/// What the ships of a fleet have of a property together.
pub(crate) fn total(world: &World, fleet: &Fleet, property: u32) -> u64 {
    let each = fleet.ships.iter().map(|(design, number)| {
        designs::value(world, *design, property).saturating_mul(u64::from(*number))
    });
    each.fold(0, u64::saturating_add)
}

/// How many fleets a player has.
pub(crate) fn count(world: &World, player: u32) -> usize {
    world
        .owned(player)
        .filter(|it| it.fleet().is_some())
        .count()
}

/// Whether a player may have one more.
pub(crate) fn has_room(world: &World, player: u32) -> bool {
    let fits = world
        .stored
        .check(Holder::Player(player), FLEET_COST)
        .is_ok();
    fits && count(world, player) < limits::FLEETS
}
