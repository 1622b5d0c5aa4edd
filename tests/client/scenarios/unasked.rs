//! Frames that nobody asked for.

use serde_json::json;

use crate::actions::{announces, first_reply_to, replies};
use crate::scenario::{End, Group, Script, scenario};
use crate::script::{Stage, Turn, types};

const UNASKED: &str = "protocol documentation: frames not asked for have the sequence number 0";

pub(super) fn group() -> Group {
    Group {
        number: 2,
        name: "Unasked frames",
        about: "A frame with sequence number 0 answers nothing. It may come between any two others.",
        scenarios: vec![
            scenario(
                "2.1",
                "unasked-before",
                "A TimeRemaining that nobody asked for comes before every frame.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        time(stage, 0);
                        stage.send(&reply);
                    })
                },
            ),
            scenario(
                "2.2",
                "unasked-behind",
                "A TimeRemaining that nobody asked for comes behind every frame.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        stage.send(&reply);
                        time(stage, 0);
                    })
                },
            ),
            scenario(
                "2.3",
                "unasked-in-groups",
                "A TimeRemaining that nobody asked for comes inside every group.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        stage.send(&reply);
                        if announces(&reply) {
                            time(stage, 0);
                        }
                    })
                },
            ),
            scenario(
                "2.4",
                "unasked-unknown",
                "A frame of an unknown type that nobody asked for comes before every frame.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        stage.say_raw(9_999, 0, b"whatever");
                        stage.send(&reply);
                    })
                },
            ),
            scenario(
                "2.5",
                "unasked-flood",
                "A thousand frames that nobody asked for come at once.",
                End::Answers,
                UNASKED,
                || {
                    first_reply_to(types::GET_FEATURES, |reply, stage| {
                        for _ in 0..1_000 {
                            time(stage, 0);
                        }
                        stage.send(&reply);
                    })
                },
            ),
            scenario(
                "2.6",
                "unasked-refusal",
                "A Fail that nobody asked for comes before every frame.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        let text = "not about anything";
                        stage.say("Fail", 0, json!({ "code": 3, "result": text }));
                        stage.send(&reply);
                    })
                },
            ),
            scenario(
                "2.7",
                "unasked-malformed",
                "A TimeRemaining without a body, that nobody asked for, comes before every frame.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        stage.say_raw(types::TIME, 0, b"");
                        stage.send(&reply);
                    })
                },
            ),
            scenario(
                "2.8",
                "unasked-group",
                "A group that nobody asked for comes before every frame that is no part of one.",
                End::Answers,
                UNASKED,
                || {
                    replies(|reply, stage| {
                        if announces(&reply) {
                            stage.say("Sequence", 0, json!({ "number": 1 }));
                            time(stage, 0);
                        }
                        stage.send(&reply);
                    })
                },
            ),
            scenario(
                "2.9",
                "unasked-greeting",
                "A TimeRemaining that nobody asked for follows the answer to Connect at once.",
                End::Answers,
                UNASKED,
                || {
                    first_reply_to(types::CONNECT, |reply, stage| {
                        stage.send(&reply);
                        time(stage, 0);
                    })
                },
            )
            .early(),
            scenario(
                "2.10",
                "unasked-idle",
                "TimeRemaining comes again and again while nothing is asked.",
                End::Answers,
                UNASKED,
                idle,
            ),
        ],
    }
}

/// A TimeRemaining under a number.
fn time(stage: &mut Stage, sequence: u32) {
    stage.say("TimeRemaining", sequence, json!({ "time": 60 }));
}

fn idle() -> Script {
    Box::new(|turn, stage| match turn {
        Turn::Quiet => {
            stage.misbehave();
            time(stage, 0);
        }
        turn => stage.pass(turn),
    })
}
