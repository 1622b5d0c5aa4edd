//! Sequence numbers, and the order of replies.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::{Connection, hello};
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
            rule("8.1", NUMBERS)
                .says("The first request may have any number; its reply has the same.")
                .tried_by(|cx| {
                    for number in [1, 2, 0x1234_5678] {
                        let mut connection = cx.open()?;
                        connection.send_as(number, "Connect", hello())?;
                        connection.reply("Connect", number)?.one("Okay")?;
                    }
                    Ok(())
                }),
            rule("8.2", NUMBERS)
                .says("Numbers from 2³¹ up to the greatest are echoed.")
                .tried_by_guest(|it| {
                    echoes(it, &[0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff])
                }),
            rule("8.3", NUMBERS)
                .says("After the greatest number the smallest comes again.")
                .tried_by_guest(|it| echoes(it, &[0xffff_fffe, 0xffff_ffff, 1, 2])),
            rule("8.4", NUMBERS)
                .says("Numbers that leave some out are echoed.")
                .tried_by_guest(|it| echoes(it, &[10, 20, 21, 500])),
            rule("8.5", NUMBERS)
                .says("A number that was used before is echoed, or refused with Fail.")
                .tried_by_guest(|it| echoes(it, &[7, 7, 6])),
            rule("8.6", NUMBERS)
                .says("A request with number 0 is answered or refused, not ignored.")
                .tried_by(|cx| {
                    let mut connection = cx.connect()?;
                    connection.send_as(0, "GetTimeRemaining", Value::Null)?;
                    match connection.event() {
                        crate::connection::Event::Silence => Err(Stop::Fail("no answer".into())),
                        _ => cx.still_serves(),
                    }
                }),
            rule("8.7", NUMBERS)
                .says("A Fail has the number of the request that it refuses.")
                .tried_by_player(|connection| {
                    connection.send_as(4242, "GetObjectsByID", json!({ "ids": [0x7abc_def0] }))?;
                    connection.reply("GetObjectsByID", 4242)?.refused()?;
                    Ok(())
                }),
            rule("8.8", NUMBERS)
                .says("The Fail to an unknown frame has that frame's number.")
                .tried_by_player(|connection| {
                    connection.sequence = 5000;
                    let reply = connection.ask_raw("an unknown frame", 4002, b"")?;
                    reply.refused().map(|_| ())
                }),
            rule("8.9", NUMBERS)
                .says("The Fail to a malformed body has its frame's number.")
                .tried_by_player(|connection| {
                    connection.sequence = 6000;
                    let reply = connection.ask_raw("a malformed body", 22, b"\0\0\0\x05")?;
                    reply.refused().map(|_| ())
                }),
            rule("8.10", NUMBERS)
                .says("Every frame of a group has the number of the request.")
                .tried_by_player(|connection| {
                    connection.sequence = 7000;
                    let ids = json!({ "ids": [0, 0x7abc_def0, 0] });
                    // Any other number than the request's ends the case.
                    let reply = connection.ask("GetObjectsByID", ids)?;
                    let count = reply.frames.len();
                    ensure!(count == 3, "{count} frames came");
                    Ok(())
                }),
            rule("8.11", ORDER)
                .says("Twenty requests sent at once are answered in their order.")
                .tried_by_player(|connection| pipelined(connection, &["GetTimeRemaining"; 20])),
            rule("8.12", ORDER)
                .says("Quick and slow requests sent at once are answered in their order.")
                .tried_by_player(|connection| {
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
                    pipelined(connection, &mixed)
                }),
            rule("8.13", ORDER)
                .says("Connect, Login and a request may be sent at once.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = cx.open()?;
                    let hello = cx.version.frame("Connect", 1, hello())?;
                    let login = cx.version.frame("Login", 2, account.credentials())?;
                    let universe = json!({ "ids": [0] });
                    let get = cx.version.frame("GetObjectsByID", 3, universe)?;
                    connection.send_bytes(&[hello, login, get].concat())?;
                    connection.reply("Connect", 1)?.one("Okay")?;
                    connection.reply("Login", 2)?.one("Okay")?;
                    connection.reply("GetObjectsByID", 3)?.one("Object")?;
                    Ok(())
                }),
            rule("8.14", ORDER)
                .says("Requests behind one that is refused are answered all the same.")
                .tried_by_player(|connection| {
                    let unknown =
                        connection.send("GetObjectsByID", json!({ "ids": [0x7abc_def0] }))?;
                    let bad = connection.send_raw(22, b"\0\0\0\x05")?;
                    let good = connection.send("GetObjectsByID", json!({ "ids": [0] }))?;
                    connection.reply("an unknown id", unknown)?.refused()?;
                    connection.reply("a malformed body", bad)?.refused()?;
                    connection.reply("GetObjectsByID", good)?.one("Object")?;
                    Ok(())
                }),
            rule("8.15", ORDER)
                .says("A thousand requests sent at once are all answered, in their order.")
                .tried_by_player(|connection| pipelined(connection, &["GetTimeRemaining"; 1000])),
        ],
    }
}

fn echoes(connection: &mut Connection, numbers: &[u32]) -> Outcome {
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
