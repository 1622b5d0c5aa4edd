//! What answers the first frame.

use serde_json::json;
use tp_frames::{Packet as _, game};
use tp_tests::frame::{self, Version};

use crate::scenario::{End, Group, scenario};
use tp_tests::proxy::actions::{Scripted as _, greets};
use tp_tests::proxy::script::{Event, Flow, Script};

const VERSIONS: &str = "protocol documentation: versions of the protocol";
const HABIT: &str = "habit of servers: how they refuse a version that they do not speak";

pub(super) fn group() -> Group {
    Group {
        number: 10,
        name: "Greetings",
        about: "A server that does not speak the client's version says so in one of many ways, or \
                not at all. A client that knows an older one tries that, on a new connection.",
        scenarios: vec![
            scenario("10.1", "only-tp03-text")
                .does("TP04 is answered in plain text, and the connection closed.")
                .ends(End::Older, HABIT)
                .early()
                .tp04()
                .script(|| {
                    only_tp03(|flow| {
                        flow.bytes(b"You are not running the correct protocol\n");
                        flow.close();
                    })
                }),
            scenario("10.2", "only-tp03-fail")
                .does("TP04 is answered with a Fail of TP03 under number 0.")
                .ends(End::Older, HABIT)
                .early()
                .tp04()
                .script(|| only_tp03(|flow| old_fail(flow, Version::Tp03.header()))),
            scenario("10.3", "only-tp03-own-fail")
                .does("TP04 is answered with a Fail of TP04.")
                .ends(End::Older, HABIT)
                .early()
                .tp04()
                .script(|| {
                    only_tp03(|flow| {
                        flow.fail(0, 0, "TP03 only");
                    })
                }),
            scenario("10.4", "only-tp03-close")
                .does("TP04 is answered with nothing, and the connection closed.")
                .ends(End::Older, HABIT)
                .early()
                .tp04()
                .script(|| only_tp03(Flow::close)),
            scenario("10.5", "only-tp03-silence")
                .does("TP04 is not answered.")
                .ends(End::Older, HABIT)
                .early()
                .tp04()
                .script(|| only_tp03(|_| {})),
            scenario("10.6", "future-version")
                .does("The answer is a Fail of a version of the future.")
                .ends(End::TurnedAway, VERSIONS)
                .early()
                .script(|| greets(|flow| old_fail(flow, tp_frames::Version::from_bytes([5, 0])))),
            scenario("10.7", "refuses-all")
                .does("Every version is answered with a Fail, and the connection closed.")
                .ends(End::TurnedAway, VERSIONS)
                .early()
                .script(|| {
                    greets(|flow| {
                        flow.fail(1, 3, "come back tomorrow");
                        flow.close();
                    })
                }),
            scenario("10.8", "text")
                .does("Every version is answered in plain text, and the connection closed.")
                .ends(End::GivesUp, HABIT)
                .early()
                .script(|| {
                    greets(|flow| {
                        flow.bytes(b"This server is full.\n");
                        flow.close();
                    })
                }),
            scenario("10.9", "text-and-silence")
                .does("Every version is answered in plain text, and the connection stays open.")
                .ends(End::GivesUp, HABIT)
                .early()
                .script(|| greets(|flow| flow.bytes(b"This server is full.\n"))),
            scenario("10.10", "web-server")
                .does("The answer is that of a web server.")
                .ends(End::GivesUp, VERSIONS)
                .early()
                .script(|| {
                    greets(|flow| {
                        flow.bytes(
                            b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\
                              Connection: close\r\n\r\n",
                        );
                        flow.close();
                    })
                }),
            scenario("10.11", "silence")
                .does("Connect is not answered, in any version.")
                .ends(End::TurnedAway, "protocol documentation: connections")
                .early()
                .script(|| greets(|_| {})),
            scenario("10.12", "half-a-header")
                .does("The answer to Connect is the first half of a header, and then nothing.")
                .ends(End::TurnedAway, "protocol documentation: connections")
                .early()
                .script(|| greets(|flow| flow.bytes(b"TP\x04\x00\x00\x00"))),
            scenario("10.13", "wrong-greeting")
                .does("Connect is answered with a frame that is no answer to it.")
                .ends(End::GivesUp, "schema: packet Connect, reply")
                .early()
                .script(|| greets(|flow| flow.say("Features", 1, json!({})))),
        ],
    }
}

/// TP04 is refused by `refuse`; TP03 is welcome.
fn only_tp03(refuse: fn(&mut Flow)) -> Script {
    let mut refused = false;
    Box::new(move |event, flow| match event {
        Event::Request(_) if refused => {}
        Event::Request(asked) if asked.header.version == Version::Tp04.header() => {
            refused = true;
            flow.misbehave();
            refuse(flow);
        }
        event => flow.pass(event),
    })
}

/// A Fail under number 0 with this in its header, and the body of TP03.
fn old_fail(flow: &mut Flow, version: tp_frames::Version) {
    let body = b"\0\0\0\0\0\0\0\x09TP03 only";
    flow.bytes(frame::frame(version, 0, game::Fail::TYPE, body));
}
