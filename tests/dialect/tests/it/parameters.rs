//! Parameters and their descriptions from version to version.

use tp_dialect_tests::versions::*;
use tp_frames::EncodeErrorKind::{Missing, NotInVersion};
use tp_frames::{Encode, Packet, Parameters, Semi32, Version};

use super::{Change, int, is, refused, string, unknown_type};

fn small() -> KnobGrown {
    KnobGrown {
        value: 1,
        label: "l".into(),
        ..KnobGrown::default()
    }
}

fn grown() -> KnobGrown {
    KnobGrown {
        step: Some(2),
        unit: Some("u".into()),
        marks: Some(vec![3]),
        span: Some(KnobGrownSpan {
            from: "f".into(),
            to: "t".into(),
        }),
        who: 4.into(),
        ..small()
    }
}

fn latter() -> Knobs {
    Knobs::Latter(KnobLatter { latter: 6 })
}

fn firm() -> Knobs {
    Knobs::Firm(KnobFirm {
        n: 7,
        types: Some(vec![8]),
    })
}

/// The values of every parameter that a version has, and their bytes.
fn values(version: Version) -> (Vec<Knobs>, Vec<u32>, Vec<u8>) {
    let common = [int(6), int(7), int(1), int(8)].concat();
    if version == TP03 {
        let gone = Knobs::Gone(KnobGone { n: 5 });
        let values = vec![Knobs::Grown(small()), gone, latter(), firm()];
        let bytes = [int(1), string("l"), int(5), common];
        return (values, vec![1, 2, 5, 4], bytes.concat());
    }
    let new = Knobs::New(KnobNew { s: "new".into() });
    let values = vec![Knobs::Grown(grown()), new, latter(), firm()];
    let bytes = [
        [int(1), int(2), string("u"), int(1), int(3)].concat(),
        [string("f"), string("t"), int(4), string("l")].concat(),
        string("new"),
        common,
    ];
    (values, vec![1, 3, 5, 4], bytes.concat())
}

#[test]
fn every_parameter_type_has_a_constant() {
    let types = [Knobs::GROWN, Knobs::GONE, Knobs::NEW, Knobs::LATTER];
    assert_eq!((types, Knobs::FIRM), ([1, 2, 3, 5], 4));
}

#[test]
fn parameters_grow_come_and_go() {
    for version in VERSIONS {
        let (values, types, bytes) = values(*version);
        let encoded = Parameters::encode(*version, &values).unwrap();
        assert_eq!(encoded, bytes, "{version}");
        let lengths = values.iter().map(|value| value.encoded_len(*version));
        assert_eq!(lengths.sum::<usize>(), bytes.len());
        let parameters = Parameters::<Knobs>::from_bytes(*version, bytes.clone());
        let decoded = parameters.decode(types.iter().copied());
        assert!(decoded.is_exact(), "{version}: {decoded:?}");
        assert_eq!(decoded.values, values);
        let received = Parameters::from_bytes(*version, bytes.clone());
        assert_eq!(received, values.clone().into());
        let (who, who_bytes) = match *version {
            TP03 => (Semi32::NONE, Vec::new()),
            _ => (9.into(), int(9)),
        };
        let knobbed = Knobbed {
            id: 1,
            who,
            knobs: values.into(),
        };
        is(*version, &knobbed, &[int(1), who_bytes, bytes]);
    }
}

#[test]
fn a_version_refuses_parameters_that_it_does_not_have() {
    let with = |value: Knobs| Knobbed {
        knobs: vec![value].into(),
        ..Knobbed::default()
    };
    let (gone, new) = (KnobGone { n: 5 }, KnobNew::default());
    for (version, value, said) in [
        (TP04, Knobs::Gone(gone), (NotInVersion, "")),
        (TP03, Knobs::New(new), (NotInVersion, "")),
        (TP04, Knobs::Grown(small()), (Missing, "step")),
        (TP03, Knobs::Grown(grown()), (NotInVersion, "step")),
    ] {
        assert_eq!(refused(version, &with(value)), said);
    }
    // Nor does it read them.
    for (version, unknown) in [(TP03, 3), (TP05, 2)] {
        let parameters = Parameters::<Knobs>::from_bytes(version, int(0));
        let stopped = parameters.decode([unknown].into_iter()).stopped;
        assert_eq!(stopped, Some(unknown_type(0, unknown)));
    }
    let elsewhere = Knobbed {
        knobs: Parameters::from_bytes(TP04, int(0)),
        ..Knobbed::default()
    };
    assert_eq!(refused(TP03, &elsewhere), (NotInVersion, "knobs"));
}

#[test]
fn parameters_come_and_go() {
    let armed = |knobs: Vec<Knobs>| Armed {
        id: 1,
        knobs: knobs.into(),
    };
    let disarmed = |knobs: Vec<Knobs>| Disarmed {
        id: 1,
        knobs: knobs.into(),
    };
    for version in [TP04, TP05] {
        is(version, &armed(vec![latter()]), &[int(1), int(6)]);
        is(version, &disarmed(vec![]), &[int(1)]);
        let refused = refused(version, &disarmed(vec![latter()]));
        assert_eq!(refused, (NotInVersion, "knobs"));
    }
    is(TP03, &armed(vec![]), &[int(1)]);
    is(TP03, &disarmed(vec![latter()]), &[int(1), int(6)]);
    let refused = refused(TP03, &armed(vec![latter()]));
    assert_eq!(refused, (NotInVersion, "knobs"));
    // What stands behind is not taken for them.
    let body = [int(1), int(6)].concat();
    let (packet, trailing) = Armed::decode(TP03, &body).unwrap();
    assert_eq!((packet, trailing), (armed(vec![]), &int(6)[..]));
}

#[test]
fn what_was_optional_is_wanted() {
    let bare = Knobs::Firm(KnobFirm { n: 7, types: None });
    let encoded = Parameters::encode(TP03, std::slice::from_ref(&bare)).unwrap();
    assert_eq!(encoded, int(7));
    let parameters = Parameters::<Knobs>::from_bytes(TP03, encoded);
    let decoded = parameters.decode([4].into_iter());
    assert_eq!(decoded.values, std::slice::from_ref(&bare));
    let error = Parameters::encode(TP04, &[bare]).unwrap_err();
    assert_eq!((error.kind(), error.field()), (Missing, "types"));
    let parameters = Parameters::<Knobs>::from_bytes(TP04, int(7));
    assert!(!parameters.decode([4].into_iter()).is_exact());
}

fn desc() -> KnobDesc {
    let knob = KnobDescKnob {
        r#type: 1,
        silent: SilentsDesc::One(SilentOneDesc { word: None }),
        ..KnobDescKnob::default()
    };
    KnobDesc {
        id: 1,
        knobs: vec![knob],
    }
}

#[test]
fn descriptions_come_between_fields() {
    // In TP03 a set that describes nothing takes no bytes.
    is(TP03, &desc(), &[int(1), int(1), int(1)]);
    let mut newer = desc();
    newer.knobs[0] = KnobDescKnob {
        name: Some("name".into()),
        r#type: 1,
        silent: SilentsDesc::One(SilentOneDesc {
            word: Some("w".into()),
        }),
        note: Some("note".into()),
        extra: Some(KnobsDesc::Grown(KnobGrownDesc {
            min: Some(2),
            max: 3,
            unit: Some("u".into()),
        })),
        other: 4.into(),
        kind: Some(3),
        second: Some(KnobsDesc::New(KnobNewDesc { n: 5 })),
    };
    let entry = [
        [string("name"), int(1), string("w"), string("note")].concat(),
        [int(2), int(3), string("u")].concat(),
        vec![4, 3],
        int(5),
    ];
    for version in [TP04, TP05] {
        is(version, &newer, &[&[int(1), int(1)], &entry[..]].concat());
        assert_eq!(refused(version, &desc()), (Missing, "knobs[].name"));
    }
    assert_eq!(refused(TP03, &newer), (NotInVersion, "knobs[].name"));
    let refusals: [Change<KnobDescKnob>; 3] = [
        (|to, from| to.extra = from.extra, "knobs[].extra"),
        (|to, from| to.kind = from.kind, "knobs[].kind"),
        (|to, from| to.silent = from.silent, "word"),
    ];
    for (with, field) in refusals {
        let mut older = desc();
        with(&mut older.knobs[0], newer.knobs[0].clone());
        assert_eq!(refused(TP03, &older), (NotInVersion, field));
    }
    // What describes a parameter that only another version has.
    newer.knobs[0].kind = Some(2);
    newer.knobs[0].second = Some(KnobsDesc::Gone(KnobGoneDesc { why: 5 }));
    assert_eq!(refused(TP04, &newer), (NotInVersion, ""));
    newer.knobs[0].second = Some(KnobsDesc::Nothing);
    let bytes = [&[int(1), int(1)], &entry[..2], &[vec![4, 2]]].concat();
    is(TP04, &newer, &bytes);
}

#[test]
fn parameters_are_read_by_a_description_of_their_version() {
    for version in VERSIONS {
        let (values, types, bytes) = values(*version);
        let mut desc = desc();
        desc.id = 9;
        let entry = desc.knobs.remove(0);
        let entries = types.into_iter().map(|r#type| KnobDescKnob {
            r#type,
            ..entry.clone()
        });
        desc.knobs.extend(entries);
        let knobbed = Knobbed {
            id: 9,
            knobs: Parameters::from_bytes(*version, bytes),
            ..Knobbed::default()
        };
        let decoded = knobbed.decode_knobs(&desc);
        assert!(decoded.is_exact());
        assert_eq!(decoded.values, values);
    }
}
