//! Turns, and frames that come unasked.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::{Connection, Event};
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, prefer, require};
use tp_tests::frame::Frame;

use super::kinds::{OBJECTS, PLAYERS};

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
            rule("18.1", FINISHED)
                .says("FinishedTurn is answered with Okay.")
                .alone()
                .tried_by_player(|connection| {
                    connection.okays("FinishedTurn", Value::Null)?;
                    connection.still_works()
                }),
            rule("18.2", FINISHED)
                .says("FinishedTurn twice is answered twice.")
                .alone()
                .tried_by_player(|connection| {
                    for _ in 0..2 {
                        connection.ask("FinishedTurn", Value::Null)?.only()?;
                    }
                    connection.still_works()
                }),
            rule("18.3", UNASKED)
                .says("The end of a turn is told unasked, with sequence number 0.")
                .alone()
                .tried_by_player(|connection| {
                    // Frames with any other number than 0 or the request's end the case.
                    ended(connection).map(|_| ())
                }),
            rule("18.4", REMAINING)
                .says("What is told unasked at the end of a turn is TimeRemaining.")
                .alone()
                .tried_by_player(|connection| {
                    for frame in ended(connection)? {
                        ensure!(frame.name == "TimeRemaining", "{} came", frame.what());
                        let problem = frame.problem.as_deref();
                        ensure!(problem.is_none(), "it does not decode: {problem:?}");
                    }
                    Ok(())
                }),
            rule("18.5", "schema: packet TimeRemaining, reason")
                .says("An unasked TimeRemaining has the reason of one.")
                .tp04()
                .alone()
                .tried_by_player(|connection| {
                    for frame in ended(connection)? {
                        let reason = frame.field("reason");
                        ensure!(*reason != json!("Requested"), "the reason is {reason}");
                    }
                    Ok(())
                }),
            rule("18.6", "schema: packet TimeRemaining, turn")
                .says("The turn after is one more.")
                .tp04()
                .alone()
                .tried_by_player(|connection| {
                    let before = turn(connection)?;
                    ended(connection)?;
                    let after = turn(connection)?;
                    ensure!(after > before, "turn {before} became {after}");
                    Ok(())
                }),
            rule("18.7", UNASKED)
                .says("Every connection of a player is told of the end of a turn.")
                .alone()
                .tried_by(|cx| {
                    let mut first = cx.login()?;
                    let mut second = cx.login()?;
                    ended(&mut first)?;
                    prefer!(
                        !told(&mut second)?.is_empty(),
                        "only the one that finished was told"
                    );
                    Ok(())
                }),
            rule("18.8", UNASKED)
                .says("A client that has not logged in is told nothing unasked.")
                .alone()
                .tried_by(|cx| {
                    let mut stranger = cx.connect()?;
                    let mut player = cx.login()?;
                    ended(&mut player)?;
                    stranger.still_works()?;
                    let count = stranger.unasked.len();
                    prefer!(count == 0, "{count} frames came");
                    Ok(())
                }),
            rule("18.9", UNASKED)
                .says("Requests sent at once with FinishedTurn are answered in their order.")
                .alone()
                .tried_by_player(|connection| {
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
                }),
            rule("18.10", FINISHED)
                .says("After the end of a turn the game goes on.")
                .alone()
                .tried_by_player(|connection| {
                    ended(connection)?;
                    OBJECTS.get(connection, 0)?;
                    connection.still_works()
                }),
            rule("18.11", FINISHED)
                .says("A turn ends only when both players have finished it.")
                .tp04()
                .alone()
                .tried_by(both),
            rule("18.12", "schema: packet TimeRemaining, waiting")
                .says("The players that are waited for are those who have not finished.")
                .tp04()
                .alone()
                .tried_by(waited_for),
        ],
    }
}

fn turn(connection: &mut Connection) -> Outcome<i128> {
    Ok(connection.time()?.number("turn")?)
}

/// Finishes the turn and waits for its end; what was told unasked. Skips the case if the turn
/// does not end.
fn ended(connection: &mut Connection) -> Outcome<Vec<Frame>> {
    connection.okays("FinishedTurn", Value::Null)?;
    let told = told(connection)?;
    let ended = !told.is_empty();
    require!(ended, "the turn did not end; others may be playing");
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
    first.okays("FinishedTurn", Value::Null)?;
    let between = turn(&mut first)?;
    ended(&mut other)?;
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
        Ok(PLAYERS.get(connection, 0)?.number("id")?)
    };
    let (first_id, other_id) = (id(&mut first)?, id(&mut other)?);
    first.okays("FinishedTurn", Value::Null)?;
    let waiting = first.time()?.field("waiting").clone();
    other.okays("FinishedTurn", Value::Null)?;
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
