//! Orders.

use bytes::BytesMut;
use tp_frames::{EncodeErrorKind, Packet, Parameters, Semi32, Version, game};

use super::super::*;
use super::{body, received};

/// A frame, as the peer gets it → the model → the same body.
fn same(version: Version, frame: &game::Order) -> Order {
    let frame = received(frame, version);
    let value = Order::from_frame(frame.clone(), version);
    let back = value.clone().into_frame(version).unwrap();
    assert_eq!(body(&back, version), body(&frame, version), "the way back");
    value
}

fn desc_of(r#type: u32) -> OrderDesc {
    let parameter = OrderDescParameter {
        r#type,
        ..Default::default()
    };
    OrderDesc {
        id: 1000,
        parameters: vec![parameter],
        ..Default::default()
    }
}

/// One parameter of each type of TP03, in the order of the types.
fn of_every_older_type() -> Vec<OrderParams> {
    let possible = game::OrderParamListPossibleselection {
        id: 1,
        name: "a".into(),
        maxnum: 2,
    };
    vec![
        OrderParams::AbsSpaceCoords(game::OrderParamAbsSpaceCoords {
            pos: game::OrderParamAbsSpaceCoordsPos { x: 1, y: -2, z: 3 },
        }),
        OrderParams::Time(game::OrderParamTime {
            turns: 1,
            maxtime: -2,
        }),
        OrderParams::Object(game::OrderParamObject {
            objectid: 1,
            validtypes: None,
        }),
        OrderParams::Player(game::OrderParamPlayer {
            playerid: 1,
            mask: game::OrderParamPlayerMask(0x42),
        }),
        OrderParams::RelSpaceCoords(game::OrderParamRelSpaceCoords {
            objectid: 1,
            relpos: game::OrderParamRelSpaceCoordsRelpos { x: 2, y: 3, z: -4 },
        }),
        OrderParams::Range(game::OrderParamRange {
            value: 1,
            minvalue: -2,
            maxvalue: 3,
            increment: 4,
        }),
        OrderParams::List(game::OrderParamList {
            possibleselections: vec![possible],
            selection: vec![game::OrderParamListSelection { id: 3, number: 4 }],
        }),
        OrderParams::String(game::OrderParamString {
            maxlength: 1,
            string: "text".into(),
        }),
        OrderParams::Reference(game::OrderParamReference {
            reference: 1,
            allowed: vec![2],
        }),
        OrderParams::ReferenceList(game::OrderParamReferenceList {
            references: vec![1, 2],
            allowed: vec![3],
        }),
    ]
}

/// One parameter of each type that only TP04 has, with 4 of 3 selected.
fn newer_only() -> [(u32, OrderParams); 2] {
    [
        (
            10,
            OrderParams::ResourceList(game::OrderParamResourceList {
                allowed: vec![game::OrderParamResourceListAllowed {
                    resourcetype: 3,
                    max: 9,
                }],
                maxmass: 1,
                maxvolume: 2,
                selected: vec![game::OrderParamResourceListSelected {
                    resourcetype: 3,
                    quantity: 4,
                }],
            }),
        ),
        (
            11,
            OrderParams::GenericReferenceQuantityList(
                game::OrderParamGenericReferenceQuantityList {
                    possibles: vec![game::OrderParamGenericReferenceQuantityListPossible {
                        optionid: 3,
                        ..Default::default()
                    }],
                    selection: vec![game::OrderParamGenericReferenceQuantityListSelection {
                        id: 3,
                        number: 4,
                    }],
                    ..Default::default()
                },
            ),
        ),
    ]
}

#[test]
fn every_order_parameter_in_both_versions() {
    for (r#type, old) in (0..).zip(of_every_older_type()) {
        let order = game::Order {
            id: 5,
            slot: Semi32::NONE,
            otype: 1000,
            turns: 2,
            resources: vec![OrderResource { id: 3, amount: 4 }],
            parameters: Parameters::Values(vec![old]),
        };
        let mut value = same(game::TP03, &order);
        assert_eq!((value.object, value.queue), (Some(5), None));
        let undecoded = Order {
            queue: Some(6),
            ..value.clone()
        };
        let undecoded = undecoded.into_frame(game::TP04).unwrap();
        let refused = undecoded.encode_body(game::TP04, &mut BytesMut::new());
        assert_eq!(
            refused.unwrap_err().kind(),
            EncodeErrorKind::NotInVersion,
            "not decoded"
        );
        value
            .clone()
            .into_frame(game::TP04)
            .expect_err("without a queue");
        let desc = desc_of(r#type);
        value.decode_parameters(&desc).unwrap();
        let back = value.clone().into_frame(game::TP03).unwrap();
        assert_eq!(
            body(&back, game::TP03),
            body(&order, game::TP03),
            "type {type}"
        );

        value.queue = Some(6);
        let new = value.clone().into_frame(game::TP04).unwrap();
        let mut again = same(game::TP04, &new);
        assert_eq!((again.object, again.queue), (None, Some(6)));
        again.decode_parameters(&desc).unwrap();
        // There the list of valid types is always there.
        value.set_valid_types(true);
        assert_eq!(again.parameters, value.parameters, "type {type}");
    }
}

#[test]
fn lists_stand_in_for_newer_parameters() {
    for (r#type, selected) in newer_only() {
        let order = Order {
            object: Some(1),
            otype: 1000,
            parameters: Parameters::Values(vec![selected]),
            ..Default::default()
        };
        let frame = received(&order.into_frame(game::TP03).unwrap(), game::TP03);
        let decoded = frame.parameters.decode([6].into_iter());
        let [OrderParams::List(list)] = decoded.values.as_slice() else {
            panic!("{decoded:?} is no list");
        };
        assert_eq!(list.possibleselections.len(), 1);
        assert_eq!(
            list.selection,
            [game::OrderParamListSelection { id: 3, number: 4 }]
        );

        // A client answers with such a list.
        let mut back = Order::from_frame(frame, game::TP03);
        back.decode_parameters(&desc_of(r#type)).unwrap();
        assert_eq!(back.parameters.values().len(), 1);
        let chosen = match &back.parameters.values()[0] {
            OrderParams::ResourceList(list) => list
                .selected
                .iter()
                .map(|it| (it.resourcetype, it.quantity))
                .collect::<Vec<_>>(),
            OrderParams::GenericReferenceQuantityList(list) => {
                list.selection.iter().map(|it| (it.id, it.number)).collect()
            }
            other => panic!("{other:?} is of another type than {type}"),
        };
        assert_eq!(chosen, [(3, 4)]);
    }
}
