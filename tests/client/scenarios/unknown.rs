//! Things that a client has never heard of.

use serde_json::json;

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{Scripted as _, patched, with_body};

const OPEN: &str = "protocol documentation: values that are unknown are kept, not refused";

/// Where the type of an object is in its body.
const OBJECT_TYPE: usize = 4;

pub(super) fn group() -> Group {
    Group {
        number: 5,
        name: "Unknown things",
        about: "Later servers know more than this client: other frames, other values, other types.",
        scenarios: vec![
            scenario("5.1", "unknown-frame")
                .does("The time is answered with a frame of an unknown type.")
                .ends(
                    End::Nonsense,
                    "protocol documentation: frames of an unknown type are skipped by their length",
                )
                .answers(game::GetTimeRemaining::TYPE, |asked, flow| {
                    flow.say_raw(9_999, asked.header.sequence, b"from the future");
                }),
            scenario("5.2", "wrong-frame")
                .does("The time is answered with Features.")
                .ends(End::Nonsense, "schema: packet GetTimeRemaining, reply")
                .answers(game::GetTimeRemaining::TYPE, |asked, flow| {
                    flow.say("Features", asked.header.sequence, json!({}));
                }),
            scenario("5.3", "request-as-answer")
                .does("The time is answered with a frame that only clients send.")
                .ends(End::Nonsense, "schema: direction of the packet")
                .answers(game::GetTimeRemaining::TYPE, |asked, flow| {
                    flow.say_raw(game::GetTimeRemaining::TYPE, asked.header.sequence, b"");
                }),
            scenario("5.4", "unknown-features")
                .does("The server has features that nobody knows.")
                .ends(End::Answers, OPEN)
                .answers(game::GetFeatures::TYPE, |asked, flow| {
                    let body: Vec<u8> = [3, 5, 77, 0xdead_beef_u32]
                        .into_iter()
                        .flat_map(u32::to_be_bytes)
                        .collect();
                    flow.say_raw(game::Features::TYPE, asked.header.sequence, &body);
                }),
            scenario("5.5", "unknown-reason")
                .does("The time comes for a reason that nobody knows.")
                .ends(End::Answers, OPEN)
                .tp04()
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let changed = patched(&reply, 4, &999_u32.to_be_bytes());
                    flow.send(&changed);
                }),
            scenario("5.6", "unknown-code")
                .does("The time is refused with a code that nobody knows.")
                .ends(End::Refused, OPEN)
                .answers(game::GetTimeRemaining::TYPE, |asked, flow| {
                    flow.fail(asked.header.sequence, u32::MAX, "for no known reason");
                }),
            scenario("5.7", "unknown-object-type")
                .does("All objects have a type that nobody describes.")
                .ends(
                    End::Answers,
                    "schema: packet Object; what cannot be read stays as it came",
                )
                .objects(|object, _| patched(object, OBJECT_TYPE, &65_000_u32.to_be_bytes())),
            scenario("5.8", "unknown-frame-version")
                .does("Frames have a frame version of 7.")
                .ends(End::Answers, "schema: packet Header, frameversion")
                .tp04()
                .replies_to(game::GetTimeRemaining::TYPE, |mut reply, flow| {
                    reply.header.version = tp_frames::Version::from_bytes([4, 7]);
                    flow.send(&reply);
                }),
            scenario("5.9", "no-objects-body")
                .does("Objects come without a body.")
                .ends(End::Nonsense, "schema: packet Object")
                .objects(|object, _| with_body(object, b"")),
        ],
    }
}
