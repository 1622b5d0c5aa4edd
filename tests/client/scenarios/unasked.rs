//! Frames that nobody asked for.

use serde_json::json;

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{Scripted as _, announces};
use tp_tests::proxy::script::{Event, Flow, Script};

const UNASKED: &str = "protocol documentation: frames not asked for have the sequence number 0";

pub(super) fn group() -> Group {
    Group {
        number: 2,
        name: "Unasked frames",
        about: "A frame with sequence number 0 answers nothing. It may come between any two \
                others.",
        scenarios: vec![
            scenario("2.1", "unasked-before")
                .does("A TimeRemaining that nobody asked for comes before every frame.")
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    time(flow, 0);
                    flow.send(&reply);
                }),
            scenario("2.2", "unasked-behind")
                .does("A TimeRemaining that nobody asked for comes behind every frame.")
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    flow.send(&reply);
                    time(flow, 0);
                }),
            scenario("2.3", "unasked-in-groups")
                .does("A TimeRemaining that nobody asked for comes inside every group.")
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    flow.send(&reply);
                    if announces(&reply) {
                        time(flow, 0);
                    }
                }),
            scenario("2.4", "unasked-unknown")
                .does("A frame of an unknown type that nobody asked for comes before every frame.")
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    flow.say_raw(9_999, 0, b"whatever");
                    flow.send(&reply);
                }),
            scenario("2.5", "unasked-flood")
                .does("A thousand frames that nobody asked for come at once.")
                .ends(End::Answers, UNASKED)
                .first_reply_to(game::GetFeatures::TYPE, |reply, flow| {
                    for _ in 0..1_000 {
                        time(flow, 0);
                    }
                    flow.send(&reply);
                }),
            scenario("2.6", "unasked-refusal")
                .does("A Fail that nobody asked for comes before every frame.")
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    let text = "not about anything";
                    flow.fail(0, 3, text);
                    flow.send(&reply);
                }),
            scenario("2.7", "unasked-malformed")
                .does(
                    "A TimeRemaining without a body, that nobody asked for, comes before every \
                     frame.",
                )
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    flow.say_raw(game::TimeRemaining::TYPE, 0, b"");
                    flow.send(&reply);
                }),
            scenario("2.8", "unasked-group")
                .does(
                    "A group that nobody asked for comes before every frame that is no part of \
                     one.",
                )
                .ends(End::Answers, UNASKED)
                .replies(|reply, flow| {
                    if announces(&reply) {
                        flow.say("Sequence", 0, json!({ "number": 1 }));
                        time(flow, 0);
                    }
                    flow.send(&reply);
                }),
            scenario("2.9", "unasked-greeting")
                .does(
                    "A TimeRemaining that nobody asked for follows the answer to Connect at once.",
                )
                .ends(End::Answers, UNASKED)
                .early()
                .first_reply_to(game::Connect::TYPE, |reply, flow| {
                    flow.send(&reply);
                    time(flow, 0);
                }),
            scenario("2.10", "unasked-idle")
                .does("TimeRemaining comes again and again while nothing is asked.")
                .ends(End::Answers, UNASKED)
                .script(idle),
        ],
    }
}

/// A TimeRemaining under a number.
fn time(flow: &mut Flow, sequence: u32) {
    flow.say("TimeRemaining", sequence, json!({ "time": 60 }));
}

fn idle() -> Script {
    Box::new(|event, flow| match event {
        Event::Quiet => {
            flow.misbehave();
            time(flow, 0);
        }
        event => flow.pass(event),
    })
}
