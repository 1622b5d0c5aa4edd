//! Groups: a Sequence and the frames it announces.

use serde_json::json;

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{announces, announcing, answers, replies, replies_to};
use tp_tests::proxy::script::{Event, Script, announced};

const GROUPS: &str = "schema: packet Sequence";
const HABIT: &str = "habit of servers: groups of one, of none, or cut short";

pub(super) fn group() -> Group {
    Group {
        number: 4,
        name: "Groups",
        about: "Many answers to one request come behind a Sequence that says how many. Servers \
                differ in when they send one, and some stop early.",
        scenarios: vec![
            scenario(
                "4.1",
                "group-of-one",
                "Answers that could come alone come in a group of one.",
                End::Answers,
                HABIT,
                || wrapped(&[game::GetBoards::TYPE, game::GetPlayer::TYPE]),
            ),
            scenario(
                "4.2",
                "no-group",
                "Groups of one come without their Sequence.",
                End::Answers,
                HABIT,
                || {
                    replies(|reply, flow| {
                        if !announces(&reply) || announced(&reply) != 1 {
                            flow.send(&reply);
                        }
                    })
                },
            ),
            scenario(
                "4.3",
                "short-group",
                "Groups of objects lack their last.",
                End::Answers,
                HABIT,
                || cut_short(|left| left == 1),
            ),
            scenario(
                "4.4",
                "only-announced",
                "Objects are announced, and none comes.",
                End::NoAnswer,
                HABIT,
                || cut_short(|_| true),
            ),
            scenario(
                "4.5",
                "empty-group",
                "Objects are answered with an empty group.",
                End::NoAnswer,
                HABIT,
                || {
                    answers(game::GetObjectsByID::TYPE, |asked, flow| {
                        let number = asked.header.sequence;
                        flow.say("Sequence", number, json!({ "number": 0 }));
                    })
                },
            ),
            scenario(
                "4.6",
                "long-group",
                "Groups hold one frame more than they announce.",
                End::Answers,
                GROUPS,
                || {
                    replies(|reply, flow| {
                        if announces(&reply) && announced(&reply) > 1 {
                            let less = announced(&reply).saturating_sub(1);
                            flow.send(&announcing(&reply, less));
                        } else {
                            flow.send(&reply);
                        }
                    })
                },
            ),
            scenario(
                "4.7",
                "endless-group",
                "Groups of objects announce 4,294,967,295 frames.",
                End::Answers,
                GROUPS,
                || {
                    replies_to(game::GetObjectsByID::TYPE, |reply, flow| {
                        match announces(&reply) {
                            true => flow.send(&announcing(&reply, u32::MAX)),
                            false => flow.send(&reply),
                        }
                    })
                },
            ),
            scenario(
                "4.8",
                "group-refused",
                "Objects are refused by one Fail, without a group.",
                End::Refused,
                "protocol documentation: a request as a whole can be refused",
                || {
                    answers(game::GetObjectsByID::TYPE, |asked, flow| {
                        let fields = json!({ "code": 3, "result": "not now" });
                        flow.say("Fail", asked.header.sequence, fields);
                    })
                },
            ),
            scenario(
                "4.9",
                "group-ends-in-refusal",
                "Groups of objects end in a Fail instead of the last object.",
                End::Refused,
                "protocol documentation: what fails in a group has a Fail in its place",
                || {
                    let mut left = 0;
                    replies_to(game::GetObjectsByID::TYPE, move |reply, flow| {
                        if announces(&reply) {
                            left = announced(&reply);
                            flow.send(&reply);
                            return;
                        }
                        left = left.saturating_sub(1);
                        match left {
                            0 => {
                                let fields = json!({ "code": 4, "result": "it is gone" });
                                flow.say("Fail", reply.header.sequence, fields);
                            }
                            _ => flow.send(&reply),
                        }
                    })
                },
            ),
            scenario(
                "4.10",
                "group-in-group",
                "Inside every group of objects another begins.",
                End::Nonsense,
                GROUPS,
                || {
                    replies_to(game::GetObjectsByID::TYPE, |reply, flow| {
                        flow.send(&reply);
                        if announces(&reply) {
                            flow.send(&reply);
                        }
                    })
                },
            ),
            scenario(
                "4.11",
                "empty-group-and-refusal",
                "Objects are answered with an empty group, and a Fail behind it.",
                End::NoAnswer,
                HABIT,
                || {
                    answers(game::GetObjectsByID::TYPE, |asked, flow| {
                        let number = asked.header.sequence;
                        flow.say("Sequence", number, json!({ "number": 0 }));
                        flow.say("Fail", number, json!({ "code": 1, "result": "none" }));
                    })
                },
            ),
        ],
    }
}

/// Bare answers to these requests get a group of one around them.
fn wrapped(requests: &'static [u32]) -> Script {
    let mut group = None;
    Box::new(move |event, flow| match event {
        Event::Reply(reply) => {
            let number = reply.header.sequence;
            let asked = flow.asked(&reply).is_some_and(|it| requests.contains(&it));
            if announces(&reply) {
                group = Some(number);
            } else if asked && group != Some(number) {
                flow.misbehave();
                flow.say("Sequence", number, json!({ "number": 1 }));
            }
            flow.send(&reply);
        }
        event => flow.pass(event),
    })
}

/// The members of groups of objects for which `drop` holds, by how many are left with them, do not
/// come.
fn cut_short(drop: fn(u32) -> bool) -> Script {
    let mut left = 0;
    replies_to(game::GetObjectsByID::TYPE, move |reply, flow| {
        if announces(&reply) {
            left = announced(&reply);
            flow.send(&reply);
            return;
        }
        // A bare object is no group.
        if left == 0 || !drop(left) {
            flow.send(&reply);
        }
        left = left.saturating_sub(1);
    })
}
