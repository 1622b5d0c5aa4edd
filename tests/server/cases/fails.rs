//! Fail: its codes and what is in it.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, prefer};
use crate::reply::has_code;
use tp_tests::frame::{Frame, Version};

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
                .tried_by_guest(|connection| {
                    let wrong = json!({ "username": "nobody at all", "password": "wrong" });
                    connection.fails_with(5, "Login", wrong)
                }),
            rule("21.9", CODE)
                .says("What is not the player's is refused with code 5, permission denied.")
                .alone()
                .tried_by_player(|connection| {
                    let id = super::kinds::CATEGORIES.some_id(connection)?;
                    connection.fails_with(5, "RemoveCategory", json!({ "ids": [id] }))
                }),
            rule("21.10", CODE)
                .says("A key of a list that has ended is refused with code 4, no such thing.")
                .tried_by_player(|connection| {
                    let query = super::kinds::query(0x00ab_cdef, 0, -1, -1);
                    connection.fails_with(4, "GetOrderDescIDs", query)
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
                        for fail in asked(connection)? {
                            ensure!(fail.is_fail(), "{} came", fail.what());
                        }
                    }
                    connection.still_works()
                }),
            rule("21.13", CODE)
                .says("In a group the Fails have the same codes as alone.")
                .tried_by_player(|connection| {
                    let reply =
                        connection.ask("GetObjectsByID", json!({ "ids": [0, 0x7abc_def0] }))?;
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
    let early = stranger.refusal("GetObjectsByID", json!({ "ids": [0] }))?;
    let mut connection = cx.login()?;
    let mut fails = asked(&mut connection)?;
    fails.push(early);
    Ok(fails)
}

fn asked(connection: &mut Connection) -> Outcome<Vec<Frame>> {
    let mut fails = Vec::new();
    let unknown = json!({ "ids": [0x7abc_def0] });
    for name in ["GetObjectsByID", "GetOrderDesc", "GetBoards", "GetDesign"] {
        fails.push(connection.refusal(name, unknown.clone())?);
    }
    let malformed = connection.ask_raw("a malformed body", 22, b"\0\0\0\x09")?;
    fails.push(malformed.refused()?.clone());
    let unknown = connection.ask_raw("an unknown frame", 4003, b"")?;
    fails.push(unknown.refused()?.clone());
    Ok(fails)
}
