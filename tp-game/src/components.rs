//! Components that designs are made of.

use tp_net::model::{Component, ComponentProperty};

use crate::categories;
use crate::properties::{ARMOUR, ATTACK, CARGO, COST, HULLS, MASS, SENSORS, THRUST};

pub(crate) const SMALL_HULL: u32 = 1;
pub(crate) const LARGE_HULL: u32 = 2;
pub(crate) const ENGINE: u32 = 3;
pub(crate) const LASER: u32 = 4;
pub(crate) const CARGO_BAY: u32 = 5;
pub(crate) const SENSOR: u32 = 6;
/// All components.
pub(crate) const IDS: [u32; 6] = [SMALL_HULL, LARGE_HULL, ENGINE, LASER, CARGO_BAY, SENSOR];

/// What each component of a type adds to which property.
pub(crate) fn adds(id: u32) -> Option<&'static [(u32, u64)]> {
    Some(match id {
        SMALL_HULL => &[(HULLS, 1), (MASS, 10), (ARMOUR, 50), (COST, 10)],
        LARGE_HULL => &[(HULLS, 1), (MASS, 50), (ARMOUR, 300), (COST, 60)],
        ENGINE => &[(MASS, 5), (THRUST, 20), (COST, 8)],
        LASER => &[(MASS, 4), (ATTACK, 15), (COST, 12)],
        CARGO_BAY => &[(MASS, 3), (CARGO, 100), (COST, 3)],
        SENSOR => &[(MASS, 1), (SENSORS, 200_000_000_000), (COST, 20)],
        _ => return None,
    })
}

pub(crate) fn component(id: u32) -> Option<Component> {
    let (name, description) = match id {
        SMALL_HULL => ("Small hull", "Begins a small ship."),
        LARGE_HULL => ("Large hull", "Begins a large ship."),
        ENGINE => ("Engine", "Makes a ship fly."),
        LASER => ("Laser", "Makes a ship dangerous."),
        CARGO_BAY => ("Cargo bay", "Carries resources."),
        SENSOR => ("Sensor", "Sees other fleets from afar."),
        _ => return None,
    };
    let hull = id == SMALL_HULL || id == LARGE_HULL;
    let category = if hull {
        categories::HULLS
    } else {
        categories::EQUIPMENT
    };
    let properties = adds(id)?
        .iter()
        .map(|(property, amount)| ComponentProperty {
            propertyid: *property,
            valuefunc: format!("(lambda (design) {amount})").into(),
        });
    Some(Component {
        id,
        modtime: 1,
        catlist: vec![category],
        name: name.into(),
        description: description.into(),
        requirements: "(lambda (design) (cons #t \"\"))".into(),
        properties: properties.collect(),
    })
}
