//! Types for the objects of a game that describes none: they follow from what its handler states.
//!
//! TP03 has six kinds of objects, and says of each where it is, how large, and how it moves. TP04
//! says what the description of an object's type has, and nothing else. So each [`ObjectKind`] has
//! a type, of the same number, with all that TP03 says; an object without a kind has one, too; and
//! each of them is there once more for objects that have an order queue.

use std::collections::BTreeMap;

use tp_frames::{ParameterSet as _, Parameters, game, reference};

use crate::model::{
    Object, ObjectDesc, ObjectDescPropertygroup, ObjectDescPropertygroupParameter, ObjectKind,
    ObjectParams, Ships, Vector,
};

/// The type of an object without a kind.
const NO_KIND: u32 = 6;
/// How much higher the type is if there is an order queue.
const WITH_ORDERS: u32 = 10;
/// Rises whenever one of the descriptions changes.
const MODTIME: u64 = 1;

/// What an object states which its frame has no field for.
struct Property {
    name: &'static str,
    description: &'static str,
    /// Takes it out of the object, whose kind is the one that has it.
    value: fn(&mut Object) -> ObjectParams,
}

struct Group {
    name: &'static str,
    properties: &'static [Property],
}

const PLACE: Group = Group {
    name: "Place",
    properties: &[
        Property {
            name: "Position",
            description: "Where it is, in the coordinates of the universe.",
            value: |object| position(object.position.unwrap_or_default()),
        },
        Property {
            name: "Velocity",
            description: "How far it moves in a turn.",
            value: |object| {
                ObjectParams::Velocity3d(game::ObjectParamVelocity3d {
                    velocity: object.velocity.unwrap_or_default().into(),
                    relative: 0,
                })
            },
        },
        Property {
            name: "Size",
            description: "Its diameter.",
            value: |object| {
                let size = object.size.unwrap_or_default();
                ObjectParams::Size(game::ObjectParamSize { size })
            },
        },
    ],
};

const AGE: Group = Group {
    name: "Age",
    properties: &[Property {
        name: "Age",
        description: "How many turns old it is.",
        value: |object| match object.kind {
            Some(ObjectKind::Universe { age }) => integer(age),
            _ => integer(0),
        },
    }],
};

const OWNER: Property = Property {
    name: "Owner",
    description: "Whose it is.",
    value: |object| match object.kind {
        Some(ObjectKind::Planet { owner, .. } | ObjectKind::Fleet { owner, .. }) => player(owner),
        _ => player(None),
    },
};

const COLONY: Group = Group {
    name: "Colony",
    properties: &[
        OWNER,
        Property {
            name: "Resources",
            description: "What it has.",
            value: |object| {
                let resources = match &mut object.kind {
                    Some(ObjectKind::Planet { resources, .. }) => std::mem::take(resources),
                    _ => Vec::new(),
                };
                let resources = resources.into_iter().map(Into::into).collect();
                ObjectParams::ResourceList(game::ObjectParamResourceList { resources })
            },
        },
    ],
};

const SHIPS: Group = Group {
    name: "Ships",
    properties: &[
        OWNER,
        Property {
            name: "Ships",
            description: "How many of which design.",
            value: |object| match &object.kind {
                Some(ObjectKind::Fleet { ships, .. }) => designs(ships),
                _ => designs(&[]),
            },
        },
        Property {
            name: "Damage",
            description: "How badly they are damaged.",
            value: |object| match object.kind {
                Some(ObjectKind::Fleet { damage, .. }) => integer(damage),
                _ => integer(0),
            },
        },
    ],
};

const WAY: Group = Group {
    name: "Way",
    properties: &[Property {
        name: "End",
        description: "Where it ends.",
        value: |object| match object.kind {
            Some(ObjectKind::Wormhole { end }) => position(end),
            _ => position(Vector::default()),
        },
    }],
};

const ORDERS: Group = Group {
    name: "Orders",
    properties: &[Property {
        name: "Order queue",
        description: "What it is to do.",
        value: |object| {
            let queueid = object.order_queue.unwrap_or_default();
            ObjectParams::OrderQueue(game::ObjectParamOrderQueue { queueid })
        },
    }],
};

/// The types, by their ids.
pub(super) fn all() -> BTreeMap<u32, ObjectDesc> {
    let mut types = BTreeMap::new();
    for order_queue in [None, Some(0)] {
        for (kind, name, description) in kinds() {
            let mut sample = Object {
                kind,
                order_queue,
                ..Object::default()
            };
            let id = number(&sample);
            let groups = (1..).zip(groups(&sample));
            let desc = ObjectDesc {
                id,
                name: name.into(),
                description: description.into(),
                modtime: MODTIME,
                propertygroups: groups
                    .map(|(id, group)| propertygroup(id, group, &mut sample))
                    .collect(),
            };
            types.insert(id, desc);
        }
    }
    types
}

/// Each kind, its name, and what it is.
fn kinds() -> [(Option<ObjectKind>, &'static str, &'static str); 7] {
    let wormhole = ObjectKind::Wormhole {
        end: Vector::default(),
    };
    [
        (
            Some(ObjectKind::Universe { age: 0 }),
            "Universe",
            "Holds everything.",
        ),
        (Some(ObjectKind::Galaxy), "Galaxy", "Holds star systems."),
        (
            Some(ObjectKind::StarSystem),
            "Star system",
            "Holds planets.",
        ),
        (
            Some(ObjectKind::planet(None)),
            "Planet",
            "Can be owned, and has resources.",
        ),
        (
            Some(ObjectKind::fleet(None)),
            "Fleet",
            "Ships that fly together.",
        ),
        (Some(wormhole), "Wormhole", "A shortcut to somewhere else."),
        (None, "Object", "Something."),
    ]
}

/// The type that an object has by what it states.
fn number(object: &Object) -> u32 {
    let kind = object.kind.as_ref().map_or(NO_KIND, ObjectKind::number);
    match object.order_queue {
        Some(_) => WITH_ORDERS.saturating_add(kind),
        None => kind,
    }
}

/// What there is to say of an object: of where it is, of its kind, of its orders. It depends on
/// nothing but the object's type.
fn groups(object: &Object) -> impl Iterator<Item = &'static Group> + Clone + use<> {
    let of_kind = match &object.kind {
        None | Some(ObjectKind::Galaxy | ObjectKind::StarSystem) => None,
        Some(ObjectKind::Universe { .. }) => Some(&AGE),
        Some(ObjectKind::Planet { .. }) => Some(&COLONY),
        Some(ObjectKind::Fleet { .. }) => Some(&SHIPS),
        Some(ObjectKind::Wormhole { .. }) => Some(&WAY),
    };
    let orders = object.order_queue.map(|_| &ORDERS);
    [Some(&PLACE), of_kind, orders].into_iter().flatten()
}

fn propertygroup(id: u32, group: &Group, sample: &mut Object) -> ObjectDescPropertygroup {
    let properties = group.properties.iter();
    ObjectDescPropertygroup {
        propertygroupid: id,
        groupname: group.name.into(),
        groupdescription: "".into(),
        parameters: properties
            .map(|it| ObjectDescPropertygroupParameter {
                name: it.name.into(),
                r#type: (it.value)(sample).parameter_type(),
                description: it.description.into(),
            })
            .collect(),
    }
}

/// Gives an object its type, and the parameters that say what its fields and its kind state.
pub(super) fn describe(object: &mut Object) {
    object.otype = number(object);
    let groups = groups(object);
    let count = groups.clone().map(|group| group.properties.len()).sum();
    let mut values = Vec::with_capacity(count);
    for group in groups {
        values.extend(group.properties.iter().map(|it| (it.value)(object)));
    }
    object.parameters = Parameters::Values(values);
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

/// Nobody is no player: a reference to something else.
fn player(player: Option<u32>) -> ObjectParams {
    let (r#type, id) = match player {
        Some(player) => (reference::PLAYER, player),
        None => (reference::MISC, 0),
    };
    ObjectParams::Reference(game::ObjectParamReference { r#type, id })
}

fn designs(ships: &[Ships]) -> ObjectParams {
    let references = ships
        .iter()
        .map(|ships| game::ObjectParamReferenceQuantityListReference {
            r#type: reference::DESIGN,
            id: ships.design,
            number: ships.number,
        });
    ObjectParams::ReferenceQuantityList(game::ObjectParamReferenceQuantityList {
        references: references.collect(),
    })
}
