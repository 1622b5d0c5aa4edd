//! Properties of designs: what they are, and how they are calculated.
//!
//! The game calculates them itself; the functions it shows say the same in the protocol's
//! language, for clients that calculate while their player still draws.

use std::collections::BTreeMap;

use tp_net::model::Property;

use crate::categories;

pub(crate) const HULLS: u32 = 1;
pub(crate) const MASS: u32 = 2;
pub(crate) const THRUST: u32 = 3;
pub(crate) const CARGO: u32 = 4;
pub(crate) const ATTACK: u32 = 5;
pub(crate) const ARMOUR: u32 = 6;
pub(crate) const SENSORS: u32 = 7;
pub(crate) const COST: u32 = 8;
pub(crate) const SPEED: u32 = 9;
/// All properties.
pub(crate) const IDS: [u32; 9] = [
    HULLS, MASS, THRUST, CARGO, ATTACK, ARMOUR, SENSORS, COST, SPEED,
];

/// What a design has of each property.
pub(crate) type Values = BTreeMap<u32, u64>;

/// How far a ship flies in a turn for each unit of thrust that a unit of mass has.
const SPEED_OF_ONE: u64 = 100_000_000_000;

const SUM: &str = "(lambda (design bits) (let ((n (apply + bits))) \
    (cons n (number->string n))))";
const RATIO: &str = "(lambda (design bits) (let ((n (/ (* 100000000000 (designType.thrust design)) \
    (max 1 (designType.mass design))))) (cons n (number->string n))))";
const ANYTHING: &str = "(lambda (design) (cons #t \"\"))";
const ONE: &str = "(lambda (design) (if (= (designType.hulls design) 1) (cons #t \"\") \
    (cons #f \"A ship has one hull.\")))";

/// Calculates what follows from the sums of what the components add.
pub(crate) fn complete(values: &mut Values) {
    let thrust = values.get(&THRUST).copied().unwrap_or_default();
    let mass = values.get(&MASS).copied().unwrap_or_default().max(1);
    let speed = thrust
        .saturating_mul(SPEED_OF_ONE)
        .checked_div(mass)
        .unwrap_or_default();
    values.insert(SPEED, speed);
}

pub(crate) fn property(id: u32) -> Option<Property> {
    let (name, shown, description) = match id {
        HULLS => ("hulls", "Hulls", "How many hulls it has."),
        MASS => ("mass", "Mass", "How heavy it is."),
        THRUST => ("thrust", "Thrust", "How hard it pushes."),
        CARGO => ("cargo", "Cargo space", "How much it carries."),
        ATTACK => ("attack", "Attack", "How much damage it does in a turn."),
        ARMOUR => ("armour", "Armour", "How much damage it bears."),
        SENSORS => ("sensors", "Sensors", "How far it sees."),
        COST => ("cost", "Cost", "How much metal it takes."),
        SPEED => ("speed", "Speed", "How far it flies in a turn."),
        _ => return None,
    };
    Some(Property {
        id,
        modtime: 1,
        catlist: vec![categories::SHIPS],
        rank: u32::from(id == SPEED),
        name: name.into(),
        displayname: shown.into(),
        description: description.into(),
        calculatefunc: if id == SPEED { RATIO } else { SUM }.into(),
        requirementfunc: if id == HULLS { ONE } else { ANYTHING }.into(),
    })
}
