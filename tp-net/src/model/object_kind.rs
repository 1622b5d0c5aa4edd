//! The six kinds of objects that need no description.

use tp_frames::game::{self, ObjectParams};

use super::Vector;

/// What an object is, as TP03 has it: six types, each with fields of its own.
///
/// TP04 describes object types in [`ObjectDesc`](super::ObjectDesc) instead. A server that states
/// the kinds of its objects shows them in every version: descriptions follow from kinds, unless it
/// has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
#[non_exhaustive]
pub enum ObjectKind {
    /// The root of all objects (0).
    Universe {
        /// How many turns old it is.
        age: u32,
    },
    /// Holds star systems (1).
    Galaxy,
    /// Holds planets (2).
    StarSystem,
    /// A planet (3).
    Planet {
        /// Who owns it, if anybody.
        owner: Option<u32>,
        /// What it has.
        resources: Vec<ObjectResource>,
    },
    /// Ships (4).
    Fleet {
        /// Who owns it, if anybody.
        owner: Option<u32>,
        /// How many of which design.
        ships: Vec<Ships>,
        /// How badly they are damaged.
        damage: u32,
    },
    /// A shortcut (5).
    Wormhole {
        /// Where it ends.
        end: Vector,
    },
}

/// Some of a resource on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub struct ObjectResource {
    /// The resource's id.
    pub id: u32,
    /// How much can be used; TP04 calls it `stored`.
    pub units: u32,
    /// How much can be mined; TP04 calls it `minable`.
    pub unitsminable: u32,
    /// How much is there but cannot be mined; TP04 calls it `unavailable`.
    pub unitsinaccessible: u32,
}

/// Some ships of one design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub struct Ships {
    /// The design's id.
    pub design: u32,
    /// How many.
    pub number: u32,
}

impl ObjectKind {
    /// A planet of this player's or nobody's, without resources.
    #[must_use]
    pub fn planet(owner: impl Into<Option<u32>>) -> Self {
        Self::Planet {
            owner: owner.into(),
            resources: Vec::new(),
        }
    }

    /// A fleet of this player's or nobody's, undamaged and so far without ships.
    #[must_use]
    pub fn fleet(owner: impl Into<Option<u32>>) -> Self {
        Self::Fleet {
            owner: owner.into(),
            ships: Vec::new(),
            damage: 0,
        }
    }

    /// The number of this type in TP03.
    #[must_use]
    pub const fn number(&self) -> u32 {
        match self {
            Self::Universe { .. } => 0,
            Self::Galaxy => 1,
            Self::StarSystem => 2,
            Self::Planet { .. } => 3,
            Self::Fleet { .. } => 4,
            Self::Wormhole { .. } => 5,
        }
    }
}

impl TryFrom<ObjectParams> for ObjectKind {
    /// An object type that the description of TP03 has and this one does not.
    type Error = ObjectParams;

    fn try_from(parameters: ObjectParams) -> Result<Self, ObjectParams> {
        Ok(match parameters {
            ObjectParams::Universe(universe) => Self::Universe { age: universe.age },
            ObjectParams::Galaxy(_) => Self::Galaxy,
            ObjectParams::StarSystem(_) => Self::StarSystem,
            ObjectParams::Planet(planet) => Self::Planet {
                owner: planet.owner.get(),
                resources: planet
                    .resources
                    .into_iter()
                    .map(ObjectResource::from)
                    .collect(),
            },
            ObjectParams::Fleet(fleet) => Self::Fleet {
                owner: fleet.owner.get(),
                ships: fleet.ships.into_iter().map(Ships::from).collect(),
                damage: fleet.damage,
            },
            ObjectParams::Wormhole(hole) => Self::Wormhole {
                end: Vector::new(hole.endx, hole.endy, hole.endz),
            },
            other => return Err(other),
        })
    }
}

impl From<ObjectKind> for ObjectParams {
    fn from(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::Universe { age } => Self::Universe(game::Universe { age }),
            ObjectKind::Galaxy => Self::Galaxy(game::Galaxy::default()),
            ObjectKind::StarSystem => Self::StarSystem(game::StarSystem::default()),
            ObjectKind::Planet { owner, resources } => Self::Planet(game::Planet {
                owner: owner.into(),
                resources: resources.into_iter().map(ObjectResource::into).collect(),
            }),
            ObjectKind::Fleet {
                owner,
                ships,
                damage,
            } => Self::Fleet(game::Fleet {
                owner: owner.into(),
                ships: ships.into_iter().map(Ships::into).collect(),
                damage,
            }),
            ObjectKind::Wormhole { end } => Self::Wormhole(game::Wormhole {
                endx: end.x,
                endy: end.y,
                endz: end.z,
            }),
        }
    }
}

same_fields! {
    ObjectResource { id, units, unitsminable, unitsinaccessible }
        = PlanetResource { id, units, unitsminable, unitsinaccessible };
    ObjectResource { id, units, unitsminable, unitsinaccessible }
        = ObjectParamResourceListResource { resourceid, stored, minable, unavailable };
    Ships { design, number } = FleetShip { r#type, count };
}
