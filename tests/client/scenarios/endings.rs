//! How connections end, and fall silent.

use tp_frames::{Header, Packet as _, game};

use crate::scenario::{End, Group, scenario};
use tp_tests::proxy::actions::{Scripted as _, announces, answers_all, first_reply_to};
use tp_tests::proxy::script::{Event, Flow, Script, encoded};

const ENDS: &str = "protocol documentation: connections end without a farewell";

/// Quiet moments until a connection that nobody reads is ended.
const MOMENTS: u32 = 1_000;

pub(super) fn group() -> Group {
    Group {
        number: 12,
        name: "Endings",
        about: "A connection can end, or fall silent, at any byte. A client says which, and does \
                not wait for ever.",
        scenarios: vec![
            scenario("12.1", "close-at-once")
                .does("The connection is closed instead of an answer to Connect.")
                .ends(End::Disconnected, ENDS)
                .early()
                .script(|| closing(game::Connect::TYPE, |_| 0)),
            scenario("12.2", "close-after-greeting")
                .does("The connection is closed behind the answer to Connect.")
                .ends(End::Disconnected, ENDS)
                .early()
                .script(|| closing(game::Connect::TYPE, |whole| whole)),
            scenario("12.3", "close-at-login")
                .does("The connection is closed instead of an answer to Login.")
                .ends(End::Disconnected, ENDS)
                .early()
                .script(|| closing(game::Login::TYPE, |_| 0)),
            scenario("12.4", "close-after-login")
                .does("The connection is closed behind the answer to Login.")
                .ends(End::Disconnected, ENDS)
                .early()
                .script(|| closing(game::Login::TYPE, |whole| whole)),
            scenario("12.5", "close-in-header")
                .does("The connection is closed inside a header.")
                .ends(End::Disconnected, ENDS)
                .script(|| closing(game::GetFeatures::TYPE, |_| 9)),
            scenario("12.6", "close-behind-header")
                .does("The connection is closed between a header and its body.")
                .ends(End::Disconnected, ENDS)
                .script(|| closing(game::GetFeatures::TYPE, |_| Header::SIZE)),
            scenario("12.7", "close-in-body")
                .does("The connection is closed inside a body.")
                .ends(End::Disconnected, ENDS)
                .script(|| closing(game::GetFeatures::TYPE, |whole| whole.saturating_sub(2))),
            scenario("12.8", "close-in-group")
                .does("The connection is closed inside a group.")
                .ends(End::Disconnected, ENDS)
                .script(close_in_group),
            scenario("12.9", "reset-at-login")
                .does("The connection is reset instead of an answer to Login.")
                .ends(End::Disconnected, ENDS)
                .early()
                .resets()
                .script(|| closing(game::Login::TYPE, |_| 0)),
            scenario("12.10", "reset-in-body")
                .does("The connection is reset inside a body.")
                .ends(End::Disconnected, ENDS)
                .early()
                .resets()
                .script(|| closing(game::GetFeatures::TYPE, |whole| whole.saturating_sub(2))),
            scenario("12.11", "half-close")
                .does("The server sends nothing more behind the answer to Login, but reads on.")
                .ends(End::Disconnected, ENDS)
                .early()
                .first_reply_to(game::Login::TYPE, |reply, flow| {
                    flow.send(&reply);
                    flow.finish();
                }),
            scenario("12.12", "silent")
                .does("Nothing is answered behind the login.")
                .ends(End::NoAnswer, "protocol documentation: connections")
                .script(|| answers_all(|_, _| {})),
            scenario("12.13", "deaf")
                .does("The server reads nothing behind the login, and answers nothing.")
                .ends(End::NoAnswer, "protocol documentation: connections")
                .script(deaf),
            scenario("12.14", "close-when-asked-twice")
                .does("The connection is closed at the second request behind the login.")
                .ends(End::Disconnected, ENDS)
                .script(|| {
                    let mut count = 0_u32;
                    Box::new(move |event, flow| match event {
                        Event::Request(asked) => {
                            count = count.saturating_add(1);
                            match count {
                                1 => flow.forward(asked),
                                2 => {
                                    flow.misbehave();
                                    flow.close();
                                }
                                _ => {}
                            }
                        }
                        event => flow.pass(event),
                    })
                }),
            scenario("12.15", "reset-at-once")
                .does("The connection is reset instead of an answer to Connect.")
                .ends(End::Disconnected, ENDS)
                .early()
                .resets()
                .script(|| closing(game::Connect::TYPE, |_| 0)),
            scenario("12.16", "reset-after-greeting")
                .does("The connection is reset behind the answer to Connect.")
                .ends(End::Disconnected, ENDS)
                .early()
                .resets()
                .script(|| closing(game::Connect::TYPE, |whole| whole)),
            scenario("12.17", "reset-in-header")
                .does("The connection is reset inside a header.")
                .ends(End::Disconnected, ENDS)
                .early()
                .resets()
                .script(|| closing(game::GetFeatures::TYPE, |_| 9)),
            scenario("12.18", "reset-in-group")
                .does("The connection is reset inside a group.")
                .ends(End::Disconnected, ENDS)
                .early()
                .resets()
                .script(close_in_group),
        ],
    }
}

/// Of the first reply to requests of this type so many bytes are sent, by its whole length; then
/// the connection ends.
fn closing(request: u32, bytes: fn(usize) -> usize) -> Script {
    first_reply_to(request, move |reply, flow| {
        let whole = encoded(&reply);
        let some = whole.get(..bytes(whole.len())).unwrap_or_default();
        if !some.is_empty() {
            flow.bytes(some);
        }
        flow.close();
    })
}

/// The first member of a group comes, and then the end.
fn close_in_group() -> Script {
    let mut begun = false;
    Box::new(move |event, flow| match event {
        Event::Reply(reply) if flow.asked(&reply) == Some(game::GetObjectsByID::TYPE) => {
            flow.send(&reply);
            if begun {
                flow.misbehave();
                flow.close();
            }
            begun = announces(&reply);
        }
        event => flow.pass(event),
    })
}

/// Reads nothing more; whoever waits is let go after a while.
fn deaf() -> Script {
    let mut quiet = 0_u32;
    Box::new(move |event, flow: &mut Flow| {
        flow.misbehave();
        flow.stop_reading();
        if matches!(event, Event::Quiet) {
            quiet = quiet.saturating_add(1);
            if quiet == MOMENTS {
                flow.close();
            }
        }
    })
}
