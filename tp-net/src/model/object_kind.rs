//! The six kinds of objects that need no description.

use tp_frames::game::{self, ObjectParams};
use tp_frames::{TpString, reference};

use super::{ObjectDesc, Vector};

/// What an object is, as TP03 has it: six types, each with fields of its own.
///
/// TP04 describes object types in [`ObjectDesc`] instead. A server that states the kinds of its
/// objects shows them in every version: descriptions follow from kinds, unless it has its own. A
/// client finds the kind of an object in every version, too:
///
/// ```
/// use tp_net::{Options, Versions, blocking::Client, game, model::ObjectKind};
///
/// let server = tp_game::serve("127.0.0.1:0")?;
/// for version in game::VERSIONS {
///     let options = Options::default().versions(Versions::only(*version));
///     let mut client = Client::connect(server.local_addr(), options)?;
///     client.login("guest", "guest")?;
///     let me = client.me()?;
///     let objects = client.all_objects()?.into_iter().flatten();
///     let planets = objects.filter(|it| matches!(it.kind, Some(ObjectKind::Planet { .. })));
///     assert_eq!(planets.filter(|it| it.owner() == Some(me.id)).count(), 1, "{version}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In TP04 that goes by names, since servers number types as they like. All known servers call their
/// types as these kinds are called, with or without a blank; a type of another name is of no kind.
/// The rest is in its parameters: who owns it is the first player that they refer to, its resources,
/// ships and age are the first such value, damage is the number called so, and a wormhole ends at its
/// second position. What they do not say of a planet, fleet or universe is nobody, nothing or 0; of
/// a wormhole, that it is none.
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
    /// What an object with these parameters is, whose type is described so.
    pub(super) fn described(desc: &ObjectDesc, values: &[ObjectParams]) -> Option<Self> {
        // What there is most of first.
        Some(if is_called(&desc.name, "planet") {
            Self::Planet {
                owner: owner(values),
                resources: resources(values),
            }
        } else if is_called(&desc.name, "fleet") {
            let groups = desc.propertygroups.iter();
            let names = groups.flat_map(|group| group.parameters.iter().map(|it| &it.name));
            let mut named = names.zip(values);
            let damage = named.find(|(name, _)| is_called(name, "damage"));
            Self::Fleet {
                owner: owner(values),
                ships: ships(values),
                damage: damage
                    .and_then(|(_, value)| integer(value))
                    .unwrap_or_default(),
            }
        } else if is_called(&desc.name, "starsystem") {
            Self::StarSystem
        } else if is_called(&desc.name, "galaxy") {
            Self::Galaxy
        } else if is_called(&desc.name, "universe") {
            let age = values.iter().find_map(integer).unwrap_or_default();
            Self::Universe { age }
        } else if is_called(&desc.name, "wormhole") {
            let mut positions = values.iter().filter_map(position);
            Self::Wormhole {
                end: positions.nth(1)?,
            }
        } else {
            return None;
        })
    }

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

/// Returns `true` if these are the letters of a name, whatever their case and what is between them.
fn is_called(name: &TpString, letters: &str) -> bool {
    let name = name.as_bytes().iter();
    let name = name.filter(|it| !matches!(it, b' ' | b'-' | b'_'));
    name.map(u8::to_ascii_lowercase).eq(letters.bytes())
}

/// The first player that they refer to. For nobody tpserver-cpp says player 0.
pub(super) fn owner(values: &[ObjectParams]) -> Option<u32> {
    let player = values.iter().find_map(|value| match value {
        ObjectParams::Reference(to) if to.r#type == reference::PLAYER => Some(to.id),
        _ => None,
    });
    player.filter(|id| *id != 0 && *id != u32::MAX)
}

/// Their first list of resources.
pub(super) fn resources(values: &[ObjectParams]) -> Vec<ObjectResource> {
    let found = values.iter().find_map(|value| match value {
        ObjectParams::ResourceList(list) => Some(&list.resources),
        _ => None,
    });
    let found = found.map_or(&[][..], Vec::as_slice).iter();
    found.copied().map(ObjectResource::from).collect()
}

/// Their first list of quantities, as far as that refers to designs.
pub(super) fn ships(values: &[ObjectParams]) -> Vec<Ships> {
    let found = values.iter().find_map(|value| match value {
        ObjectParams::ReferenceQuantityList(list) => Some(&list.references),
        _ => None,
    });
    let found = found.map_or(&[][..], Vec::as_slice);
    let designs = found.iter().filter(|to| to.r#type == reference::DESIGN);
    // Nearly always all of them.
    let mut ships = Vec::with_capacity(found.len());
    ships.extend(designs.map(|to| Ships {
        design: to.id,
        number: to.number,
    }));
    ships
}

fn integer(value: &ObjectParams) -> Option<u32> {
    match value {
        ObjectParams::Integer(integer) => Some(integer.intvalue),
        _ => None,
    }
}

fn position(value: &ObjectParams) -> Option<Vector> {
    match value {
        ObjectParams::Position3d(at) if at.relative == 0 => Some(at.position.into()),
        _ => None,
    }
}
