//! Types for the objects of a game that describes none: they follow from what its handler states.
//!
//! TP03 has six kinds of objects, and says of each where it is, how large, and how it moves. TP04
//! says what the description of an object's type has, and nothing else. So each [`ObjectKind`] has
//! a type, of the same number, with all that TP03 says; an object without a kind has one, too; and
//! each of them is there once more for objects that have an order queue.

use std::collections::BTreeMap;
use std::mem::take;

use tp_frames::{ParameterSet as _, Parameters, game, reference};

use crate::model::{
    Object, ObjectDesc, ObjectDescPropertygroup, ObjectDescPropertygroupParameter, ObjectKind,
    ObjectParams, ObjectResource, Ships, Vector,
};

/// The type of an object without a kind.
const NO_KIND: u32 = 6;
/// How much higher the type is if there is an order queue.
const WITH_ORDERS: u32 = 10;
/// Rises whenever one of the descriptions changes.
const MODTIME: u64 = 1;

/// What an object states which its frame has no field for: what it is called, and what that is.
type Property = (&'static str, &'static str);

/// Properties that belong together. Their values are what [`values`] gives, in the same order.
struct Group {
    name: &'static str,
    properties: &'static [Property],
}

const PLACE: Group = Group {
    name: "Place",
    properties: &[
        (
            "Position",
            "Where it is, in the coordinates of the universe.",
        ),
        ("Velocity", "How far it moves in a turn."),
        ("Size", "Its diameter."),
    ],
};

const AGE: Group = Group {
    name: "Age",
    properties: &[("Age", "How many turns old it is.")],
};

const OWNER: Property = ("Owner", "Whose it is.");

const COLONY: Group = Group {
    name: "Colony",
    properties: &[OWNER, ("Resources", "What it has.")],
};

const SHIPS: Group = Group {
    name: "Ships",
    properties: &[
        OWNER,
        ("Ships", "How many of which design."),
        ("Damage", "How badly they are damaged."),
    ],
};

const WAY: Group = Group {
    name: "Way",
    properties: &[("End", "Where it ends.")],
};

const ORDERS: Group = Group {
    name: "Orders",
    properties: &[("Order queue", "What it is to do.")],
};

/// How much room the values of any object take at most.
const MOST_VALUES: usize = 7;

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
            let mut values = values(&mut sample).into_iter();
            let desc = ObjectDesc {
                id,
                name: name.into(),
                description: description.into(),
                modtime: MODTIME,
                propertygroups: groups
                    .map(|(id, group)| propertygroup(id, group, values.by_ref()))
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
fn groups(object: &Object) -> impl Iterator<Item = &'static Group> + use<> {
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

fn propertygroup(
    id: u32,
    group: &Group,
    values: impl Iterator<Item = ObjectParams>,
) -> ObjectDescPropertygroup {
    let parameters = group.properties.iter().zip(values);
    ObjectDescPropertygroup {
        propertygroupid: id,
        groupname: group.name.into(),
        groupdescription: "".into(),
        parameters: parameters
            .map(
                |((name, description), value)| ObjectDescPropertygroupParameter {
                    name: (*name).into(),
                    r#type: value.parameter_type(),
                    description: (*description).into(),
                },
            )
            .collect(),
    }
}

/// Gives an object its type, and the parameters that say what its fields and its kind state.
pub(super) fn describe(object: &mut Object) {
    object.otype = number(object);
    object.parameters = Parameters::Values(values(object));
}

/// The values of the properties of its [`groups`]. What is large is taken out of the object.
fn values(object: &mut Object) -> Vec<ObjectParams> {
    let mut values = Vec::with_capacity(MOST_VALUES);
    values.push(position(object.position.unwrap_or_default()));
    values.push(velocity(object.velocity.unwrap_or_default()));
    values.push(size(object.size.unwrap_or_default()));
    match &mut object.kind {
        None | Some(ObjectKind::Galaxy | ObjectKind::StarSystem) => {}
        Some(ObjectKind::Universe { age }) => values.push(integer(*age)),
        Some(ObjectKind::Planet { owner, resources }) => {
            values.push(player(*owner));
            values.push(resource_list(take(resources)));
        }
        Some(ObjectKind::Fleet {
            owner,
            ships,
            damage,
        }) => {
            values.push(player(*owner));
            values.push(designs(ships));
            values.push(integer(*damage));
        }
        Some(ObjectKind::Wormhole { end }) => values.push(position(*end)),
    }
    if let Some(queueid) = object.order_queue {
        values.push(ObjectParams::OrderQueue(game::ObjectParamOrderQueue {
            queueid,
        }));
    }
    values
}

fn position(at: Vector) -> ObjectParams {
    ObjectParams::Position3d(game::ObjectParamPosition3d {
        position: at.into(),
        relative: 0,
    })
}

fn velocity(of: Vector) -> ObjectParams {
    ObjectParams::Velocity3d(game::ObjectParamVelocity3d {
        velocity: of.into(),
        relative: 0,
    })
}

fn size(size: u64) -> ObjectParams {
    ObjectParams::Size(game::ObjectParamSize { size })
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

fn resource_list(resources: Vec<ObjectResource>) -> ObjectParams {
    let resources = resources.into_iter().map(Into::into).collect();
    ObjectParams::ResourceList(game::ObjectParamResourceList { resources })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_property_of_a_type_has_a_value() {
        for order_queue in [None, Some(7)] {
            for (kind, name, _) in kinds() {
                let mut object = Object {
                    kind,
                    order_queue,
                    ..Object::default()
                };
                let properties = groups(&object).map(|it| it.properties.len());
                let properties: usize = properties.sum();
                let values = values(&mut object).len();
                assert_eq!(values, properties, "{name}");
                assert!(values <= MOST_VALUES, "{name}");
            }
        }
    }
}
