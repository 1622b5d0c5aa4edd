//! The padding filter: bytes by hand, and what holds for every packet.

use bytes::BytesMut;
use serde_json::{Value, json};
use tp_frames::game::{self, ObjectParams, OrderParams, TP04};
use tp_frames::{
    AnyFrame, DecodeErrorKind, DecodeLimits, DecodeOptions, Encode, EncodeErrorKind, EncodeOptions,
    MAX_BODY, Packet, PacketView, ParameterSet, Parameters, ParametersView, RawFrame, TpString,
};
use tp_tests::{PROTOCOLS, from_hex, to_hex, values};

use crate::properties::{PADDED, every_packet, hold};

fn padded() -> DecodeOptions {
    DecodeOptions::new().padded(true)
}

fn with_pads() -> EncodeOptions {
    EncodeOptions::new(TP04).padded(true)
}

fn body(packet: &impl Packet) -> String {
    let mut out = BytesMut::new();
    packet.encode_body(with_pads(), &mut out).unwrap();
    to_hex(&out)
}

fn login() -> game::Login {
    game::Login {
        username: "ab".into(),
        password: "c".into(),
    }
}

const LOGIN: &str = "00000002616200000000000163000000";

#[test]
fn a_login_by_hand() {
    assert_eq!(body(&login()), LOGIN);
    let mut wire = BytesMut::new();
    login().encode_frame(with_pads(), 7, &mut wire).unwrap();
    let header = "54500400000000070000000400000010";
    assert_eq!(to_hex(&wire), format!("{header}{LOGIN}"));
    let mut same = BytesMut::new();
    let frame = game::Frame::Login(login());
    frame.encode_frame(with_pads(), 7, &mut same).unwrap();
    assert_eq!(same, wire);

    let raw = RawFrame::take(&mut wire, &padded()).unwrap().unwrap();
    assert!(raw.padded && wire.is_empty());
    // The frame knows what it is, whatever later options say.
    for options in [padded(), DecodeOptions::new().strict(true)] {
        let (owned, trailing) = raw.decode::<game::Login>(&options).unwrap();
        assert_eq!((owned, trailing), (login(), &[][..]));
        assert_eq!(game::Frame::decode(&raw, &options).unwrap().0, frame);
    }
}

#[test]
fn strings_of_every_length_by_hand() {
    let pads = [
        ("", "00000000"),
        ("a", "0000000161000000"),
        ("ab", "0000000261620000"),
        ("abc", "0000000361626300"),
        ("abcd", "0000000461626364"),
        ("abcde", "000000056162636465000000"),
    ];
    for (text, hex) in pads {
        let okay = game::Okay {
            result: text.into(),
        };
        assert_eq!(body(&okay), hex);
        let bytes = from_hex(hex);
        let (again, trailing) = game::Okay::decode_with(TP04, &bytes, &padded()).unwrap();
        assert_eq!((&again, trailing), (&okay, &[][..]));
        let (view, _) = game::OkayView::view_with(TP04, &bytes, &padded()).unwrap();
        assert_eq!(view.to_owned(), okay);
        let mut wire = BytesMut::new();
        okay.encode_frame(with_pads(), 7, &mut wire).unwrap();
        let raw = RawFrame::take(&mut wire, &padded()).unwrap().unwrap();
        // The frame knows what it is, whatever later options say.
        let strict = DecodeOptions::new().strict(true);
        let (view, _) = raw.view::<game::OkayView<'_>>(&strict).unwrap();
        assert_eq!(view.to_owned(), okay);
        for cut in 0..bytes.len() {
            let error = game::OkayView::view_with(TP04, &bytes[..cut], &padded()).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::Truncated, "cut at {cut}");
        }
    }
}

#[test]
fn missing_pads_are_bytes_missing_strict_or_not() {
    let whole = from_hex(LOGIN);
    for cut in 0..whole.len() {
        for strict in [false, true] {
            let options = padded().strict(strict);
            let error = game::Login::decode_with(TP04, &whole[..cut], &options).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::Truncated, "cut at {cut}");
            assert_eq!(error.offset() + error.got(), cut, "{error}");
        }
    }
    let error = game::Login::decode_with(TP04, &whole[..15], &padded()).unwrap_err();
    assert_eq!((error.field(), error.offset()), ("password", 12));
    assert_eq!((error.wanted(), error.got()), (4, 3));
}

#[test]
fn what_pads_hold_does_not_count() {
    let odd = from_hex("000000026162ffff0000000163ffffff");
    let strict = padded().strict(true);
    assert_eq!(
        game::Login::decode_with(TP04, &odd, &strict).unwrap().0,
        login()
    );
}

#[test]
fn too_little_memory_is_told_where_the_text_starts() {
    let whole = from_hex(LOGIN);
    let mut limits = DecodeLimits::default();
    limits.memory = 2;
    let error = game::Login::decode_with(TP04, &whole, &padded().limits(limits)).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::MemoryLimit);
    assert_eq!((error.field(), error.offset()), ("password", 12));
}

#[test]
fn the_limit_on_bodies_counts_the_pads() {
    let okay = |length: usize| game::Okay {
        result: TpString::from_bytes(vec![b'x'; length]),
    };
    // A frame is measured first if the buffer may have to grow, and else once it is written.
    for room in [0, 2 * MAX_BODY] {
        let mut out = BytesMut::with_capacity(room);
        out.extend_from_slice(b"before");
        for length in [MAX_BODY, MAX_BODY - 3] {
            let error = okay(length)
                .encode_frame(with_pads(), 1, &mut out)
                .unwrap_err();
            assert_eq!(error.kind(), EncodeErrorKind::FrameLimit);
            assert_eq!(out, &b"before"[..]);
        }
        okay(MAX_BODY - 4)
            .encode_frame(with_pads(), 1, &mut out)
            .unwrap();
        assert_eq!(out.len(), 6 + 16 + MAX_BODY);
    }
}

fn order(parameters: Parameters<OrderParams>) -> game::Order {
    game::Order {
        parameters,
        ..Default::default()
    }
}

fn named(text: &str) -> Vec<OrderParams> {
    let name = game::OrderParamString {
        maxlength: 9,
        string: text.into(),
    };
    let time = game::OrderParamTime {
        turns: 5,
        ..Default::default()
    };
    vec![OrderParams::String(name), OrderParams::Time(time)]
}

#[test]
fn encoded_parameters_fit_both_forms() {
    let values = named("abcde");
    let types = || values.iter().map(ParameterSet::parameter_type);
    let sent = order(values.clone().into());
    let tail = "00000009000000056162636465000000".to_owned() + "0000000500000000";
    assert!(body(&sent).ends_with(&tail));

    let bytes = from_hex(&body(&sent));
    let (got, _) = game::Order::decode_with(TP04, &bytes, &padded()).unwrap();
    assert_eq!(
        format!("{:?}", got.parameters),
        format!("Parameters(TP04 padded:{tail})")
    );
    let decoded = got.parameters.decode(types());
    assert!(decoded.is_exact());
    assert_eq!(decoded.values, values);
    let tail = from_hex(&tail);
    let view = ParametersView::<OrderParams>::from_bytes(with_pads(), &tail);
    assert_eq!(view.decode(types()).values, values);
    assert_eq!(view.to_owned(), got.parameters);

    let mut plain = BytesMut::new();
    sent.encode_body(TP04, &mut plain).unwrap();
    let (got, _) = game::Order::decode(TP04, &plain).unwrap();
    assert_eq!(got, sent);
    assert_eq!(got.parameters.decode(types()).values, values);
}

#[test]
fn parameters_cut_short_say_where() {
    let values = named("abcde");
    let types = || values.iter().map(ParameterSet::parameter_type);
    let whole = from_hex("00000009000000056162636465000000");
    for cut in 0..whole.len() {
        let tail = Parameters::<OrderParams>::from_bytes(with_pads(), whole[..cut].to_vec());
        let decoded = tail.decode(types());
        assert!(decoded.values.is_empty() && decoded.stopped.is_some());
    }
}

#[test]
fn bytes_of_one_form_are_not_sent_in_the_other() {
    let bytes = from_hex("0000000900000001610000000000000500000000");
    let mut out = BytesMut::from(&b"before"[..]);
    let came_padded = order(Parameters::from_bytes(with_pads(), bytes.clone()));
    let error = came_padded.encode_frame(TP04, 1, &mut out).unwrap_err();
    assert_eq!(error.kind(), EncodeErrorKind::Padding);
    assert_eq!((error.packet(), error.field()), ("Order", "parameters"));
    let came_plain = order(Parameters::from_bytes(TP04, bytes.clone()));
    let error = came_plain
        .encode_frame(with_pads(), 1, &mut out)
        .unwrap_err();
    assert_eq!(error.kind(), EncodeErrorKind::Padding);
    assert_eq!(out, &b"before"[..]);
    assert_ne!(came_padded, came_plain);
    assert_eq!(came_padded, came_padded.clone());
    assert!(body(&came_padded).ends_with(&to_hex(&bytes)));
    // No bytes fit every frame, and so do values without strings.
    let empty = order(Parameters::from_bytes(with_pads(), Vec::new()));
    assert_eq!(empty, order(Parameters::default()));
    empty.encode_frame(TP04, 1, &mut out).unwrap();
    empty.encode_frame(with_pads(), 1, &mut out).unwrap();
    let position = ObjectParams::Position3d(Default::default());
    let object = game::Object {
        desc: Some("".into()),
        parent: Some(0),
        parameters: vec![position].into(),
        ..Default::default()
    };
    assert_eq!(object.encoded_len(TP04) * 2, body(&object).len());
}

#[test]
fn json_tells_the_forms_apart() {
    let came = Parameters::<OrderParams>::from_bytes(with_pads(), vec![0, 0xab]);
    let text = serde_json::to_value(&came).unwrap();
    assert_eq!(text, json!("TP04 padded:00ab"));
    let again: Parameters<OrderParams> = serde_json::from_value(text).unwrap();
    assert_eq!(again, came);
    assert_eq!(format!("{came:?}"), "Parameters(TP04 padded:00ab)");
    let plain = Parameters::<OrderParams>::from_bytes(TP04, vec![0, 0xab]);
    assert_eq!(serde_json::to_value(&plain).unwrap(), json!("TP04:00ab"));
    for wrong in [
        "TP04 padded:0",
        "TP04 padded",
        "TP04 padded padded:00",
        "padded:00",
    ] {
        serde_json::from_value::<Parameters<OrderParams>>(json!(wrong)).unwrap_err();
    }
}

#[test]
fn no_changed_byte_of_a_padded_body_makes_it_panic() {
    every_packet(4, PADDED, values::packet, |it| {
        let mut changed = it.body.to_vec();
        for at in 0..it.body.len() {
            for mask in [1, 0x80, 0xff] {
                changed[at] ^= mask;
                let (owned, viewed) = it.is_read(&changed, &it.options);
                assert!(viewed.is_none_or(|viewed| viewed == owned));
                changed[at] ^= mask;
            }
        }
    });
}

#[test]
fn parameters_of_every_type_survive_padding() {
    let model = values::model(&PROTOCOLS[1]);
    for set in &model.parameter_sets {
        let strategy = values::parameters(PROTOCOLS[1].version, set, true);
        hold(64, &strategy, |pairs| {
            let types = || pairs.iter().map(|(id, _)| *id);
            let values: Vec<Value> = pairs.iter().map(|(_, value)| value.clone()).collect();
            match set.name.as_str() {
                "OrderParams" => through_a_frame::<OrderParams>(&values, types(), |it| {
                    let bytes = from_hex(&body(&order(it)));
                    game::Order::decode_with(TP04, &bytes, &padded())
                        .unwrap()
                        .0
                        .parameters
                }),
                "ObjectParams" => through_a_frame::<ObjectParams>(&values, types(), |it| {
                    let object = game::Object {
                        desc: Some("".into()),
                        parent: Some(0),
                        parameters: it,
                        ..Default::default()
                    };
                    let bytes = from_hex(&body(&object));
                    game::Object::decode_with(TP04, &bytes, &padded())
                        .unwrap()
                        .0
                        .parameters
                }),
                other => panic!("{other}"),
            }
        });
    }
}

fn through_a_frame<S>(
    values: &[Value],
    types: impl Iterator<Item = u32> + Clone,
    frame: impl Fn(Parameters<S>) -> Parameters<S>,
) where
    S: ParameterSet + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let values: Vec<S> = values
        .iter()
        .map(|value| serde_json::from_value(value.clone()).unwrap())
        .collect();
    let came = frame(values.clone().into());
    let decoded = came.decode(types);
    assert!(decoded.is_exact(), "{came:?}: {:?}", decoded.stopped);
    assert_eq!(decoded.values, values);
}
