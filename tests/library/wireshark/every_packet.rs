//! Every packet of every protocol: fields, parameters, and what is wrong with bad ones.

use std::collections::BTreeSet;

use bytes::BytesMut;
use serde_json::json;
use tp_frames::{AnyFrame as _, DecodeOptions, Direction, EncodeOptions, game};
use tp_tests::golden::{self, Vectors};
use tp_tests::{PROTOCOLS, Protocol, from_hex};

use super::expected::{Follower, WantedFrame, model_of, own_name, own_path, raw};
use super::pcap::{Connection, port};
use super::traffic::{Random, Said, Way, frame};
use super::tshark::{Item, Tshark, in_stream};

/// A frame on its way.
fn said(protocol: &Protocol, bytes: &[u8]) -> Said {
    let number = raw(bytes).header.r#type;
    let packet = protocol.packets().find(|it| it.r#type == number);
    let way = match packet.map(|packet| packet.direction) {
        Some(Direction::ToServer) => Way::ToServer,
        _ => Way::ToClient,
    };
    Said::new(way, bytes)
}

/// Conversations and what must be shown of them.
#[derive(Default)]
struct Script {
    connections: Vec<Connection>,
    wanted: Vec<Vec<(Way, WantedFrame)>>,
}

impl Script {
    /// A connection for these frames, and one with the same in other segments.
    fn add(&mut self, protocol: &'static Protocol, frames: &[Said], random: &mut Random) {
        let whole = Connection::carrying(port(protocol.name), frames);
        let cut = whole.cut(random);
        for connection in [whole, cut] {
            let mut follower = Follower::new(protocol);
            let wanted = frames
                .iter()
                .map(|it| (it.way, follower.next(raw(&it.bytes))));
            self.wanted.push(wanted.collect());
            self.connections.push(connection);
        }
    }

    /// Every frame is shown, with these fields.
    fn check(&self, items: &[Item]) {
        for (stream, wanted) in self.wanted.iter().enumerate() {
            for way in [Way::ToServer, Way::ToClient] {
                let mut shown = in_stream(items, stream);
                shown.retain(|item| item.to_client == (way == Way::ToClient));
                let wanted = wanted.iter().filter(|(goes, _)| *goes == way);
                let wanted: Vec<_> = wanted.map(|(_, wanted)| wanted).collect();
                for (wanted, item) in wanted.iter().zip(&shown) {
                    wanted.check(item);
                    let known = item.title.contains(&format!(" {}", wanted.packet));
                    let unknown = item.is_marked("unknown_type");
                    assert!(known || unknown, "{} {}", wanted.packet, item.title);
                    assert_eq!(unknown, wanted.packet == "Unknown", "{}", item.title);
                }
                assert_eq!(shown.len(), wanted.len(), "connection {stream}");
            }
        }
    }
}

/// Every golden frame in a connection per packet, so that none leans on another.
fn every_frame(vectors: &Vectors) -> Vec<Vec<Said>> {
    let protocol = vectors.protocol();
    let mut connections: Vec<(String, Vec<Said>)> = Vec::new();
    for good in &vectors.frames {
        let packet = good.frame["name"].to_string();
        let frame = said(protocol, &from_hex(&good.hex));
        match connections.last_mut() {
            Some((last, frames)) if *last == packet => frames.push(frame),
            _ => connections.push((packet, vec![frame])),
        }
    }
    connections.into_iter().map(|(_, frames)| frames).collect()
}

#[test]
fn every_field_of_every_packet_is_what_tp_frames_decodes() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let mut script = Script::default();
    let mut random = Random(1);
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        for frames in every_frame(&vectors) {
            script.add(protocol, &frames, &mut random);
        }
    }
    let items = tshark.read(&script.connections);
    script.check(&items);
    let wanted = script.wanted.iter().flatten();
    let names: BTreeSet<_> = wanted.map(|(_, it)| &*it.packet).collect();
    for packet in PROTOCOLS.iter().flat_map(Protocol::packets) {
        assert!(names.contains(packet.name), "{}", packet.name);
    }
}

#[test]
fn parameters_are_read_by_the_description_that_came_before() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let mut script = Script::default();
    let mut random = Random(3);
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        for described in &vectors.described {
            let frames = described.description.iter().chain([&described.frame]);
            let frames: Vec<_> = frames.map(|hex| said(protocol, &from_hex(hex))).collect();
            script.add(protocol, &frames, &mut random);
        }
    }
    let items = tshark.read(&script.connections);
    script.check(&items);
    let described = items.iter().filter_map(|item| item.get("tp.described_in"));
    assert!(described.count() > 20);
    let shown = items.iter().flat_map(Item::body);
    let names: BTreeSet<_> = shown.map(|field| field.name.as_str()).collect();
    for protocol in &PROTOCOLS {
        for set in &model_of(protocol).parameter_sets {
            for parameter in &set.parameters {
                // Galaxy and StarSystem of TP03 have no fields.
                if let Some(field) = parameter.use_fields.first() {
                    let name = format!("tp.{}.{}.{}", set.name, parameter.variant, own_name(field));
                    let name = name.to_ascii_lowercase();
                    assert!(names.contains(&*name), "{name}");
                }
            }
        }
    }
}

#[test]
fn a_description_behind_a_frame_is_known_when_the_frame_is_looked_at_again() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let mut connections = Vec::new();
    let mut wanted = Vec::new();
    let mut packets = BTreeSet::new();
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        let described = vectors.described.iter();
        let described = described.filter_map(|it| {
            let [frame, description] = [&it.frame, it.description.as_ref()?].map(|it| from_hex(it));
            let fits = protocol.needs(&raw(&frame)) == protocol.describes(&raw(&description));
            fits.then_some((frame, description))
        });
        let described: Vec<_> = described.collect();
        for pair in described.windows(2) {
            let [(frame, first), (other, changed)] = pair else {
                continue;
            };
            let script = [frame, first, frame, changed, other].map(|it| said(protocol, it));
            // The first connection has no description of its own.
            connections.push(Connection::carrying(port(protocol.name), &script[..1]));
            connections.push(Connection::carrying(port(protocol.name), &script));
            let by = |description: &[u8], frame: &[u8]| {
                let mut follower = Follower::new(protocol);
                follower.next(raw(description));
                follower.next(raw(frame))
            };
            let early = by(first, frame);
            let frames = [
                (0, early.clone(), 1),
                (2, early, 1),
                (4, by(changed, other), 3),
            ];
            packets.extend(frames.iter().map(|(_, want, _)| want.packet.clone()));
            wanted.push(frames);
        }
    }
    let packets: Vec<_> = packets.iter().collect();
    let every = [
        "Command",
        "ModifyObject",
        "Object",
        "Order",
        "OrderInsert",
        "OrderProbe",
    ];
    assert_eq!(packets, every);
    let described_in = |item: &Item| item.get("tp.described_in").map(ToOwned::to_owned);
    let once = tshark.read_with(&connections, &[]);
    let again = tshark.read(&connections);
    for (stream, wanted) in (1..).step_by(2).zip(&wanted) {
        let items = in_stream(&again, stream);
        for (place, want, description) in wanted {
            want.check(items[*place]);
            let number = items[*description].packet.to_string();
            assert_eq!(described_in(items[*place]), Some(number), "{want:?}");
        }
        for early in [
            in_stream(&once, stream)[0],
            in_stream(&again, stream - 1)[0],
        ] {
            assert_eq!(described_in(early), None);
            let tail = early.body().find(|it| it.name.contains("param"));
            assert_eq!(early.is_marked("undescribed"), tail.is_some(), "{early:?}");
        }
    }
}

#[test]
fn malformed_frames_are_marked_and_the_next_is_read() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let mut connections = Vec::new();
    let mut wanted = Vec::new();
    let okay = frame("tp04", "Okay", json!({ "result": "next" }), 0);
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        let next = match protocol.name {
            "tp03" => [b"TP03", &okay[4..]].concat(),
            _ => okay.clone(),
        };
        let mut random = Random(4);
        for bad in vectors.invalid.iter().filter(|bad| !bad.strict) {
            let mark = match bad.error["kind"].as_str().unwrap() {
                "Truncated" => "truncated",
                "Count" => "count",
                // These are a matter of what a program allows.
                _ => continue,
            };
            let frame = said(protocol, &from_hex(&bad.hex));
            let next = Said::new(frame.way, &next);
            let [packet, field] = ["packet", "field"].map(|of| bad.error[of].as_str().unwrap());
            let field = own_path(protocol, packet, field);
            wanted.push((mark, field.to_ascii_lowercase(), bad.about.clone()));
            let both = Connection::carrying(port(protocol.name), &[frame, next]);
            connections.push(both.cut(&mut random));
        }
    }
    assert!(wanted.len() > 300);
    let items = tshark.read(&connections);
    for (stream, (mark, field, about)) in wanted.iter().enumerate() {
        let items = in_stream(&items, stream);
        let [bad, next] = items[..] else {
            panic!("{about}: {items:?}");
        };
        for one in ["count", "truncated"] {
            assert_eq!(bad.is_marked(one), one == *mark, "{about}: {bad:?}");
        }
        assert!(bad.messages.contains(field), "{about}: {field} in {bad:?}");
        assert_eq!(next.get("tp.okay.result"), Some("next"), "{about}");
        assert!(next.marks.is_empty(), "{about}");
    }
}

/// Fields that are all parameters at once.
const TAILS: [&str; 2] = ["tp.object.parameters", "tp.order.parameters"];

/// A frame of TP04 with pads, its parameters encoded anew from what the description says they are.
fn padded(frame: &[u8], description: &[u8]) -> Vec<u8> {
    let decode = |bytes: &[u8]| {
        let options = DecodeOptions::default();
        game::Frame::decode(&raw(bytes), &options).unwrap().0
    };
    let mut frame = decode(frame);
    match (&mut frame, decode(description)) {
        (game::Frame::Object(object), game::Frame::ObjectDesc(description)) => {
            object.parameters = object.decode_parameters(Some(&description)).values.into();
        }
        (game::Frame::Order(order), game::Frame::OrderDesc(description)) => {
            order.parameters = order.decode_parameters(&description).values.into();
        }
        _ => {}
    }
    let mut bytes = BytesMut::new();
    let padded = EncodeOptions::new(game::TP04).padded(true);
    frame.encode_frame(padded, 9, &mut bytes).unwrap();
    bytes.to_vec()
}

#[test]
fn parameters_are_read_with_their_pads() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let tp04 = Protocol::named("tp04");
    let filters = json!({ "filters": ["FilterPadding"] });
    let filters = frame("tp04", "SetFilters", filters, 3);
    let okay = frame("tp04", "Okay", json!({ "result": "" }), 3);
    let mut connections = Vec::new();
    let mut wanted = Vec::new();
    for vectors in golden::all().filter(|vectors| vectors.protocol == "tp04") {
        for described in &vectors.described {
            let frame = from_hex(&described.frame);
            let description = from_hex(described.description.as_ref().unwrap());
            let name = tp04
                .packets()
                .find(|it| it.r#type == raw(&frame).header.r#type);
            let exact = described.stopped.is_null() && described.leftover.is_empty();
            if !exact || !["Object", "Order"].contains(&name.unwrap().name) {
                continue;
            }
            let mut follower = Follower::new(tp04);
            follower.next(raw(&description));
            let mut want = follower.next(raw(&frame));
            // The tail as a whole has pads in it here.
            want.fields.retain(|want| !TAILS.contains(&&*want.name));
            wanted.push(want);
            let script = [
                Said::to_server(&filters),
                Said::to_client(&okay),
                Said::to_client(&padded(&description, &description)),
                Said::to_client(&padded(&frame, &description)),
            ];
            connections.push(Connection::carrying(6923, &script));
        }
    }
    assert!(wanted.len() > 6);
    let items = tshark.read(&connections);
    let mut pads = 0;
    for (stream, want) in wanted.iter().enumerate() {
        let mut item = in_stream(&items, stream)[3].clone();
        item.fields.retain(|field| !TAILS.contains(&&*field.name));
        let padded = item.fields.iter().filter(|field| field.name == "tp.pads");
        pads += padded.count();
        want.check(&item);
    }
    assert!(pads > 5, "{pads}");
}
