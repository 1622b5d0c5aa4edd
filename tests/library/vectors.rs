//! Every golden vector, both ways. They were made by other programs than the one under test; see
//! `tests/vectors/README.md`.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use bytes::BytesMut;
use serde_json::{Value, json};
use tp_frames::{DecodeOptions, Direction, FramingError, RawFrame};
use tp_tests::golden::{self, Good, ReadAs, Vectors, WrittenAs, only_frame, split};
use tp_tests::json::error;
use tp_tests::protocol::Decoded;
use tp_tests::{PROTOCOLS, Protocol, from_hex, to_hex};

static ALL: LazyLock<Vec<Vectors>> = LazyLock::new(|| golden::all().collect());
static BY_HAND: LazyLock<Vec<Good>> = LazyLock::new(golden::by_hand);

/// Every good frame, those written by hand last.
fn good_frames() -> impl Iterator<Item = (&'static Protocol, &'static Good)> {
    let made = ALL.iter().flat_map(|vectors| {
        let protocol = vectors.protocol();
        vectors.frames.iter().map(move |good| (protocol, good))
    });
    let by_hand = BY_HAND.iter();
    let by_hand = by_hand.map(|it| (Protocol::named(it.protocol.as_deref().unwrap()), it));
    made.chain(by_hand)
}

#[test]
fn every_packet_of_every_protocol_has_vectors() {
    for (vectors, protocol) in ALL.iter().zip(&PROTOCOLS) {
        assert_eq!(vectors.protocol, protocol.name);
        assert_eq!(vectors.schema, protocol.schema);
        // Far past the greatest type of any protocol.
        let known: BTreeSet<u32> = (0..70_000).filter(|id| protocol.knows(*id)).collect();
        let good = vectors.frames.iter();
        let good = good.map(|vector| vector.frame["name"].as_str().unwrap());
        let good = good.filter(|name| *name != "Unknown");
        let good: BTreeSet<u32> = good.map(|name| protocol.packet(name).r#type).collect();
        assert_eq!(good, known);
        let bad = vectors.invalid.iter().map(|bad| split(&bad.hex).0);
        let bad: BTreeSet<u32> = bad.filter(|id| known.contains(id)).collect();
        assert_eq!(bad, known);
        let listed: BTreeSet<u32> = protocol.packets().map(|packet| packet.r#type).collect();
        assert_eq!(listed, known, "PACKETS has them all");
    }
}

#[test]
fn packets_are_what_the_schema_says() {
    for vectors in ALL.iter() {
        let protocol = vectors.protocol();
        assert_eq!(vectors.packets.len(), protocol.packets().count());
        for facts in &vectors.packets {
            let packet = protocol.packet(&facts.name);
            assert_eq!(packet.r#type, facts.r#type, "{}", facts.name);
            assert_eq!(protocol.least(packet), facts.least, "{}", facts.name);
            let is_admin = |one: &Protocol| one.name == "admin";
            let versions = PROTOCOLS.iter();
            let versions = versions.filter(|other| is_admin(other) == is_admin(protocol));
            let leasts = versions.filter_map(|other| {
                let packet = other.packets().find(|it| it.name == facts.name)?;
                Some(other.least(packet))
            });
            let leasts: BTreeSet<usize> = leasts.collect();
            match leasts.len() {
                1 => assert_eq!(packet.min_size, facts.least, "{}", facts.name),
                _ => assert!(packet.min_size <= facts.least, "{}", facts.name),
            }
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
    let about = format!("{} {}: {}", protocol.name, good.frame["name"], good.about);
    let bytes = from_hex(&good.hex);
    let trailing = from_hex(&good.trailing);
    let raw = only_frame(&bytes);
    assert_eq!(raw.header.sequence, good.sequence, "{about}");
    assert_eq!(raw.header.version, protocol.version, "{about}");

    // `decode` compares the view with the owned frame, and the frame's bytes with these.
    let tolerant = DecodeOptions::default();
    let decoded = (protocol.decode)(raw.header.r#type, &raw.body, &tolerant)
        .unwrap_or_else(|error| panic!("{about}: {error}"));
    assert_eq!(decoded.frame, good.frame, "{about}");
    assert_eq!(decoded.trailing, trailing, "{about}");

    let encoded = (protocol.encode)(&good.frame, good.sequence).unwrap();
    let body_ends = bytes.len() - trailing.len();
    assert_eq!(
        to_hex(&encoded[16..]),
        to_hex(&bytes[16..body_ends]),
        "{about}"
    );
    if trailing.is_empty() {
        assert_eq!(to_hex(&encoded), to_hex(&bytes), "{about}");
        let strict = tolerant.strict(true);
        let decoded = (protocol.decode)(raw.header.r#type, &raw.body, &strict).unwrap();
        assert_eq!(decoded.frame, good.frame, "{about}");
    } else {
        (protocol.decode)(raw.header.r#type, &raw.body, &tolerant.strict(true)).expect_err(&about);
    }
    if let Some(older) = &good.older {
        assert_ne!(older, &good.frame, "{about}");
        let read = (protocol.encode)(older, good.sequence);
        assert_eq!(read, Ok(encoded), "{about}");
    }
}

/// The same frame with the header of another version.
fn with_version(protocol: &Protocol, frame: &[u8]) -> Vec<u8> {
    let mut frame = frame.to_vec();
    frame[2..4].copy_from_slice(&protocol.version.to_bytes());
    frame
}

/// The bytes of a frame in the other version of its protocol.
fn check_under(protocol: &Protocol, good: &Good, under: &ReadAs) {
    let other = Protocol::named(&under.version);
    assert_ne!(other.name, protocol.name);
    let about = format!(
        "{} {}: {}, in {}",
        protocol.name, good.frame["name"], good.about, under.version
    );
    let raw = only_frame(&with_version(other, &from_hex(&good.hex)));
    let tolerant = DecodeOptions::default();
    // One type of frame reads both: the header says how.
    let received = (protocol.receive)(&raw, &tolerant);
    let checked = (other.decode)(raw.header.r#type, &raw.body, &tolerant);
    if let Some(expected) = &under.error {
        assert_eq!(&error(&received.expect_err(&about)), expected, "{about}");
        assert_eq!(&error(&checked.expect_err(&about)), expected, "{about}");
        if let Some(seen) = (other.look)(raw.header.r#type, &raw.body, &tolerant) {
            seen.expect_err(&about);
        }
        return;
    }
    let (frame, trailing) = match &under.frame {
        Some(frame) => (frame, &under.trailing),
        None => (&good.frame, &good.trailing),
    };
    for Decoded {
        frame: read,
        trailing: behind,
    } in [received.expect(&about), checked.expect(&about)]
    {
        assert_eq!(&read, frame, "{about}");
        assert_eq!(&to_hex(&behind), trailing, "{about}");
    }
    let strict = (other.decode)(raw.header.r#type, &raw.body, &tolerant.strict(true));
    assert_eq!(strict.is_ok(), trailing.is_empty(), "{about}");
}

/// The frame written in the other version of its protocol, and why it cannot be.
fn check_into(protocol: &Protocol, good: &Good, into: &WrittenAs) {
    let other = Protocol::named(&into.version);
    let about = format!(
        "{} {}: {}, into {}",
        protocol.name, good.frame["name"], good.about, into.version
    );
    let written = (other.encode)(&good.frame, good.sequence);
    let padded = (other.encode_padded)(&good.frame, good.sequence);
    if let Some(refusal) = into.refusal() {
        assert_eq!(written.as_ref(), Err(&refusal), "{about}");
        assert_eq!(padded, Err(refusal), "{about}");
        return;
    }
    let expected = into.hex.as_deref().map_or_else(
        || (protocol.encode)(&good.frame, good.sequence).map(|own| with_version(other, &own)),
        |hex| Ok(from_hex(hex)),
    );
    assert_eq!(written, expected, "{about}");
    if good.frame["name"] == "Unknown" {
        // The other version may know the type.
        return;
    }
    // Once both sides pad, the other version says the same.
    let raw = only_frame(&written.unwrap());
    let plain = (other.receive)(&raw, &DecodeOptions::default()).unwrap();
    let raw = only_frame(&padded.expect(&about));
    let padded = DecodeOptions::new().padded(true).strict(true);
    let decoded = (other.decode)(raw.header.r#type, &raw.body, &padded).unwrap();
    // Parameters of no bytes came padded, too.
    let as_plain = decoded.frame.to_string().replace(" padded:\"", ":\"");
    assert_eq!(as_plain, plain.frame.to_string(), "{about}");
}

#[test]
fn frames_are_read_and_written_in_the_other_version() {
    let (mut older, mut refused) = (0, BTreeSet::new());
    for vectors in ALL.iter() {
        let protocol = vectors.protocol();
        for good in &vectors.frames {
            assert_eq!(good.under.is_some(), protocol.name != "admin");
            assert_eq!(good.into.is_some(), protocol.name != "admin");
            older += usize::from(good.older.is_some());
            let into = good.into.as_ref().and_then(|into| into.error.as_ref());
            refused.extend(into.map(|error| error.kind.as_str()));
        }
    }
    assert!(
        older > 20,
        "names of older versions are read in {older} frames"
    );
    assert_eq!(refused, BTreeSet::from(["Missing", "NotInVersion"]));
    for (protocol, good) in good_frames() {
        if let Some(under) = &good.under {
            check_under(protocol, good, under);
        }
        if let Some(into) = &good.into {
            check_into(protocol, good, into);
        }
    }
}

#[test]
fn frames_decode_to_their_values_and_encode_to_their_bytes() {
    for (protocol, good) in good_frames() {
        check_good(protocol, good);
    }
}

#[test]
fn bad_frames_give_their_error() {
    for vectors in ALL.iter() {
        let protocol = vectors.protocol();
        for bad in &vectors.invalid {
            let (r#type, body) = split(&bad.hex);
            let about = format!("{} {}: {}", protocol.name, bad.error["packet"], bad.about);
            let options = bad.options();
            let got = (protocol.decode)(r#type, &body, &options).expect_err(&about);
            assert_eq!(error(&got), bad.error, "{about}");
            if bad.error["kind"] != "MemoryLimit"
                && let Some(seen) = (protocol.look)(r#type, &body, &options)
            {
                let got = seen.expect_err(&about);
                assert_eq!(error(&got), bad.error, "{about}, as a view");
            }
        }
    }
}

#[test]
fn what_is_no_frame_is_waited_for_or_refused() {
    for vectors in ALL.iter() {
        for framing in &vectors.framing {
            let bytes = from_hex(&framing.hex);
            let mut received = BytesMut::from(&bytes[..]);
            let taken = RawFrame::take(&mut received, &DecodeOptions::default());
            let got = match taken {
                Ok(taken) => {
                    assert_eq!(taken, None, "{}", framing.about);
                    assert_eq!(received, bytes, "{}: nothing was taken", framing.about);
                    let result = framing.result.as_deref();
                    assert_eq!(result, Some("incomplete"), "{}", framing.about);
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
    for vectors in ALL.iter() {
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
            let read = tail.types.iter().take(values.len());
            seen.extend(read.map(|id| (&tail.set, *id)));
        }
        // A type the set does not know stops the reading at once; any other is a type of it.
        let sets: BTreeSet<&String> = vectors.parameters.iter().map(|tail| &tail.set).collect();
        for set in sets {
            for id in 0..1000 {
                let probe = (protocol.parameters)(set, &[id], &[]).unwrap();
                let known = probe["stopped"]["kind"] != "UnknownType";
                let has_vector = seen.contains(&(set, id));
                assert_eq!(has_vector, known, "{} {set} {id}", protocol.name);
            }
        }
    }
}

/// A frame with these values as parameters and all else of nothing, whatever the version.
fn carrying(set: &str, values: &Value) -> Value {
    let order = json!({ "id": 0, "slot": 0, "otype": 0, "turns": 0, "resources": [] });
    let nowhere = json!({ "x": 0, "y": 0, "z": 0 });
    let object = json!({
        "id": 0, "otype": 0, "name": "", "desc": "", "parent": 0, "size": 0, "pos": nowhere,
        "vel": nowhere, "contains": [], "ordertypes": [], "orders": 0, "modtime": 0,
        "padding": "00".repeat(16),
    });
    let (name, mut fields) = match set {
        "OrderParams" => ("Order", order),
        "ObjectParams" => ("Object", object),
        "CommandParams" => ("Command", json!({ "ctype": 0 })),
        other => panic!("no frame here carries {other}"),
    };
    fields["parameters"] = values.clone();
    json!({ "name": name, "fields": fields })
}

#[test]
fn parameters_are_read_and_written_in_the_other_version() {
    let mut refused = BTreeSet::new();
    for vectors in ALL.iter() {
        let protocol = vectors.protocol();
        for tail in &vectors.parameters {
            let about = format!("{} {}: {}", protocol.name, tail.set, tail.about);
            let read = from_hex(&tail.hex);
            let read = &read[..read.len() - tail.leftover.len() / 2];
            let frame = carrying(&tail.set, &tail.values);
            let written = (protocol.encode)(&frame, 1).unwrap();
            assert!(written.ends_with(read), "{about}");
            assert_eq!(tail.under.is_some(), protocol.name != "admin");
            let (Some(under), Some(into)) = (&tail.under, &tail.into) else {
                continue;
            };
            let other = Protocol::named(&under.version);
            let got = (other.parameters)(&tail.set, &tail.types, &from_hex(&tail.hex)).unwrap();
            let expected = json!({
                "values": under.values, "leftover": under.leftover, "stopped": under.stopped,
            });
            assert_eq!(got, expected, "{about}, in {}", under.version);
            let written = (Protocol::named(&into.version).encode)(&frame, 1);
            if let Some(refusal) = into.refusal() {
                assert_eq!(written, Err(refusal), "{about}, into {}", into.version);
                refused.extend(into.error.as_ref().map(|error| error.kind.as_str()));
                continue;
            }
            let empty = (other.encode)(&carrying(&tail.set, &json!([])), 1).unwrap();
            let parameters = to_hex(&written.expect(&about)[empty.len()..]);
            assert_eq!(Some(parameters), into.hex, "{about}, into {}", into.version);
        }
    }
    assert_eq!(refused, BTreeSet::from(["Missing", "NotInVersion"]));
}

#[test]
fn descriptions_tell_what_parameters_hold() {
    for vectors in ALL.iter() {
        let protocol = vectors.protocol();
        for described in &vectors.described {
            let frame = only_frame(&from_hex(&described.frame));
            let description = described.description.as_ref();
            let description = description.map(|hex| only_frame(&from_hex(hex)));
            let got = (protocol.resolve)(&frame, description.as_ref()).unwrap();
            let expected = json!({
                "values": described.values,
                "leftover": described.leftover,
                "stopped": described.stopped,
            });
            assert_eq!(got, expected, "{}: {}", protocol.name, described.about);
        }
        // Every packet with parameters is among them.
        let with = vectors.described.iter().map(|it| split(&it.frame).0);
        let with: BTreeSet<u32> = with.collect();
        let wanted = protocol.packets().filter(|it| it.parameters.is_some());
        let wanted: BTreeSet<u32> = wanted.map(|packet| packet.r#type).collect();
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

#[test]
fn the_independent_decoder_agrees_with_every_vector() {
    let Some(python) = tp_test_components::program("python3") else {
        return;
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");
    let files = ["by-hand.json", "tp03.json", "tp04.json", "admin.json"];
    let mut command = Command::new(python);
    command.args(["-B", "verify.py"]).args(files);
    let output = command.current_dir(folder).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let said = String::from_utf8(output.stdout).unwrap();
    let by_hand = format!("by-hand.json: {} frames\n", BY_HAND.len());
    assert!(said.contains(&by_hand), "{said}");
    for part in ["invalid", "parameters", "described"] {
        assert_eq!(said.matches(&format!(" {part}\n")).count(), 3, "{said}");
    }
}
