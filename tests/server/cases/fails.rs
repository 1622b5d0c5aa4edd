//! Fail: its codes and what is in it.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Step as _, Stop, ensure, prefer};
use crate::reply::{Reply, has_code};
use tp_tests::frame::{Frame, Version};

use super::kinds::{CATEGORIES, OBJECTS, ORDER_TYPES, query};

const FAIL: &str = "schema: packet Fail";
const CODE: &str = "schema: packet Fail, code";

pub(super) fn group() -> Group {
    Group {
        number: 21,
        name: "Fail",
        about: "A Fail says by its code what kind of thing is wrong, so that a client knows \
                whether to try again. Real servers choose codes freely; that is a deviation.",
        cases: vec![
            rule("21.1", CODE)
                .says("The codes of Fails are those of the version.")
                .tried_by(|cx| {
                    let most = match cx.version {
                        Version::Tp03 => 5,
                        Version::Tp04 => 8,
                    };
                    for fail in several(cx)? {
                        let code = fail.first_number().unwrap_or(u32::MAX);
                        ensure!(code <= most, "{}", fail.what());
                    }
                    Ok(())
                }),
            rule("21.2", FAIL)
                .says("A Fail has a text for the user.")
                .tried_by(|cx| {
                    for fail in several(cx)? {
                        prefer!(*fail.field("result") != json!(""), "{}", fail.what());
                    }
                    Ok(())
                }),
            rule("21.3", "schema: packet Fail, references")
                .says("A Fail of TP04 has a list of references, even if there are none.")
                .tp04()
                .tried_by(|cx| {
                    for fail in several(cx)? {
                        prefer!(
                            fail.field("references").is_array(),
                            "{} has none",
                            fail.what()
                        );
                    }
                    Ok(())
                }),
            rule("21.4", FAIL)
                .says("A Fail of TP03 ends with its text.")
                .tp03()
                .tried_by(|cx| {
                    for fail in several(cx)? {
                        let behind = fail.trailing.len();
                        ensure!(behind == 0, "{behind} bytes follow it");
                    }
                    Ok(())
                }),
            rule("21.5", CODE)
                .says("A request before Connect is refused with code 0, the protocol.")
                .tried_by_stranger(|connection| {
                    connection.fails_with(0, "GetTimeRemaining", Value::Null)
                }),
            rule("21.6", CODE)
                .says("A second Connect is refused with code 0, the protocol.")
                .tried_by_guest(|connection| {
                    connection.fails_with(0, "Connect", json!({ "string": "again" }))
                }),
            rule("21.7", CODE)
                .says("A second Login is refused with code 0, the protocol.")
                .tried_by(|cx| {
                    let mut connection = cx.login()?;
                    connection.fails_with(0, "Login", cx.first()?.credentials())
                }),
            rule("21.8", CODE)
                .says("A wrong Login is refused with code 5, permission denied.")
                .tried_by(|cx| {
                    // Some servers make an account of a name that nobody has.
                    let first = cx.target.accounts.first();
                    let name = first.map_or("nobody at all", |account| &account.name);
                    let wrong = json!({ "username": name, "password": "certainly wrong" });
                    let mut connection = cx.connect().needed("1.1")?;
                    connection.fails_with(5, "Login", wrong)
                }),
            rule("21.9", CODE)
                .says("What is not the player's is refused with code 5, permission denied.")
                .alone()
                .tried_by_player(|connection| {
                    let id = CATEGORIES.some_id(connection)?;
                    connection.fails_with(5, "RemoveCategory", json!({ "ids": [id] }))
                }),
            rule("21.10", CODE)
                .says("A key of a list that has ended is refused with code 4, no such thing.")
                .tried_by_player(|connection| {
                    let list = |connection: &mut Connection| {
                        ORDER_TYPES.slice(connection, -1, 0, 0).needed("10.32.3")
                    };
                    let (old, new) = (list(connection)?, list(connection)?);
                    // Where all lists have the same key none ends, and a key of none is as good.
                    let ended = if old.key == new.key {
                        0x00ab_cdef
                    } else {
                        old.key
                    };
                    connection.fails_with(4, "GetOrderDescIDs", query(ended, 0, -1, -1))
                }),
            rule("21.11", CODE)
                .says("An empty slot of a board is refused with code 4, no such thing.")
                .tried_by_player(|connection| {
                    connection.fails_with(
                        4,
                        "GetMessage",
                        json!({ "id": 0, "slots": [0x7abc_def0] }),
                    )
                }),
            rule("21.12", FAIL)
                .says("No Fail but for framing closes the connection.")
                .tried_by_player(|connection| {
                    for _ in 0..20 {
                        let fails = asked(connection)?.len();
                        ensure!(!connection.has_ended(), "it was closed");
                        if fails < WRONG {
                            // It may be slow to say nothing.
                            break;
                        }
                    }
                    connection.still_works()
                }),
            rule("21.13", CODE)
                .says("In a group the Fails have the same codes as alone.")
                .tried_by_player(|connection| {
                    let some = OBJECTS.some_id(connection)?;
                    let reply =
                        connection.ask("GetObjectsByID", json!({ "ids": [some, 0x7abc_def0] }))?;
                    match reply.frames.get(1) {
                        Some(fail) if fail.is_fail() => has_code("the unknown object", fail, 4),
                        _ => Err(Stop::Fail("the second answer is no Fail".into())),
                    }
                }),
        ],
    }
}

/// Fails of several kinds.
fn several(cx: &mut Context<'_>) -> Outcome<Vec<Frame>> {
    let mut stranger = cx.open()?;
    let mut fails = Vec::new();
    let early = stranger.ask("GetObjectsByID", json!({ "ids": [0] }));
    keep(early, &mut fails)?;
    let mut connection = cx.login().needed("6.1")?;
    fails.extend(asked(&mut connection)?);
    Ok(fails)
}

/// Requests that are wrong, and of one thing each.
const WRONG: usize = 6;

/// The Fails that come of what is wrong. What is answered otherwise, or not at all, is what other
/// cases are about, if they are not all.
fn asked(connection: &mut Connection) -> Outcome<Vec<Frame>> {
    let mut fails = Vec::new();
    let unknown = json!({ "ids": [0x7abc_def0] });
    for name in ["GetObjectsByID", "GetOrderDesc", "GetBoards", "GetDesign"] {
        let reply = connection.ask(name, unknown.clone());
        keep(reply, &mut fails)?;
    }
    for (r#type, body) in [(22, &b"\0\0\0\x09"[..]), (4003, b"")] {
        let reply = connection.ask_raw("what is wrong", r#type, body);
        keep(reply, &mut fails)?;
    }
    ensure!(!fails.is_empty(), "nothing is refused");
    Ok(fails)
}

/// Keeps the Fails of a reply, if there is one.
fn keep(reply: Outcome<Reply>, fails: &mut Vec<Frame>) -> Outcome {
    match reply {
        Ok(reply) => fails.extend(reply.frames.into_iter().filter(Frame::is_fail)),
        Err(Stop::Fail(_)) => {}
        Err(stop) => return Err(stop),
    }
    Ok(())
}
