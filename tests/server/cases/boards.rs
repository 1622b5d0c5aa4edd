//! Boards and messages.

use serde_json::{Value, json};

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::{Context, unique};
use crate::outcome::{Outcome, Stop, ensure, require};
use tp_tests::frame::Frame;

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
        about: "Board 0 is the player's own. Messages are posted, read by their slots, and removed; \
                the slots behind a removed one move up.",
        cases: vec![
            case("15.1", "Board 0 is there: the player's own.", OWN, |cx| {
                let mut connection = cx.login()?;
                own(&mut connection)?;
                Ok(())
            }),
            case("15.2", "The board that board 0 stands for is the same when asked for by its own id.", OWN, |cx| {
                let mut connection = cx.login()?;
                let board = own(&mut connection)?;
                let same = BOARDS.get(&mut connection, board.id("id")?)?;
                let fields = [board.field("name"), board.field("description")];
                ensure!(fields == [same.field("name"), same.field("description")], "they differ");
                Ok(())
            }),
            case("15.3", "Every message that a board counts can be read.", BOARD, |cx| {
                let mut connection = cx.login()?;
                for id in BOARDS.some_ids(&mut connection)?.into_iter().take(10) {
                    let board = BOARDS.get(&mut connection, id)?;
                    let count = board.id("messages")?.min(100);
                    let slots: Vec<u32> = (0..count).collect();
                    if !slots.is_empty() {
                        let request = json!({ "id": id, "slots": slots });
                        connection.ask("GetMessage", request)?.all(slots.len(), "Message")?;
                    }
                }
                Ok(())
            }),
            case("15.4", "The slot behind the last message is empty.", GET, |cx| {
                let mut connection = cx.login()?;
                let count = own(&mut connection)?.id("messages")?;
                let request = json!({ "id": 0, "slots": [count] });
                connection.ask("GetMessage", request)?.refused()?;
                connection.still_works()
            })
            .alone(),
            case("15.5", "A message that is posted can be read as it was written.", POST, |cx| {
                let subject = unique("Subject");
                let message = json!({ "subject": subject, "body": "Body\nof two lines" });
                with_message(cx, message.clone(), |_, read, _| kept(&message, read))
            })
            .alone(),
            case("15.6", "A message that is posted is counted.", BOARD, |cx| {
                with_message(cx, json!({ "subject": "Counted" }), |connection, _, slot| {
                    let count = own(connection)?.id("messages")?;
                    ensure!(count == slot.saturating_add(1), "there are {count} in {} slots", slot.saturating_add(1));
                    Ok(())
                })
            })
            .alone(),
            case("15.7", "A board to which a message is posted has changed.", "schema: packet Board, modtime", |cx| {
                let mut connection = cx.login()?;
                let before = own(&mut connection)?.number("modtime")?;
                with_message(cx, json!({ "subject": "Changed" }), |connection, _, _| {
                    let after = own(connection)?.number("modtime")?;
                    ensure!(after != before, "it was and is {after}");
                    Ok(())
                })
            })
            .alone(),
            case("15.8", "The references of a message are kept, in their order.", "schema: packet Message, references", |cx| {
                let given = json!([{ "type": 7, "id": 1 }, { "type": 1, "id": 0 }, { "type": 1, "id": 0 }]);
                let message = json!({ "subject": "References", "references": given });
                with_message(cx, message, |_, read, _| {
                    let came = read.list("references")?;
                    let wanted = given.as_array().map(Vec::as_slice).unwrap_or_default();
                    let kept = came.windows(wanted.len()).any(|some| some == wanted);
                    ensure!(kept, "they are {}", json!(came));
                    Ok(())
                })
            })
            .alone(),
            case("15.9", "A message names the board and the slot that it is in.", "schema: packet Message", |cx| {
                with_message(cx, json!({ "subject": "Where" }), |connection, read, slot| {
                    let (own, came) = (own(connection)?.id("id")?, read.id("id")?);
                    ensure!(came == own || came == 0, "it is said to be on board {came} of {own}");
                    ensure!(read.id("slot")? == slot, "slot {} instead of {slot}", read.id("slot")?);
                    Ok(())
                })
            })
            .alone(),
            case("15.10", "A message that is removed is gone.", REMOVE, |cx| {
                let mut connection = cx.login()?;
                let slot = posted(&mut connection, json!({ "subject": "Gone" }))?;
                removed(&mut connection, &[slot])?;
                let request = json!({ "id": 0, "slots": [slot] });
                connection.ask("GetMessage", request)?.refused()?;
                ensure!(own(&mut connection)?.id("messages")? == slot, "the count is another");
                Ok(())
            })
            .alone(),
            case("15.11", "Two messages are removed by one request that names the later one first.", REMOVE, |cx| {
                let mut connection = cx.login()?;
                let first = posted(&mut connection, json!({ "subject": "First" }))?;
                let second = posted(&mut connection, json!({ "subject": "Second" }))?;
                removed(&mut connection, &[second, first])?;
                ensure!(own(&mut connection)?.id("messages")? == first, "the count is another");
                Ok(())
            })
            .alone(),
            case("15.12", "A removed message lets those behind it move up.", REMOVE, |cx| {
                let mut connection = cx.login()?;
                let first = posted(&mut connection, json!({ "subject": "First" }))?;
                posted(&mut connection, json!({ "subject": "Second" }))?;
                removed(&mut connection, &[first])?;
                let read = got(&mut connection, first);
                removed(&mut connection, &[first])?;
                let subject = read?.field("subject").clone();
                ensure!(subject == json!("Second"), "in its slot is {subject}");
                Ok(())
            })
            .alone(),
            case("15.13", "A message in an empty slot cannot be removed.", REMOVE, |cx| {
                let mut connection = cx.login()?;
                let request = json!({ "id": 0, "slots": [0x7abc_def0] });
                connection.ask("RemoveMessage", request)?.refused()?;
                connection.still_works()
            }),
            case("15.14", "A message for a board that is not there is refused.", POST, |cx| {
                let mut connection = cx.login()?;
                let unknown = BOARDS.unknown_id(&mut connection)?;
                let message = json!({ "id": unknown, "slot": -1, "subject": "Lost" });
                connection.ask("PostMessage", message)?.refused()?;
                connection.still_works()
            }),
            case("15.15", "A message of a board that is not there cannot be read.", GET, |cx| {
                let mut connection = cx.login()?;
                let unknown = BOARDS.unknown_id(&mut connection)?;
                let request = json!({ "id": unknown, "slots": [0] });
                connection.ask("GetMessage", request)?.refused()?;
                connection.still_works()
            }),
            case("15.16", "A message of a board that is not there cannot be removed.", REMOVE, |cx| {
                let mut connection = cx.login()?;
                let unknown = BOARDS.unknown_id(&mut connection)?;
                let request = json!({ "id": unknown, "slots": [0] });
                connection.ask("RemoveMessage", request)?.refused()?;
                connection.still_works()
            }),
            case("15.17", "A body of 10,000 bytes is kept, or refused.", POST, |cx| {
                long(cx, 10_000)
            })
            .alone(),
            case("15.18", "A body of 900,000 bytes is kept, or refused.", POST, |cx| {
                long(cx, 900_000)
            })
            .alone(),
            case("15.19", "A message for slot −1 goes to the end.", "schema: packet PostMessage, slot", |cx| {
                let mut connection = cx.login()?;
                let first = posted(&mut connection, json!({ "subject": "First" }))?;
                let second = posted(&mut connection, json!({ "subject": "Second" }))?;
                let read = got(&mut connection, second);
                removed(&mut connection, &[second, first])?;
                let subject = read?.field("subject").clone();
                ensure!(subject == json!("Second"), "at the end is {subject}");
                Ok(())
            })
            .alone(),
        ],
    }
}

/// The player's own board.
fn own(connection: &mut Connection) -> Outcome<Frame> {
    BOARDS.get(connection, 0)
}

/// Posts a message to the own board; its slot.
fn posted(connection: &mut Connection, message: Value) -> Outcome<u32> {
    let slot = own(connection)?.id("messages")?;
    let mut fields = message;
    if let Value::Object(fields) = &mut fields {
        fields.insert("id".into(), json!(0));
        fields.insert("slot".into(), json!(-1));
    }
    let reply = connection.ask("PostMessage", fields)?;
    let frame = reply.only()?;
    require!(
        !frame.is_fail(),
        "no messages can be posted: {}",
        frame.what()
    );
    ensure!(frame.name == "Okay", "the answer is {}", frame.what());
    Ok(slot)
}

fn removed(connection: &mut Connection, slots: &[u32]) -> Outcome {
    let reply = connection.ask("RemoveMessage", json!({ "id": 0, "slots": slots }))?;
    reply.all(slots.len(), "Okay").map(|_| ())
}

fn got(connection: &mut Connection, slot: u32) -> Outcome<Frame> {
    let reply = connection.ask("GetMessage", json!({ "id": 0, "slots": [slot] }))?;
    Ok(reply.one("Message")?.clone())
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
    removed(connection, &[slot])?;
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
