//! What a person sees.

use tp_frames::{Semi32, TpString, game};

use super::capture::Capture;
use super::decode;
use crate::program::tp;

#[test]
fn every_kind_of_field_has_its_form() {
    let capture = Capture::new(game::TP04)
        .sent(
            1,
            &game::Connect {
                string: "tester".into(),
            },
        )
        .received(
            1,
            &game::Okay {
                result: "Welcome".into(),
            },
        )
        .sent(2, &game::GetFeatures {})
        .received(
            2,
            &game::Features {
                features: vec![game::FeaturesFeature::KEEP_ALIVE, game::FeaturesFeature(77)],
            },
        )
        .received(
            3,
            &game::Fail {
                code: game::FailCode::NO_SUCH_THING,
                result: "no".into(),
                references: Some(vec![game::FailReference { r#type: 3, id: 9 }]),
            },
        )
        .received(
            4,
            &game::Category {
                id: Semi32::NONE,
                modtime: 12,
                name: "ships".into(),
                ..Default::default()
            },
        );
    let run = decode(&[], &capture);
    let want = r#"C→S TP04 Connect (3) sequence 1
  string: "tester"
S→C TP04 Okay (0) sequence 1
  result: "Welcome"
C→S TP04 GetFeatures (25) sequence 2
S→C TP04 Features (26) sequence 2
  features: [KeepAlive (5), 77]
S→C TP04 Fail (1) sequence 3
  code: NoSuchThing (4)
  result: "no"
  references: [{ type: 3, id: 9 }]
S→C TP04 Category (42) sequence 4
  id: -1
  modtime: 12
  name: "ships"
  description: ""
"#;
    assert_eq!(run.shown(), want);
    run.assert_fine("frames 6 decoded 6 unknown 0 failed 0 trailing 0 reencoded 6");
}

#[test]
fn strings_cannot_disturb_the_terminal() {
    let okay = |bytes: &[u8]| game::Okay {
        result: TpString::from_bytes(bytes.to_vec()),
    };
    let capture = Capture::new(game::TP04)
        .received(1, &okay(b"\x1b[2J\r\n\x07\"\\"))
        .received(2, &okay("\u{9b}31m \u{202e} é 星".as_bytes()))
        .received(3, &okay(b"Caf\xe9"))
        .received(4, &okay(b"Sol\0"));
    let run = decode(&[], &capture);
    let strings: Vec<&str> = run
        .shown()
        .lines()
        .filter_map(|line| line.strip_prefix("  result: "))
        .collect();
    let want = [
        r#""\u{1b}[2J\r\n\u{7}\"\\""#,
        r#""\u{9b}31m \u{202e} é 星""#,
        r#""Caf\xe9""#,
        r#""Sol\0""#,
    ];
    assert_eq!(strings, want);
    run.assert_fine("frames 4 decoded 4 unknown 0 failed 0 trailing 0 reencoded 4");
}

#[test]
fn every_script_is_shown_as_written() {
    let texts = [
        "हिन्दी",
        "ภาษาไทย",
        "العَرَبِيَّة",
        "עִבְרִית",
        "cafe\u{301}",
        "می\u{200c}خواهم",
        "日本語\u{3000}星",
        "👩\u{200d}🚀 ❤\u{fe0f}",
    ];
    let parameter = |name: &str| game::OrderDescParameter {
        name: name.into(),
        r#type: 1,
        description: name.into(),
    };
    let desc = game::OrderDesc {
        parameters: texts.map(parameter).to_vec(),
        ..Default::default()
    };
    let order = game::Order {
        parameters: tp_frames::Parameters::from_bytes(game::TP04, vec![0; 8 * texts.len()]),
        ..Default::default()
    };
    let capture = Capture::new(game::TP04)
        .received(0, &desc)
        .received(0, &order);
    let run = decode(&[], &capture);
    for text in texts {
        let quoted = format!("\"{text}\"");
        // A name and a description, and the name in front of the order's parameter.
        assert_eq!(run.shown().matches(&quoted).count(), 3, "{}", run.shown());
    }
    assert!(!run.shown().contains('\\'), "{}", run.shown());
}

#[test]
fn lines_are_as_long_as_terminals_show_them() {
    let group = |id, description: &str| game::ObjectDescPropertygroup {
        propertygroupid: id,
        groupname: "g".into(),
        groupdescription: description.into(),
        parameters: vec![],
    };
    let combining = "e\u{301}".repeat(10);
    let wide = "星".repeat(10);
    let desc = game::ObjectDesc {
        propertygroups: vec![group(1, &combining), group(2, &wide)],
        ..Default::default()
    };
    let run = decode(&[], &Capture::new(game::TP04).received(0, &desc));
    // 96 characters in 86 columns fit, 86 in 96 do not.
    let want = format!(
        "  propertygroups: 2 entries
    - {{ propertygroupid: 1, groupname: \"g\", groupdescription: \"{combining}\", parameters: [] }}
    - propertygroupid: 2
      groupname: \"g\"
      groupdescription: \"{wide}\"
      parameters: []
"
    );
    assert!(run.shown().ends_with(&want), "{}", run.shown());
}

#[test]
fn long_lists_are_broken_and_nested_ones_are_trees() {
    let object = game::Object {
        name: "Sol".into(),
        contains: (1000..1030).collect(),
        size: Some(0),
        pos: Some(game::ObjectPos { x: 1, y: -2, z: 3 }),
        vel: Some(game::ObjectVel::default()),
        ordertypes: Some(vec![]),
        orders: Some(0),
        otype: 2,
        ..Default::default()
    };
    let parameter = |name: &str| game::ObjectDescPropertygroupParameter {
        name: name.into(),
        r#type: 8,
        description: "something that takes so many words that one line is not enough".into(),
    };
    let group = |id, parameters| game::ObjectDescPropertygroup {
        propertygroupid: id,
        groupname: "g".into(),
        groupdescription: "".into(),
        parameters,
    };
    let desc = game::ObjectDesc {
        propertygroups: vec![
            group(1, vec![parameter("a"), parameter("b")]),
            group(2, vec![]),
        ],
        ..Default::default()
    };
    let capture = Capture::new(game::TP03)
        .received(0, &object)
        .speaking(game::TP04)
        .received(0, &desc);
    let run = decode(&[], &capture);
    let want = r#"S→C TP03 Object (7) sequence 0
  id: 0
  otype: 2
  name: "Sol"
  size: 0
  pos: { x: 1, y: -2, z: 3 }
  vel: { x: 0, y: 0, z: 0 }
  contains: 30 entries
    1000 1001 1002 1003 1004 1005 1006 1007 1008 1009 1010 1011 1012 1013 1014 1015 1016 1017 1018
    1019 1020 1021 1022 1023 1024 1025 1026 1027 1028 1029
  ordertypes: []
  orders: 0
  modtime: 0
  padding: 00000000000000000000000000000000
  parameters: 1 entry
    - StarSystem {}
S→C TP04 ObjectDesc (68) sequence 0
  id: 0
  name: ""
  description: ""
  modtime: 0
  propertygroups: 2 entries
    - propertygroupid: 1
      groupname: "g"
      groupdescription: ""
      parameters: 2 entries
        - name: "a"
          type: 8
          description: "something that takes so many words that one line is not enough"
        - name: "b"
          type: 8
          description: "something that takes so many words that one line is not enough"
    - { propertygroupid: 2, groupname: "g", groupdescription: "", parameters: [] }
"#;
    assert_eq!(run.shown(), want);
}

#[test]
fn trailing_bytes_and_unknown_frames_are_shown() {
    let capture = Capture::new(game::TP04)
        .packet("S>C", 5, &game::Sequence { number: 2 }, &[0xca, 0xfe])
        .frame("S>C", game::TP04, 6, 99, b"\x01\x02")
        .frame("S>C", game::TP04, 7, 98, b"");
    let run = decode(&[], &capture);
    let want = "S→C TP04 Sequence (2) sequence 5
  number: 2
  trailing: cafe (2 bytes behind the last field)
S→C TP04 Unknown (99) sequence 6
  type: 99
  body: 0102
S→C TP04 Unknown (98) sequence 7
  type: 98
  body: \"\"
";
    assert_eq!(run.shown(), want);
    run.assert_fine("frames 3 decoded 1 unknown 2 failed 0 trailing 1 reencoded 3");
}

#[test]
fn help_tells_a_stranger_what_to_type() {
    let help = tp(&["decode", "--help"]).fine();
    for wanted in [
        "C>S HEX",
        "tp decode capture.txt",
        "Exit status",
        "frames N decoded N",
    ] {
        assert!(help.contains(wanted), "{wanted} is missing from\n{help}");
    }
    let example = help
        .lines()
        .find(|line| line.contains("| tp decode -"))
        .unwrap();
    let line = example.split('\'').nth(1).unwrap();
    decode(&[], &Capture::new(game::TP04).line(line))
        .assert_fine("frames 1 decoded 1 unknown 0 failed 0 trailing 0 reencoded 1");
}
