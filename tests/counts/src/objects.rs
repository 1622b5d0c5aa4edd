//! The object that is asked for: 268 bytes in TP04, five parameters of them.

use tp_frames::ParameterSet as _;
use tp_frames::game::{self, ObjectParams};
use tp_net::model::{Object, ObjectKind, ObjectResource, Vector};

/// A planet.
#[must_use]
pub fn planet(id: u32) -> Object {
    let resource = |id| ObjectResource {
        id,
        units: 100,
        unitsminable: 1_000,
        unitsinaccessible: 10_000,
    };
    let kind = ObjectKind::Planet {
        owner: Some(1),
        resources: (1..=3).map(resource).collect(),
    };
    Object {
        desc: Some("The third planet of its star, with two moons.".into()),
        modtime: 1_600_000_000,
        size: Some(12_742),
        velocity: Some(Vector::new(30, 0, 0)),
        ..Object::new(id, "Earth", kind)
            .within(0)
            .at(Vector::new(149_597_871, 0, 0))
            .containing([id + 1000, id + 2000])
    }
}

/// The type of planets, as a server describes it that has none of its own.
#[must_use]
pub fn planet_desc() -> game::ObjectDesc {
    let group = |id, types: &[u32]| game::ObjectDescPropertygroup {
        propertygroupid: id,
        groupname: "Group".into(),
        parameters: types
            .iter()
            .map(|r#type| game::ObjectDescPropertygroupParameter {
                name: "Parameter".into(),
                r#type: *r#type,
                description: "What it is.".into(),
            })
            .collect(),
        ..Default::default()
    };
    let types: Vec<u32> = parameters()
        .iter()
        .map(ObjectParams::parameter_type)
        .collect();
    game::ObjectDesc {
        id: 3,
        name: "Planet".into(),
        description: "Can be owned.".into(),
        modtime: 1,
        propertygroups: vec![group(1, &types[..3]), group(2, &types[3..])],
    }
}

fn parameters() -> Vec<ObjectParams> {
    let position = |x| game::ObjectParamPosition3dPosition { x, y: 0, z: 0 };
    let resource = |resourceid| game::ObjectParamResourceListResource {
        resourceid,
        stored: 100,
        minable: 1_000,
        unavailable: 10_000,
    };
    vec![
        ObjectParams::Position3d(game::ObjectParamPosition3d {
            position: position(149_597_871),
            relative: 0,
        }),
        ObjectParams::Velocity3d(game::ObjectParamVelocity3d {
            velocity: game::ObjectParamVelocity3dVelocity { x: 30, y: 0, z: 0 },
            relative: 0,
        }),
        ObjectParams::Size(game::ObjectParamSize { size: 12_742 }),
        ObjectParams::Reference(game::ObjectParamReference {
            r#type: tp_frames::reference::PLAYER,
            id: 1,
        }),
        ObjectParams::ResourceList(game::ObjectParamResourceList {
            resources: (1..=3).map(resource).collect(),
        }),
    ]
}

/// The frame in which such an object travels.
#[must_use]
pub fn planet_frame(id: u32) -> game::Object {
    let object = planet(id);
    game::Object {
        id,
        otype: 3,
        name: object.name,
        desc: object.desc,
        parent: object.parent,
        contains: object.contains,
        modtime: object.modtime,
        parameters: parameters().into(),
        ..Default::default()
    }
}
