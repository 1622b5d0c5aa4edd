//! Replies of several frames.

use serde_json::json;

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::outcome::{Outcome, Stop, ensure, prefer};

use super::kinds::{OBJECTS, ORDER_TYPES};

const SEQUENCE: &str = "schema: packet Sequence; protocol documentation: replies of several frames";
const EACH: &str = "protocol documentation: one answer for each id, in the order of the ids";

pub(super) fn group() -> Group {
    Group {
        number: 9,
        name: "Groups of frames",
        about: "A request for several things is answered with a Sequence frame that says how many \
                frames follow, then one frame for each: the thing, or a Fail in its place. A \
                client that counts hangs on a group that is short.",
        cases: vec![
            rule("9.1", SEQUENCE)
                .says("Two things come after a Sequence of 2.")
                .tried_by_player(|connection| {
                    let twice = ORDER_TYPES.many_ids(connection, 2)?;
                    let reply = connection.ask("GetOrderDesc", json!({ "ids": twice }))?;
                    let announced = reply.announced;
                    ensure!(announced == Some(2), "the count is {announced:?}");
                    reply.all(2, "OrderDesc")?;
                    connection.still_works()
                }),
            rule("9.2", SEQUENCE)
                .says("One thing comes alone, or after a Sequence of 1.")
                .tried_by_player(|connection| {
                    let one = [OBJECTS.some_id(connection)?];
                    let reply = connection.ask("GetObjectsByID", json!({ "ids": one }))?;
                    let announced = reply.announced;
                    ensure!(
                        matches!(announced, None | Some(1)),
                        "the count is {announced:?}"
                    );
                    reply.one("Object")?;
                    connection.still_works()
                }),
            rule("9.3", SEQUENCE)
                .says("A request for nothing is answered: a Sequence of 0, or a Fail.")
                .tried_by_player(|connection| {
                    let reply = connection.ask("GetObjectsByID", json!({ "ids": [] }))?;
                    match (reply.announced, reply.frames.as_slice()) {
                        (Some(0), []) => {}
                        (None, [frame]) if frame.is_fail() => {}
                        _ => {
                            return Err(Stop::Fail(format!(
                                "the answer has {} frames",
                                reply.frames.len()
                            )));
                        }
                    }
                    connection.still_works()
                }),
            rule("9.4", SEQUENCE)
                .says("A request for messages in no slots is answered: a Sequence of 0, or a Fail.")
                .tried_by_player(|connection| {
                    connection.ask("GetMessage", json!({ "id": 0, "slots": [] }))?;
                    match connection.still_works() {
                        Err(Stop::Fail(why)) => Err(Stop::Deviation(format!(
                            "the answer is longer than its Sequence says: {why}"
                        ))),
                        other => other,
                    }
                }),
            rule("9.5", EACH)
                .says("An unknown id among others gets a Fail in its place.")
                .tried_by_player(|connection| {
                    let some = OBJECTS.some_id(connection)?;
                    let ids = [some, 0x7abc_def0, some];
                    answers(connection, &ids, &["Object", "Fail", "Object"])
                }),
            rule("9.6", EACH)
                .says("An unknown id at the start of others gets a Fail in its place.")
                .tried_by_player(|connection| {
                    let ids = [0x7abc_def0, OBJECTS.some_id(connection)?];
                    answers(connection, &ids, &["Fail", "Object"])
                }),
            rule("9.7", EACH)
                .says("Unknown ids only get as many Fails.")
                .tried_by_player(|connection| {
                    let ids = json!({ "ids": [0x7abc_def0, 0x7abc_def1, 0x7abc_def2] });
                    let reply = connection.ask("GetObjectsByID", ids)?;
                    let fails = reply.frames.iter().filter(|frame| frame.is_fail()).count();
                    ensure!(
                        fails == 3 && reply.frames.len() == 3,
                        "{fails} of {} are Fails",
                        reply.frames.len()
                    );
                    connection.still_works()
                }),
            rule("9.8", EACH)
                .says("Things come in the order of the ids, not in an order of the server's.")
                .tried_by_player(|connection| {
                    let mut ids = OBJECTS.ids_there(connection)?;
                    ids.truncate(50);
                    ids.reverse();
                    same_order(connection, &ids)
                }),
            rule("9.9", EACH)
                .says("An id that is asked for three times is answered three times.")
                .tried_by_player(|connection| {
                    let ids = OBJECTS.ids_there(connection)?;
                    let id = ids.last().copied().unwrap_or_default();
                    same_order(connection, &[id, id, id])
                }),
            rule("9.10", EACH)
                .says("A thousand ids are answered with a thousand frames.")
                .tried_by_player(|connection| {
                    let many = OBJECTS.many_ids(connection, 1000)?;
                    same_order(connection, &many)
                }),
            rule("9.11", EACH)
                .says(
                    "The slots of a board are answered one by one, with a Fail for each that is \
                     not there.",
                )
                .tried_by_player(slots),
            rule("9.12", EACH)
                .says("A request for one unknown thing is answered with one Fail.")
                .tried_by_player(|connection| {
                    connection.is_refused("GetObjectsByID", json!({ "ids": [0x7abc_def0] }))
                }),
        ],
    }
}

/// That objects of these ids are answered by frames of these names.
fn answers(connection: &mut Connection, ids: &[u32], wanted: &[&str]) -> Outcome {
    let reply = connection.ask("GetObjectsByID", json!({ "ids": ids }))?;
    let names: Vec<&str> = reply.frames.iter().map(|frame| frame.name).collect();
    ensure!(names == wanted, "the answers are {names:?}");
    connection.still_works()
}

fn same_order(connection: &mut Connection, ids: &[u32]) -> Outcome {
    let reply = connection.ask("GetObjectsByID", json!({ "ids": ids }))?;
    ensure!(
        reply.announced == u32::try_from(ids.len()).ok(),
        "the count is {:?}, not {}",
        reply.announced,
        ids.len()
    );
    for (frame, id) in reply.all(ids.len(), "Object")?.iter().zip(ids) {
        let came = frame.id("id")?;
        ensure!(came == *id, "object {came} came where {id} was asked for");
    }
    connection.still_works()
}

fn slots(connection: &mut Connection) -> Outcome {
    let slots = [0x7abc_def0_u32, 0x7abc_def1];
    let reply = connection.ask("GetMessage", json!({ "id": 0, "slots": slots }));
    let reply = match reply {
        Err(Stop::Fail(why)) => {
            return Err(Stop::Deviation(format!("the group is short: {why}")));
        }
        other => other?,
    };
    prefer!(
        reply.frames.len() == slots.len(),
        "{} frames came for {} slots",
        reply.frames.len(),
        slots.len()
    );
    let all_fail = reply.frames.iter().all(|frame| frame.is_fail());
    ensure!(all_fail, "a message came from a slot that is not there");
    connection.still_works()
}
