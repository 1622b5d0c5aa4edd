//! The objects that are asked for: frames of 268 bytes in TP04, with five parameters.

use tp_frames::game::{self, ObjectParams, TP04};
use tp_frames::{Packet as _, ParameterSet as _};
use tp_net::model::{Object, ObjectDesc, ObjectKind, ObjectResource, Vector};

/// Bytes of each in a frame.
pub const SIZE: usize = 268;

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

/// The type of the objects that state their parameters themselves.
const TYPE: u32 = 3;

/// A planet that states its parameters, of the game's own [type](own_type).
#[must_use]
pub fn of_own_type(id: u32) -> Object {
    Object {
        id,
        otype: TYPE,
        name: "Alpha Centauri Prime".into(),
        desc: Some("The third planet of its star, with a thriving colony.".into()),
        parent: Some(2),
        contains: (100..108).collect(),
        modtime: 1_600_000_000,
        parameters: parameters().into(),
        ..Object::default()
    }
}

fn parameters() -> Vec<ObjectParams> {
    let position = game::ObjectParamPosition3dPosition {
        x: 1 << 40,
        y: -7,
        z: 0,
    };
    vec![
        ObjectParams::Position3d(game::ObjectParamPosition3d {
            position,
            relative: 0,
        }),
        ObjectParams::Velocity3d(game::ObjectParamVelocity3d::default()),
        ObjectParams::OrderQueue(game::ObjectParamOrderQueue { queueid: 7 }),
        ObjectParams::Size(game::ObjectParamSize { size: 1000 }),
        ObjectParams::Media(game::ObjectParamMedia {
            url: "http://localhost/planet.png".into(),
        }),
    ]
}

/// The description of such an object.
#[must_use]
pub fn own_type() -> ObjectDesc {
    let group = |(number, value): (u32, &ObjectParams)| game::ObjectDescPropertygroup {
        propertygroupid: number,
        groupname: format!("Group {number}").into(),
        groupdescription: "What belongs together.".into(),
        parameters: vec![game::ObjectDescPropertygroupParameter {
            name: "Parameter".into(),
            r#type: value.parameter_type(),
            description: "What it says.".into(),
        }],
    };
    ObjectDesc {
        id: TYPE,
        name: "Planet".into(),
        description: "Can be settled.".into(),
        modtime: 1,
        propertygroups: (1..).zip(&parameters()).map(group).collect(),
    }
}

/// The frame that a server sends of an object of its own type.
///
/// # Panics
///
/// It is not of the [size](SIZE) that figures name.
#[must_use]
pub fn frame(id: u32) -> game::Object {
    let frame = of_own_type(id).into_frame(TP04).expect("TP04 has it");
    let size = frame.to_frame(TP04, 1).expect("TP04 has it").len();
    assert_eq!(size, SIZE);
    frame
}
