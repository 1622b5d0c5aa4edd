//! Categories that players add.

use serde_json::json;

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::unique;
use crate::outcome::{Outcome, Step as _, ensure, prefer, require};
use tp_tests::frame::Frame;

use super::kinds::CATEGORIES;

const ADD: &str = "schema: packet AddCategory";
const REMOVE: &str = "schema: packet RemoveCategory";

pub(super) fn group() -> Group {
    Group {
        number: 16,
        name: "Categories",
        about: "Players may add categories, and remove those they added. A server that lets them \
                do neither says so with a Fail.",
        cases: vec![
            rule("16.1", ADD)
                .says("A category with id −1 is added under an id of the server's, or refused.")
                .alone()
                .tried_by_player(|connection| {
                    let reply = added(connection)?;
                    if reply.is_fail() {
                        return connection.still_works();
                    }
                    let id = reply.number("id")?;
                    remove(connection, &reply)?;
                    ensure!(id >= 0, "its id is {id}");
                    Ok(())
                }),
            rule("16.2", ADD)
                .says("A category that is added has the name and description that were given.")
                .alone()
                .tried_by_player(|connection| {
                    with_category(connection, |connection, category| {
                        let read = CATEGORIES.get(connection, category.id("id")?)?;
                        for field in ["name", "description"] {
                            let (wanted, came) = (category.field(field), read.field(field));
                            ensure!(wanted == came, "the {field} {wanted} is read as {came}");
                        }
                        Ok(())
                    })
                }),
            rule("16.3", ADD)
                .says("A category that is added is listed.")
                .alone()
                .tried_by_player(|connection| {
                    with_category(connection, |connection, category| {
                        let ids = CATEGORIES.ids(connection)?;
                        let id = category.id("id")?;
                        ensure!(ids.contains(&id), "{id} is not among {ids:?}");
                        Ok(())
                    })
                }),
            rule("16.4", REMOVE)
                .says("A category that is removed is gone.")
                .alone()
                .tried_by_player(|connection| {
                    let category = added(connection).needed("16.1")?;
                    require!(!category.is_fail(), "no categories can be added");
                    remove(connection, &category)?;
                    let id = category.id("id")?;
                    connection.refusal("GetCategory", json!({ "ids": [id] }))?;
                    let ids = CATEGORIES.ids(connection)?;
                    ensure!(!ids.contains(&id), "{id} is still listed");
                    Ok(())
                }),
            rule("16.5", REMOVE)
                .says("A category that is not there cannot be removed.")
                .tried_by_player(|connection| {
                    let unknown = CATEGORIES.unknown_id(connection)?;
                    connection.is_refused("RemoveCategory", json!({ "ids": [unknown] }))
                }),
            rule("16.6", REMOVE)
                .says("A category of the game cannot be removed.")
                .alone()
                .tried_by_player(|connection| {
                    let id = CATEGORIES.some_id(connection)?;
                    connection.refusal("RemoveCategory", json!({ "ids": [id] }))?;
                    CATEGORIES.get(connection, id).map(|_| ())
                }),
            rule("16.7", ADD)
                .says("Two categories that are added have different ids.")
                .alone()
                .tried_by_player(|connection| {
                    with_category(connection, |connection, first| {
                        let first = first.id("id")?;
                        with_category(connection, |_, second| {
                            let second = second.id("id")?;
                            ensure!(first != second, "both are {first}");
                            Ok(())
                        })
                    })
                }),
            rule("16.8", "schema: packet GetIDSequence, from")
                .says("A category that is gone is among the changes since before it went.")
                .tp04()
                .alone()
                .tried_by_player(|connection| {
                    let category = added(connection).needed("16.1")?;
                    require!(!category.is_fail(), "no categories can be added");
                    remove(connection, &category)?;
                    let id = category.id("id")?;
                    let changed = CATEGORIES.changed(connection, category.number("modtime")?)?;
                    let changed = changed.only_ids();
                    prefer!(changed.contains(&id), "{id} is not among {changed:?}");
                    Ok(())
                }),
        ],
    }
}

/// What came of adding a category.
fn added(connection: &mut Connection) -> Outcome<Frame> {
    let name = unique("Category");
    let fields = json!({ "id": -1, "name": name, "description": "Made by a test." });
    let reply = connection.ask("AddCategory", fields)?;
    let frame = reply.only()?.clone();
    ensure!(
        frame.is_fail() || frame.name == "Category",
        "AddCategory was answered with {}",
        frame.what()
    );
    Ok(frame)
}

fn remove(connection: &mut Connection, category: &Frame) -> Outcome {
    connection.okays("RemoveCategory", json!({ "ids": [category.id("id")?] }))
}

/// Adds a category, looks at it, and removes it. Skips the case if the server adds none.
pub(super) fn with_category(
    connection: &mut Connection,
    look: impl Fn(&mut Connection, &Frame) -> Outcome,
) -> Outcome {
    let category = added(connection).needed("16.1")?;
    require!(
        !category.is_fail(),
        "no categories can be added: {}",
        category.what()
    );
    let seen = look(connection, &category);
    // Whether it can be removed is the rule of 16.4.
    let _ = remove(connection, &category);
    seen
}
