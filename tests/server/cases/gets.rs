//! Things by their ids, of every kind: numbered by the frame type of the request.

use serde_json::{Value, json};

use crate::case::{Case, Group, case};
use crate::context::Context;
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
    let mut cases = vec![
        case(
            format!("12.{type}.1"),
            format!("{get} for every id that is listed gives the thing with that id."),
            EACH,
            move |cx| every(cx, kind),
        ),
        case(
            format!("12.{type}.2"),
            format!("{get} for an id that nothing has is refused: no such thing."),
            UNKNOWN,
            move |cx| unknown(cx, kind),
        ),
        case(
            format!("12.{type}.3"),
            format!("{get} for one id twice gives the same thing twice."),
            EACH,
            move |cx| repeated(cx, kind),
        ),
        case(
            format!("12.{type}.4"),
            format!("{get} for no ids is answered, and the connection goes on."),
            EACH,
            move |cx| {
                let mut connection = cx.login()?;
                connection.ask(get, json!({ "ids": [] }))?;
                connection.still_works()
            },
        ),
    ];
    if kind.reference != 7 {
        cases.push(
            case(
                format!("12.{type}.5"),
                format!(
                    "The Fail for an id that nothing has names the thing that was asked of {get}."
                ),
                "schema: packet Fail, references",
                move |cx| named(cx, kind),
            )
            .tp04(),
        );
    }
    let cases = cases.into_iter();
    cases.map(|case| case.about(kind.get)).collect()
}

fn every(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let mut ids = kind.some_ids(&mut connection)?;
    ids.truncate(300);
    let things = kind.get_all(&mut connection, &ids)?;
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

fn unknown(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let id = kind.unknown_id(&mut connection)?;
    let reply = connection.ask(kind.get.name, json!({ "ids": [id] }))?;
    let fail = reply.refused()?.clone();
    connection.still_works()?;
    has_code(kind.get.name, &fail, 4)
}

fn repeated(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let ids = kind.some_ids(&mut connection)?;
    let id = ids.first().copied().unwrap_or_default();
    let reply = connection.ask(kind.get.name, json!({ "ids": [id, id] }))?;
    match reply.all(2, kind.thing)? {
        [first, second] if first.body == second.body => Ok(()),
        _ => Err(Stop::Fail("the two differ".into())),
    }
}

fn named(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let id = kind.unknown_id(&mut connection)?;
    let reply = connection.ask(kind.get.name, json!({ "ids": [id] }))?;
    let fail = reply.refused()?;
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
