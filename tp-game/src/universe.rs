//! How a universe begins.

use std::collections::{BTreeMap, BTreeSet};

use tp_frames::TpString;
use tp_net::model::Vector;

use crate::body::{Fleet, Kind, Planet, Stock};
use crate::index::Index;
use crate::limits::Stored;
use crate::random::Random;
use crate::world::{AllGone, Clock, World};
use crate::{boards, categories, designs, resources};

/// How large a universe is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) galaxies: u32,
    /// In each galaxy.
    pub(crate) systems: u32,
}

const GALAXY_SIZE: i64 = 1_000_000_000_000;
const SYSTEM_SIZE: i64 = 1_000_000_000;
const STARS: [&str; 24] = [
    "Achernar",
    "Adhara",
    "Alcor",
    "Aldebaran",
    "Algol",
    "Altair",
    "Antares",
    "Arcturus",
    "Bellatrix",
    "Canopus",
    "Capella",
    "Castor",
    "Deneb",
    "Fomalhaut",
    "Mira",
    "Mizar",
    "Pollux",
    "Procyon",
    "Regulus",
    "Rigel",
    "Sirius",
    "Spica",
    "Thuban",
    "Vega",
];
const GALAXIES: [&str; 4] = ["Milky Way", "Andromeda", "Triangulum", "Whirlpool"];
const ORBITS: [&str; 5] = ["I", "II", "III", "IV", "V"];

/// A new world without players.
pub(crate) fn create(seed: u64, extent: Extent) -> World {
    let mut world = World {
        random: Random::new(seed),
        turn: 1,
        turn_time: None,
        finished: BTreeSet::new(),
        clock: Clock::default(),
        bodies: BTreeMap::new(),
        index: Index::default(),
        players: BTreeMap::new(),
        names: BTreeMap::new(),
        queues: BTreeMap::new(),
        boards: BTreeMap::new(),
        categories: BTreeMap::new(),
        designs: BTreeMap::new(),
        designs_of: BTreeMap::new(),
        gone: AllGone::default(),
        stored: Stored::default(),
    };
    categories::create(&mut world);
    designs::create(&mut world);
    boards::create(&mut world);
    let size = GALAXY_SIZE.unsigned_abs().saturating_mul(100);
    world.place(0, "The Universe", Vector::default(), size, |_| {
        Kind::Universe
    });
    // The universe is its own parent only by its number.
    if let Some(universe) = world.bodies.get_mut(&0) {
        universe.contains.clear();
    }
    let mut mouths = Vec::new();
    for number in 0..extent.galaxies {
        mouths.push(galaxy(&mut world, number, extent.systems));
    }
    wormholes(&mut world, &mouths);
    traders(&mut world);
    world
}

/// A galaxy with its systems; gives a point for the mouth of a wormhole.
fn galaxy(world: &mut World, number: u32, systems: u32) -> (u32, Vector) {
    let distance = GALAXY_SIZE
        .saturating_mul(3)
        .saturating_mul(i64::from(number));
    let centre = Vector::new(distance, 0, 0);
    let name = name(&GALAXIES, number);
    let size = GALAXY_SIZE.unsigned_abs();
    let galaxy = world.place(0, name, centre, size, |_| Kind::Galaxy);
    for star in 0..systems {
        let number = number.saturating_mul(systems).saturating_add(star);
        system(world, galaxy, centre, &self::name(&STARS, number));
    }
    let mouth = offset(centre, &mut world.random, GALAXY_SIZE / 4);
    (galaxy, mouth)
}

fn system(world: &mut World, galaxy: u32, centre: Vector, star: &TpString) {
    let position = offset(centre, &mut world.random, GALAXY_SIZE / 2);
    let size = SYSTEM_SIZE.unsigned_abs();
    let system = world.place(galaxy, star.clone(), position, size, |_| Kind::StarSystem);
    let planets = world.random.below(3).saturating_add(1);
    for orbit in 1..=planets {
        let position = offset(position, &mut world.random, SYSTEM_SIZE / 2);
        let number = ORBITS
            .get(orbit.saturating_sub(1) as usize)
            .copied()
            .unwrap_or("?");
        let stock = stock(&mut world.random);
        world.place(
            system,
            format!("{star} {number}"),
            position,
            10_000,
            |queue| {
                Kind::Planet(Planet {
                    orbit: i32::try_from(orbit).unwrap_or_default(),
                    stock,
                    queue,
                    ..Planet::default()
                })
            },
        );
    }
}

fn stock(random: &mut Random) -> BTreeMap<u32, Stock> {
    let mut stock = BTreeMap::new();
    for resource in resources::IDS {
        let minable = random.below(900).saturating_add(100);
        stock.insert(
            resource,
            Stock {
                stored: 0,
                minable,
                unavailable: random.below(1000),
            },
        );
    }
    stock
}

/// Each galaxy leads to the next, and the last to the first.
fn wormholes(world: &mut World, mouths: &[(u32, Vector)]) {
    if mouths.len() < 2 {
        return;
    }
    let mut ids = Vec::new();
    for (galaxy, mouth) in mouths {
        ids.push(world.place(*galaxy, "Wormhole", *mouth, 1_000, |_| Kind::Wormhole(0)));
    }
    let next = ids.iter().cycle().skip(1);
    for (id, other) in ids.iter().zip(next) {
        if let Some(body) = world.bodies.get_mut(id) {
            body.kind = Kind::Wormhole(*other);
        }
    }
}

/// Nobody's fleets, which fly on and on.
fn traders(world: &mut World) {
    let galaxies: Vec<(u32, Vector)> = world
        .bodies
        .values()
        .filter(|body| matches!(body.kind, Kind::Galaxy))
        .map(|body| (body.id, body.position))
        .collect();
    for (galaxy, centre) in galaxies {
        let position = offset(centre, &mut world.random, GALAXY_SIZE / 4);
        let velocity = offset(Vector::default(), &mut world.random, SYSTEM_SIZE);
        world.place(galaxy, "Trader", position, 100, |queue| {
            Kind::Fleet(Fleet {
                ships: BTreeMap::from([(designs::FREIGHTER, 3)]),
                velocity,
                throttle: 100,
                queue,
                ..Fleet::default()
            })
        });
    }
}

fn offset(centre: Vector, random: &mut Random, reach: i64) -> Vector {
    Vector::new(
        centre.x.saturating_add(random.around(reach)),
        centre.y.saturating_add(random.around(reach)),
        centre.z.saturating_add(random.around(reach / 10)),
    )
}

fn name(names: &[&str], number: u32) -> TpString {
    let count = u32::try_from(names.len()).unwrap_or(u32::MAX);
    let index = number.checked_rem(count).unwrap_or_default();
    let round = number.checked_div(count).unwrap_or_default();
    let name = names.get(index as usize).copied().unwrap_or_default();
    match round {
        0 => name.into(),
        round => format!("{name} {}", round.saturating_add(1)).into(),
    }
}
