//! Sequence numbers.

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{Scripted as _, numbered};

const NUMBERS: &str = "protocol documentation: replies have the number of their request";

pub(super) fn group() -> Group {
    Group {
        number: 3,
        name: "Sequence numbers",
        about: "A reply has the number of its request. What has another is no reply to it.",
        scenarios: vec![
            scenario("3.1", "wrong-number")
                .does("The answer about the time has a number that was never used.")
                .ends(End::NoAnswer, NUMBERS)
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let number = reply.header.sequence.wrapping_add(100_000);
                    flow.send(&numbered(&reply, number));
                }),
            scenario("3.2", "zero-number")
                .does("The answer about the time has the number 0.")
                .ends(End::NoAnswer, NUMBERS)
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    flow.send(&numbered(&reply, 0));
                }),
            scenario("3.3", "old-number")
                .does("The answer about the time has the number of the request before.")
                .ends(End::NoAnswer, NUMBERS)
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let number = reply.header.sequence.saturating_sub(1);
                    flow.send(&numbered(&reply, number));
                }),
            scenario("3.4", "twice")
                .does("Every answer that is no part of a group comes twice.")
                .ends(
                    End::Answers,
                    "protocol documentation: a reply that nobody waits for is ignored",
                )
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    flow.send(&reply);
                    flow.send(&reply);
                }),
            scenario("3.5", "stray")
                .does("A stray answer under a number that was never used comes before every frame.")
                .ends(
                    End::Answers,
                    "protocol documentation: a reply that nobody waits for is ignored",
                )
                .replies(|reply, flow| {
                    let number = reply.header.sequence.wrapping_add(100_000);
                    flow.say("Okay", number, serde_json::json!({ "result": "stray" }));
                    flow.send(&reply);
                }),
            scenario("3.6", "older-stray")
                .does(
                    "A second answer to an earlier request comes before the answer about the time.",
                )
                .ends(
                    End::Answers,
                    "protocol documentation: a reply that nobody waits for is ignored",
                )
                .replies_to(game::GetTimeRemaining::TYPE, |reply, flow| {
                    let earlier = reply.header.sequence.saturating_sub(1);
                    flow.say("Okay", earlier, serde_json::json!({ "result": "late" }));
                    flow.send(&reply);
                }),
            scenario("3.7", "greeting-zero-number")
                .does("The answer to Connect has the number 0, as refusals have.")
                .ends(
                    End::Answers,
                    "habit of servers: what answers the first frame may have the number 0",
                )
                .early()
                .first_reply_to(game::Connect::TYPE, |reply, flow| {
                    flow.send(&numbered(&reply, 0));
                }),
        ],
    }
}
