//! Strings of any bytes.

use serde_json::json;

use crate::case::{Case, Group, case};
use crate::outcome::{Stop, ensure};
use tp_tests::frame;

use super::boards::{kept, with_message};

const STRINGS: &str =
    "protocol documentation: strings are UTF-8, with a count of bytes before them";
const NUL: &str = "protocol documentation: a NUL at the end of a string is no part of it";

pub(super) fn group() -> Group {
    let mut cases: Vec<Case> = vec![
        connects(
            "19.1",
            "A name of the client that is not UTF-8 is taken.",
            b"Caf\xe9 \xff\xfe",
        ),
        connects(
            "19.2",
            "A name of the client that ends in a NUL, as old clients send it, is taken.",
            b"client\0",
        ),
        connects(
            "19.3",
            "A name of the client with NULs in it is taken.",
            b"a\0b\0\0c",
        ),
        connects(
            "19.4",
            "A name of the client with control characters is taken.",
            b"\x1b[2J\r\n\x07",
        ),
    ];
    cases.push(case(
        "19.5",
        "A name of the client of 500,000 bytes is taken, or refused with Fail.",
        STRINGS,
        |cx| {
            let mut connection = cx.open()?;
            let reply = connection.ask("Connect", json!({ "string": "n".repeat(500_000) }));
            match reply {
                Ok(reply) if reply.only()?.is_fail() => Ok(()),
                Ok(reply) => reply.one("Okay").map(|_| ()),
                Err(Stop::Fail(_)) if connection.has_ended() => cx.still_serves(),
                Err(stop) => Err(stop),
            }
        },
    ));
    cases.extend([
        keeps(
            "19.6",
            "A message without subject and body stays without.",
            STRINGS,
            b"",
            b"",
        ),
        keeps(
            "19.7",
            "Letters of every language are kept.",
            STRINGS,
            "Ünïcödé".as_bytes(),
            "星 и ξ 🚀 e\u{301}".as_bytes(),
        ),
        keeps(
            "19.8",
            "Line ends and tabs are kept.",
            STRINGS,
            b"tab\there",
            b"one\ntwo\r\nthree\rfour\n",
        ),
        keeps(
            "19.9",
            "A NUL in the middle of a string is kept.",
            STRINGS,
            b"a\0b",
            b"before\0after",
        ),
        keeps(
            "19.10",
            "Bytes that are not UTF-8 are kept.",
            STRINGS,
            b"Caf\xe9",
            b"\xff\xfe\x80 text",
        ),
        keeps(
            "19.11",
            "Characters that mean something elsewhere are kept.",
            STRINGS,
            b"<b>\"quoted\"</b>",
            b"%s %n ' ; -- \\ & $(x)",
        ),
        keeps(
            "19.12",
            "Every byte but NUL is kept.",
            STRINGS,
            b"all",
            &every_byte(),
        ),
    ]);
    cases.push(
        case(
            "19.13",
            "A NUL at the end of a string is kept or dropped; nothing else is.",
            NUL,
            |cx| {
                let message = json!({ "subject": frame::text(b"ends\0"), "body": "plain" });
                with_message(cx, message, |_, read, _| {
                    let subject = read.field("subject");
                    let good = [json!("ends"), frame::text(b"ends\0")];
                    ensure!(good.contains(subject), "it is read as {subject}");
                    Ok(())
                })
            },
        )
        .alone(),
    );
    Group {
        number: 19,
        name: "Strings",
        about: "A string is a count and as many bytes. What is in it is the writer's business: it \
                comes back as it was given, whatever it is.",
        cases,
    }
}

fn every_byte() -> Vec<u8> {
    (1..=255).collect()
}

/// A Connect with this name, and a connection that works.
fn connects(id: &str, rule: &str, name: &'static [u8]) -> Case {
    case(id, rule, STRINGS, move |cx| {
        let mut connection = cx.open()?;
        connection
            .ask("Connect", json!({ "string": frame::text(name) }))?
            .one("Okay")?;
        connection.still_works()
    })
}

/// A message with this subject and body comes back as it was.
fn keeps(id: &str, rule: &str, source: &'static str, subject: &[u8], body: &[u8]) -> Case {
    let message = json!({ "subject": frame::text(subject), "body": frame::text(body) });
    case(id, rule, source, move |cx| {
        with_message(cx, message.clone(), |_, read, _| kept(&message, read))
    })
    .alone()
}
