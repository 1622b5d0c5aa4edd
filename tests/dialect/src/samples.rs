//! Frames of the dialect in which everything is there, for these tests and for the dissector's.

use tp_frames::{RawBytes, Semi32, Semi64};

use crate::dialect::*;

/// Fields of every kind.
#[must_use]
pub fn lone() -> Lone {
    Lone {
        reader: -3,
        run: Semi64::NONE,
        writer: "text".into(),
        optional: RawBytes(*b"o"),
        fields: vec![RawBytes(*b"hello"), RawBytes(*b"world")],
        chars: vec![LoneK::NONE, LoneK::SIXTEEN, LoneK(Semi32::from_bits(7))],
        selfish: LoneSelfish::MINUS,
        g: LoneG {
            version: 255,
            inner: LoneGInner { t: "four".into() },
            rows: vec![LoneGRow {
                cell: LoneGRowCell { x: 9 },
            }],
        },
        tail: Some(vec!["a".into(), "".into()]),
        last: Some(LoneLast { s: "last".into() }),
        end: Some(77),
    }
}

/// Records of a list, and a field of a base.
#[must_use]
pub fn derived() -> Derived {
    Derived {
        recs: vec![Lone2Rec {
            a: "a".into(),
            b: "".into(),
        }],
        e: Lone2E(5),
        more: 0x0102_0304,
    }
}

/// Nothing but optional fields.
#[must_use]
pub fn maybe() -> Maybe {
    Maybe {
        text: Some("x".into()),
        rows: Some(vec![MaybeRow::default()]),
    }
}

/// A parameter of every type.
#[must_use]
pub fn values() -> Vec<Sets> {
    vec![
        Sets::None(SetNone {}),
        Sets::String(SetString {
            lead: Some(1),
            string: "s".into(),
            deep: Some(vec![SetStringDeep {
                deeper: vec![SetStringDeepDeeper {
                    n: 1 << 40,
                    s: "s".into(),
                }],
            }]),
            opt: Some(SetStringOpt {
                a: -1,
                b: "b".into(),
            }),
        }),
        Sets::Type(Type {
            empty: TypeEmpty {},
            bits: TypeBits::ONE | TypeBits::TWO,
        }),
    ]
}

/// What tells the types of [`values`].
#[must_use]
pub fn desc() -> Desc {
    Desc {
        r#type: Semi32::from(9),
        r#in: DescIn {
            kinds: vec![0, 1, 7],
        },
        sub: vec![
            DescSub {
                r#type: 0,
                extra: SetsDesc::Nothing,
            },
            DescSub {
                r#type: 1,
                extra: SetsDesc::String(SetStringDesc {
                    limit: 4,
                    unit: "km".into(),
                    choices: vec![SetStringDescChoice {
                        label: "far".into(),
                        value: -1,
                    }],
                }),
            },
        ],
    }
}

/// What [`desc`] describes.
#[must_use]
pub fn uses() -> Uses {
    Uses {
        what: 9.into(),
        params: values().into(),
    }
}
