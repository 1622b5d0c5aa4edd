//! Objects.

use bytes::BytesMut;
use tp_frames::{EncodeErrorKind, Packet, Parameters, Semi32, Version, game};

use super::super::*;
use super::{body, received, text};

/// A frame, as a client gets it → the model → the same body.
fn same(version: Version, frame: game::Object) -> Object {
    let frame = received(&frame, version);
    let value = Object::from(frame.clone());
    let back = value.clone().into_frame(version).unwrap();
    assert_eq!(body(&back, version), body(&frame, version), "the way back");
    value
}

fn object_of_a_kind(kind: ObjectParams, otype: u32) -> game::Object {
    game::Object {
        id: 1,
        otype,
        name: text("Sol"),
        desc: None,
        parent: None,
        size: Some(2),
        pos: Some(game::ObjectPos {
            x: 3,
            y: -4,
            z: i64::MIN,
        }),
        vel: Some(game::ObjectVel { x: 5, y: 6, z: 7 }),
        contains: vec![8],
        ordertypes: Some(vec![9]),
        orders: Some(10),
        modtime: 11,
        padding: Default::default(),
        parameters: Parameters::Values(vec![kind]),
    }
}

#[test]
fn objects_of_each_of_six_types() {
    let resource = game::PlanetResource {
        id: 1,
        units: 2,
        unitsminable: 3,
        unitsinaccessible: 4,
    };
    let planet = game::Planet {
        owner: Semi32::from(5),
        resources: vec![resource],
    };
    let ships = vec![game::FleetShip {
        r#type: 6,
        count: 7,
    }];
    let fleet = game::Fleet {
        owner: Semi32::NONE,
        ships,
        damage: 8,
    };
    let kinds = [
        ObjectParams::Universe(game::Universe { age: 1 }),
        ObjectParams::Galaxy(game::Galaxy::default()),
        ObjectParams::StarSystem(game::StarSystem::default()),
        ObjectParams::Planet(planet),
        ObjectParams::Fleet(fleet),
        ObjectParams::Wormhole(game::Wormhole {
            endx: -1,
            endy: 2,
            endz: 3,
        }),
    ];
    for (otype, kind) in (0..).zip(kinds) {
        let value = same(game::TP03, object_of_a_kind(kind, otype));
        assert_eq!(value.kind.as_ref().map(ObjectKind::number), Some(otype));
        let newer = (&value.desc, value.parent, value.order_queue);
        assert_eq!(newer, (&None, None, None));
        assert_eq!(value.position, Some(Vector::new(3, -4, i64::MIN)));
        assert_eq!(value.owner(), (otype == 3).then_some(5));
    }
}

fn universe() -> game::Object {
    let universe = ObjectParams::Universe(game::Universe { age: 1 });
    received(&object_of_a_kind(universe, 0), game::TP03)
}

#[test]
fn an_object_of_none_of_six_types_has_no_kind() {
    let mut frame = universe();
    frame.otype = 77;
    let value = same(game::TP03, frame);
    assert_eq!((value.otype, &value.kind), (77, &None));
}

#[test]
fn what_needs_no_description_is_not_in_newer_versions() {
    let mut unknown = universe();
    unknown.otype = 77;
    for frame in [universe(), unknown] {
        let frame = Object::from(frame).into_frame(game::TP04).unwrap();
        let refused = frame.encode_body(game::TP04, &mut BytesMut::new());
        let kind = refused.unwrap_err().kind();
        assert_eq!(kind, EncodeErrorKind::NotInVersion);
    }
}

fn described_object(values: &[ObjectParams]) -> game::Object {
    game::Object {
        id: 1,
        otype: 12,
        name: text("Sol"),
        desc: Some(text("A star")),
        parent: Some(2),
        size: None,
        pos: None,
        vel: None,
        contains: vec![3],
        ordertypes: None,
        orders: None,
        modtime: 4,
        padding: Default::default(),
        parameters: Parameters::Values(values.to_vec()),
    }
}

fn desc_of(types: &[u32]) -> ObjectDesc {
    let parameters = types
        .iter()
        .map(|r#type| ObjectDescPropertygroupParameter {
            r#type: *r#type,
            ..Default::default()
        })
        .collect();
    let group = ObjectDescPropertygroup {
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
fn object_parameters_are_decoded_by_their_description() {
    let at = Vector::new(1, 2, 3);
    let values = [
        ObjectParams::Position3d(game::ObjectParamPosition3d {
            position: at.into(),
            relative: 0,
        }),
        ObjectParams::Size(game::ObjectParamSize { size: 99 }),
        ObjectParams::OrderQueue(game::ObjectParamOrderQueue { queueid: 7 }),
        ObjectParams::Reference(game::ObjectParamReference { r#type: 7, id: 5 }),
    ];
    let mut value = same(game::TP04, described_object(&values));
    assert_eq!(
        (value.position, value.size, value.owner()),
        (None, None, None),
        "not decoded yet"
    );
    let undecoded = value.clone();

    for wrong in [&[8, 8][..], &[0, 9, 4, 6, 8], &[99]] {
        value.decode_parameters(&desc_of(wrong)).unwrap_err();
        assert_eq!(value, undecoded, "still as it was");
    }
    let other = ObjectDesc {
        id: 13,
        ..desc_of(&[0, 9, 4, 6])
    };
    value.decode_parameters(&other).unwrap_err();

    value.decode_parameters(&desc_of(&[0, 9, 4, 6])).unwrap();
    assert_eq!((value.position, value.size), (Some(at), Some(99)));
    assert_eq!((value.order_queue, value.owner()), (Some(7), Some(5)));
    assert_eq!(value.parameters.values(), values);
    let back = value.clone().into_frame(game::TP04).unwrap();
    assert_eq!(received(&back, game::TP04), described_object(&values));

    // TP03 has the same place, but needs to know what it is.
    let refused = value.clone().into_frame(game::TP03).unwrap_err();
    assert_eq!(
        Refusal::from(refused).code,
        FailCode::UNAVAILABLE_PERMANENTLY
    );
    let kind = Some(ObjectKind::StarSystem);
    let old = Object { kind, ..value }.into_frame(game::TP03).unwrap();
    let old = received(&old, game::TP03);
    assert_eq!((old.otype, old.size), (2, Some(99)));
    assert_eq!(old.pos.map(Vector::from), Some(at));
}

#[test]
fn the_universe_has_no_parent() {
    let inside = |id, parent| game::Object {
        id,
        parent: Some(parent),
        ..described_object(&[])
    };
    for parent in [0, u32::MAX] {
        let value = Object::from(inside(0, parent));
        assert_eq!(value.parent, None);
    }
    let value = same(game::TP04, inside(1, 0));
    assert_eq!(value.parent, Some(0));
    let frame = Object::default().into_frame(game::TP04).unwrap();
    assert_eq!(frame.parent, Some(0), "as real servers send it");
}

/// A type as servers describe theirs: each parameter's name and type.
fn desc_called(name: &str, parameters: &[(&str, u32)]) -> ObjectDesc {
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, r#type)| (*name, *r#type, ""))
        .collect();
    ObjectDesc::new(12, name, "").group("Place", "", &parameters)
}

#[test]
fn a_described_object_is_of_the_kind_that_its_type_is_called_by() {
    let at = |x| {
        ObjectParams::Position3d(game::ObjectParamPosition3d {
            position: Vector::new(x, 0, 0).into(),
            relative: 0,
        })
    };
    let integer = |intvalue| ObjectParams::Integer(game::ObjectParamInteger { intvalue });
    let to = |r#type, id| ObjectParams::Reference(game::ObjectParamReference { r#type, id });
    let ships = || {
        let scouts = game::ObjectParamReferenceQuantityListReference {
            r#type: 9,
            id: 2,
            number: 1,
        };
        ObjectParams::ReferenceQuantityList(game::ObjectParamReferenceQuantityList {
            references: vec![scouts],
        })
    };
    let metal = || {
        let metal = game::ObjectParamResourceListResource {
            resourceid: 1,
            stored: 2,
            minable: 3,
            unavailable: 4,
        };
        let resources = vec![metal];
        ObjectParams::ResourceList(game::ObjectParamResourceList { resources })
    };
    let fleet = |owner, damage| {
        let ships = vec![Ships {
            design: 2,
            number: 1,
        }];
        let kind = ObjectKind::Fleet {
            owner,
            ships,
            damage,
        };
        Some(kind)
    };
    let planet = ObjectKind::Planet {
        owner: Some(3),
        resources: vec![ObjectResource {
            id: 1,
            units: 2,
            unitsminable: 3,
            unitsinaccessible: 4,
        }],
    };
    let place = ("Position", 0);
    let end = ObjectKind::Wormhole {
        end: Vector::new(7, 0, 0),
    };
    // As tpserver-cpp calls them, among others.
    for (name, parameters, values, kind) in [
        (
            "Universe",
            &[place, ("Year", 8)][..],
            vec![at(0), integer(40)],
            Some(ObjectKind::Universe { age: 40 }),
        ),
        (
            "Universe",
            &[],
            vec![],
            Some(ObjectKind::Universe { age: 0 }),
        ),
        ("Galaxy", &[place], vec![at(0)], Some(ObjectKind::Galaxy)),
        ("Star System", &[], vec![], Some(ObjectKind::StarSystem)),
        ("star-system", &[], vec![], Some(ObjectKind::StarSystem)),
        (
            "Planet",
            &[("Owner", 6), ("Resource List", 5)],
            vec![to(7, 3), metal()],
            Some(planet),
        ),
        // Nobody's, as tpserver-cpp says it and as others do.
        (
            "Planet",
            &[("Owner", 6)],
            vec![to(7, 0)],
            Some(ObjectKind::planet(None)),
        ),
        (
            "Planet",
            &[("Owner", 6)],
            vec![to(0, 0)],
            Some(ObjectKind::planet(None)),
        ),
        (
            "FLEET",
            &[("Owner", 6), ("Sight", 8), ("Damage", 8), ("Ships", 7)],
            vec![to(7, 3), integer(9), integer(5), ships()],
            fleet(Some(3), 5),
        ),
        (
            "Fleet",
            &[("Sight", 8), ("Ships", 7)],
            vec![integer(9), ships()],
            fleet(None, 0),
        ),
        (
            "Wormhole",
            &[place, ("Exit", 0)],
            vec![at(1), at(7)],
            Some(end),
        ),
        // Where does it lead to?
        ("Wormhole", &[place], vec![at(1)], None),
        ("Star", &[place], vec![at(1)], None),
        ("Planetoid", &[], vec![], None),
        ("", &[], vec![], None),
    ] {
        let mut object = Object::from(described_object(&values));
        object.parameters =
            Parameters::from_bytes(game::TP04, Parameters::encode(game::TP04, &values).unwrap());
        let desc = desc_called(name, parameters);
        object.decode_parameters(&desc).unwrap();
        assert_eq!(object.kind, kind, "{name} {parameters:?}");
        // And so TP03 can be told of it.
        let frame = object.into_frame(game::TP03);
        assert_eq!(frame.is_ok(), kind.is_some());
    }
}
