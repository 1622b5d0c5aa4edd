//! The packets of the tables, as they travel between real programs.

use tp_frames::game::{self, ObjectParams, TP03, TP04};
use tp_frames::{Parameters, Semi32, Semi64};

pub fn okay() -> game::Okay {
    game::Okay {
        result: "Order added to the queue".into(),
    }
}

/// A planet as TP03 has it: a frame of 173 bytes.
pub fn object_tp03() -> game::Object {
    let resource = game::PlanetResource {
        id: 1,
        units: 20,
        unitsminable: 300,
        unitsinaccessible: 4000,
    };
    let planet = game::Planet {
        owner: Semi32::from_bits(2),
        resources: vec![resource],
    };
    game::Object {
        id: 7,
        otype: ObjectParams::PLANET,
        name: "Alpha Centauri IV".into(),
        size: Some(1000),
        pos: Some(game::ObjectPos {
            x: 1 << 40,
            y: -7,
            z: 0,
        }),
        vel: Some(game::ObjectVel::default()),
        contains: vec![100, 101, 102],
        ordertypes: Some(vec![1, 4]),
        orders: Some(2),
        modtime: 1_600_000_000,
        parameters: received(TP03, &[ObjectParams::Planet(planet)]),
        ..Default::default()
    }
}

/// A planet as TP04 has it, with five groups of parameters: a frame of 268 bytes.
pub fn object_tp04() -> game::Object {
    let position = game::ObjectParamPosition3dPosition {
        x: 1 << 40,
        y: -7,
        z: 0,
    };
    let media = "http://localhost/planet.png";
    let groups = [
        ObjectParams::Position3d(game::ObjectParamPosition3d {
            position,
            relative: 0,
        }),
        ObjectParams::Velocity3d(game::ObjectParamVelocity3d::default()),
        ObjectParams::OrderQueue(game::ObjectParamOrderQueue { queueid: 7 }),
        ObjectParams::Size(game::ObjectParamSize { size: 1000 }),
        ObjectParams::Media(game::ObjectParamMedia { url: media.into() }),
    ];
    game::Object {
        id: 7,
        otype: 3,
        name: "Alpha Centauri Prime".into(),
        desc: Some("The third planet of its star, with a thriving colony.".into()),
        parent: Some(2),
        contains: (100..108).collect(),
        modtime: 1_600_000_000,
        parameters: received(TP04, &groups),
        ..Default::default()
    }
}

/// As they are after a packet was decoded: bytes that only a description tells apart.
fn received(version: tp_frames::Version, values: &[ObjectParams]) -> Parameters<ObjectParams> {
    let bytes = Parameters::encode(version, values).unwrap();
    Parameters::from_bytes(version, bytes)
}

pub fn object_ids() -> game::ObjectIDs {
    let entry = |id| game::IDSequenceModtime {
        id,
        modtime: 1_600_000_000 + u64::from(id),
    };
    game::ObjectIDs {
        key: Semi32::from_bits(1),
        remaining: Semi32::from_bits(0),
        modtimes: (0..1000).map(entry).collect(),
        from: Some(Semi64::from_bits(1_600_000_000)),
    }
}

/// A message whose text takes 1 KiB.
pub fn message() -> game::Message {
    let about = |r#type, id| game::MessageReference { r#type, id };
    game::Message {
        id: 3,
        slot: Semi32::from_bits(12),
        msgtypelist: vec![1, 2],
        subject: "A fleet has arrived at Alpha Centauri Prime".into(),
        body: "The fleet reports: all is well. ".repeat(32).into(),
        turn: 250,
        references: vec![about(-2, 1), about(1, 7), about(1, 4711)],
    }
}

pub fn object_desc() -> game::ObjectDesc {
    let parameter = |(name, r#type): (&str, u32)| game::ObjectDescPropertygroupParameter {
        name: name.into(),
        r#type,
        description: format!("The {name} of the object").into(),
    };
    let group =
        |propertygroupid, name: &str, parameters: &[(&str, u32)]| game::ObjectDescPropertygroup {
            propertygroupid,
            groupname: name.into(),
            groupdescription: format!("The {name} of the object").into(),
            parameters: parameters.iter().copied().map(parameter).collect(),
        };
    game::ObjectDesc {
        id: 3,
        name: "Planet".into(),
        description: "A world that can be settled, mined and fought over".into(),
        modtime: 1_600_000_000,
        propertygroups: vec![
            group(1, "Positional", &[("Position", 0), ("Velocity", 1)]),
            group(2, "Ownership", &[("Owner", 6)]),
            group(3, "Physical", &[("Size", 9)]),
            group(4, "Resources", &[("Resource List", 5)]),
            group(5, "Media", &[("Icon", 10), ("Picture", 10)]),
        ],
    }
}

pub fn order_desc() -> game::OrderDesc {
    let parameter = |name: &str, r#type| game::OrderDescParameter {
        name: name.into(),
        r#type,
        description: format!("The {name} of the order").into(),
    };
    game::OrderDesc {
        id: 1,
        name: "Move".into(),
        description: "Move to a place in space, as fast as the ships can".into(),
        parameters: vec![
            parameter("Destination", 0),
            parameter("Speed", 1),
            parameter("Ships", 6),
        ],
        modtime: 1_600_000_000,
    }
}
