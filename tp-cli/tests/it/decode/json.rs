//! What a program gets.

use serde_json::{Value, json};
use tp_frames::{Semi32, TpString, Version, admin, game};

use super::capture::Capture;
use super::decode;

const JSON: &[&str] = &["--format", "json"];

#[test]
fn a_line_has_its_keys_in_order() {
    let fail = game::Fail {
        code: game::FailCode(99),
        result: "no".into(),
        references: None,
    };
    let run = decode(
        JSON,
        &Capture::new(game::TP03).packet("S>C", 7, &fail, &[1, 2]),
    );
    let want = r#"{"direction":"S>C","protocol":"TP03","type":1,"name":"Fail","sequence":7,"#
        .to_owned()
        + r#""fields":{"code":99,"result":"no"},"trailing":"0102"}"#
        + "\n";
    assert_eq!(run.shown(), want);
    run.assert_fine("frames 1 decoded 1 unknown 0 failed 0 trailing 1 reencoded 1");
}

#[test]
fn counts_and_complaints_are_no_lines_of_json() {
    let capture = Capture::new(game::TP04)
        .sent(1, &game::Ping {})
        .line("oops");
    let run = decode(JSON, &capture);
    assert_eq!(run.stdout.lines().count(), 1);
    assert_eq!(run.json()[0]["name"], "Ping");
    let want = "stdin:2: not a frame: the line starts with neither C>S nor S>C\n\
                frames 2 decoded 1 unknown 0 failed 1 trailing 0 reencoded 1\n";
    assert_eq!((&*run.stderr, run.code), (want, Some(1)));
}

#[test]
fn each_protocol_has_its_name() {
    let log = admin::LogMessage {
        timestamp: 1,
        level: admin::LogMessageLevel::WARNING,
        message: "hot".into(),
    };
    let run = decode(
        JSON,
        &Capture::new(game::TP03)
            .sent(1, &game::Ping {})
            .speaking(game::TP04)
            .sent(2, &game::Ping {})
            .speaking(admin::VERSION)
            .received(0, &log)
            .frame("C>S", game::TP03, 3, 1002, &[0; 4])
            .frame("C>S", Version::from_bytes([4, 9]), 4, 27, &[])
            .frame("C>S", Version::from_bytes(*b"04"), 5, 27, &[]),
    );
    let told: Vec<Value> = run
        .json()
        .iter()
        .map(|line| {
            json!([
                line["direction"],
                line["protocol"],
                line["name"],
                line["fields"]
            ])
        })
        .collect();
    let want = [
        json!(["C>S", "TP03", "Ping", {}]),
        json!(["C>S", "TP04", "Ping", {}]),
        json!(["S>C", "admin", "LogMessage", {"timestamp": 1, "level": "warning", "message": "hot"}]),
        json!(["C>S", "admin", "GetCommandDesc", {"ids": []}]),
        json!(["C>S", "TP04", "Ping", {}]),
        json!(["C>S", "TP04", "Ping", {}]),
    ];
    assert_eq!(told, want);
    run.assert_fine("frames 6 decoded 6 unknown 0 failed 0 trailing 0 reencoded 6");
}

#[test]
fn the_protocol_can_be_forced() {
    // A Fail of TP03 ends before the references that TP04 and administration have.
    let capture = Capture::new(game::TP04)
        .received(
            1,
            &game::Fail {
                references: Some(vec![]),
                ..Default::default()
            },
        )
        .frame("S>C", Version::from_bytes([9, 9]), 2, 2, &[0, 0, 0, 5]);
    for (choice, name, trailing) in [
        ("tp03", "TP03", "00000000"),
        ("tp04", "TP04", ""),
        ("admin", "admin", ""),
    ] {
        let run = decode(&["--format", "json", "--protocol", choice], &capture);
        let [fail, sequence] = &run.json()[..] else {
            panic!("{run:?}")
        };
        assert_eq!(
            (&fail["protocol"], &fail["trailing"]),
            (&json!(name), &json!(trailing))
        );
        assert_eq!(sequence["fields"], json!({"number": 5}));
        assert_eq!((run.notes(), run.code), ("", Some(0)));
    }
}

#[test]
fn odd_strings_lose_nothing() {
    let player = |name: &[u8]| game::Player {
        id: 1,
        name: TpString::from_bytes(name.to_vec()),
        ..Default::default()
    };
    let run = decode(
        JSON,
        &Capture::new(game::TP04)
            .received(1, &player(b"Caf\xe9"))
            .received(2, &player(b"Sol\0"))
            .received(3, &player("é\u{1b}\"".as_bytes())),
    );
    let names: Vec<Value> = run
        .json()
        .iter()
        .map(|line| line["fields"]["name"].clone())
        .collect();
    assert_eq!(
        names,
        [
            json!({"hex": "436166e9"}),
            json!({"hex": "536f6c00"}),
            json!("é\u{1b}\"")
        ]
    );
    assert!(!run.stdout.contains('\u{1b}'));
    run.assert_fine("frames 3 decoded 3 unknown 0 failed 0 trailing 0 reencoded 3");
}

#[test]
fn fields_that_servers_append_or_leave_out_are_there_or_not() {
    let player = game::Player {
        id: 4,
        name: "ada".into(),
        ..Default::default()
    };
    let mut newer = player.clone();
    newer.modtime = Some(u64::MAX);
    // A reply by position lacks `from`; another reply has it.
    let mut ids = game::ObjectIDs {
        key: Semi32::NONE,
        remaining: 0.into(),
        modtimes: vec![game::IDSequenceModtime { id: 3, modtime: 8 }],
        ..Default::default()
    };
    let without = ids.clone();
    ids.from = Some(tp_frames::Semi64::NONE);
    let run = decode(
        JSON,
        &Capture::new(game::TP03)
            .received(1, &player)
            .received(2, &newer)
            .speaking(game::TP04)
            .received(3, &without)
            .received(4, &ids)
            .packet("S>C", 5, &without, &[1, 2, 3]),
    );
    let fields: Vec<Value> = run
        .json()
        .iter()
        .map(|line| line["fields"].clone())
        .collect();
    let listed = json!([{"id": 3, "modtime": 8}]);
    let want = [
        json!({"id": 4, "name": "ada", "race": ""}),
        json!({"id": 4, "name": "ada", "race": "", "modtime": u64::MAX}),
        json!({"key": -1, "remaining": 0, "modtimes": listed}),
        json!({"key": -1, "remaining": 0, "modtimes": listed, "from": -1}),
        json!({"key": -1, "remaining": 0, "modtimes": listed}),
    ];
    assert_eq!(fields, want);
    assert_eq!(run.json()[4]["trailing"], "010203");
    run.assert_fine("frames 5 decoded 5 unknown 0 failed 0 trailing 1 reencoded 5");
}

#[test]
fn unknown_frames_keep_their_body() {
    let run = decode(
        JSON,
        &Capture::new(game::TP04).frame("C>S", game::TP03, 8, 200, b"\xab\xcd"),
    );
    let want = json!([{
        "direction": "C>S", "protocol": "TP03", "type": 200, "name": "Unknown", "sequence": 8,
        "fields": {"type": 200, "body": "abcd"}, "trailing": "",
    }]);
    assert_eq!(Value::from(run.json()), want);
    run.assert_fine("frames 1 decoded 0 unknown 1 failed 0 trailing 0 reencoded 1");
}
