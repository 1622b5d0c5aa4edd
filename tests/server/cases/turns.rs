//! Turns, and frames that come unasked.

use serde_json::{Value, json};

use crate::case::{Group, case};
use crate::connection::{Connection, Event};
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, prefer, require};
use tp_tests::frame::Frame;

const FINISHED: &str = "schema: packet FinishedTurn";
const UNASKED: &str = "protocol documentation: frames that nobody asked for have sequence number 0";
const REMAINING: &str = "schema: packet TimeRemaining";

pub(super) fn group() -> Group {
    Group {
        number: 18,
        name: "Turns and unasked frames",
        about: "When everybody has finished, the turn ends, and players are told so unasked. Where \
                others play too, a turn cannot be made to end, and these cases are skipped.",
        cases: vec![
            case(
                "18.1",
                "FinishedTurn is answered with Okay.",
                FINISHED,
                |cx| {
                    let mut connection = cx.login()?;
                    connection.ask("FinishedTurn", Value::Null)?.one("Okay")?;
                    connection.still_works()
                },
            )
            .alone(),
            case(
                "18.2",
                "FinishedTurn twice is answered twice.",
                FINISHED,
                |cx| {
                    let mut connection = cx.login()?;
                    for _ in 0..2 {
                        connection.ask("FinishedTurn", Value::Null)?.only()?;
                    }
                    connection.still_works()
                },
            )
            .alone(),
            case(
                "18.3",
                "The end of a turn is told unasked, with sequence number 0.",
                UNASKED,
                |cx| {
                    let mut connection = cx.login()?;
                    // Frames with any other number than 0 or the request's end the case.
                    ended(&mut connection).map(|_| ())
                },
            )
            .alone(),
            case(
                "18.4",
                "What is told unasked at the end of a turn is TimeRemaining.",
                REMAINING,
                |cx| {
                    let mut connection = cx.login()?;
                    for frame in ended(&mut connection)? {
                        ensure!(frame.name == "TimeRemaining", "{} came", frame.what());
                        let problem = frame.problem.as_deref();
                        ensure!(problem.is_none(), "it does not decode: {problem:?}");
                    }
                    Ok(())
                },
            )
            .alone(),
            case(
                "18.5",
                "An unasked TimeRemaining has the reason of one.",
                "schema: packet TimeRemaining, reason",
                |cx| {
                    let mut connection = cx.login()?;
                    for frame in ended(&mut connection)? {
                        let reason = frame.field("reason");
                        ensure!(*reason != json!("Requested"), "the reason is {reason}");
                    }
                    Ok(())
                },
            )
            .tp04()
            .alone(),
            case(
                "18.6",
                "The turn after is one more.",
                "schema: packet TimeRemaining, turn",
                |cx| {
                    let mut connection = cx.login()?;
                    let before = turn(&mut connection)?;
                    ended(&mut connection)?;
                    let after = turn(&mut connection)?;
                    ensure!(after > before, "turn {before} became {after}");
                    Ok(())
                },
            )
            .tp04()
            .alone(),
            case(
                "18.7",
                "Every connection of a player is told of the end of a turn.",
                UNASKED,
                |cx| {
                    let mut first = cx.login()?;
                    let mut second = cx.login()?;
                    ended(&mut first)?;
                    prefer!(
                        !told(&mut second)?.is_empty(),
                        "only the one that finished was told"
                    );
                    Ok(())
                },
            )
            .alone(),
            case(
                "18.8",
                "A client that has not logged in is told nothing unasked.",
                UNASKED,
                |cx| {
                    let mut stranger = cx.connect()?;
                    let mut player = cx.login()?;
                    ended(&mut player)?;
                    stranger.still_works()?;
                    let count = stranger.unasked.len();
                    prefer!(count == 0, "{count} frames came");
                    Ok(())
                },
            )
            .alone(),
            case(
                "18.9",
                "Requests sent at once with FinishedTurn are answered in their order.",
                UNASKED,
                |cx| {
                    let mut connection = cx.login()?;
                    let mut asked = Vec::new();
                    for name in [
                        "GetTimeRemaining",
                        "FinishedTurn",
                        "GetTimeRemaining",
                        "GetFeatures",
                    ] {
                        asked.push((name, connection.send(name, Value::Null)?));
                    }
                    for (name, number) in asked {
                        let reply = connection.reply(name, number)?;
                        let frame = reply.only()?;
                        ensure!(
                            !frame.is_fail(),
                            "{name} was answered with {}",
                            frame.what()
                        );
                    }
                    Ok(())
                },
            )
            .alone(),
            case(
                "18.10",
                "After the end of a turn the game goes on.",
                FINISHED,
                |cx| {
                    let mut connection = cx.login()?;
                    ended(&mut connection)?;
                    let universe = connection.ask("GetObjectsByID", json!({ "ids": [0] }))?;
                    universe.one("Object")?;
                    connection.still_works()
                },
            )
            .alone(),
            case(
                "18.11",
                "A turn ends only when both players have finished it.",
                FINISHED,
                both,
            )
            .tp04()
            .alone(),
            case(
                "18.12",
                "The players that are waited for are those who have not finished.",
                "schema: packet TimeRemaining, waiting",
                waited_for,
            )
            .tp04()
            .alone(),
        ],
    }
}

fn turn(connection: &mut Connection) -> Outcome<i128> {
    let reply = connection.ask("GetTimeRemaining", Value::Null)?;
    Ok(reply.one("TimeRemaining")?.number("turn")?)
}

/// Finishes the turn and waits for its end; what was told unasked. Skips the case if the turn
/// does not end.
fn ended(connection: &mut Connection) -> Outcome<Vec<Frame>> {
    connection.ask("FinishedTurn", Value::Null)?.one("Okay")?;
    let told = told(connection)?;
    require!(
        !told.is_empty(),
        "the turn did not end; others may be playing"
    );
    Ok(told)
}

/// What was told unasked, or is soon. A first frame is waited for; what comes with it is there
/// before the answer to the next request.
fn told(connection: &mut Connection) -> Outcome<Vec<Frame>> {
    if connection.unasked.is_empty() {
        match connection.event() {
            Event::Frame(frame) => {
                let number = frame.header.sequence;
                ensure!(
                    number == 0,
                    "{} came unasked with number {number}",
                    frame.what()
                );
                connection.unasked.push(frame);
            }
            Event::Silence => return Ok(Vec::new()),
            Event::Closed | Event::Text(_) => {
                return Err(Stop::Fail(
                    "the connection broke at the end of the turn".into(),
                ));
            }
        }
    }
    connection.still_works()?;
    Ok(std::mem::take(&mut connection.unasked))
}

fn both(cx: &mut Context<'_>) -> Outcome {
    cx.second()?;
    let mut first = cx.login()?;
    let mut other = cx.login_other()?;
    let before = turn(&mut first)?;
    first.ask("FinishedTurn", Value::Null)?.one("Okay")?;
    let between = turn(&mut first)?;
    other.ask("FinishedTurn", Value::Null)?.one("Okay")?;
    let told = told(&mut other)?;
    require!(
        !told.is_empty(),
        "the turn did not end; others may be playing"
    );
    let after = turn(&mut first)?;
    prefer!(
        between == before,
        "turn {before} ended when one of two had finished"
    );
    ensure!(after > before, "turn {before} became {after}");
    Ok(())
}

fn waited_for(cx: &mut Context<'_>) -> Outcome {
    cx.second()?;
    let mut first = cx.login()?;
    let mut other = cx.login_other()?;
    let id = |connection: &mut Connection| -> Outcome<i128> {
        Ok(super::kinds::PLAYERS.get(connection, 0)?.number("id")?)
    };
    let (first_id, other_id) = (id(&mut first)?, id(&mut other)?);
    first.ask("FinishedTurn", Value::Null)?.one("Okay")?;
    let reply = first.ask("GetTimeRemaining", Value::Null)?;
    let waiting = reply.one("TimeRemaining")?.field("waiting").clone();
    other.ask("FinishedTurn", Value::Null)?.one("Okay")?;
    let of = |id: i128| {
        let list = waiting.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .any(|it| tp_tests::frame::number(it) == Some(id))
    };
    prefer!(
        of(other_id) && !of(first_id),
        "{waiting} are waited for, not {other_id} alone"
    );
    Ok(())
}
