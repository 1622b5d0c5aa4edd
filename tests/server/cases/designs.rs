//! Designs that players make.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::{Context, unique};
use crate::outcome::{Outcome, Stop, ensure, prefer};
use tp_tests::frame::{Frame, id, with};

use super::kinds::{CATEGORIES, COMPONENTS, DESIGNS, PLAYERS};

const ADD: &str = "schema: packet AddDesign";
const MODIFY: &str = "schema: packet ModifyDesign";
const REMOVE: &str = "schema: packet RemoveDesign";
const READONLY: &str =
    "protocol documentation: what is read-only is ignored when a client sends it";

pub(super) fn group() -> Group {
    Group {
        number: 17,
        name: "Designs",
        about: "Players make designs of components. The server works out their properties, and \
                whether they can be built.",
        cases: vec![
            rule("17.1", ADD)
                .says("A design with id −1 is added under an id of the server's.")
                .alone()
                .tried_by(|cx| {
                    with_design(cx, |_, design| {
                        let id = design.number("id")?;
                        ensure!((0..i128::from(u32::MAX)).contains(&id), "its id is {id}");
                        Ok(())
                    })
                }),
            rule("17.2", "schema: packet Design, owner")
                .says("A design that is added belongs to the player who added it.")
                .alone()
                .tried_by(|cx| {
                    with_design(cx, |connection, design| {
                        let own = PLAYERS.get(connection, 0)?.number("id")?;
                        let owner = design.number("owner")?;
                        ensure!(owner == own, "it belongs to {owner}, not to {own}");
                        Ok(())
                    })
                }),
            rule("17.3", ADD)
                .says("A design that is added can be read, and is what the reply said.")
                .alone()
                .tried_by(|cx| {
                    with_design(cx, |connection, design| {
                        let read = DESIGNS.get(connection, design.id("id")?)?;
                        ensure!(read.body == design.body, "they differ");
                        Ok(())
                    })
                }),
            rule("17.4", ADD)
                .says("A design that is added has the name and the components that were given.")
                .alone()
                .tried_by_player(|connection| {
                    let given = form(connection)?;
                    let design = added_as(connection, given.clone())?;
                    remove(connection, &design)?;
                    for field in ["name", "components"] {
                        let (wanted, came) = (given.get(field), design.field(field));
                        ensure!(
                            wanted == Some(came),
                            "{field} are {came}, given were {}",
                            json!(wanted)
                        );
                    }
                    Ok(())
                }),
            rule("17.5", ADD)
                .says("A design that is added is listed.")
                .alone()
                .tried_by(|cx| {
                    with_design(cx, |connection, design| {
                        let (id, ids) = (design.id("id")?, DESIGNS.ids(connection)?);
                        ensure!(ids.contains(&id), "{id} is not among {ids:?}");
                        Ok(())
                    })
                }),
            rule("17.6", READONLY)
                .says("What the server works out is not what the client says.")
                .alone()
                .tried_by_player(|connection| {
                    let lie = json!({ "feedback": "a lie", "owner": 0x7abc_def0, "modtime": 1 });
                    let design = added(connection, lie)?;
                    remove(connection, &design)?;
                    ensure!(
                        *design.field("feedback") != json!("a lie"),
                        "the feedback was taken"
                    );
                    ensure!(
                        design.number("owner")? != 0x7abc_def0,
                        "the owner was taken"
                    );
                    Ok(())
                }),
            rule("17.7", MODIFY)
                .says("A design that is modified is the new one.")
                .alone()
                .tried_by(|cx| {
                    with_design(cx, |connection, design| {
                        let name = unique("Modified");
                        let fields = with(&design.fields, json!({ "name": name }));
                        let modified = connection.ask_one("ModifyDesign", fields, "Design")?;
                        ensure!(
                            *modified.field("name") == json!(name),
                            "the reply says {}",
                            modified.field("name")
                        );
                        let read = DESIGNS.get(connection, design.id("id")?)?;
                        ensure!(
                            *read.field("name") == json!(name),
                            "it is called {}",
                            read.field("name")
                        );
                        Ok(())
                    })
                }),
            rule("17.8", "schema: packet Design, modtime")
                .says("A design that is modified says that it changed.")
                .alone()
                .tried_by(|cx| {
                    with_design(cx, |connection, design| {
                        let fields = with(&design.fields, json!({ "name": unique("Modified") }));
                        let modified = connection.ask_one("ModifyDesign", fields, "Design")?;
                        let (before, after) =
                            (design.number("modtime")?, modified.number("modtime")?);
                        ensure!(before != after, "it was and is {after}");
                        Ok(())
                    })
                }),
            rule("17.9", MODIFY)
                .says("A design that is not there cannot be modified.")
                .tried_by_player(|connection| {
                    let fields = form(connection)?;
                    let unknown = json!({ "id": DESIGNS.unknown_id(connection)? });
                    connection.is_refused("ModifyDesign", with(&fields, unknown))
                }),
            rule("17.10", MODIFY)
                .says("A design of the game's cannot be modified.")
                .alone()
                .tried_by_player(|connection| {
                    let design = anothers(connection)?;
                    let fields = with(&design.fields, json!({ "name": "Not mine" }));
                    connection.refusal("ModifyDesign", fields)?;
                    let read = DESIGNS.get(connection, design.id("id")?)?;
                    ensure!(
                        read.field("name") == design.field("name"),
                        "it is called {}",
                        read.field("name")
                    );
                    Ok(())
                }),
            rule("17.11", REMOVE)
                .says("A design of the game's cannot be removed.")
                .alone()
                .tried_by_player(|connection| {
                    let id = anothers(connection)?.id("id")?;
                    connection.refusal("RemoveDesign", json!({ "ids": [id] }))?;
                    DESIGNS.get(connection, id).map(|_| ())
                }),
            rule("17.12", REMOVE)
                .says("A design that is not there cannot be removed.")
                .tried_by_player(|connection| {
                    let unknown = DESIGNS.unknown_id(connection)?;
                    connection.is_refused("RemoveDesign", json!({ "ids": [unknown] }))
                }),
            rule("17.13", REMOVE)
                .says("A design that is removed is gone.")
                .alone()
                .tried_by_player(|connection| {
                    let design = added(connection, json!({}))?;
                    remove(connection, &design)?;
                    let id = design.id("id")?;
                    connection.refusal("GetDesign", json!({ "ids": [id] }))?;
                    let ids = DESIGNS.ids(connection)?;
                    ensure!(!ids.contains(&id), "{id} is still listed");
                    Ok(())
                }),
            rule("17.14", ADD)
                .says("A design with a component that is not there is refused.")
                .alone()
                .tried_by_player(|connection| {
                    let unknown = COMPONENTS.unknown_id(connection)?;
                    let component = json!({ "componentid": unknown, "compquant": 1 });
                    refused(connection, json!({ "components": [component] }))
                }),
            rule("17.15", ADD)
                .says("A design in a category that is not there is refused.")
                .alone()
                .tried_by_player(|connection| {
                    let unknown = CATEGORIES.unknown_id(connection)?;
                    refused(connection, json!({ "catlist": [unknown] }))
                }),
            rule("17.16", MODIFY)
                .says("Another player's design is not shown, or shown and not to be changed.")
                .alone()
                .tried_by(|cx| {
                    cx.first()?;
                    cx.second()?;
                    with_design(cx, |_, design| {
                        let fields = with(&design.fields, json!({ "name": "Not mine" }));
                        let mut other = cx.login_other()?;
                        other.refusal("ModifyDesign", fields).map(|_| ())
                    })
                }),
            rule("17.17", "schema: packet GetIDSequence, from")
                .says("A design that is gone is among the changes since before it went.")
                .tp04()
                .alone()
                .tried_by_player(|connection| {
                    let design = added(connection, json!({}))?;
                    remove(connection, &design)?;
                    let id = design.id("id")?;
                    let changed = DESIGNS.changed(connection, design.number("modtime")?)?;
                    let changed = changed.only_ids();
                    prefer!(changed.contains(&id), "{id} is not among {changed:?}");
                    Ok(())
                }),
            rule("17.18", "schema: packet Design")
                .says("The categories and components of designs are there.")
                .tried_by_player(|connection| {
                    let mut ids = DESIGNS.some_ids(connection)?;
                    ids.truncate(100);
                    for (_, design) in DESIGNS.those_there(connection, &ids)? {
                        let parts = design.list("components")?.iter();
                        let components = parts.filter_map(|part| id(part.get("componentid")?));
                        CATEGORIES.get_all(connection, design.ids("catlist")?)?;
                        COMPONENTS.get_all(connection, components)?;
                    }
                    Ok(())
                }),
        ],
    }
}

/// A design to add: what one that is there is made of, under another name.
fn form(connection: &mut Connection) -> Outcome<Value> {
    let id = DESIGNS.some_id(connection)?;
    let new = json!({
        "id": -1, "name": unique("Design"), "owner": -1, "feedback": "", "properties": [],
    });
    Ok(with(&DESIGNS.get(connection, id)?.fields, new))
}

/// Adds a design with some fields of its own; skips the case if the server adds none.
fn added(connection: &mut Connection, own: Value) -> Outcome<Frame> {
    let form = form(connection)?;
    added_as(connection, with(&form, own))
}

fn added_as(connection: &mut Connection, fields: Value) -> Outcome<Frame> {
    let reply = connection.ask("AddDesign", fields)?;
    reply.granted("no designs can be added")?;
    Ok(reply.one("Design")?.clone())
}

fn remove(connection: &mut Connection, design: &Frame) -> Outcome {
    let ids = json!({ "ids": [design.id("id")?] });
    let reply = connection.ask("RemoveDesign", ids)?;
    // A server that removes none says so; what was made stays, and there is no way around it.
    reply.granted("designs cannot be removed")?;
    reply.one("Okay").map(|_| ())
}

/// Adds a design, looks at it, and removes it.
fn with_design(cx: &Context<'_>, look: impl Fn(&mut Connection, &Frame) -> Outcome) -> Outcome {
    let mut connection = cx.login()?;
    let design = added(&mut connection, json!({}))?;
    let seen = look(&mut connection, &design);
    // Whether it can be removed is the rule of 17.13.
    let _ = remove(&mut connection, &design);
    seen
}

/// A design that is not this player's.
fn anothers(connection: &mut Connection) -> Outcome<Frame> {
    let own = PLAYERS.get(connection, 0)?.number("id")?;
    let ids = DESIGNS.some_ids(connection)?;
    for (_, design) in DESIGNS.those_there(connection, &ids)? {
        if design.number("owner")? != own {
            return Ok(design);
        }
    }
    Err(Stop::Skip("every design is the player's".into()))
}

/// A design that must not be added, for these fields of it. If it is, it is removed.
fn refused(connection: &mut Connection, own: Value) -> Outcome {
    let form = form(connection)?;
    let reply = connection.ask("AddDesign", with(&form, own))?;
    let frame = reply.only()?;
    if frame.name == "Design" {
        remove(connection, frame)?;
    }
    reply.refused()?;
    connection.still_works()
}
