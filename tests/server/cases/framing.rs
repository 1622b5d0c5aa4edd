//! Where a frame begins and ends.

use serde_json::{Value, json};
use tp_frames::MAX_BODY;

use crate::case::{Group, rule};
use crate::connection::{Connection, Event, hello};
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, require};
use tp_tests::frame::{frame, header};

use super::{recovers, turns_away};

const HEADER: &str = "schema: packet Header, length";
const STREAM: &str = "protocol documentation: frames travel over a stream of bytes";
const BODY: &str = "schema: body of the packet; Fail code 1";
const LIMIT: &str = "protocol documentation: a body has at most 1,048,576 bytes";
const TRAILING: &str = "protocol documentation: bytes behind the last field are ignored";
const UNKNOWN: &str = "protocol documentation: frames of an unknown type; Fail code 0";

const GET_TIME: u32 = 14;
const GET_RESOURCE: u32 = 22;

pub(super) fn group() -> Group {
    Group {
        number: 2,
        name: "Framing",
        about: "A frame is a header of 16 bytes and as many bytes of body as the header says. How \
                the network cuts the stream does not matter, and one bad frame must not spoil the \
                next, as long as its length can be believed.",
        cases: vec![
            rule("2.1", STREAM)
                .says("A frame that comes byte by byte is answered as if it came at once.")
                .tried_by_stranger(|connection| {
                    let hello = connection.version.frame("Connect", 1, hello())?;
                    connection.send_in_pieces(&hello, 1)?;
                    connection.sequence = 1;
                    connection.reply("Connect", 1)?.one("Okay")?;
                    Ok(())
                }),
            rule("2.2", STREAM)
                .says("A frame cut inside its header is answered when it is whole.")
                .tried_by_stranger(|it| cut(it, 7)),
            rule("2.3", STREAM)
                .says("A frame cut between header and body is answered when it is whole.")
                .tried_by_stranger(|it| cut(it, 16)),
            rule("2.4", STREAM)
                .says("A frame cut inside its body is answered when it is whole.")
                .tried_by_stranger(|it| cut(it, 19)),
            rule("2.5", STREAM)
                .says("Two frames in one segment are both answered.")
                .tried_by_guest(|it| glued(it, 2, 0)),
            rule("2.6", STREAM)
                .says("Fifty frames in one segment are all answered, in order.")
                .tried_by_guest(|it| glued(it, 50, 0)),
            rule("2.7", STREAM)
                .says("A frame and the start of the next in one segment are both answered.")
                .tried_by_guest(|it| glued(it, 2, 5)),
            rule("2.8", BODY)
                .says("A body that is missing is refused with Fail, and the connection goes on.")
                .tried_by_player(|it| malformed(it, b"")),
            rule("2.9", BODY)
                .says(
                    "A body cut short by a byte is refused with Fail, and the connection goes on.",
                )
                .tried_by_player(|it| malformed(it, b"\0\0\0\x01\0\0\0")),
            rule("2.10", BODY)
                .says(
                    "A count of a list greater than what follows is refused with Fail, and the \
                     connection goes on.",
                )
                .tried_by_player(|it| malformed(it, b"\0\0\0\x09\0\0\0\x01")),
            rule("2.11", BODY)
                .says(
                    "The greatest count of a list is refused with Fail, and the connection goes \
                     on.",
                )
                .tried_by_player(|it| malformed(it, b"\xff\xff\xff\xff\0\0\0\x01")),
            rule("2.12", BODY)
                .says(
                    "The length of a string greater than what follows is refused with Fail, and \
                     the connection goes on.",
                )
                .tried_by_stranger(|it| malformed_connect(it, b"\0\0\0\x09test")),
            rule("2.13", BODY)
                .says(
                    "The greatest length of a string is refused with Fail, and the connection \
                     goes on.",
                )
                .tried_by_stranger(|it| malformed_connect(it, b"\xff\xff\xff\xfftest")),
            rule("2.14", TRAILING)
                .says("Bytes behind the last field of a request are ignored.")
                .tried_by_stranger(|connection| {
                    let reply =
                        connection.ask_raw("Connect with bytes behind", 3, b"\0\0\0\x04testmore");
                    reply?.one("Okay")?;
                    connection.still_works()
                }),
            rule("2.15", TRAILING)
                .says("Bytes in the body of a request that has no fields are ignored.")
                .tried_by_guest(|connection| {
                    let reply =
                        connection.ask_raw("GetTimeRemaining with a body", GET_TIME, b"more");
                    reply?.one("TimeRemaining")?;
                    connection.still_works()
                }),
            rule("2.16", UNKNOWN)
                .says(
                    "A frame of an unknown type is refused with Fail, and the connection goes on.",
                )
                .tried_by_player(|it| unknown(it, 4000, b"")),
            rule("2.17", UNKNOWN)
                .says("The body of a frame of an unknown type is skipped by its length.")
                .tried_by_player(|it| unknown(it, 4001, &[b'T'; 300])),
            rule("2.18", UNKNOWN)
                .says("The greatest frame type is refused with Fail, and the connection goes on.")
                .tried_by_player(|it| unknown(it, u32::MAX, b"")),
            rule("2.19", "schema: direction of the packet")
                .says(
                    "A frame that only servers send is refused with Fail, and the connection goes \
                     on.",
                )
                .tried_by_player(|connection| {
                    for (name, r#type) in [
                        ("Okay", 0),
                        ("Fail", 1),
                        ("Sequence", 2),
                        ("Object", 7),
                        ("Features", 26),
                    ] {
                        let body = connection.version.body(name, Value::Null, false)?;
                        connection.ask_raw(name, r#type, &body)?.refused()?;
                    }
                    connection.still_works()
                }),
            rule("2.20", LIMIT)
                .says(
                    "A negative length, read as unsigned far too much, ends in a refusal or a \
                     close.",
                )
                .tried_by(|cx| too_long(cx, u32::MAX)),
            rule("2.21", LIMIT)
                .says("A length of 2 GiB ends in a refusal or a close.")
                .tried_by(|cx| too_long(cx, 0x8000_0000)),
            rule("2.22", LIMIT)
                .says("A length beyond the limit by a byte ends in a refusal or a close.")
                .tried_by(|cx| {
                    let most = u32::try_from(MAX_BODY).unwrap_or(u32::MAX);
                    too_long(cx, most.saturating_add(1))
                }),
            rule("2.23", LIMIT)
                .says("A body just below the limit is read whole.")
                .tried_by_guest(|it| whole(it, MAX_BODY.saturating_sub(1))),
            rule("2.24", LIMIT)
                .says("A body of exactly the limit is read whole.")
                .tried_by_guest(|it| match whole(it, MAX_BODY) {
                    Err(Stop::Fail(why)) => Err(Stop::Deviation(why)),
                    other => other,
                }),
            rule("2.25", HEADER)
                .says("Garbage between frames ends in a refusal or a close, not in silence.")
                .tried_by(|cx| turns_away(cx, cx.connect()?, &[0xa5; 64], "garbage")),
            rule("2.26", STREAM)
                .says("A client that goes away inside a header disturbs nobody.")
                .tried_by(|cx| {
                    let mut connection = cx.connect()?;
                    connection.send_bytes(b"TP")?;
                    connection.close();
                    cx.still_serves()
                }),
            rule("2.27", STREAM)
                .says("A client that goes away inside a body disturbs nobody.")
                .tried_by(|cx| {
                    let mut connection = cx.connect()?;
                    let start = header(cx.version.header(), 2, GET_RESOURCE, 500);
                    connection.send_bytes(&start)?;
                    connection.send_bytes(&[0; 100])?;
                    connection.close();
                    cx.still_serves()
                }),
            rule("2.28", STREAM)
                .says("Requests before the client ends its side are answered all the same.")
                .tried_by(|cx| {
                    let plain = !cx.target.url.scheme().is_encrypted();
                    require!(
                        plain,
                        "with TLS, a side of TCP that ends is taken for an attack"
                    );
                    let mut connection = cx.connect()?;
                    let last = connection.send("GetTimeRemaining", Value::Null)?;
                    connection.finish_sending();
                    let reply = connection.reply("GetTimeRemaining", last)?;
                    reply.one("TimeRemaining").map(|_| ())
                }),
            rule("2.29", TRAILING)
                .says("No reply has bytes behind its last field.")
                .tried_by_player(nothing_behind),
        ],
    }
}

fn cut(connection: &mut Connection, at: usize) -> Outcome {
    let hello = connection.version.frame("Connect", 1, hello())?;
    let (start, rest) = hello.split_at_checked(at).unwrap_or((&hello, &[]));
    connection.send_in_pieces(start, start.len())?;
    let came = connection.next(std::time::Duration::from_millis(30));
    ensure!(
        matches!(came, Event::Silence),
        "half a frame was answered: {came:?}"
    );
    connection.send_bytes(rest)?;
    connection.sequence = 1;
    connection.reply("Connect", 1)?.one("Okay")?;
    connection.still_works()
}

/// Requests in one write, with `more` bytes of another one whose rest follows.
fn glued(connection: &mut Connection, count: u32, more: usize) -> Outcome {
    let (version, mut bytes) = (connection.version, Vec::new());
    let numbers: Vec<u32> = (100..).take(count as usize).collect();
    for number in &numbers {
        bytes.extend(version.frame("GetTimeRemaining", *number, Value::Null)?);
    }
    let cut = match more {
        0 => bytes.len(),
        more => more.saturating_add(16),
    };
    let (first, rest) = bytes.split_at_checked(cut).unwrap_or((&bytes, &[]));
    connection.send_bytes(first)?;
    for number in numbers {
        let reply = connection.reply("GetTimeRemaining", number)?;
        reply.one("TimeRemaining")?;
        if number == 100 && !rest.is_empty() {
            connection.send_bytes(rest)?;
        }
    }
    connection.sequence = 1000;
    connection.still_works()
}

fn malformed(connection: &mut Connection, body: &[u8]) -> Outcome {
    let reply = connection.ask_raw("a malformed body", GET_RESOURCE, body)?;
    reply.refused()?;
    connection.still_works()?;
    reply.refused_with(1)
}

fn malformed_connect(connection: &mut Connection, body: &[u8]) -> Outcome {
    let reply = connection.ask_raw("a malformed Connect", 3, body)?;
    reply.refused()?;
    connection.greet()?;
    reply.refused_with(1)
}

fn unknown(connection: &mut Connection, r#type: u32, body: &[u8]) -> Outcome {
    let reply = connection.ask_raw("an unknown frame", r#type, body)?;
    reply.refused()?;
    connection.still_works()?;
    reply.refused_with(0)
}

fn too_long(cx: &mut Context<'_>, length: u32) -> Outcome {
    let start = header(cx.version.header(), 2, GET_TIME, length);
    turns_away(cx, cx.connect()?, &start, "the length")
}

/// A request with as large a body as may be: whatever the answer, the next frame is found.
fn whole(connection: &mut Connection, size: usize) -> Outcome {
    let body = vec![0; size];
    let request = frame(connection.version.header(), 2, GET_TIME, &body);
    connection.send_bytes(&request)?;
    connection.sequence = 2;
    connection.reply("a large GetTimeRemaining", 2)?;
    recovers(connection, Connection::still_works)?;
    ensure!(
        !connection.has_ended(),
        "the connection is closed after a body of {size} bytes"
    );
    Ok(())
}

fn nothing_behind(connection: &mut Connection) -> Outcome {
    let mut frames = vec![
        connection.ask("GetFeatures", Value::Null)?,
        connection.ask("GetTimeRemaining", Value::Null)?,
    ];
    for kind in super::kinds::ALL {
        if !kind.get.is_in(connection.version.header()) {
            continue;
        }
        let ids = match kind.ids(connection) {
            // What else there is has no bytes behind it either.
            Err(Stop::Skip(_)) => continue,
            ids => ids?,
        };
        let some: Vec<u32> = ids.into_iter().take(20).collect();
        frames.push(connection.ask(kind.get.name, json!({ "ids": some }))?);
    }
    for frame in frames.iter().flat_map(|reply| &reply.frames) {
        ensure!(frame.problem.is_none(), "{} does not decode", frame.what());
        ensure!(
            frame.trailing.is_empty(),
            "{} has {} bytes behind its last field",
            frame.what(),
            frame.trailing.len()
        );
    }
    Ok(())
}
