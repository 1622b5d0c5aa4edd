//! Objects.

use tp_frames::{Parameters, Semi32, tp03, tp04};

use super::super::*;
use super::{same, text};

fn tp03_object(kind: tp03::ObjectParams, otype: u32) -> tp03::Object {
    tp03::Object {
        id: 1,
        otype,
        name: text("Sol"),
        size: 2,
        pos: tp03::ObjectPos {
            x: 3,
            y: -4,
            z: i64::MIN,
        },
        vel: tp03::ObjectVel { x: 5, y: 6, z: 7 },
        contains: vec![8],
        ordertypes: vec![9],
        orders: 10,
        modtime: 11,
        padding: Default::default(),
        object: Parameters::encode(&[kind]).unwrap(),
    }
}

#[test]
fn tp03_objects_of_each_type() {
    let resource = tp03::PlanetResource {
        id: 1,
        units: 2,
        unitsminable: 3,
        unitsinaccessible: 4,
    };
    let planet = tp03::Planet {
        owner: Semi32::from(5),
        resources: vec![resource],
    };
    let ships = vec![tp03::FleetShip {
        r#type: 6,
        count: 7,
    }];
    let fleet = tp03::Fleet {
        owner: Semi32::NONE,
        ships,
        damage: 8,
    };
    let kinds = [
        tp03::ObjectParams::Universe(tp03::Universe { age: 1 }),
        tp03::ObjectParams::Galaxy(tp03::Galaxy::default()),
        tp03::ObjectParams::StarSystem(tp03::StarSystem::default()),
        tp03::ObjectParams::Planet(planet),
        tp03::ObjectParams::Fleet(fleet),
        tp03::ObjectParams::Wormhole(tp03::Wormhole {
            endx: -1,
            endy: 2,
            endz: 3,
        }),
    ];
    for (otype, kind) in (0..).zip(kinds) {
        let value = same!(Object, tp03, tp03_object(kind, otype));
        assert_eq!(value.kind.as_ref().map(ObjectKind::number), Some(otype));
        assert_eq!(
            (value.desc, value.parent, value.order_queue),
            (None, None, None)
        );
        assert_eq!(value.position, Some(Vector::new(3, -4, i64::MIN)));
    }
    let planet = Object::from(tp03_object(
        tp03::ObjectParams::Planet(tp03::Planet {
            owner: Semi32::from(5),
            ..Default::default()
        }),
        3,
    ));
    assert_eq!(planet.owner(), Some(5));
    assert!(
        tp04::Object::try_from(planet).is_err(),
        "TP04 needs parameters"
    );
}

#[test]
fn a_tp03_object_of_unknown_type_keeps_its_frame() {
    let mut frame = tp03_object(tp03::ObjectParams::Universe(tp03::Universe { age: 1 }), 0);
    frame.otype = 77;
    let value = Object::from(frame.clone());
    assert_eq!(value.kind, None);
    assert_eq!(value.source.tp03(), Some(&frame));
    assert!(tp03::Object::try_from(value).is_err());
}

fn tp04_object(values: &[ObjectParams]) -> tp04::Object {
    tp04::Object {
        id: 1,
        otype: 12,
        name: text("Sol"),
        desc: text("A star"),
        parent: 2,
        contains: vec![3],
        modtime: 4,
        padding: Default::default(),
        parameters: Parameters::encode(values).unwrap(),
    }
}

fn desc_of(types: &[u32]) -> ObjectDesc {
    let parameters = types
        .iter()
        .map(|r#type| ParameterDesc::new("", *r#type, ""))
        .collect();
    let group = PropertyGroup {
        parameters,
        ..Default::default()
    };
    ObjectDesc {
        id: 12,
        propertygroups: vec![group],
        ..Default::default()
    }
}

#[test]
fn tp04_object_parameters_are_read_by_their_description() {
    let at = Vector::new(1, 2, 3);
    let values = [
        ObjectParams::Position3d(tp04::ObjectParamPosition3d {
            position: at.into(),
            relative: 0,
        }),
        ObjectParams::Size(tp04::ObjectParamSize { size: 99 }),
        ObjectParams::OrderQueue(tp04::ObjectParamOrderQueue { queueid: 7 }),
        ObjectParams::Reference(tp04::ObjectParamReference { r#type: 7, id: 5 }),
    ];
    let mut value = same!(Object, tp04, tp04_object(&values));
    assert_eq!(
        (value.position, value.size, value.owner()),
        (None, None, None),
        "not read yet"
    );
    let unread = value.clone();

    for wrong in [&[8, 8][..], &[0, 9, 4, 6, 8], &[99]] {
        value.read_parameters(&desc_of(wrong)).unwrap_err();
        assert_eq!(value, unread, "still as it was");
    }
    let other = ObjectDesc {
        id: 13,
        ..desc_of(&[0, 9, 4, 6])
    };
    value.read_parameters(&other).unwrap_err();

    value.read_parameters(&desc_of(&[0, 9, 4, 6])).unwrap();
    assert_eq!((value.position, value.size), (Some(at), Some(99)));
    assert_eq!((value.order_queue, value.owner()), (Some(7), Some(5)));
    assert_eq!(value.parameters.values(), values);
    assert_eq!(
        tp04::Object::try_from(value.clone()),
        Ok(tp04_object(&values))
    );

    // TP03 has the same place, but needs to know what it is.
    let refused = tp03::Object::try_from(value.clone()).unwrap_err();
    assert_eq!(
        Refusal::from(refused).code,
        FailCode::UNAVAILABLE_PERMANENTLY
    );
    let kind = Some(ObjectKind::StarSystem);
    let old = tp03::Object::try_from(Object { kind, ..value }).unwrap();
    assert_eq!((old.otype, old.size), (2, 99));
    assert_eq!(Vector::from(old.pos), at);
}

#[test]
fn the_universe_has_no_parent() {
    for parent in [0, u32::MAX] {
        let frame = tp04::Object {
            id: 0,
            parent,
            ..Default::default()
        };
        assert_eq!(Object::from(frame).parent, None);
    }
    let frame = tp04::Object {
        id: 1,
        parent: 0,
        ..Default::default()
    };
    let value = same!(Object, tp04, frame);
    assert_eq!(value.parent, Some(0));
    let frame = tp04::Object::try_from(Object::default()).unwrap();
    assert_eq!(frame.parent, 0, "as real servers send it");
}
