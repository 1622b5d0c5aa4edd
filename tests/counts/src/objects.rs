//! The objects that are asked for: frames of 268 bytes in TP04, with five parameters.

use tp_frames::game::{self, ObjectParams};
use tp_net::model::{Object, ObjectDesc, ObjectKind, ObjectResource, Vector};

use crate::packets;

/// A planet of a kind, which is all that most games say of an object: its parameters follow.
#[must_use]
pub fn of_kind(id: u32) -> Object {
    let resource = ObjectResource {
        id: 1,
        units: 20,
        unitsminable: 300,
        unitsinaccessible: 4000,
    };
    let kind = ObjectKind::Planet {
        owner: Some(2),
        resources: vec![resource],
    };
    Object {
        desc: Some("The third planet of its star, with two moons and a small one".into()),
        modtime: 1_600_000_000,
        size: Some(1000),
        ..Object::new(id, "Alpha Centauri Prime", kind)
            .within(2)
            .at(Vector::new(1 << 40, -7, 0))
            .containing((100..108).collect::<Vec<_>>())
    }
}

/// A planet of the game's own [type](own_type), whose parameters it states.
#[must_use]
pub fn of_own_type(id: u32) -> Object {
    let mut object = Object::from(frame(id));
    object.decode_parameters(&own_type()).expect("they fit");
    object
}

/// The frame of such an object.
#[must_use]
pub fn frame(id: u32) -> game::Object {
    game::Object {
        id,
        ..packets::object_tp04()
    }
}

/// The description of such an object.
#[must_use]
pub fn own_type() -> ObjectDesc {
    let types = [
        ObjectParams::POSITION3D,
        ObjectParams::VELOCITY3D,
        ObjectParams::ORDER_QUEUE,
        ObjectParams::SIZE,
        ObjectParams::MEDIA,
    ];
    let group = |(number, r#type)| game::ObjectDescPropertygroup {
        propertygroupid: number,
        groupname: format!("Group {number}").into(),
        groupdescription: "What belongs together.".into(),
        parameters: vec![game::ObjectDescPropertygroupParameter {
            name: "Parameter".into(),
            r#type,
            description: "What it says.".into(),
        }],
    };
    ObjectDesc {
        id: frame(0).otype,
        name: "Planet".into(),
        description: "Can be settled.".into(),
        modtime: 1,
        propertygroups: (1..).zip(types).map(group).collect(),
    }
}
