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
    ObjectParams, ObjectResource, Ships, Vector,
};

/// The type of an object without a kind.
const NO_KIND: u32 = 6;
/// How much higher the type is if there is an order queue.
const WITH_ORDERS: u32 = 10;
/// Rises whenever one of the descriptions changes.
const MODTIME: u64 = 1;

/// The types, by their ids.
pub(super) fn all() -> BTreeMap<u32, ObjectDesc> {
    let mut types = BTreeMap::new();
    for order_queue in [None, Some(0)] {
        for (kind, name, description) in kinds() {
            let sample = Object {
                kind,
                order_queue,
                ..Object::default()
            };
            let id = number(&sample);
            let desc = ObjectDesc {
                id,
                name: name.into(),
                description: description.into(),
                modtime: MODTIME,
                propertygroups: (1..).zip(groups(&sample)).map(propertygroup).collect(),
            };
            types.insert(id, desc);
        }
    }
    types
}

/// Each kind, its name, and what it is.
fn kinds() -> [(Option<ObjectKind>, &'static str, &'static str); 7] {
    let planet = ObjectKind::Planet {
        owner: None,
        resources: Vec::new(),
    };
    let fleet = ObjectKind::Fleet {
        owner: None,
        ships: Vec::new(),
        damage: 0,
    };
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
        (Some(planet), "Planet", "Can be owned, and has resources."),
        (Some(fleet), "Fleet", "Ships that fly together."),
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

/// Gives an object its type, and the parameters that say what its fields state.
pub(super) fn describe(mut object: Object) -> Object {
    object.otype = number(&object);
    let groups = groups(&object).into_iter();
    let properties = groups.flat_map(|group| group.properties);
    object.parameters = Parameters::Values(properties.map(|it| it.value).collect());
    object
}

struct Group {
    name: &'static str,
    properties: Vec<Property>,
}

struct Property {
    name: &'static str,
    description: &'static str,
    value: ObjectParams,
}

fn property(name: &'static str, description: &'static str, value: ObjectParams) -> Property {
    Property {
        name,
        description,
        value,
    }
}

fn propertygroup((id, group): (u32, Group)) -> ObjectDescPropertygroup {
    let parameters = group.properties.into_iter();
    ObjectDescPropertygroup {
        propertygroupid: id,
        groupname: group.name.into(),
        groupdescription: "".into(),
        parameters: parameters
            .map(|it| ObjectDescPropertygroupParameter {
                name: it.name.into(),
                r#type: it.value.parameter_type(),
                description: it.description.into(),
            })
            .collect(),
    }
}

/// All that an object states which its frame has no field for. Which properties these are depends
/// on nothing but the object's type.
fn groups(object: &Object) -> Vec<Group> {
    let mut groups = vec![Group {
        name: "Place",
        properties: place(object),
    }];
    let kind = object.kind.as_ref();
    groups.extend(
        kind.map(of_kind)
            .filter(|group| !group.properties.is_empty()),
    );
    if let Some(queueid) = object.order_queue {
        let queue = ObjectParams::OrderQueue(game::ObjectParamOrderQueue { queueid });
        groups.push(Group {
            name: "Orders",
            properties: vec![property("Order queue", "What it is to do.", queue)],
        });
    }
    groups
}

fn place(object: &Object) -> Vec<Property> {
    let velocity = ObjectParams::Velocity3d(game::ObjectParamVelocity3d {
        velocity: object.velocity.unwrap_or_default().into(),
        relative: 0,
    });
    let size = object.size.unwrap_or_default();
    let size = ObjectParams::Size(game::ObjectParamSize { size });
    vec![
        property(
            "Position",
            "Where it is, in the coordinates of the universe.",
            position(object.position.unwrap_or_default()),
        ),
        property("Velocity", "How far it moves in a turn.", velocity),
        property("Size", "Its diameter.", size),
    ]
}

fn of_kind(kind: &ObjectKind) -> Group {
    let (name, properties) = match kind {
        ObjectKind::Universe { age } => (
            "Age",
            vec![property("Age", "How many turns old it is.", integer(*age))],
        ),
        ObjectKind::Galaxy | ObjectKind::StarSystem => ("", Vec::new()),
        ObjectKind::Planet {
            owner: player,
            resources,
        } => (
            "Colony",
            vec![
                owner(*player),
                property("Resources", "What it has.", resource_list(resources)),
            ],
        ),
        ObjectKind::Fleet {
            owner: player,
            ships,
            damage,
        } => (
            "Ships",
            vec![
                owner(*player),
                property("Ships", "How many of which design.", ship_list(ships)),
                property("Damage", "How badly they are damaged.", integer(*damage)),
            ],
        ),
        ObjectKind::Wormhole { end } => (
            "Way",
            vec![property("End", "Where it ends.", position(*end))],
        ),
    };
    Group { name, properties }
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
fn owner(player: Option<u32>) -> Property {
    let (r#type, id) = match player {
        Some(player) => (reference::PLAYER, player),
        None => (reference::MISC, 0),
    };
    let player = ObjectParams::Reference(game::ObjectParamReference { r#type, id });
    property("Owner", "Whose it is.", player)
}

fn resource_list(resources: &[ObjectResource]) -> ObjectParams {
    ObjectParams::ResourceList(game::ObjectParamResourceList {
        resources: resources
            .iter()
            .copied()
            .map(ObjectResource::into)
            .collect(),
    })
}

fn ship_list(ships: &[Ships]) -> ObjectParams {
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
