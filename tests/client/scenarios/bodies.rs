//! Bodies and lengths that are not what they should be.

use bytes::BytesMut;
use tp_frames::{MAX_BODY, Packet as _, RawFrame, game};

use crate::scenario::{End, Group, scenario};
use tp_tests::proxy::actions::{Scripted as _, claiming, with_body};
use tp_tests::proxy::script::encoded;

const TRAILING: &str = "protocol documentation: bytes behind the last field are ignored";
const LIMIT: &str = "protocol documentation: a body has at most 1,048,576 bytes";

pub(super) fn group() -> Group {
    Group {
        number: 6,
        name: "Bodies and lengths",
        about: "The header says how long a body is. What is too long is skipped, what is too short \
                is an error of that frame, and what cannot be believed is the end.",
        scenarios: vec![
            scenario("6.1", "trailing-bytes")
                .does("Four bytes that mean nothing are behind the last field of every frame.")
                .ends(End::Answers, TRAILING)
                .replies(|reply, flow| flow.send(&longer(&reply, 4))),
            scenario("6.2", "trailing-byte")
                .does("One byte that means nothing is behind the last field of every frame.")
                .ends(End::Answers, TRAILING)
                .replies(|reply, flow| flow.send(&longer(&reply, 1))),
            scenario("6.3", "short-body")
                .does("The answer about the time lacks its last byte, and its header knows.")
                .ends(End::Nonsense, "schema: packet TimeRemaining")
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    // TP04 has optional things at the end; the time itself is not.
                    let body = reply.body.get(..3).unwrap_or_default();
                    flow.send(&with_body(&reply, body));
                }),
            scenario("6.4", "no-body")
                .does("The answer about the time has no body.")
                .ends(End::Nonsense, "schema: packet TimeRemaining")
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    flow.send(&with_body(&reply, b""))
                }),
            scenario("6.5", "count-lies")
                .does("The list of features claims 4,294,967,295 of them.")
                .ends(End::Nonsense, "schema: packet Features")
                .replies_to(game::GetFeatures::TYPE, |reply, flow| {
                    let mut body = BytesMut::from(&u32::MAX.to_be_bytes()[..]);
                    body.extend_from_slice(&5_u32.to_be_bytes());
                    flow.send(&with_body(&reply, body));
                }),
            scenario("6.6", "string-lies")
                .does("The text of the answer to Ping claims 2 GiB.")
                .ends(End::Nonsense, "schema: packet Okay")
                .answers(game::Ping::TYPE, |asked, flow| {
                    let body = [&0x7fff_ffff_u32.to_be_bytes()[..], b"PONG"].concat();
                    flow.say_raw(game::Okay::TYPE, asked.header.sequence, &body);
                }),
            scenario("6.7", "length-too-great")
                .does("The header of the answer about the time claims 100 bytes more than come.")
                .ends(End::GivesUp, "schema: packet Header, length")
                .first_reply_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let length = reply.header.length.saturating_add(100);
                    flow.send(&claiming(&reply, length));
                }),
            scenario("6.8", "length-too-small")
                .does("The header of the answer about the time claims 4 bytes less than come.")
                .ends(End::GivesUp, "schema: packet Header, length")
                .first_reply_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let reply = longer(&reply, 32);
                    let length = reply.header.length.saturating_sub(32);
                    flow.send(&claiming(&reply, length));
                }),
            scenario("6.9", "length-negative")
                .does("The header of the answer about the time claims 4,294,967,295 bytes.")
                .ends(End::GivesUp, LIMIT)
                .first_reply_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    flow.send(&claiming(&reply, u32::MAX));
                }),
            scenario("6.10", "length-huge")
                .does("The header of the answer about the time claims 256 MiB.")
                .ends(End::GivesUp, LIMIT)
                .first_reply_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    flow.send(&claiming(&reply, 256 << 20));
                }),
            scenario("6.11", "body-at-limit")
                .does("The answer about the time is filled up to the greatest body.")
                .ends(End::Answers, LIMIT)
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let fill = MAX_BODY.saturating_sub(reply.body.len());
                    flow.send(&longer(&reply, fill));
                }),
            scenario("6.12", "body-beyond-limit")
                .does("The answer about the time is one byte longer than the greatest body.")
                .ends(End::GivesUp, LIMIT)
                .first_reply_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let fill = MAX_BODY.saturating_sub(reply.body.len()).saturating_add(1);
                    flow.send(&longer(&reply, fill));
                }),
            scenario("6.13", "garbage")
                .does("Garbage comes before the answer about the time.")
                .ends(End::GivesUp, "schema: packet Header")
                .first_reply_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    flow.bytes(b"Lorem ipsum dolor sit amet.\n");
                    flow.send(&reply);
                }),
            scenario("6.14", "cut-and-silent")
                .does("The answer about the time stops in the middle, and nothing comes any more.")
                .ends(End::NoAnswer, "protocol documentation: connections")
                .script(|| {
                    let mut stuck = false;
                    Box::new(move |event, flow| match event {
                        tp_tests::proxy::script::Event::Reply(reply) => {
                            if stuck {
                                return;
                            }
                            if flow.asked(&reply) == Some(game::GetTimeRemaining::TYPE) {
                                stuck = true;
                                flow.misbehave();
                                let bytes = encoded(&reply);
                                flow.bytes(bytes.get(..18).unwrap_or(&bytes));
                            } else {
                                flow.send(&reply);
                            }
                        }
                        event => flow.pass(event),
                    })
                }),
        ],
    }
}

/// The frame with this many bytes more behind its last field.
fn longer(frame: &RawFrame, more: usize) -> RawFrame {
    let mut body = BytesMut::from(&*frame.body);
    body.resize(body.len().saturating_add(more), 0xa5);
    with_body(frame, body)
}
