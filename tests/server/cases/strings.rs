//! Strings of any bytes.

use serde_json::json;

use crate::case::{Group, rule};
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure};
use tp_tests::frame;

use super::boards::{kept, with_message};

const STRINGS: &str =
    "protocol documentation: strings are UTF-8, with a count of bytes before them";
const NUL: &str = "protocol documentation: a NUL at the end of a string is no part of it";

pub(super) fn group() -> Group {
    Group {
        number: 19,
        name: "Strings",
        about: "A string is a count and as many bytes. What is in it is the writer's business: it \
                comes back as it was given, whatever it is.",
        cases: vec![
            rule("19.1", STRINGS)
                .says("A name of the client that is not UTF-8 is taken.")
                .tried_by(connects(b"Caf\xe9 \xff\xfe")),
            rule("19.2", STRINGS)
                .says("A name of the client that ends in a NUL, as old clients send it, is taken.")
                .tried_by(connects(b"client\0")),
            rule("19.3", STRINGS)
                .says("A name of the client with NULs in it is taken.")
                .tried_by(connects(b"a\0b\0\0c")),
            rule("19.4", STRINGS)
                .says("A name of the client with control characters is taken.")
                .tried_by(connects(b"\x1b[2J\r\n\x07")),
            rule("19.5", STRINGS)
                .says("A name of the client of 500,000 bytes is taken, or refused with Fail.")
                .tried_by(|cx| {
                    let mut connection = cx.open()?;
                    let reply = connection.ask("Connect", json!({ "string": "n".repeat(500_000) }));
                    match reply {
                        Ok(reply) if reply.only()?.is_fail() => Ok(()),
                        Ok(reply) => reply.one("Okay").map(|_| ()),
                        Err(Stop::Fail(_)) if connection.has_ended() => cx.still_serves(),
                        Err(stop) => Err(stop),
                    }
                }),
            rule("19.6", STRINGS)
                .says("A message without subject and body stays without.")
                .alone()
                .tried_by(keeps(b"", b"")),
            rule("19.7", STRINGS)
                .says("Letters of every language are kept.")
                .alone()
                .tried_by(keeps("Ünïcödé".as_bytes(), "星 и ξ 🚀 e\u{301}".as_bytes())),
            rule("19.8", STRINGS)
                .says("Line ends and tabs are kept.")
                .alone()
                .tried_by(keeps(b"tab\there", b"one\ntwo\r\nthree\rfour\n")),
            rule("19.9", STRINGS)
                .says("A NUL in the middle of a string is kept.")
                .alone()
                .tried_by(keeps(b"a\0b", b"before\0after")),
            rule("19.10", STRINGS)
                .says("Bytes that are not UTF-8 are kept.")
                .alone()
                .tried_by(keeps(b"Caf\xe9", b"\xff\xfe\x80 text")),
            rule("19.11", STRINGS)
                .says("Characters that mean something elsewhere are kept.")
                .alone()
                .tried_by(keeps(b"<b>\"quoted\"</b>", b"%s %n ' ; -- \\ & $(x)")),
            rule("19.12", STRINGS)
                .says("Every byte but NUL is kept.")
                .alone()
                .tried_by(keeps(b"all", &every_byte())),
            rule("19.13", NUL)
                .says("A NUL at the end of a string is kept or dropped; nothing else is.")
                .alone()
                .tried_by(|cx| {
                    let message = json!({ "subject": frame::text(b"ends\0"), "body": "plain" });
                    with_message(cx, message, |_, read, _| {
                        let subject = read.field("subject");
                        let good = [json!("ends"), frame::text(b"ends\0")];
                        ensure!(good.contains(subject), "it is read as {subject}");
                        Ok(())
                    })
                }),
        ],
    }
}

fn every_byte() -> Vec<u8> {
    (1..=255).collect()
}

/// A Connect with this name, and a connection that works.
fn connects(name: &'static [u8]) -> impl Fn(&mut Context<'_>) -> Outcome {
    move |cx| {
        let mut connection = cx.open()?;
        connection.okays("Connect", json!({ "string": frame::text(name) }))?;
        connection.still_works()
    }
}

/// A message with this subject and body comes back as it was.
fn keeps(subject: &[u8], body: &[u8]) -> impl Fn(&mut Context<'_>) -> Outcome + use<> {
    let message = json!({ "subject": frame::text(subject), "body": frame::text(body) });
    move |cx| with_message(cx, message.clone(), |_, read, _| kept(&message, read))
}
