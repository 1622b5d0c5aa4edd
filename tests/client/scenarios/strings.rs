//! Strings that are not what one expects.

use tp_frames::{Packet as _, RawFrame, game};

use crate::scenario::{End, Group, scenario};
use tp_tests::proxy::actions::{Scripted as _, answers, with_body};
use tp_tests::proxy::script::Script;

const BYTES: &str = "protocol documentation: strings are counted bytes; some are no UTF-8";
const NUL: &str = "habit of servers: a NUL at the end, counted";

pub(super) fn group() -> Group {
    Group {
        number: 7,
        name: "Strings",
        about: "Strings are counted bytes. Most are UTF-8; a client that insists loses the rest.",
        scenarios: vec![
            scenario("7.1", "latin1")
                .does("The text of the answer to Ping is Latin-1.")
                .ends(End::Answers, BYTES)
                .script(|| ponged(b"gr\xfc\xdf Gott")),
            scenario("7.2", "broken-utf8")
                .does("The text of the answer to Ping ends in the middle of a letter.")
                .ends(End::Answers, BYTES)
                .script(|| ponged(b"half a star: \xe2\x98")),
            scenario("7.3", "nul-ended")
                .does("The text of the answer to Ping ends in NUL, which is counted.")
                .ends(End::Answers, NUL)
                .script(|| ponged(b"PONG!\0")),
            scenario("7.4", "nul-inside")
                .does("The text of the answer to Ping has NULs inside.")
                .ends(End::Answers, BYTES)
                .script(|| ponged(b"P\0O\0NG")),
            scenario("7.5", "empty-string")
                .does("The text of the answer to Ping is empty.")
                .ends(End::Answers, BYTES)
                .script(|| ponged(b"")),
            scenario("7.6", "huge-string")
                .does("The text of the answer to Ping has half a million letters.")
                .ends(End::Answers, BYTES)
                .script(|| ponged(&[b'x'; 500_000])),
            scenario("7.7", "terminal-codes")
                .does("The text of the answer to Ping would turn a terminal red and clear it.")
                .ends(End::Answers, BYTES)
                .script(|| ponged(b"\x1b[31m\x1b[2Jred\x07")),
            scenario("7.8", "object-names")
                .does("The names of objects are not UTF-8.")
                .ends(End::Answers, BYTES)
                .objects(|object, _| renamed(object)),
            scenario("7.9", "nul-greeting")
                .does("The greeting ends in NUL, which is counted.")
                .ends(End::Answers, NUL)
                .early()
                .replies_to(game::Connect::TYPE, |reply, flow| {
                    flow.send(&with_body(&reply, counted(b"hello\0")));
                }),
        ],
    }
}

/// A Ping is answered with this text.
fn ponged(text: &[u8]) -> Script {
    let body = counted(text);
    answers(game::Ping::TYPE, move |asked, flow| {
        flow.say_raw(game::Okay::TYPE, asked.header.sequence, &body);
    })
}

/// A string as it travels.
fn counted(text: &[u8]) -> Vec<u8> {
    let count = u32::try_from(text.len()).unwrap_or_default();
    [&count.to_be_bytes(), text].concat()
}

/// The object with a name that is not UTF-8. In both versions the name begins at offset 8.
fn renamed(object: &RawFrame) -> RawFrame {
    const NAME: usize = 8;
    let count = object.body.get(NAME..).and_then(<[u8]>::first_chunk);
    let count = count.map_or(0, |count| u32::from_be_bytes(*count));
    let count = usize::try_from(count).unwrap_or_default();
    let end = NAME.saturating_add(4).saturating_add(count);
    let before = object.body.get(..NAME).unwrap_or_default();
    let behind = object.body.get(end..).unwrap_or_default();
    with_body(object, [before, &counted(b"\xc4\xd6\xdc"), behind].concat())
}
