//! Sequence numbers, and the order of replies.

use serde_json::{Value, json};

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::{Context, NAME, credentials};
use crate::outcome::{Outcome, Stop, ensure};

const NUMBERS: &str = "protocol documentation: sequence numbers";
const ORDER: &str = "protocol documentation: replies come in the order of the requests";

pub(super) fn group() -> Group {
    Group {
        number: 8,
        name: "Sequence numbers and order",
        about: "Every frame of a reply has the number of its request, and replies come in the \
                order of the requests, so a client may send many without waiting.",
        cases: vec![
            case(
                "8.1",
                "The first request may have any number; its reply has the same.",
                NUMBERS,
                |cx| {
                    for number in [1, 2, 0x1234_5678] {
                        let mut connection = cx.open()?;
                        connection.send_as(number, "Connect", json!({ "string": NAME }))?;
                        connection.reply("Connect", number)?.one("Okay")?;
                    }
                    Ok(())
                },
            ),
            case(
                "8.2",
                "Numbers from 2³¹ up to the greatest are echoed.",
                NUMBERS,
                |cx| echoes(cx, &[0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff]),
            ),
            case(
                "8.3",
                "After the greatest number the smallest comes again.",
                NUMBERS,
                |cx| echoes(cx, &[0xffff_fffe, 0xffff_ffff, 1, 2]),
            ),
            case(
                "8.4",
                "Numbers that leave some out are echoed.",
                NUMBERS,
                |cx| echoes(cx, &[10, 20, 21, 500]),
            ),
            case(
                "8.5",
                "A number that was used before is echoed, or refused with Fail.",
                NUMBERS,
                |cx| {
                    let mut connection = cx.connect()?;
                    for number in [7, 7, 6] {
                        connection.send_as(number, "GetTimeRemaining", Value::Null)?;
                        connection.reply("GetTimeRemaining", number)?.only()?;
                    }
                    Ok(())
                },
            ),
            case(
                "8.6",
                "A request with number 0 is answered or refused, not ignored.",
                NUMBERS,
                |cx| {
                    let mut connection = cx.connect()?;
                    connection.send_as(0, "GetTimeRemaining", Value::Null)?;
                    match connection.event() {
                        crate::connection::Event::Silence => Err(Stop::Fail("no answer".into())),
                        _ => cx.still_serves(),
                    }
                },
            ),
            case(
                "8.7",
                "A Fail has the number of the request that it refuses.",
                NUMBERS,
                |cx| {
                    let mut connection = cx.login()?;
                    connection.send_as(4242, "GetObjectsByID", json!({ "ids": [0x7abc_def0] }))?;
                    connection.reply("GetObjectsByID", 4242)?.refused()?;
                    Ok(())
                },
            ),
            case(
                "8.8",
                "The Fail to an unknown frame has that frame's number.",
                NUMBERS,
                |cx| {
                    let mut connection = cx.login()?;
                    connection.sequence = 5000;
                    connection
                        .ask_raw("an unknown frame", 4002, b"")?
                        .refused()?;
                    Ok(())
                },
            ),
            case(
                "8.9",
                "The Fail to a malformed body has its frame's number.",
                NUMBERS,
                |cx| {
                    let mut connection = cx.login()?;
                    connection.sequence = 6000;
                    connection
                        .ask_raw("a malformed body", 22, b"\0\0\0\x05")?
                        .refused()?;
                    Ok(())
                },
            ),
            case(
                "8.10",
                "Every frame of a group has the number of the request.",
                NUMBERS,
                |cx| {
                    let mut connection = cx.login()?;
                    connection.sequence = 7000;
                    let ids = json!({ "ids": [0, 0x7abc_def0, 0] });
                    // Any other number than the request's ends the case.
                    let reply = connection.ask("GetObjectsByID", ids)?;
                    ensure!(
                        reply.frames.len() == 3,
                        "{} frames came",
                        reply.frames.len()
                    );
                    Ok(())
                },
            ),
            case(
                "8.11",
                "Twenty requests sent at once are answered in their order.",
                ORDER,
                |cx| {
                    let mut connection = cx.login()?;
                    pipelined(&mut connection, &["GetTimeRemaining"; 20])
                },
            ),
            case(
                "8.12",
                "Quick and slow requests sent at once are answered in their order.",
                ORDER,
                |cx| {
                    let mut connection = cx.login()?;
                    let mixed = [
                        "GetObjectIDs",
                        "GetTimeRemaining",
                        "GetOrderDescIDs",
                        "GetFeatures",
                        "GetObjectIDs",
                        "GetFeatures",
                        "GetBoardIDs",
                        "GetTimeRemaining",
                    ];
                    pipelined(&mut connection, &mixed)
                },
            ),
            case(
                "8.13",
                "Connect, Login and a request may be sent at once.",
                ORDER,
                |cx| {
                    let account = cx.first()?;
                    let mut connection = cx.open()?;
                    let hello = cx.version.frame("Connect", 1, json!({ "string": NAME }))?;
                    let login = cx.version.frame("Login", 2, credentials(account))?;
                    let get = cx
                        .version
                        .frame("GetObjectsByID", 3, json!({ "ids": [0] }))?;
                    connection.send_bytes(&[hello, login, get].concat())?;
                    connection.reply("Connect", 1)?.one("Okay")?;
                    connection.reply("Login", 2)?.one("Okay")?;
                    connection.reply("GetObjectsByID", 3)?.one("Object")?;
                    Ok(())
                },
            ),
            case(
                "8.14",
                "Requests behind one that is refused are answered all the same.",
                ORDER,
                |cx| {
                    let mut connection = cx.login()?;
                    let unknown =
                        connection.send("GetObjectsByID", json!({ "ids": [0x7abc_def0] }))?;
                    let bad = connection.send_raw(22, b"\0\0\0\x05")?;
                    let good = connection.send("GetObjectsByID", json!({ "ids": [0] }))?;
                    connection.reply("an unknown id", unknown)?.refused()?;
                    connection.reply("a malformed body", bad)?.refused()?;
                    connection.reply("GetObjectsByID", good)?.one("Object")?;
                    Ok(())
                },
            ),
            case(
                "8.15",
                "A thousand requests sent at once are all answered, in their order.",
                ORDER,
                |cx| {
                    let mut connection = cx.login()?;
                    pipelined(&mut connection, &["GetTimeRemaining"; 1000])
                },
            ),
        ],
    }
}

fn echoes(cx: &mut Context<'_>, numbers: &[u32]) -> Outcome {
    let mut connection = cx.connect()?;
    for number in numbers {
        connection.send_as(*number, "GetTimeRemaining", Value::Null)?;
        connection.reply("GetTimeRemaining", *number)?.only()?;
    }
    Ok(())
}

/// Requests in one write; the replies in the order of the requests.
fn pipelined(connection: &mut Connection, requests: &[&str]) -> Outcome {
    let all = json!({ "key": -1, "start": 0, "amount": -1, "from": -1 });
    let first = connection.sequence.saturating_add(1);
    let mut bytes = Vec::new();
    for (number, name) in (first..).zip(requests) {
        bytes.extend(connection.version.frame(name, number, all.clone())?);
    }
    connection.send_bytes(&bytes)?;
    for (number, name) in (first..).zip(requests) {
        connection.sequence = number;
        let reply = connection.reply(name, number)?;
        let frame = reply.only()?;
        ensure!(
            !frame.is_fail(),
            "{name} was answered with {}",
            frame.what()
        );
    }
    Ok(())
}
