//! Every golden vector, both ways. They were made by another program than the one under test; see
//! `tests/vectors/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::collections::BTreeSet;

use bytes::BytesMut;
use serde_json::{Value, json};
use tp_frames::{DecodeOptions, Direction, FramingError, RawFrame};
use tp_tests::golden::{self, Good, split};
use tp_tests::protocol::error;
use tp_tests::{PROTOCOLS, Protocol, from_hex, to_hex};

fn only_frame(bytes: &[u8]) -> RawFrame {
    let mut received = BytesMut::from(bytes);
    let raw = RawFrame::take(&mut received, &DecodeOptions::default())
        .unwrap()
        .unwrap();
    assert!(received.is_empty(), "more than one frame");
    raw
}

#[test]
fn every_packet_of_every_protocol_has_vectors() {
    for (vectors, protocol) in golden::all().zip(&PROTOCOLS) {
        assert_eq!(vectors.protocol, protocol.name);
        assert_eq!(vectors.schema, protocol.schema);
        // Far past the greatest type of any protocol.
        let known: BTreeSet<u32> = (0..70_000).filter(|id| protocol.knows(*id)).collect();
        let types = |names: BTreeSet<&str>| -> BTreeSet<u32> {
            names
                .into_iter()
                .map(|name| protocol.packet(name).r#type)
                .collect()
        };
        let named = |frame: &'static str| move |name: &&str| *name != frame;
        let good = vectors
            .frames
            .iter()
            .map(|vector| vector.frame["name"].as_str().unwrap());
        assert_eq!(types(good.filter(named("Unknown")).collect()), known);
        let mut bad: BTreeSet<u32> = vectors
            .invalid
            .iter()
            .map(|bad| split(&bad.hex).0)
            .collect();
        bad.retain(|id| known.contains(id));
        assert_eq!(bad, known);
        let listed: BTreeSet<u32> = protocol
            .packets
            .iter()
            .map(|packet| packet.r#type)
            .collect();
        assert_eq!(listed, known, "src/packets.rs lists them all");
    }
}

#[test]
fn packets_are_what_the_schema_says() {
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        assert_eq!(vectors.packets.len(), protocol.packets.len());
        for facts in &vectors.packets {
            let packet = protocol.packet(&facts.name);
            assert_eq!(packet.r#type, facts.r#type, "{}", facts.name);
            assert_eq!(packet.least, facts.least, "{}", facts.name);
            let direction = match facts.direction.as_str() {
                "server" => Direction::ToServer,
                "client" => Direction::ToClient,
                _ => Direction::Either,
            };
            assert_eq!(packet.direction, direction, "{}", facts.name);
        }
    }
}

fn check_good(protocol: &Protocol, good: &Good) {
    let about = || format!("{} {}: {}", protocol.name, good.frame["name"], good.about);
    let bytes = from_hex(&good.hex);
    let trailing = from_hex(&good.trailing);
    let raw = only_frame(&bytes);
    assert_eq!(raw.header.sequence, good.sequence, "{}", about());
    assert_eq!(raw.header.version, protocol.version, "{}", about());

    // `decode` compares the view with the owned frame, and the frame's bytes with these.
    let tolerant = DecodeOptions::default();
    let decoded = (protocol.decode)(raw.header.r#type, &raw.body, &tolerant)
        .unwrap_or_else(|error| panic!("{}: {error}", about()));
    assert_eq!(decoded.frame, good.frame, "{}", about());
    assert_eq!(decoded.trailing, trailing, "{}", about());

    let encoded = (protocol.encode)(&good.frame, good.sequence).unwrap();
    let body_ends = bytes.len() - trailing.len();
    assert_eq!(
        to_hex(&encoded[16..]),
        to_hex(&bytes[16..body_ends]),
        "{}",
        about()
    );
    if trailing.is_empty() {
        assert_eq!(to_hex(&encoded), to_hex(&bytes), "{}", about());
        let strict = tolerant.strict(true);
        let decoded = (protocol.decode)(raw.header.r#type, &raw.body, &strict).unwrap();
        assert_eq!(decoded.frame, good.frame, "{}", about());
    } else {
        (protocol.decode)(raw.header.r#type, &raw.body, &tolerant.strict(true))
            .expect_err(&about());
    }
}

#[test]
fn frames_decode_to_their_values_and_encode_to_their_bytes() {
    for vectors in golden::all() {
        vectors
            .frames
            .iter()
            .for_each(|good| check_good(vectors.protocol(), good));
    }
}

#[test]
fn frames_written_by_hand_decode_and_encode() {
    for good in golden::by_hand() {
        check_good(Protocol::named(good.protocol.as_deref().unwrap()), &good);
    }
}

#[test]
fn bad_frames_give_their_error() {
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        for bad in &vectors.invalid {
            let (r#type, body) = split(&bad.hex);
            let about = format!("{} {}: {}", protocol.name, bad.error["packet"], bad.about);
            let options = bad.options();
            let got = (protocol.decode)(r#type, &body, &options).expect_err(&about);
            assert_eq!(error(&got), bad.error, "{about}");
            if bad.error["kind"] != "MemoryLimit" {
                let got = (protocol.look)(r#type, &body, &options).expect_err(&about);
                assert_eq!(error(&got), bad.error, "{about}, as a view");
            }
        }
    }
}

#[test]
fn what_is_no_frame_is_waited_for_or_refused() {
    for vectors in golden::all() {
        for framing in &vectors.framing {
            let bytes = from_hex(&framing.hex);
            let mut received = BytesMut::from(&bytes[..]);
            let taken = RawFrame::take(&mut received, &DecodeOptions::default());
            let got = match taken {
                Ok(taken) => {
                    assert_eq!(taken, None, "{}", framing.about);
                    assert_eq!(received, bytes, "{}: nothing was taken", framing.about);
                    assert_eq!(
                        framing.result.as_deref(),
                        Some("incomplete"),
                        "{}",
                        framing.about
                    );
                    None
                }
                Err(FramingError::NotTp(not)) => {
                    assert_eq!(not.start, bytes[..16], "{}", framing.about);
                    Some(json!({ "kind": "NotTp" }))
                }
                Err(FramingError::TooLong { length, allowed }) => {
                    Some(json!({ "kind": "TooLong", "length": length, "allowed": allowed }))
                }
                Err(other) => panic!("{}: {other}", framing.about),
            };
            assert_eq!(got, framing.error, "{}", framing.about);
        }
    }
}

#[test]
fn parameters_decode_to_their_values_and_encode_to_their_bytes() {
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        let mut seen = BTreeSet::new();
        for tail in &vectors.parameters {
            let about = format!("{} {}: {}", protocol.name, tail.set, tail.about);
            let bytes = from_hex(&tail.hex);
            let decoded = (protocol.parameters)(&tail.set, &tail.types, &bytes).unwrap();
            let expected = json!({
                "values": tail.values, "leftover": tail.leftover, "stopped": tail.stopped,
            });
            assert_eq!(decoded, expected, "{about}");
            let values = tail.values.as_array().unwrap();
            let mut encoded = (protocol.parameters_tail)(&tail.set, values).unwrap();
            encoded.extend(from_hex(&tail.leftover));
            assert_eq!(to_hex(&encoded), tail.hex, "{about}");
            seen.extend(
                tail.types
                    .iter()
                    .take(values.len())
                    .map(|id| (&tail.set, *id)),
            );
        }
        // A type the set does not know stops the reading at once; any other is a type of it.
        let sets: BTreeSet<&String> = vectors.parameters.iter().map(|tail| &tail.set).collect();
        for set in sets {
            for id in 0..1000 {
                let probe = (protocol.parameters)(set, &[id], &[]).unwrap();
                let known = probe["stopped"]["kind"] != "UnknownType";
                assert_eq!(
                    seen.contains(&(set, id)),
                    known,
                    "{} {set} {id}",
                    protocol.name
                );
            }
        }
    }
}

#[test]
fn descriptions_tell_what_parameters_hold() {
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        for described in &vectors.described {
            let frame = only_frame(&from_hex(&described.frame));
            let description = described
                .description
                .as_ref()
                .map(|hex| only_frame(&from_hex(hex)));
            let got = (protocol.resolve)(&frame, description.as_ref()).unwrap();
            let expected = json!({
                "values": described.values,
                "leftover": described.leftover,
                "stopped": described.stopped,
            });
            assert_eq!(got, expected, "{}: {}", protocol.name, described.about);
        }
        // Every packet with parameters is among them.
        let with: BTreeSet<u32> = vectors
            .described
            .iter()
            .map(|it| split(&it.frame).0)
            .collect();
        let wanted: BTreeSet<u32> = [
            "Object",
            "ModifyObject",
            "Order",
            "OrderInsert",
            "OrderProbe",
            "Command",
        ]
        .iter()
        .filter_map(|name| protocol.packets.iter().find(|packet| packet.name == *name))
        .map(|packet| packet.r#type)
        .collect();
        assert_eq!(with, wanted);
    }
}

#[test]
fn what_cannot_be_told_apart_is_not_encoded() {
    // `ctime` stands behind `mediabase`; without it a reader would take the one for the other.
    for name in ["tp03", "tp04"] {
        let gap = json!({ "name": "Game", "fields": {
            "name": "", "key": "", "tp": [], "server": "", "sertype": "", "rule": "",
            "rulever": "", "connections": [], "parameters": [], "ctime": 1,
        }});
        let refused = (Protocol::named(name).encode)(&gap, 1);
        assert_eq!(refused, Err("Gap Game.ctime".to_owned()));
    }
}

#[test]
fn a_body_may_be_one_mebibyte_and_no_more() {
    for protocol in &PROTOCOLS {
        let okay = |text: usize| -> Value {
            json!({ "name": "Okay", "fields": { "result": "x".repeat(text) } })
        };
        let whole = (protocol.encode)(&okay(1_048_572), 1).unwrap();
        assert_eq!(only_frame(&whole).body.len(), 1_048_576);
        let refused = (protocol.encode)(&okay(1_048_573), 1);
        assert_eq!(refused, Err("FrameLimit Okay.".to_owned()));
    }
}
