//! How connections end, and fall silent.

use tp_frames::{Header, Packet as _, game};

use crate::scenario::{End, Group, scenario};
use tp_tests::proxy::actions::{announces, answers_all, first_reply_to};
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
            scenario(
                "12.1",
                "close-at-once",
                "The connection is closed instead of an answer to Connect.",
                End::Disconnected,
                ENDS,
                || closing(game::Connect::TYPE, |_| Some(0)),
            )
            .early(),
            scenario(
                "12.2",
                "close-after-greeting",
                "The connection is closed behind the answer to Connect.",
                End::Disconnected,
                ENDS,
                || closing(game::Connect::TYPE, Some),
            )
            .early(),
            scenario(
                "12.3",
                "close-at-login",
                "The connection is closed instead of an answer to Login.",
                End::Disconnected,
                ENDS,
                || closing(game::Login::TYPE, |_| Some(0)),
            )
            .early(),
            scenario(
                "12.4",
                "close-after-login",
                "The connection is closed behind the answer to Login.",
                End::Disconnected,
                ENDS,
                || closing(game::Login::TYPE, Some),
            )
            .early(),
            scenario(
                "12.5",
                "close-in-header",
                "The connection is closed inside a header.",
                End::Disconnected,
                ENDS,
                || closing(game::GetFeatures::TYPE, |_| Some(9)),
            ),
            scenario(
                "12.6",
                "close-behind-header",
                "The connection is closed between a header and its body.",
                End::Disconnected,
                ENDS,
                || closing(game::GetFeatures::TYPE, |_| Some(Header::SIZE)),
            ),
            scenario(
                "12.7",
                "close-in-body",
                "The connection is closed inside a body.",
                End::Disconnected,
                ENDS,
                || {
                    closing(game::GetFeatures::TYPE, |whole| {
                        Some(whole.saturating_sub(2))
                    })
                },
            ),
            scenario(
                "12.8",
                "close-in-group",
                "The connection is closed inside a group.",
                End::Disconnected,
                ENDS,
                close_in_group,
            ),
            scenario(
                "12.9",
                "reset-at-login",
                "The connection is reset instead of an answer to Login.",
                End::Disconnected,
                ENDS,
                || closing(game::Login::TYPE, |_| Some(0)),
            )
            .early()
            .resets(),
            scenario(
                "12.10",
                "reset-in-body",
                "The connection is reset inside a body.",
                End::Disconnected,
                ENDS,
                || {
                    closing(game::GetFeatures::TYPE, |whole| {
                        Some(whole.saturating_sub(2))
                    })
                },
            )
            .early()
            .resets(),
            scenario(
                "12.11",
                "half-close",
                "The server sends nothing more behind the answer to Login, but reads on.",
                End::Disconnected,
                ENDS,
                || {
                    first_reply_to(game::Login::TYPE, |reply, flow| {
                        flow.send(&reply);
                        flow.finish();
                    })
                },
            )
            .early(),
            scenario(
                "12.12",
                "silent",
                "Nothing is answered behind the login.",
                End::NoAnswer,
                "protocol documentation: connections",
                || answers_all(|_, _| {}),
            ),
            scenario(
                "12.13",
                "deaf",
                "The server reads nothing behind the login, and answers nothing.",
                End::NoAnswer,
                "protocol documentation: connections",
                deaf,
            ),
            scenario(
                "12.14",
                "close-when-asked-twice",
                "The connection is closed at the second request behind the login.",
                End::Disconnected,
                ENDS,
                || {
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
                },
            ),
            scenario(
                "12.15",
                "reset-at-once",
                "The connection is reset instead of an answer to Connect.",
                End::Disconnected,
                ENDS,
                || closing(game::Connect::TYPE, |_| Some(0)),
            )
            .early()
            .resets(),
            scenario(
                "12.16",
                "reset-after-greeting",
                "The connection is reset behind the answer to Connect.",
                End::Disconnected,
                ENDS,
                || closing(game::Connect::TYPE, Some),
            )
            .early()
            .resets(),
            scenario(
                "12.17",
                "reset-in-header",
                "The connection is reset inside a header.",
                End::Disconnected,
                ENDS,
                || closing(game::GetFeatures::TYPE, |_| Some(9)),
            )
            .early()
            .resets(),
            scenario(
                "12.18",
                "reset-in-group",
                "The connection is reset inside a group.",
                End::Disconnected,
                ENDS,
                close_in_group,
            )
            .early()
            .resets(),
        ],
    }
}

/// Of the first reply to requests of this type so many bytes are sent, by its whole length; then
/// the connection ends.
fn closing(request: u32, bytes: fn(usize) -> Option<usize>) -> Script {
    first_reply_to(request, move |reply, flow| {
        let whole = encoded(&reply);
        let some = bytes(whole.len()).and_then(|count| whole.get(..count));
        if let Some(some) = some.filter(|some| !some.is_empty()) {
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
