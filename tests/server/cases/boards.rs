//! Boards and messages.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::{Context, unique};
use crate::outcome::{Outcome, Step as _, Stop, ensure};
use tp_tests::frame::{Frame, with};

use super::kinds::BOARDS;

const BOARD: &str = "schema: packet Board";
const OWN: &str = "schema: packet GetBoards, id 0";
const POST: &str = "schema: packet PostMessage";
const GET: &str = "schema: packet GetMessage";
const REMOVE: &str = "schema: packet RemoveMessage";

pub(super) fn group() -> Group {
    Group {
        number: 15,
        name: "Boards and messages",
        about: "Board 0 is the player's own. Messages are posted, read by their slots, and \
                removed; the slots behind a removed one move up.",
        cases: vec![
            rule("15.1", OWN)
                .says("Board 0 is there: the player's own.")
                .tried_by_player(|connection| BOARDS.get(connection, 0).map(|_| ())),
            rule("15.2", OWN)
                .says("The board that board 0 stands for is the same when asked for by its own id.")
                .tried_by_player(|connection| {
                    let board = own(connection)?;
                    let same = BOARDS.get(connection, board.id("id")?)?;
                    let fields = [board.field("name"), board.field("description")];
                    ensure!(
                        fields == [same.field("name"), same.field("description")],
                        "they differ"
                    );
                    Ok(())
                }),
            rule("15.3", BOARD)
                .says("Every message that a board counts can be read.")
                .tried_by_player(|connection| {
                    let mut ids = BOARDS.some_ids(connection)?;
                    ids.truncate(10);
                    for (id, board) in BOARDS.those_there(connection, ids)? {
                        let count = board.id("messages")?.min(100);
                        let slots: Vec<u32> = (0..count).collect();
                        if !slots.is_empty() {
                            let request = json!({ "id": id, "slots": slots });
                            let reply = connection.ask("GetMessage", request)?;
                            reply.all(slots.len(), "Message")?;
                        }
                    }
                    Ok(())
                }),
            rule("15.4", GET)
                .says("The slot behind the last message is empty.")
                .alone()
                .tried_by_player(|connection| {
                    let count = own(connection)?.id("messages")?;
                    let request = json!({ "id": 0, "slots": [count] });
                    connection.is_refused("GetMessage", request)
                }),
            rule("15.5", POST)
                .says("A message that is posted can be read as it was written.")
                .alone()
                .tried_by(|cx| {
                    let subject = unique("Subject");
                    let message = json!({ "subject": subject, "body": "Body\nof two lines" });
                    with_message(cx, message.clone(), |_, read, _| kept(&message, read))
                }),
            rule("15.6", BOARD)
                .says("A message that is posted is counted.")
                .alone()
                .tried_by(|cx| {
                    let message = json!({ "subject": "Counted" });
                    with_message(cx, message, |connection, _, slot| {
                        let (count, slots) =
                            (own(connection)?.id("messages")?, slot.saturating_add(1));
                        ensure!(count == slots, "there are {count} in {slots} slots");
                        Ok(())
                    })
                }),
            rule("15.7", "schema: packet Board, modtime")
                .says("A board to which a message is posted has changed.")
                .alone()
                .tried_by(|cx| {
                    let mut connection = cx.login()?;
                    let before = own(&mut connection)?.number("modtime")?;
                    with_message(cx, json!({ "subject": "Changed" }), |connection, _, _| {
                        let after = own(connection)?.number("modtime")?;
                        ensure!(after != before, "it was and is {after}");
                        Ok(())
                    })
                }),
            rule("15.8", "schema: packet Message, references")
                .says("The references of a message are kept, in their order.")
                .alone()
                .tried_by(|cx| {
                    let universe = json!({ "type": 1, "id": 0 });
                    let given = json!([{ "type": 7, "id": 1 }, universe, universe]);
                    let message = json!({ "subject": "References", "references": given });
                    with_message(cx, message, |_, read, _| {
                        let came = read.list("references")?;
                        let wanted = given.as_array().map(Vec::as_slice).unwrap_or_default();
                        let kept = came.windows(wanted.len()).any(|some| some == wanted);
                        ensure!(kept, "they are {}", json!(came));
                        Ok(())
                    })
                }),
            rule("15.9", "schema: packet Message")
                .says("A message names the board and the slot that it is in.")
                .alone()
                .tried_by(|cx| {
                    let message = json!({ "subject": "Where" });
                    with_message(cx, message, |connection, read, slot| {
                        let (own, came) = (own(connection)?.id("id")?, read.id("id")?);
                        ensure!(
                            came == own || came == 0,
                            "it is said to be on board {came} of {own}"
                        );
                        let came = read.id("slot")?;
                        ensure!(came == slot, "slot {came} instead of {slot}");
                        Ok(())
                    })
                }),
            rule("15.10", REMOVE)
                .says("A message that is removed is gone.")
                .alone()
                .tried_by_player(|connection| {
                    let slot = posted(connection, json!({ "subject": "Gone" }))?;
                    removed(connection, &[slot])?;
                    let request = json!({ "id": 0, "slots": [slot] });
                    connection.refusal("GetMessage", request)?;
                    counts(connection, slot)
                }),
            rule("15.11", REMOVE)
                .says("Two messages are removed by one request that names the later one first.")
                .alone()
                .tried_by_player(|connection| {
                    let first = posted(connection, json!({ "subject": "First" }))?;
                    let second = posted(connection, json!({ "subject": "Second" }))?;
                    removed(connection, &[second, first])?;
                    counts(connection, first)
                }),
            rule("15.12", REMOVE)
                .says("A removed message lets those behind it move up.")
                .alone()
                .tried_by_player(|connection| {
                    let first = posted(connection, json!({ "subject": "First" }))?;
                    posted(connection, json!({ "subject": "Second" }))?;
                    removed(connection, &[first])?;
                    let read = got(connection, first);
                    let _ = removed(connection, &[first]);
                    let subject = read?.field("subject").clone();
                    ensure!(subject == json!("Second"), "in its slot is {subject}");
                    Ok(())
                }),
            rule("15.13", REMOVE)
                .says("A message in an empty slot cannot be removed.")
                .tried_by_player(|connection| {
                    let request = json!({ "id": 0, "slots": [0x7abc_def0] });
                    connection.is_refused("RemoveMessage", request)
                }),
            rule("15.14", POST)
                .says("A message for a board that is not there is refused.")
                .tried_by_player(|connection| {
                    let unknown = BOARDS.unknown_id(connection)?;
                    let message = json!({ "id": unknown, "slot": -1, "subject": "Lost" });
                    connection.is_refused("PostMessage", message)
                }),
            rule("15.15", GET)
                .says("A message of a board that is not there cannot be read.")
                .tried_by_player(|connection| {
                    let unknown = BOARDS.unknown_id(connection)?;
                    let request = json!({ "id": unknown, "slots": [0] });
                    connection.is_refused("GetMessage", request)
                }),
            rule("15.16", REMOVE)
                .says("A message of a board that is not there cannot be removed.")
                .tried_by_player(|connection| {
                    let unknown = BOARDS.unknown_id(connection)?;
                    let request = json!({ "id": unknown, "slots": [0] });
                    connection.is_refused("RemoveMessage", request)
                }),
            rule("15.17", POST)
                .says("A body of 10,000 bytes is kept, or refused.")
                .alone()
                .tried_by(|cx| long(cx, 10_000)),
            rule("15.18", POST)
                .says("A body of 900,000 bytes is kept, or refused.")
                .alone()
                .tried_by(|cx| long(cx, 900_000)),
            rule("15.19", "schema: packet PostMessage, slot")
                .says("A message for slot −1 goes to the end.")
                .alone()
                .tried_by_player(|connection| {
                    let first = posted(connection, json!({ "subject": "First" }))?;
                    let second = posted(connection, json!({ "subject": "Second" }))?;
                    let read = got(connection, second);
                    let _ = removed(connection, &[second, first]);
                    let subject = read?.field("subject").clone();
                    ensure!(subject == json!("Second"), "at the end is {subject}");
                    Ok(())
                }),
        ],
    }
}

/// The player's own board.
fn own(connection: &mut Connection) -> Outcome<Frame> {
    let board = BOARDS.get(connection, 0);
    match connection.padded {
        // It has strings, whose padding is what is tried.
        true => board,
        false => board.needed("15.1"),
    }
}

/// That the own board has so many messages.
fn counts(connection: &mut Connection, messages: u32) -> Outcome {
    let count = own(connection)?.id("messages")?;
    ensure!(count == messages, "the count is another");
    Ok(())
}

/// Posts a message to the own board; its slot.
fn posted(connection: &mut Connection, message: Value) -> Outcome<u32> {
    let slot = own(connection)?.id("messages")?;
    let fields = with(&message, json!({ "id": 0, "slot": -1 }));
    let reply = connection.ask("PostMessage", fields)?;
    let frame = reply.granted("no messages can be posted")?;
    ensure!(frame.name == "Okay", "the answer is {}", frame.what());
    Ok(slot)
}

fn removed(connection: &mut Connection, slots: &[u32]) -> Outcome {
    let reply = connection.ask("RemoveMessage", json!({ "id": 0, "slots": slots }))?;
    reply.all(slots.len(), "Okay").map(|_| ())
}

fn got(connection: &mut Connection, slot: u32) -> Outcome<Frame> {
    let request = json!({ "id": 0, "slots": [slot] });
    connection.ask_one("GetMessage", request, "Message")
}

/// Posts a message to the own board, reads it, looks at it, and removes it.
pub(super) fn with_message(
    cx: &mut Context<'_>,
    message: Value,
    look: impl Fn(&mut Connection, &Frame, u32) -> Outcome,
) -> Outcome {
    let mut connection = cx.login()?;
    with_message_on(&mut connection, message, look)
}

/// The same on a connection that there is.
pub(super) fn with_message_on(
    connection: &mut Connection,
    message: Value,
    look: impl Fn(&mut Connection, &Frame, u32) -> Outcome,
) -> Outcome {
    let slot = posted(connection, message)?;
    let read = got(connection, slot);
    let seen = read.and_then(|read| look(connection, &read, slot));
    // Whether it can be removed is the rule of 15.10.
    let _ = removed(connection, &[slot]);
    seen
}

/// Whether a message that was read has the subject and the body that were written.
pub(super) fn kept(written: &Value, read: &Frame) -> Outcome {
    for field in ["subject", "body"] {
        let wanted = written.get(field).cloned().unwrap_or_else(|| json!(""));
        let came = read.field(field);
        ensure!(*came == wanted, "the {field} {wanted} is read as {came}");
    }
    Ok(())
}

fn long(cx: &mut Context<'_>, size: usize) -> Outcome {
    let message = json!({ "subject": "Long", "body": "b".repeat(size) });
    match with_message(cx, message.clone(), |_, read, _| kept(&message, read)) {
        // Servers may have limits of their own, as long as they say so.
        Ok(()) | Err(Stop::Skip(_)) => cx.still_serves(),
        Err(stop) => Err(stop),
    }
}
