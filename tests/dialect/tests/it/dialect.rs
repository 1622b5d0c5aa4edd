//! Every construct of the dialect.

use std::fmt::Debug;

use bytes::BytesMut;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tp_dialect_tests::dialect::*;
use tp_dialect_tests::samples::{derived, desc, lone, maybe, uses, values};
use tp_frames::EncodeErrorKind::{Gap, ListLimit, StringLimit};
use tp_frames::{
    AnyFrame, DecodeErrorKind, DecodeOptions, Packet, ParameterError, Parameters, RawBytes, Reply,
    ReplySequence, Request, Semi8,
};

use super::{body, refused, strict, unknown_type};

fn round_trip<P: Packet + PartialEq + Debug + Serialize + DeserializeOwned>(packet: &P) {
    super::round_trip(VERSION, packet, |body| {
        let (view, _) = FrameView::view_body(VERSION, P::TYPE, body, &strict()).unwrap();
        view.to_owned()
    });
}

/// Without the last `count` of the optional fields.
fn shorter(count: usize) -> Lone {
    let mut lone = lone();
    lone.end = None;
    if count > 1 {
        lone.last = None;
    }
    lone
}

#[test]
fn fields_of_every_kind_travel() {
    round_trip(&lone());
    round_trip(&Lone::default());
    round_trip(&shorter(1));
    round_trip(&shorter(2));
    round_trip(&derived());
    round_trip(&Derived {
        recs: vec![Lone2Rec::default()],
        e: Lone2E::A,
        more: 1,
    });
    round_trip(&Maybe::default());
    round_trip(&maybe());
    round_trip(&LowerCase {
        camel_case: "x".into(),
    });
}

#[test]
fn bytes_are_those_of_the_dialect() {
    assert_eq!(
        body(VERSION, &derived()),
        b"\0\0\0\x01\0\0\0\x01a\0\0\0\0\0\0\0\x05\x01\x02\x03\x04"
    );
}

#[test]
fn bounds_of_the_schema_hold_both_ways() {
    let fields = |count| Lone {
        fields: vec![RawBytes::default(); count],
        ..lone()
    };
    assert_eq!(refused(VERSION, &fields(4)), (ListLimit, "fields"));
    let mut long = lone();
    long.g.inner.t = "five!".into();
    assert_eq!(refused(VERSION, &long), (StringLimit, "g.inner.t"));

    let mut bytes = body(VERSION, &fields(3));
    bytes[21] = 4;
    let error = Lone::decode(VERSION, &bytes).unwrap_err();
    let said = (error.kind(), error.field());
    assert_eq!(said, (DecodeErrorKind::ListLimit, "fields"));
}

#[test]
fn a_gap_among_optional_fields_is_refused() {
    let mut gap = lone();
    gap.last = None;
    assert_eq!(refused(VERSION, &gap), (Gap, "end"));
}

#[test]
fn half_an_optional_field_is_trailing_bytes() {
    let half = [0, 0, 0, 9, b'x'];
    let cut = [&body(VERSION, &shorter(2))[..], &half].concat();
    let (packet, trailing) = Lone::decode(VERSION, &cut).unwrap();
    assert_eq!((packet.last, trailing), (None, &half[..]));
    assert!(Lone::decode_with(VERSION, &cut, &strict()).is_err());
}

#[test]
fn descriptions_carry_what_their_parameter_types_need() {
    round_trip(&desc());
}

#[test]
fn parameters_are_read_by_their_description() {
    round_trip(&uses());
    let (uses, _) = Uses::decode(VERSION, &body(VERSION, &uses())).unwrap();
    let decoded = uses.decode_params(&desc());
    assert!(decoded.is_exact());
    assert_eq!(decoded.values, values());

    let mut other = desc();
    other.r#type = 8.into();
    let wrong = ParameterError::WrongDescription { wanted: 9, got: 8 };
    assert_eq!(uses.decode_params(&other).stopped, Some(wrong));

    let mut unknown = desc();
    unknown.r#in.kinds = vec![0, 6];
    let decoded = uses.decode_params(&unknown);
    assert_eq!(decoded.stopped, Some(unknown_type(1, 6)));
    assert_eq!(Some(decoded.leftover), uses.params.as_bytes());
}

#[test]
fn parameters_without_their_optional_fields_are_told_apart() {
    let short = Sets::String(SetString {
        string: "bare".into(),
        ..SetString::default()
    });
    let bytes = Parameters::encode(VERSION, std::slice::from_ref(&short)).unwrap();
    assert_eq!(bytes, b"\0\0\0\x04bare");
    let tail = Parameters::<Sets>::from_bytes(VERSION, bytes);
    let decoded = tail.decode([1].into_iter());
    assert!(decoded.is_exact());
    assert_eq!(decoded.values, [short]);
}

#[test]
fn a_set_without_parameters_knows_none() {
    let direct = Direct {
        what: 3,
        r#type: Parameters::from_bytes(VERSION, vec![1, 2]),
    };
    round_trip(&direct);
    assert_eq!(direct.decode_type().stopped, Some(unknown_type(0, 3)));
}

#[test]
fn masks_and_enumerations_show_their_names() {
    let mask = TypeBits::ONE | TypeBits(Semi8::from_bits(0x40));
    assert_eq!(mask.to_string(), "one | 0x40");
    assert!(mask.contains(TypeBits::ONE) && !mask.contains(TypeBits::TWO));
    assert_eq!(LoneK::SIXTEEN.to_string(), "sixteen");
    assert_eq!(LoneSelfish(12).to_string(), "12");
}

#[test]
fn masks_and_enumerations_read_what_they_show_and_are_numbers() {
    let mask = TypeBits::ONE | TypeBits(Semi8::from_bits(0x40));
    assert_eq!("one | 0x40".parse(), Ok(mask));
    assert_eq!(mask & !TypeBits::ONE, TypeBits(Semi8::from_bits(0x40)));
    let both: TypeBits = [TypeBits::ONE, TypeBits::TWO].into_iter().collect();
    assert_eq!(format!("{both:#x}"), "0x3");
    assert_eq!("Minus".parse(), Ok(LoneSelfish::MINUS));
    assert_eq!("12".parse(), Ok(LoneSelfish(12)));
    assert_eq!("none".parse(), Ok(LoneK::NONE));
    assert!("".parse::<LoneK>().is_err());
    assert_eq!(i64::from(LoneSelfish::from(-5)), -5);
    assert_eq!(TypeBits::from(Semi8::from_bits(1)), TypeBits::ONE);
}

#[test]
fn what_is_secret_is_not_shown() {
    fn shown<P: Packet>(packet: &P) -> String {
        let body = body(VERSION, packet);
        let view = FrameView::view_body(VERSION, P::TYPE, &body, &strict());
        let (owned, borrowed) = (format!("{packet:?}"), format!("{:?}", view.unwrap().0));
        let count = |text: &str| text.matches("[secret]").count();
        assert_eq!(count(&owned), count(&borrowed), "{borrowed}");
        owned
    }
    let mut lone = lone();
    lone.tail = Some(vec!["hush".into()]);
    let text = shown(&lone);
    assert!(
        text.contains("tail: [secret]") && !text.contains("hush"),
        "{text}"
    );
    assert_eq!(shown(&maybe()).matches("[secret]").count(), 1);
    let derived = shown(&derived());
    assert!(derived.contains(r#"a: [secret], b: """#), "{derived}");
}

#[test]
fn replies_are_typed() {
    assert_eq!(<Ask as Request>::SEQUENCE, ReplySequence::Maybe);
    const { assert!(<Ask as Request>::MAY_STAY_SILENT) };
    let read = |r#type, body: &[u8]| {
        AskReply::decode_reply(VERSION, r#type, body, &DecodeOptions::default())
    };
    let reply = read(Desc::TYPE, &body(VERSION, &desc())).unwrap();
    assert_eq!(reply, Some(AskReply::Desc(desc())));
    assert_eq!(read(99, &[]), Ok(None));
}

#[test]
fn unknown_frames_lose_nothing() {
    let unknown = Frame::Unknown {
        r#type: 99,
        body: b"odd".to_vec(),
    };
    let options = DecodeOptions::default();
    let (frame, _) = Frame::decode_body(VERSION, 99, b"odd", &options).unwrap();
    assert_eq!(frame, unknown);
    let mut out = BytesMut::new();
    frame.encode_body(VERSION, &mut out).unwrap();
    assert_eq!(out, b"odd"[..]);
}
