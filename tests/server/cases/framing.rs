//! Where a frame begins and ends.

use serde_json::{Value, json};
use tp_frames::MAX_BODY;

use crate::case::{Group, case};
use crate::connection::{Connection, Event};
use crate::context::{Context, NAME};
use crate::outcome::{Outcome, Stop, ensure, require};
use tp_tests::frame::{frame, header};

use super::{recovers, turned_away};

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
            case(
                "2.1",
                "A frame that comes byte by byte is answered as if it came at once.",
                STREAM,
                |cx| {
                    let mut connection = cx.open()?;
                    let hello = cx.version.frame("Connect", 1, json!({ "string": NAME }))?;
                    connection.send_in_pieces(&hello, 1)?;
                    connection.sequence = 1;
                    connection.reply("Connect", 1)?.one("Okay")?;
                    Ok(())
                },
            ),
            case(
                "2.2",
                "A frame cut inside its header is answered when it is whole.",
                STREAM,
                |cx| cut(cx, 7),
            ),
            case(
                "2.3",
                "A frame cut between header and body is answered when it is whole.",
                STREAM,
                |cx| cut(cx, 16),
            ),
            case(
                "2.4",
                "A frame cut inside its body is answered when it is whole.",
                STREAM,
                |cx| cut(cx, 19),
            ),
            case(
                "2.5",
                "Two frames in one segment are both answered.",
                STREAM,
                |cx| glued(cx, 2, 0),
            ),
            case(
                "2.6",
                "Fifty frames in one segment are all answered, in order.",
                STREAM,
                |cx| glued(cx, 50, 0),
            ),
            case(
                "2.7",
                "A frame and the start of the next in one segment are both answered.",
                STREAM,
                |cx| glued(cx, 2, 5),
            ),
            case(
                "2.8",
                "A body that is missing is refused with Fail, and the connection goes on.",
                BODY,
                |cx| malformed(cx, GET_RESOURCE, b""),
            ),
            case(
                "2.9",
                "A body cut short by a byte is refused with Fail, and the connection goes on.",
                BODY,
                |cx| malformed(cx, GET_RESOURCE, b"\0\0\0\x01\0\0\0"),
            ),
            case(
                "2.10",
                "A count of a list greater than what follows is refused with Fail, and the connection goes on.",
                BODY,
                |cx| malformed(cx, GET_RESOURCE, b"\0\0\0\x09\0\0\0\x01"),
            ),
            case(
                "2.11",
                "The greatest count of a list is refused with Fail, and the connection goes on.",
                BODY,
                |cx| malformed(cx, GET_RESOURCE, b"\xff\xff\xff\xff\0\0\0\x01"),
            ),
            case(
                "2.12",
                "The length of a string greater than what follows is refused with Fail, and the connection goes on.",
                BODY,
                |cx| malformed_connect(cx, b"\0\0\0\x09test"),
            ),
            case(
                "2.13",
                "The greatest length of a string is refused with Fail, and the connection goes on.",
                BODY,
                |cx| malformed_connect(cx, b"\xff\xff\xff\xfftest"),
            ),
            case(
                "2.14",
                "Bytes behind the last field of a request are ignored.",
                TRAILING,
                |cx| {
                    let mut connection = cx.open()?;
                    let reply =
                        connection.ask_raw("Connect with bytes behind", 3, b"\0\0\0\x04testmore");
                    reply?.one("Okay")?;
                    connection.still_works()
                },
            ),
            case(
                "2.15",
                "Bytes in the body of a request that has no fields are ignored.",
                TRAILING,
                |cx| {
                    let mut connection = cx.connect()?;
                    let reply =
                        connection.ask_raw("GetTimeRemaining with a body", GET_TIME, b"more");
                    reply?.one("TimeRemaining")?;
                    connection.still_works()
                },
            ),
            case(
                "2.16",
                "A frame of an unknown type is refused with Fail, and the connection goes on.",
                UNKNOWN,
                |cx| unknown(cx, 4000, b""),
            ),
            case(
                "2.17",
                "The body of a frame of an unknown type is skipped by its length.",
                UNKNOWN,
                |cx| unknown(cx, 4001, &[b'T'; 300]),
            ),
            case(
                "2.18",
                "The greatest frame type is refused with Fail, and the connection goes on.",
                UNKNOWN,
                |cx| unknown(cx, u32::MAX, b""),
            ),
            case(
                "2.19",
                "A frame that only servers send is refused with Fail, and the connection goes on.",
                "schema: direction of the packet",
                |cx| {
                    let mut connection = cx.login()?;
                    for (name, r#type) in [
                        ("Okay", 0),
                        ("Fail", 1),
                        ("Sequence", 2),
                        ("Object", 7),
                        ("Features", 26),
                    ] {
                        let body = cx.version.body(name, Value::Null, false)?;
                        connection.ask_raw(name, r#type, &body)?.refused()?;
                    }
                    connection.still_works()
                },
            ),
            case(
                "2.20",
                "A negative length, read as unsigned far too much, ends in a refusal or a close.",
                LIMIT,
                |cx| too_long(cx, u32::MAX),
            ),
            case(
                "2.21",
                "A length of 2 GiB ends in a refusal or a close.",
                LIMIT,
                |cx| too_long(cx, 0x8000_0000),
            ),
            case(
                "2.22",
                "A length beyond the limit by a byte ends in a refusal or a close.",
                LIMIT,
                |cx| {
                    too_long(
                        cx,
                        u32::try_from(MAX_BODY)
                            .unwrap_or(u32::MAX)
                            .saturating_add(1),
                    )
                },
            ),
            case(
                "2.23",
                "A body just below the limit is read whole.",
                LIMIT,
                |cx| whole(cx, MAX_BODY.saturating_sub(1)),
            ),
            case(
                "2.24",
                "A body of exactly the limit is read whole.",
                LIMIT,
                |cx| match whole(cx, MAX_BODY) {
                    Err(Stop::Fail(why)) => Err(Stop::Deviation(why)),
                    other => other,
                },
            ),
            case(
                "2.25",
                "Garbage between frames ends in a refusal or a close, not in silence.",
                HEADER,
                |cx| {
                    let mut connection = cx.connect()?;
                    connection.send_bytes(&[0xa5; 64])?;
                    turned_away(&mut connection, "garbage")?;
                    connection.close();
                    cx.still_serves()
                },
            ),
            case(
                "2.26",
                "A client that goes away inside a header disturbs nobody.",
                STREAM,
                |cx| {
                    let mut connection = cx.connect()?;
                    connection.send_bytes(b"TP")?;
                    connection.close();
                    cx.still_serves()
                },
            ),
            case(
                "2.27",
                "A client that goes away inside a body disturbs nobody.",
                STREAM,
                |cx| {
                    let mut connection = cx.connect()?;
                    let start = header(cx.version.header(), 2, GET_RESOURCE, 500);
                    connection.send_bytes(&start)?;
                    connection.send_bytes(&[0; 100])?;
                    connection.close();
                    cx.still_serves()
                },
            ),
            case(
                "2.28",
                "Requests before the client ends its side are answered all the same.",
                STREAM,
                |cx| {
                    let plain = !cx.target.url.scheme().is_encrypted();
                    require!(
                        plain,
                        "with TLS, a side of TCP that ends is taken for an attack"
                    );
                    let mut connection = cx.connect()?;
                    let last = connection.send("GetTimeRemaining", Value::Null)?;
                    connection.finish_sending();
                    connection
                        .reply("GetTimeRemaining", last)?
                        .one("TimeRemaining")?;
                    Ok(())
                },
            ),
            case(
                "2.29",
                "No reply has bytes behind its last field.",
                TRAILING,
                nothing_behind,
            ),
        ],
    }
}

fn cut(cx: &mut Context<'_>, at: usize) -> Outcome {
    let mut connection = cx.open()?;
    let hello = cx.version.frame("Connect", 1, json!({ "string": NAME }))?;
    let (start, rest) = hello.split_at_checked(at).unwrap_or((&hello, &[]));
    connection.send_in_pieces(start, start.len())?;
    match connection.next(std::time::Duration::from_millis(30)) {
        Event::Silence => {}
        other => {
            return Err(Stop::Fail(format!("half a frame was answered: {other:?}")));
        }
    }
    connection.send_bytes(rest)?;
    connection.sequence = 1;
    connection.reply("Connect", 1)?.one("Okay")?;
    connection.still_works()
}

/// Requests in one write, with `more` bytes of another one whose rest follows.
fn glued(cx: &mut Context<'_>, count: u32, more: usize) -> Outcome {
    let mut connection = cx.connect()?;
    let mut bytes = Vec::new();
    let numbers: Vec<u32> = (100..).take(count as usize).collect();
    for number in &numbers {
        bytes.extend(cx.version.frame("GetTimeRemaining", *number, Value::Null)?);
    }
    let cut = if more == 0 {
        bytes.len()
    } else {
        more.saturating_add(16)
    };
    let (first, rest) = bytes.split_at_checked(cut).unwrap_or((&bytes, &[]));
    connection.send_bytes(first)?;
    if !rest.is_empty() {
        connection
            .reply("GetTimeRemaining", 100)?
            .one("TimeRemaining")?;
        connection.send_bytes(rest)?;
    }
    let left = if rest.is_empty() { 0 } else { 1 };
    for number in numbers.iter().skip(left) {
        connection
            .reply("GetTimeRemaining", *number)?
            .one("TimeRemaining")?;
    }
    connection.sequence = 1000;
    connection.still_works()
}

fn malformed(cx: &mut Context<'_>, r#type: u32, body: &[u8]) -> Outcome {
    let mut connection = cx.login()?;
    let reply = connection.ask_raw("a malformed body", r#type, body)?;
    reply.refused()?;
    connection.still_works()?;
    reply.refused_with(1).map(|_| ())
}

fn malformed_connect(cx: &mut Context<'_>, body: &[u8]) -> Outcome {
    let mut connection = cx.open()?;
    let reply = connection.ask_raw("a malformed Connect", 3, body)?;
    reply.refused()?;
    connection
        .ask("Connect", json!({ "string": NAME }))?
        .one("Okay")?;
    reply.refused_with(1).map(|_| ())
}

fn unknown(cx: &mut Context<'_>, r#type: u32, body: &[u8]) -> Outcome {
    let mut connection = cx.login()?;
    let reply = connection.ask_raw("an unknown frame", r#type, body)?;
    reply.refused()?;
    connection.still_works()?;
    reply.refused_with(0).map(|_| ())
}

fn too_long(cx: &mut Context<'_>, length: u32) -> Outcome {
    let mut connection = cx.connect()?;
    connection.send_bytes(&header(cx.version.header(), 2, GET_TIME, length))?;
    turned_away(&mut connection, "the length")?;
    connection.close();
    cx.still_serves()
}

/// A request with as large a body as may be: whatever the answer, the next frame is found.
fn whole(cx: &mut Context<'_>, size: usize) -> Outcome {
    let mut connection = cx.connect()?;
    let body = vec![0; size];
    let request = frame(cx.version.header(), 2, GET_TIME, &body);
    connection.send_bytes(&request)?;
    connection.sequence = 2;
    let answered = connection.reply("a large GetTimeRemaining", 2).map(|_| ());
    answered?;
    recovers(&mut connection, Connection::still_works)?;
    ensure!(
        !connection.has_ended(),
        "the connection is closed after a body of {size} bytes"
    );
    Ok(())
}

fn nothing_behind(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let mut frames = vec![
        connection.ask("GetFeatures", Value::Null)?,
        connection.ask("GetTimeRemaining", Value::Null)?,
    ];
    for kind in super::kinds::ALL {
        if !kind.get.is_in(cx.version.header()) {
            continue;
        }
        let ids = kind.ids(&mut connection)?;
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
