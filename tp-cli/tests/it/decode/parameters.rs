//! Parameters: read by the descriptions that came before.

use serde_json::{Value, json};
use tp_frames::{Packet, ParameterSet, Parameters, Semi32, Version, admin, game};

use super::capture::Capture;
use super::{Run, decode};

fn tail<S: ParameterSet>(version: Version, values: &[S]) -> Parameters<S> {
    Parameters::from_bytes(version, Parameters::encode(version, values).unwrap())
}

fn json_of(capture: &Capture) -> Run {
    decode(&["--format", "json"], capture)
}

/// The parameters of each frame named `name`, and the note beside them.
fn notes(run: &Run, name: &str) -> Vec<Value> {
    let lines = run.json();
    let frames = lines.iter().filter(|line| line["name"] == name);
    frames
        .map(|line| {
            json!([
                line["fields"]["parameters"],
                line["fields"]["parameters_note"]
            ])
        })
        .collect()
}

/// TP03, order type 5: one parameter of type `type`.
fn order_desc(r#type: u32) -> game::OrderDesc {
    let name = "target".into();
    let parameters = vec![game::OrderDescParameter {
        name,
        r#type,
        description: "where to".into(),
    }];
    game::OrderDesc {
        id: 5,
        name: "Move".into(),
        parameters,
        ..Default::default()
    }
}

fn order(bytes: &[u8]) -> game::Order {
    let parameters = Parameters::from_bytes(game::TP03, bytes.to_vec());
    game::Order {
        id: 1,
        slot: Semi32::NONE,
        otype: 5,
        parameters,
        ..Default::default()
    }
}

#[test]
fn objects_of_tp04_follow_their_description() {
    let parameter = |name: &str, r#type| game::ObjectDescPropertygroupParameter {
        name: name.into(),
        r#type,
        ..Default::default()
    };
    let group = |parameters| game::ObjectDescPropertygroup {
        parameters,
        ..Default::default()
    };
    let desc = game::ObjectDesc {
        id: 3,
        propertygroups: vec![
            group(vec![parameter("Where", 0)]),
            group(vec![]),
            group(vec![parameter("Icon", 10), parameter("\u{1b}Turn", 8)]),
        ],
        ..Default::default()
    };
    let position = game::ObjectParamPosition3dPosition { x: 1, y: 2, z: -3 };
    let values = [
        game::ObjectParams::Position3d(game::ObjectParamPosition3d {
            position,
            relative: 7,
        }),
        game::ObjectParams::Media(game::ObjectParamMedia {
            url: "sun.png".into(),
        }),
        game::ObjectParams::Integer(game::ObjectParamInteger { intvalue: 4 }),
    ];
    let object = game::Object {
        otype: 3,
        desc: Some("".into()),
        parent: Some(0),
        parameters: tail(game::TP04, &values),
        ..Default::default()
    };
    let modify = game::ModifyObject::from(object.clone());
    let capture = Capture::new(game::TP04)
        .received(1, &desc)
        .received(2, &object)
        .sent(3, &modify);

    let run = json_of(&capture);
    let decoded = json!([[
        {"Position3d": {"position": {"x": 1, "y": 2, "z": -3}, "relative": 7}},
        {"Media": {"url": "sun.png"}},
        {"Integer": {"intvalue": 4}},
    ], null]);
    assert_eq!(notes(&run, "Object"), std::slice::from_ref(&decoded));
    assert_eq!(notes(&run, "ModifyObject"), [decoded]);
    run.assert_fine("frames 3 decoded 3 unknown 0 failed 0 trailing 0 reencoded 3");

    let text = decode(&[], &capture).stdout;
    let want = r#"
  parameters: 3 entries
    - "Where" Position3d { position: { x: 1, y: 2, z: -3 }, relative: 7 }
    - "Icon" Media { url: "sun.png" }
    - "\u{1b}Turn" Integer { intvalue: 4 }
"#;
    assert!(text.contains(want), "{text}");
}

#[test]
fn objects_of_tp03_need_no_description() {
    let planet = game::ObjectParams::Planet(game::Planet {
        owner: Semi32::NONE,
        resources: vec![game::PlanetResource {
            id: 1,
            units: 2,
            ..Default::default()
        }],
    });
    let object = game::Object {
        otype: 3,
        size: Some(0),
        pos: Some(game::ObjectPos::default()),
        vel: Some(game::ObjectVel::default()),
        ordertypes: Some(vec![]),
        orders: Some(0),
        parameters: tail(game::TP03, &[planet]),
        ..Default::default()
    };
    let stranger = game::Object {
        otype: 9,
        ..object.clone()
    };
    let bytes = object.parameters.as_bytes().unwrap();
    let cut = game::Object {
        parameters: Parameters::from_bytes(game::TP03, bytes[..5].to_vec()),
        ..object.clone()
    };
    let capture = Capture::new(game::TP03)
        .received(1, &object)
        .received(2, &stranger)
        .received(3, &cut);
    let run = json_of(&capture);
    let resource = json!({"id": 1, "units": 2, "unitsminable": 0, "unitsinaccessible": 0});
    let want = [
        json!([[{"Planet": {"owner": -1, "resources": [resource]}}], null]),
        json!([
            "TP03:ffffffff0000000100000001000000020000000000000000",
            "object type 9 does not fit: parameter 0 is of unknown type 9",
        ]),
        json!([
            "TP03:ffffffff00",
            "object type 3 does not fit: parameter 0 of type 3: Planet.resources at byte 4: \
             the frame ends too early, 4 bytes wanted and 1 left",
        ]),
    ];
    assert_eq!(notes(&run, "Object"), want);
    run.assert_fine("frames 3 decoded 3 unknown 0 failed 0 trailing 0 reencoded 3");
}

#[test]
fn the_object_parameter_of_tp03_comes_in_two_shapes() {
    let schema = [0, 0, 0, 7];
    let server = [0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 4];
    let run = json_of(
        &Capture::new(game::TP03)
            .received(1, &order_desc(2))
            .received(2, &order(&schema))
            .received(3, &order(&server))
            .sent(4, &game::OrderInsert::from(order(&server)))
            .sent(5, &game::OrderProbe::from(order(&schema))),
    );
    let short = json!([[{"Object": {"objectid": 7}}], null]);
    let long = json!([[{"Object": {"objectid": 7, "validtypes": [4]}}], null]);
    assert_eq!(notes(&run, "Order"), [short.clone(), long.clone()]);
    assert_eq!(notes(&run, "OrderInsert"), [long]);
    assert_eq!(notes(&run, "OrderProbe"), [short]);
    run.assert_fine("frames 5 decoded 5 unknown 0 failed 0 trailing 0 reencoded 5");
}

#[test]
fn without_a_description_that_fits_the_bytes_stay() {
    let time = [0, 0, 0, 3, 0, 0, 0, 9];
    let longer = [0, 0, 0, 3, 0, 0, 0, 9, 1, 2];
    let capture = Capture::new(game::TP03)
        .received(1, &order(&time))
        .received(2, &order_desc(1))
        .received(3, &order(&time))
        .received(4, &order(&longer))
        .received(5, &order(&time[..6]))
        .received(6, &order(&[]))
        .received(7, &order_desc(77))
        .received(8, &order(&time));
    let run = json_of(&capture);
    let want = [
        json!([
            "TP03:0000000300000009",
            "no OrderDesc 5 earlier in the capture"
        ]),
        json!([[{"Time": {"turns": 3, "maxtime": 9}}], null]),
        json!([
            "TP03:00000003000000090102",
            "OrderDesc 5 does not fit: 2 bytes follow the last parameter",
        ]),
        json!([
            "TP03:000000030000",
            "OrderDesc 5 does not fit: parameter 0 of type 1: orderParamTime.maxtime at byte 4: \
             the frame ends too early, 4 bytes wanted and 2 left",
        ]),
        json!([
            "TP03:",
            "OrderDesc 5 does not fit: parameter 0 of type 1: orderParamTime.turns at byte 0: \
             the frame ends too early, 4 bytes wanted and 0 left",
        ]),
        json!([
            "TP03:0000000300000009",
            "OrderDesc 5 does not fit: parameter 0 is of unknown type 77"
        ]),
    ];
    assert_eq!(notes(&run, "Order"), want);
    run.assert_fine("frames 8 decoded 8 unknown 0 failed 0 trailing 0 reencoded 8");

    let text = decode(&[], &capture);
    for wanted in [
        "  parameters: 0000000300000009 (no OrderDesc 5 earlier in the capture)\n",
        "  parameters: no bytes (OrderDesc 5 does not fit: parameter 0 of type 1: ",
        "    - \"target\" Time { turns: 3, maxtime: 9 }\n",
    ] {
        assert!(
            text.stdout.contains(wanted),
            "{wanted} is missing from\n{}",
            text.stdout
        );
    }
}

#[test]
fn protocols_do_not_share_descriptions() {
    let parameters = Parameters::from_bytes(game::TP04, vec![0; 8]);
    let order = game::Order {
        otype: 5,
        parameters,
        ..Default::default()
    };
    let mut desc = game::OrderDesc {
        id: 5,
        ..Default::default()
    };
    desc.parameters.push(game::OrderDescParameter {
        r#type: 1,
        ..Default::default()
    });
    let run = json_of(
        &Capture::new(game::TP03)
            .received(1, &order_desc(1))
            .speaking(game::TP04)
            .received(2, &order)
            .received(3, &desc)
            .received(4, &order),
    );
    let want = [
        json!([
            "TP04:0000000000000000",
            "no OrderDesc 5 earlier in the capture"
        ]),
        json!([[{"Time": {"turns": 0, "maxtime": 0}}], null]),
    ];
    assert_eq!(notes(&run, "Order"), want);
}

#[test]
fn commands_follow_their_description() {
    let parameters = vec![admin::CommandDescParameter {
        name: "id".into(),
        r#type: 1,
        ..Default::default()
    }];
    let desc = admin::CommandDesc {
        id: 21,
        parameters,
        ..Default::default()
    };
    let value = admin::CommandParams::Integer(admin::CommandParamInteger { intvalue: 6 });
    let command = admin::Command {
        ctype: 21,
        parameters: tail(admin::VERSION, &[value]),
    };
    let other = admin::Command {
        ctype: 22,
        ..command.clone()
    };
    let capture = Capture::new(admin::VERSION)
        .received(1, &desc)
        .sent(2, &command)
        .sent(3, &other);
    let run = json_of(&capture);
    let want = [
        json!([[{"Integer": {"intvalue": 6}}], null]),
        json!(["TP04:00000006", "no CommandDesc 22 earlier in the capture"]),
    ];
    assert_eq!(notes(&run, "Command"), want);
    assert_eq!(run.json()[1]["type"], admin::Command::TYPE);
    run.assert_fine("frames 3 decoded 3 unknown 0 failed 0 trailing 0 reencoded 3");
}

#[test]
fn masks_are_shown_by_the_names_of_their_bits() {
    let bits = game::OrderParamPlayerMask(0x41);
    let values = [game::OrderParams::Player(game::OrderParamPlayer {
        playerid: 1,
        mask: bits,
    })];
    let bytes = Parameters::encode(game::TP03, &values).unwrap();
    let capture = Capture::new(game::TP03)
        .received(1, &order_desc(3))
        .received(2, &order(&bytes));
    let text = decode(&[], &capture).stdout;
    let want = "- \"target\" Player { playerid: 1, mask: allies | 0x40 (0x41) }\n";
    assert!(text.contains(want), "{text}");
    let want = [json!([[{"Player": {"playerid": 1, "mask": ["allies", 64]}}], null])];
    assert_eq!(notes(&json_of(&capture), "Order"), want);
}
