//! Things by their ids, of every kind: numbered by the frame type of the request.

use serde_json::{Value, json};

use crate::case::{Case, Group, rule};
use crate::connection::Connection;
use crate::outcome::{Outcome, Stop, ensure, prefer};
use crate::reply::has_code;

use super::kinds::{ALL, Kind};

const EACH: &str = "protocol documentation: one answer for each id, in the order of the ids";
const UNKNOWN: &str = "schema: packet Fail, code 4";

pub(super) fn group() -> Group {
    Group {
        number: 12,
        name: "Things by their ids",
        about: "Every kind of thing, asked for by ids that are there, that are not, twice, and not \
                at all. The middle number is the frame type of the request.",
        cases: ALL.iter().flat_map(of_kind).collect(),
    }
}

fn of_kind(kind: &Kind) -> Vec<Case> {
    let kind = *kind;
    let (get, r#type) = (kind.get.name, kind.get.r#type);
    let about = |number: u32, source| rule(format!("12.{type}.{number}"), source).about(kind.get);
    let mut cases = vec![
        about(1, EACH)
            .says(format!(
                "{get} for every id that is listed gives the thing with that id."
            ))
            .tried_by_player(move |it| every(it, kind)),
        about(2, UNKNOWN)
            .says(format!(
                "{get} for an id that nothing has is refused: no such thing."
            ))
            .tried_by_player(move |it| unknown(it, kind)),
        about(3, EACH)
            .says(format!(
                "{get} for one id twice gives the same thing twice."
            ))
            .tried_by_player(move |it| repeated(it, kind)),
        about(4, EACH)
            .says(format!(
                "{get} for no ids is answered, and the connection goes on."
            ))
            .tried_by_player(move |connection| {
                connection.ask(get, json!({ "ids": [] }))?;
                connection.still_works()
            }),
    ];
    if kind.reference != 7 {
        let asked = format!("names the thing that was asked of {get}.");
        cases.push(
            about(5, "schema: packet Fail, references")
                .tp04()
                .says(format!("The Fail for an id that nothing has {asked}"))
                .tried_by_player(move |it| named(it, kind)),
        );
    }
    cases
}

fn every(connection: &mut Connection, kind: Kind) -> Outcome {
    let mut ids = kind.some_ids(connection)?;
    ids.truncate(300);
    let things = kind.get_all(connection, &ids)?;
    for (id, thing) in ids.iter().zip(&things) {
        let own = thing.id("id")?;
        // Id 0 may stand for the player's own.
        ensure!(
            own == *id || *id == 0,
            "{} {own} came where {id} was asked for",
            kind.thing
        );
    }
    Ok(())
}

fn unknown(connection: &mut Connection, kind: Kind) -> Outcome {
    let id = kind.unknown_id(connection)?;
    let fail = connection.refusal(kind.get.name, json!({ "ids": [id] }))?;
    connection.still_works()?;
    has_code(kind.get.name, &fail, 4)
}

fn repeated(connection: &mut Connection, kind: Kind) -> Outcome {
    let id = kind.some_id(connection)?;
    let reply = connection.ask(kind.get.name, json!({ "ids": [id, id] }))?;
    match reply.all(2, kind.thing)? {
        [first, second] if first.body == second.body => Ok(()),
        _ => Err(Stop::Fail("the two differ".into())),
    }
}

fn named(connection: &mut Connection, kind: Kind) -> Outcome {
    let id = kind.unknown_id(connection)?;
    let fail = connection.refusal(kind.get.name, json!({ "ids": [id] }))?;
    let wanted = json!({ "type": kind.reference, "id": id });
    let named = fail
        .field("references")
        .as_array()
        .is_some_and(|all| all.contains(&wanted));
    prefer!(
        named,
        "its references are {}, without type {} and id {id}",
        match fail.field("references") {
            Value::Null => "not there".to_owned(),
            other => other.to_string(),
        },
        kind.reference
    );
    Ok(())
}
