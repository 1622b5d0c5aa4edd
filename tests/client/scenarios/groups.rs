//! Groups: a Sequence and the frames it announces.

use serde_json::json;

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{Scripted as _, announces, announcing, replies_to};
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
            scenario("4.1", "group-of-one")
                .does("Answers that could come alone come in a group of one.")
                .ends(End::Answers, HABIT)
                .script(|| wrapped(&[game::GetBoards::TYPE, game::GetPlayer::TYPE])),
            scenario("4.2", "no-group")
                .does("Groups of one come without their Sequence.")
                .ends(End::Answers, HABIT)
                .replies(|reply, flow| {
                    if !announces(&reply) || announced(&reply) != 1 {
                        flow.send(&reply);
                    }
                }),
            scenario("4.3", "short-group")
                .does("Groups of objects lack their last.")
                .ends(End::Answers, HABIT)
                .script(|| cut_short(|left| left == 1)),
            scenario("4.4", "only-announced")
                .does("Objects are announced, and none comes.")
                .ends(End::NoAnswer, HABIT)
                .script(|| cut_short(|_| true)),
            scenario("4.5", "empty-group")
                .does("Objects are answered with an empty group.")
                .ends(End::NoAnswer, HABIT)
                .answers(game::GetObjectsByID::TYPE, |asked, flow| {
                    let number = asked.header.sequence;
                    flow.say("Sequence", number, json!({ "number": 0 }));
                }),
            scenario("4.6", "long-group")
                .does("Groups hold one frame more than they announce.")
                .ends(End::Answers, GROUPS)
                .replies(|reply, flow| {
                    if announces(&reply) && announced(&reply) > 1 {
                        let less = announced(&reply).saturating_sub(1);
                        flow.send(&announcing(&reply, less));
                    } else {
                        flow.send(&reply);
                    }
                }),
            scenario("4.7", "endless-group")
                .does("Groups of objects announce 4,294,967,295 frames.")
                .ends(End::Nonsense, GROUPS)
                .replies_to(game::GetObjectsByID::TYPE, |reply, flow| {
                    match announces(&reply) {
                        true => flow.send(&announcing(&reply, u32::MAX)),
                        false => flow.send(&reply),
                    }
                }),
            scenario("4.8", "group-refused")
                .does("Objects are refused by one Fail, without a group.")
                .ends(
                    End::Refused,
                    "protocol documentation: a request as a whole can be refused",
                )
                .answers(game::GetObjectsByID::TYPE, |asked, flow| {
                    flow.fail(asked.header.sequence, 3, "not now");
                }),
            scenario("4.9", "group-ends-in-refusal")
                .does("Groups of objects end in a Fail instead of the last object.")
                .ends(
                    End::Refused,
                    "protocol documentation: what fails in a group has a Fail in its place",
                )
                .script(|| {
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
                                flow.fail(reply.header.sequence, 4, "it is gone");
                            }
                            _ => flow.send(&reply),
                        }
                    })
                }),
            scenario("4.10", "group-in-group")
                .does("Inside every group of objects another begins.")
                .ends(End::Nonsense, GROUPS)
                .replies_to(game::GetObjectsByID::TYPE, |reply, flow| {
                    flow.send(&reply);
                    if announces(&reply) {
                        flow.send(&reply);
                    }
                }),
            scenario("4.11", "empty-group-and-refusal")
                .does("Objects are answered with an empty group, and a Fail behind it.")
                .ends(End::NoAnswer, HABIT)
                .answers(game::GetObjectsByID::TYPE, |asked, flow| {
                    let number = asked.header.sequence;
                    flow.say("Sequence", number, json!({ "number": 0 }));
                    flow.fail(number, 1, "none");
                }),
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
