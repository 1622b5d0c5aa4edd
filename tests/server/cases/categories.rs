//! Categories that players add.

use serde_json::{Value, json};

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::unique;
use crate::outcome::{Outcome, ensure, prefer, require};
use tp_tests::frame::Frame;

use super::kinds::{CATEGORIES, Ids, query};

const ADD: &str = "schema: packet AddCategory";
const REMOVE: &str = "schema: packet RemoveCategory";

pub(super) fn group() -> Group {
    Group {
        number: 16,
        name: "Categories",
        about: "Players may add categories, and remove those they added. A server that lets them do \
                neither says so with a Fail.",
        cases: vec![
            case(
                "16.1",
                "A category with id −1 is added under an id of the server's, or refused.",
                ADD,
                |cx| {
                    let mut connection = cx.login()?;
                    let reply = added(&mut connection)?;
                    if reply.is_fail() {
                        return connection.still_works();
                    }
                    let id = reply.number("id")?;
                    remove(&mut connection, &reply)?;
                    ensure!(id >= 0, "its id is {id}");
                    Ok(())
                },
            )
            .alone(),
            case(
                "16.2",
                "A category that is added has the name and description that were given.",
                ADD,
                |cx| {
                    let mut connection = cx.login()?;
                    with_category(&mut connection, |connection, category| {
                        let read = CATEGORIES.get(connection, category.id("id")?)?;
                        for field in ["name", "description"] {
                            let (wanted, came) = (category.field(field), read.field(field));
                            ensure!(wanted == came, "the {field} {wanted} is read as {came}");
                        }
                        Ok(())
                    })
                },
            )
            .alone(),
            case("16.3", "A category that is added is listed.", ADD, |cx| {
                let mut connection = cx.login()?;
                with_category(&mut connection, |connection, category| {
                    let ids = CATEGORIES.ids(connection)?;
                    let id = category.id("id")?;
                    ensure!(ids.contains(&id), "{id} is not among {ids:?}");
                    Ok(())
                })
            })
            .alone(),
            case(
                "16.4",
                "A category that is removed is gone.",
                REMOVE,
                |cx| {
                    let mut connection = cx.login()?;
                    let category = added(&mut connection)?;
                    require!(!category.is_fail(), "no categories can be added");
                    remove(&mut connection, &category)?;
                    let id = category.id("id")?;
                    connection
                        .ask("GetCategory", json!({ "ids": [id] }))?
                        .refused()?;
                    let ids = CATEGORIES.ids(&mut connection)?;
                    ensure!(!ids.contains(&id), "{id} is still listed");
                    Ok(())
                },
            )
            .alone(),
            case(
                "16.5",
                "A category that is not there cannot be removed.",
                REMOVE,
                |cx| {
                    let mut connection = cx.login()?;
                    let unknown = CATEGORIES.unknown_id(&mut connection)?;
                    connection
                        .ask("RemoveCategory", json!({ "ids": [unknown] }))?
                        .refused()?;
                    connection.still_works()
                },
            ),
            case(
                "16.6",
                "A category of the game cannot be removed.",
                REMOVE,
                |cx| {
                    let mut connection = cx.login()?;
                    let ids = CATEGORIES.some_ids(&mut connection)?;
                    let id = ids.first().copied().unwrap_or_default();
                    let reply = connection.ask("RemoveCategory", json!({ "ids": [id] }))?;
                    reply.refused()?;
                    CATEGORIES.get(&mut connection, id)?;
                    Ok(())
                },
            )
            .alone(),
            case(
                "16.7",
                "Two categories that are added have different ids.",
                ADD,
                |cx| {
                    let mut connection = cx.login()?;
                    with_category(&mut connection, |connection, first| {
                        let first = first.id("id")?;
                        with_category(connection, |_, second| {
                            let second = second.id("id")?;
                            ensure!(first != second, "both are {first}");
                            Ok(())
                        })
                    })
                },
            )
            .alone(),
            case(
                "16.8",
                "A category that is gone is among the changes since before it went.",
                "schema: packet GetIDSequence, from",
                |cx| {
                    let mut connection = cx.login()?;
                    let category = added(&mut connection)?;
                    require!(!category.is_fail(), "no categories can be added");
                    remove(&mut connection, &category)?;
                    let id = category.id("id")?;
                    let since = category.number("modtime")?;
                    let reply = connection.ask("GetCategoryIDs", query(-1, 0, -1, since))?;
                    let changed = Ids::of(reply.one("CategoryIDs")?)?.only_ids();
                    prefer!(changed.contains(&id), "{id} is not among {changed:?}");
                    Ok(())
                },
            )
            .tp04()
            .alone(),
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
    let ids: Value = json!({ "ids": [category.id("id")?] });
    connection
        .ask("RemoveCategory", ids)?
        .one("Okay")
        .map(|_| ())
}

/// Adds a category, looks at it, and removes it. Skips the case if the server adds none.
pub(super) fn with_category(
    connection: &mut Connection,
    look: impl Fn(&mut Connection, &Frame) -> Outcome,
) -> Outcome {
    let category = added(connection)?;
    require!(
        !category.is_fail(),
        "no categories can be added: {}",
        category.what()
    );
    let seen = look(connection, &category);
    remove(connection, &category)?;
    seen
}
