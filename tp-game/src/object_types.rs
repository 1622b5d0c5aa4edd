//! Types of objects, and what their parameters hold.

use std::collections::BTreeMap;

use tp_frames::{game, reference};
use tp_net::model::{ObjectDesc, ObjectKind, ObjectParams, ObjectResource, Ships, Vector};

use crate::body::{Body, Fleet, Kind, Planet};
use crate::fleets;
use crate::world::World;

/// All types. TP03 numbers types by kind from 0, so these numbers begin elsewhere.
const IDS: [u32; 6] = [UNIVERSE, GALAXY, STAR_SYSTEM, PLANET, FLEET, WORMHOLE];
const UNIVERSE: u32 = 10;
const GALAXY: u32 = 11;
pub(crate) const STAR_SYSTEM: u32 = 12;
pub(crate) const PLANET: u32 = 13;
pub(crate) const FLEET: u32 = 14;
pub(crate) const WORMHOLE: u32 = 15;

/// The type of an object.
pub(crate) fn of(kind: &Kind) -> u32 {
    match kind {
        Kind::Universe => UNIVERSE,
        Kind::Galaxy => GALAXY,
        Kind::StarSystem => STAR_SYSTEM,
        Kind::Planet(_) => PLANET,
        Kind::Fleet(_) => FLEET,
        Kind::Wormhole(_) => WORMHOLE,
    }
}

type Parameter = (&'static str, u32, &'static str);
type Group = (&'static str, &'static str, &'static [Parameter]);

const PLACE: Group = (
    "Place",
    "Where and how it is seen.",
    &[
        ("Position", ObjectParams::POSITION3D, "Where it is."),
        ("Size", ObjectParams::SIZE, "How large it is across."),
        ("Icon", ObjectParams::MEDIA, "What it looks like on a map."),
    ],
);

/// What each of them is.
pub(crate) fn all() -> Vec<ObjectDesc> {
    IDS.into_iter().filter_map(description).collect()
}

fn description(id: u32) -> Option<ObjectDesc> {
    let (name, text, groups): (_, _, &[Group]) = match id {
        UNIVERSE => (
            "Universe",
            "Holds everything.",
            &[
                PLACE,
                (
                    "Age",
                    "How long there has been something.",
                    &[("Turn", ObjectParams::INTEGER, "How many turns old it is.")],
                ),
            ],
        ),
        GALAXY => ("Galaxy", "Holds star systems.", &[PLACE]),
        STAR_SYSTEM => ("Star system", "Holds planets.", &[PLACE]),
        PLANET => (
            "Planet",
            "Can be settled.",
            &[
                PLACE,
                (
                    "Orbit",
                    "How it goes around its star.",
                    &[(
                        "Orbit",
                        ObjectParams::BOUND_POSITION,
                        "Its place among the planets.",
                    )],
                ),
                (
                    "Colony",
                    "Who lives there, and of what.",
                    &[
                        ("Owner", ObjectParams::REFERENCE, "Who rules it."),
                        (
                            "Population",
                            ObjectParams::INTEGER,
                            "How many people live there.",
                        ),
                        ("Resources", ObjectParams::RESOURCE_LIST, "What it has."),
                        ("Orders", ObjectParams::ORDER_QUEUE, "What is to be done."),
                    ],
                ),
            ],
        ),
        FLEET => (
            "Fleet",
            "Ships that fly together.",
            &[
                PLACE,
                (
                    "Motion",
                    "How it flies.",
                    &[
                        (
                            "Velocity",
                            ObjectParams::VELOCITY3D,
                            "How far it flies in a turn.",
                        ),
                        (
                            "Acceleration",
                            ObjectParams::ACCELERATION3D,
                            "How its velocity changes in a turn.",
                        ),
                    ],
                ),
                (
                    "Ships",
                    "What it consists of.",
                    &[
                        ("Owner", ObjectParams::REFERENCE, "Whose it is."),
                        (
                            "Ships",
                            ObjectParams::REFERENCE_QUANTITY_LIST,
                            "How many of which design.",
                        ),
                        (
                            "Damage",
                            ObjectParams::INTEGER,
                            "How badly they are damaged.",
                        ),
                        ("Cargo", ObjectParams::RESOURCE_LIST, "What they carry."),
                        (
                            "Sensors",
                            ObjectParams::INTEGER,
                            "How far across they see, in millions.",
                        ),
                        ("Orders", ObjectParams::ORDER_QUEUE, "What they are to do."),
                    ],
                ),
            ],
        ),
        WORMHOLE => (
            "Wormhole",
            "Leads far away.",
            &[
                PLACE,
                (
                    "Way",
                    "What is behind it.",
                    &[
                        ("Other end", ObjectParams::REFERENCE, "Where it leads."),
                        ("End", ObjectParams::POSITION3D, "Where that is."),
                    ],
                ),
            ],
        ),
        _ => return None,
    };
    let desc = ObjectDesc::new(id, name, text);
    let groups = groups.iter();
    Some(groups.fold(desc, |desc, (name, text, parameters)| {
        desc.group(*name, *text, parameters)
    }))
}

/// The parameters of an object as its owner sees it, or as anybody else does.
pub(crate) fn parameters(world: &World, body: &Body, owns: bool) -> Vec<ObjectParams> {
    let mut values = place(body);
    match &body.kind {
        Kind::Universe => values.push(integer(world.turn)),
        Kind::Galaxy | Kind::StarSystem => {}
        Kind::Planet(planet) => values.extend(colony(planet, owns)),
        Kind::Fleet(fleet) => values.extend(ships(world, body, fleet, owns)),
        Kind::Wormhole(other) => {
            let end = world.bodies.get(other).map(|other| other.position);
            values.push(reference_to(reference::OBJECT, *other));
            values.push(position(end.unwrap_or_default()));
        }
    }
    values
}

fn place(body: &Body) -> Vec<ObjectParams> {
    let icon = match body.kind {
        Kind::Universe => "universe",
        Kind::Galaxy => "galaxy",
        Kind::StarSystem => "star",
        Kind::Planet(_) => "planet",
        Kind::Fleet(_) => "fleet",
        Kind::Wormhole(_) => "wormhole",
    };
    vec![
        position(body.position),
        ObjectParams::Size(game::ObjectParamSize { size: body.size }),
        ObjectParams::Media(game::ObjectParamMedia {
            url: format!("icons/{icon}.png").into(),
        }),
    ]
}

fn colony(planet: &Planet, owns: bool) -> [ObjectParams; 5] {
    let population = if owns { planet.population } else { 0 };
    [
        ObjectParams::BoundPosition(game::ObjectParamBoundPosition { slot: planet.orbit }),
        owner(planet.owner),
        integer(population),
        resource_list(
            resources(planet, owns)
                .into_iter()
                .map(ObjectResource::into),
        ),
        ObjectParams::OrderQueue(game::ObjectParamOrderQueue {
            queueid: planet.queue,
        }),
    ]
}

fn ships(world: &World, body: &Body, fleet: &Fleet, owns: bool) -> [ObjectParams; 8] {
    let ships = fleet.ships.iter().map(|(design, number)| {
        game::ObjectParamReferenceQuantityListReference {
            r#type: reference::DESIGN,
            id: *design,
            number: *number,
        }
    });
    let nothing = BTreeMap::new();
    let cargo = if owns { &fleet.cargo } else { &nothing };
    let cargo = cargo
        .iter()
        .map(|(id, units)| game::ObjectParamResourceListResource {
            resourceid: *id,
            stored: *units,
            minable: 0,
            unavailable: 0,
        });
    let sight = fleets::sight(world, body).saturating_mul(2) / 1_000_000;
    [
        ObjectParams::Velocity3d(game::ObjectParamVelocity3d {
            velocity: fleet.velocity.into(),
            relative: 0,
        }),
        ObjectParams::Acceleration3d(game::ObjectParamAcceleration3d {
            vector: fleet.acceleration.into(),
            relative: 0,
        }),
        owner(fleet.owner),
        ObjectParams::ReferenceQuantityList(game::ObjectParamReferenceQuantityList {
            references: ships.collect(),
        }),
        integer(fleet.damage),
        resource_list(cargo),
        integer(u32::try_from(sight).unwrap_or(u32::MAX)),
        ObjectParams::OrderQueue(game::ObjectParamOrderQueue {
            queueid: fleet.queue,
        }),
    ]
}

fn position(at: Vector) -> ObjectParams {
    ObjectParams::Position3d(game::ObjectParamPosition3d {
        position: at.into(),
        relative: 0,
    })
}

fn integer(intvalue: u32) -> ObjectParams {
    ObjectParams::Integer(game::ObjectParamInteger { intvalue })
}

fn reference_to(r#type: i32, id: u32) -> ObjectParams {
    ObjectParams::Reference(game::ObjectParamReference { r#type, id })
}

/// Nobody is no player: a reference to something else.
fn owner(owner: Option<u32>) -> ObjectParams {
    match owner {
        Some(player) => reference_to(reference::PLAYER, player),
        None => reference_to(reference::MISC, 0),
    }
}

fn resource_list(
    resources: impl Iterator<Item = game::ObjectParamResourceListResource>,
) -> ObjectParams {
    ObjectParams::ResourceList(game::ObjectParamResourceList {
        resources: resources.collect(),
    })
}

/// What a planet has: how much can be mined is known to all, the rest to the owner.
fn resources(planet: &Planet, owns: bool) -> Vec<ObjectResource> {
    let stock = planet.stock.iter().map(|(id, stock)| ObjectResource {
        id: *id,
        units: if owns { stock.stored } else { 0 },
        unitsminable: stock.minable,
        unitsinaccessible: if owns { stock.unavailable } else { 0 },
    });
    stock.collect()
}

/// What TP03 says of an object.
pub(crate) fn kind(world: &World, body: &Body, owns: bool) -> ObjectKind {
    match &body.kind {
        Kind::Universe => ObjectKind::Universe { age: world.turn },
        Kind::Galaxy => ObjectKind::Galaxy,
        Kind::StarSystem => ObjectKind::StarSystem,
        Kind::Planet(planet) => ObjectKind::Planet {
            owner: planet.owner,
            resources: resources(planet, owns),
        },
        Kind::Fleet(fleet) => {
            let ships = fleet.ships.iter();
            let ships = ships.map(|(design, number)| Ships {
                design: *design,
                number: *number,
            });
            ObjectKind::Fleet {
                owner: fleet.owner,
                ships: ships.collect(),
                damage: fleet.damage,
            }
        }
        Kind::Wormhole(other) => {
            let end = world.bodies.get(other).map(|other| other.position);
            ObjectKind::Wormhole {
                end: end.unwrap_or_default(),
            }
        }
    }
}
