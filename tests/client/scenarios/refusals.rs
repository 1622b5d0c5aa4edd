//! Refusals.

use serde_json::json;

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{Scripted as _, answers, answers_all};
use tp_tests::proxy::script::{Event, Script};

const FAIL: &str = "schema: packet Fail";

pub(super) fn group() -> Group {
    Group {
        number: 9,
        name: "Refusals",
        about: "A Fail answers a request. It says nothing about the connection, which goes on.",
        scenarios: vec![
            scenario("9.1", "refuses-everything")
                .does("Everything behind the login is refused for good.")
                .ends(End::Refused, FAIL)
                .script(|| refused_all(2)),
            scenario("9.2", "not-now")
                .does("Everything behind the login is refused for the moment.")
                .ends(End::Refused, FAIL)
                .script(|| refused_all(3)),
            scenario("9.3", "refuses-login")
                .does("The login is refused with code 1, as a frame that is wrong.")
                .ends(
                    End::Refused,
                    "habit of servers: a wrong login is refused with code 1",
                )
                .early()
                .script(|| refused(game::Login::TYPE, 1)),
            scenario("9.4", "refuses-features")
                .does("Features are refused: this server has none to tell of.")
                .ends(End::Refused, FAIL)
                .script(|| refused(game::GetFeatures::TYPE, 2)),
            scenario("9.5", "refuses-padding")
                .does("Padding is offered, and refused when it is asked for.")
                .ends(End::Refused, "schema: packet SetFilters")
                .tp04()
                .script(|| refused(game::SetFilters::TYPE, 2)),
            scenario("9.6", "fail-without-references")
                .does("The time is refused by a Fail that ends behind its text.")
                .ends(End::Refused, "habit of servers: a Fail without references")
                .answers(game::GetTimeRemaining::TYPE, |asked, flow| {
                    let body = b"\0\0\0\x03\0\0\0\x08not now!";
                    flow.say_raw(game::Fail::TYPE, asked.header.sequence, body);
                }),
            scenario("9.7", "fail-without-text")
                .does("The time is refused by a Fail without a text.")
                .ends(End::Refused, FAIL)
                .answers(game::GetTimeRemaining::TYPE, |asked, flow| {
                    flow.say("Fail", asked.header.sequence, json!({ "code": 4 }));
                }),
            scenario("9.8", "key-refused")
                .does("The key of a list of objects is refused when it is used again.")
                .ends(End::Answers, "schema: packet GetIDSequence, key")
                .script(key_refused),
            scenario("9.9", "list-shrinks")
                .does("A list of objects gives fewer ids than asked, and says that more are left.")
                .ends(End::Answers, "schema: packet IDSequence, remaining")
                .replies_to(game::GetObjectIDs::TYPE, |reply, flow| {
                    let list = flow.version.read(reply.clone());
                    let mut fields = list.fields.clone();
                    let ids = list.list("modtimes").cloned().unwrap_or_default();
                    if ids.len() > 1 {
                        let half = ids.len() / 2;
                        let left = list.number("remaining").unwrap_or_default();
                        let more = i128::try_from(ids.len().saturating_sub(half));
                        let left = left.saturating_add(more.unwrap_or_default());
                        let left = u32::try_from(left).unwrap_or_default();
                        if let Some(fields) = fields.as_object_mut() {
                            let some = ids.get(..half).unwrap_or_default().to_vec();
                            fields.insert("modtimes".into(), some.into());
                            fields.insert("remaining".into(), left.into());
                        }
                    }
                    flow.say("ObjectIDs", reply.header.sequence, fields);
                }),
            scenario("9.10", "pings-unanswered")
                .does("Pings are not answered.")
                .ends(
                    End::Answers,
                    "habit of servers: a Ping is answered once a minute at most",
                )
                .answers(game::Ping::TYPE, |_, _| {}),
        ],
    }
}

/// Requests of one type are refused with this code.
fn refused(request: u32, code: u32) -> Script {
    answers(request, move |asked, flow| {
        flow.fail(asked.header.sequence, code, "no");
    })
}

/// Every request is refused with this code.
fn refused_all(code: u32) -> Script {
    answers_all(move |asked, flow| {
        flow.fail(asked.header.sequence, code, "no");
    })
}

/// A request for more of a list is refused once.
fn key_refused() -> Script {
    let mut done = false;
    Box::new(move |event, flow| match event {
        Event::Request(asked) if asked.header.r#type == game::GetObjectIDs::TYPE && !done => {
            let again = asked.body.first_chunk::<4>() != Some(&[0xff; 4]);
            if again {
                done = true;
                flow.misbehave();
                flow.fail(asked.header.sequence, 1, "the list has changed");
            } else {
                flow.forward(asked);
            }
        }
        event => flow.pass(event),
    })
}
