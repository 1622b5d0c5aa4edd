//! Packets that come, go and take over a frame type, bases, and enumerations.

use tp_dialect_tests::versions::*;
use tp_frames::EncodeErrorKind::{Missing, NotInVersion};
use tp_frames::{
    AnyFrame, DecodeErrorKind, DecodeOptions, Enumeration, Packet, RawBytes, Reply, Version,
};

use super::{int, is, long, refused, string};

fn base() -> Base {
    Base {
        key: 1,
        more: Some(2),
        stamp: RawBytes(*b"stmp"),
        old: None,
    }
}

fn old_base() -> Base {
    Base {
        key: 1,
        more: None,
        stamp: RawBytes(*b"st\0\0"),
        old: Some(vec![BaseOld {
            s: "s".into(),
            n: 3,
        }]),
    }
}

#[test]
fn a_base_changes_under_its_packets() {
    let older = [int(1), b"st".to_vec(), int(1), string("s"), int(3)];
    let newer = [int(1), long(2), b"stmp".to_vec()];
    is(TP03, &Always::from(old_base()), &older);
    is(TP04, &Always::from(base()), &newer);
    is(TP05, &Always::from(base()), &newer);
    assert_eq!(refused(TP03, &Always::from(base())), (NotInVersion, "more"));
    assert_eq!(refused(TP04, &Always::from(old_base())), (Missing, "more"));
    // One came late, one left early: each is the base of its time.
    is(TP04, &Late::from(base()), &newer);
    is(TP03, &Early::from(old_base()), &older);
    assert_eq!(Base::from(Late::from(base())), base());
    assert_eq!(Base::from(Early::from(old_base())), old_base());
    assert_eq!(Base::from(Always::from(old_base())), old_base());
}

#[test]
fn a_packet_declares_fields_where_its_base_lost_some() {
    let older = Owner {
        key: 1,
        stamp: RawBytes(*b"st\0\0"),
        old: old_base().old,
        ..Owner::default()
    };
    let bytes = [int(1), b"st".to_vec(), int(1), string("s"), int(3)];
    is(TP03, &older, &bytes);
    let newer = Owner {
        key: 1,
        more: Some(2),
        stamp: RawBytes(*b"stmp"),
        old: None,
        own: Some(OwnerOwn::ONE),
        rows: Some(vec![OwnerRow {
            s: "r".into(),
            n: 4,
        }]),
    };
    let own = [int(1), int(1), string("r"), int(4)].concat();
    is(TP04, &newer, &[int(1), long(2), b"stmp".to_vec(), own]);
    assert_eq!(refused(TP03, &newer), (NotInVersion, "more"));
}

fn is_in<P: Packet>() -> Vec<Version> {
    let versions = VERSIONS.iter().copied();
    versions.filter(|version| P::is_in(*version)).collect()
}

#[test]
fn packets_come_and_go() {
    assert_eq!(is_in::<Always>(), [TP03, TP04, TP05]);
    assert_eq!((Always::SINCE, Always::UNTIL), (TP03, None));
    assert_eq!(is_in::<Late>(), [TP04, TP05]);
    assert_eq!((Late::SINCE, Late::UNTIL), (TP04, None));
    assert_eq!(is_in::<Early>(), [TP03]);
    assert_eq!((Early::SINCE, Early::UNTIL), (TP03, Some(TP03)));
    assert_eq!(refused(TP03, &Late::from(base())), (NotInVersion, ""));
    assert_eq!(refused(TP04, &Early::from(old_base())), (NotInVersion, ""));
    for error in [
        Late::decode(TP03, &[0; 16]).unwrap_err(),
        Early::decode(TP05, &[0; 16]).unwrap_err(),
    ] {
        assert_eq!(error.kind(), DecodeErrorKind::NotInVersion);
    }
    let options = DecodeOptions::default();
    for (version, number) in [(TP03, Late::TYPE), (TP05, Early::TYPE)] {
        let (frame, _) = Frame::decode_body(version, number, b"any", &options).unwrap();
        let unknown = Frame::Unknown {
            r#type: number,
            body: b"any".to_vec(),
        };
        assert_eq!(frame, unknown);
        let (view, _) = FrameView::view_body(version, number, b"any", &options).unwrap();
        assert_eq!(view.to_owned(), unknown);
    }
}

#[test]
fn a_frame_type_passes_to_another_packet() {
    let ghost = Ghost { boo: "boo!".into() };
    let heir = Heir { n: 4 };
    is(TP03, &ghost, &[string("boo!")]);
    is(TP04, &heir, &[int(4)]);
    is(TP05, &heir, &[int(4)]);
    assert_eq!(refused(TP04, &ghost), (NotInVersion, ""));
    assert_eq!(refused(TP03, &heir), (NotInVersion, ""));
    // The same bytes are one or the other, also as an answer.
    let options = DecodeOptions::default();
    let body = string("boo!");
    let reply = |version| WhichReply::decode_reply(version, 12, &body, &options).unwrap();
    assert_eq!(reply(TP03), Some(WhichReply::Ghost(ghost.clone())));
    assert_eq!(reply(TP05), Some(WhichReply::Heir(heir)));
    assert_eq!(WhichReply::TYPES, [12]);
    let (frame, left) = Frame::decode_body(TP03, 12, &body, &options).unwrap();
    assert_eq!((frame, left), (Frame::Ghost(ghost), &[][..]));
    let (frame, left) = Frame::decode_body(TP04, 12, &body, &options).unwrap();
    assert_eq!((frame, left), (Frame::Heir(Heir { n: 4 }), &b"boo!"[..]));
}

#[test]
fn values_change_their_names_and_numbers() {
    let names = "same after gone shifted_tp03 taken shifted reused added end 10";
    for (number, name) in (1..).zip(names.split(' ')) {
        assert_eq!(KindsKind(number).to_string(), name);
    }
    assert_eq!(KindsKind::REUSED_TP03, KindsKind::TAKEN);
    for (name, value) in [
        ("before", KindsKind::AFTER),
        ("after", KindsKind::AFTER),
        ("reused", KindsKind::REUSED),
        ("reused_tp03", KindsKind::TAKEN),
    ] {
        assert_eq!(KindsKind::from_name(name), Some(value));
        let json = format!("\"{name}\"");
        assert_eq!(serde_json::from_str::<KindsKind>(&json).unwrap(), value);
    }
    let bits = KindsBits::UNO | KindsBits::FOUR;
    assert_eq!(bits.to_string(), "uno | four");
    let json = serde_json::to_value(bits).unwrap();
    assert_eq!(json, serde_json::json!(["uno", "four"]));
    let older: KindsBits = serde_json::from_str(r#"["one", "four"]"#).unwrap();
    assert_eq!(older, bits);
    assert_eq!(KindsEach::NONE.to_string(), "none");
}

#[test]
fn values_travel_in_every_version() {
    let kinds = Kinds {
        kind: KindsKind::TAKEN,
        bits: KindsBits::UNO | KindsBits::TWO,
        each: vec![KindsEach::NONE, KindsEach::THREE],
        named: KindsNamed::ONE,
        nameless: 1,
    };
    let each = [int(2), int(u32::MAX), int(3)].concat();
    let bytes = [int(5), vec![3], each, int(1), vec![1]];
    for version in VERSIONS {
        is(*version, &kinds, &bytes);
    }
}
