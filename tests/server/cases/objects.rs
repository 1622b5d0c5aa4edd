//! Objects: the universe and what is in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tp_frames::{Packet, game};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::unique;
use crate::outcome::{Outcome, Step as _, Stop, ensure, prefer, require};
use tp_tests::frame::{Frame, Version, with};

use super::kinds::{OBJECT_TYPES, OBJECTS, ORDER_QUEUES, ORDER_TYPES, PLAYERS};

const OBJECT: &str = "schema: packet Object";
const CONTAINS: &str = "schema: packet Object, contains";
const PARAMETERS: &str = "schema: packet Object, parameters by ObjectDesc";
const OTYPE: &str = "schema: packet Object, the type tells what follows";
const MODIFY: &str = "schema: packet ModifyObject";

pub(super) fn group() -> Group {
    Group {
        number: 13,
        name: "Objects",
        about: "The universe is object 0, and everything is in it. What an object holds is told by \
                its type.",
        cases: vec![
            rule("13.1", OBJECT)
                .says("Object 0 is the universe.")
                .tried_by_player(|connection| {
                    let universe = OBJECTS.get(connection, 0)?;
                    ensure!(universe.id("id")? == 0, "it has id {}", universe.id("id")?);
                    Ok(())
                }),
            rule("13.2", OBJECT)
                .says("The universe is among the ids that are listed.")
                .tried_by_player(|connection| {
                    let ids = OBJECTS.ids(connection)?;
                    ensure!(ids.contains(&0), "they are {ids:?}");
                    Ok(())
                }),
            rule("13.3", CONTAINS)
                .says("What an object contains is there.")
                .tried_by_player(|connection| {
                    let held = in_lists(all(connection)?.values(), "contains")?;
                    OBJECTS.get_all(connection, held).map(|_| ())
                }),
            rule("13.4", CONTAINS)
                .says("No object is contained in two.")
                .tried_by_player(|connection| {
                    let mut seen = BTreeMap::new();
                    for (id, object) in all(connection)? {
                        for held in object.ids("contains")? {
                            let other = seen.insert(held, id);
                            ensure!(other.is_none(), "object {held} is in {id} and in {other:?}");
                        }
                    }
                    Ok(())
                }),
            rule("13.5", CONTAINS)
                .says("Every object that is listed is in the universe, at some depth.")
                .tried_by_player(|connection| {
                    let all = all(connection)?;
                    let held = in_lists(all.values(), "contains")?;
                    let lost = all.keys().find(|id| **id != 0 && !held.contains(id));
                    ensure!(lost.is_none(), "object {lost:?} is in nothing");
                    Ok(())
                }),
            rule("13.6", "schema: packet Object, parent")
                .says("An object's parent contains it.")
                .tp04()
                .tried_by_player(|connection| {
                    let all = all(connection)?;
                    for (id, object) in all.iter().filter(|(id, _)| **id != 0) {
                        let parent = object.id("parent")?;
                        let held = all.get(&parent).map(|holder| holder.ids("contains"));
                        let held = held.transpose()?.unwrap_or_default();
                        ensure!(
                            held.contains(id),
                            "object {parent} holds {held:?}, not {id}"
                        );
                    }
                    Ok(())
                }),
            rule("13.7", PARAMETERS)
                .says("The type of every object is described.")
                .tp04()
                .tried_by_player(|connection| {
                    let objects = all(connection)?;
                    OBJECT_TYPES
                        .get_all(connection, types(&objects)?)
                        .map(|_| ())
                }),
            rule("13.8", PARAMETERS)
                .says("What an object holds is exactly what the description of its type says.")
                .tp04()
                .tried_by_player(|connection| {
                    let objects = all(connection)?;
                    let described = descriptions(connection, &objects)?;
                    for (id, object) in &objects {
                        // That there is a description is the rule of 13.7.
                        if described.contains_key(&object.id("otype")?) {
                            parameters(object, &described)
                                .map_err(|why| Stop::Fail(format!("object {id}: {why}")))?;
                        }
                    }
                    Ok(())
                }),
            rule("13.9", OTYPE)
                .says(
                    "The type of an object is one of the six, and what it holds is exactly what \
                     that type has.",
                )
                .tp03()
                .tried_by_player(|connection| {
                    for (id, object) in all(connection)? {
                        let (frame, _) = game::Object::decode(game::TP03, &object.body)
                            .map_err(|error| Stop::Fail(format!("object {id}: {error}")))?;
                        let otype = frame.otype;
                        ensure!(otype <= 5, "object {id} is of type {otype}");
                        let held = frame.decode_parameters(None);
                        ensure!(
                            held.is_exact(),
                            "object {id} of type {otype}: {:?}, {} bytes left",
                            held.stopped,
                            held.leftover.len()
                        );
                    }
                    Ok(())
                }),
            rule("13.10", "schema: packet Object, ordertypes")
                .says("The order types of an object are described.")
                .tp03()
                .tried_by_player(|connection| {
                    let types = in_lists(all(connection)?.values(), "ordertypes")?;
                    require!(!types.is_empty(), "no object takes orders");
                    ORDER_TYPES.get_all(connection, types).map(|_| ())
                }),
            rule("13.11", "schema: packet OrderQueue, ordertypes")
                .says("The order types of an order queue are described.")
                .tp04()
                .tried_by_player(|connection| {
                    let queues = ORDER_QUEUES.some_ids(connection)?;
                    let queues = ORDER_QUEUES.those_there(connection, queues)?;
                    let types = in_lists(queues.iter().map(|(_, queue)| queue), "ordertypes")?;
                    require!(!types.is_empty(), "no queue takes orders");
                    ORDER_TYPES.get_all(connection, types).map(|_| ())
                }),
            rule("13.12", "schema: packet Object, padding")
                .says("The bytes that are kept for later are zero.")
                .tried_by_player(|connection| {
                    for (id, object) in all(connection)? {
                        let padding = object.field("padding").as_str().unwrap_or_default();
                        ensure!(
                            padding.bytes().all(|digit| digit == b'0'),
                            "those of object {id} are {padding}"
                        );
                    }
                    Ok(())
                }),
            rule("13.13", OBJECT)
                .says("Asked twice, an object is the same.")
                .alone()
                .tried_by_player(|connection| {
                    let (first, second) = (all(connection)?, all(connection)?);
                    for (id, object) in &first {
                        let again = second.get(id).map(|again| &again.body);
                        ensure!(
                            again == Some(&object.body),
                            "object {id} changed while nothing happened"
                        );
                    }
                    Ok(())
                }),
            rule("13.14", "schema: packet Object, owner")
                .says("The owners of objects are players that are there.")
                .tp03()
                .tried_by_player(|connection| {
                    let mut owners = BTreeSet::new();
                    for object in all(connection)?.values() {
                        let Ok((frame, _)) = game::Object::decode(game::TP03, &object.body) else {
                            continue;
                        };
                        for held in &frame.decode_parameters(None).values {
                            owners.extend(match held {
                                game::ObjectParams::Planet(planet) => planet.owner.get(),
                                game::ObjectParams::Fleet(fleet) => fleet.owner.get(),
                                _ => None,
                            });
                        }
                    }
                    require!(!owners.is_empty(), "nothing is anybody's");
                    PLAYERS.get_all(connection, owners).map(|_| ())
                }),
            rule("13.15", MODIFY)
                .says(
                    "An own object gets the name that ModifyObject gives it, and the old one back.",
                )
                .tp04()
                .alone()
                .tried_by_player(renamed),
            rule("13.16", MODIFY)
                .says("ModifyObject of an object that nobody may change is refused.")
                .tp04()
                .alone()
                .tried_by_player(|connection| {
                    let universe = OBJECTS.get(connection, 0)?;
                    let fields = with(&universe.fields, json!({ "name": "Not mine" }));
                    connection.refusal("ModifyObject", fields)?;
                    let now = OBJECTS.get(connection, 0)?;
                    let name = now.field("name");
                    ensure!(name == universe.field("name"), "it is called {name} now");
                    Ok(())
                }),
            rule("13.17", MODIFY)
                .says("ModifyObject of an object that is not there is refused.")
                .tp04()
                .tried_by_player(|connection| {
                    let unknown = OBJECTS.unknown_id(connection)?;
                    let fields = json!({ "id": unknown, "name": "Nothing" });
                    connection.is_refused("ModifyObject", fields)
                }),
        ],
    }
}

/// Every object that is listed and there, at most 500.
fn all(connection: &mut Connection) -> Outcome<BTreeMap<u32, Frame>> {
    let mut ids = OBJECTS.some_ids(connection)?;
    ids.truncate(500);
    let objects = OBJECTS.those_there(connection, ids)?;
    require!(!objects.is_empty(), "none of the objects is there");
    Ok(objects.into_iter().collect())
}

/// What is in a list of any of these.
fn in_lists<'a>(things: impl IntoIterator<Item = &'a Frame>, list: &str) -> Outcome<BTreeSet<u32>> {
    let mut all = BTreeSet::new();
    for thing in things {
        all.extend(thing.ids(list)?);
    }
    Ok(all)
}

/// The types of objects.
fn types(objects: &BTreeMap<u32, Frame>) -> Outcome<BTreeSet<u32>> {
    let types = objects.values().map(|object| object.id("otype"));
    Ok(types.collect::<Result<_, _>>()?)
}

type Descriptions = BTreeMap<u32, game::ObjectDesc>;

/// The descriptions of the types of objects, as far as there are some.
fn descriptions(
    connection: &mut Connection,
    objects: &BTreeMap<u32, Frame>,
) -> Outcome<Descriptions> {
    let described = OBJECT_TYPES.those_there(connection, types(objects)?)?;
    let decoded = described.iter().map(|(id, frame)| {
        game::ObjectDesc::decode(game::TP04, &frame.body)
            .map(|(desc, _)| (*id, desc))
            .map_err(|error| Stop::Fail(error.to_string()))
    });
    decoded.collect()
}

/// What an object of TP04 holds, if it is exactly that.
fn parameters(object: &Frame, described: &Descriptions) -> Result<Vec<game::ObjectParams>, String> {
    let (object, _) =
        game::Object::decode(game::TP04, &object.body).map_err(|error| error.to_string())?;
    let desc = described.get(&object.otype);
    let desc = desc.ok_or_else(|| format!("type {} is not described", object.otype))?;
    let held = object.decode_parameters(Some(desc));
    if let Some(stopped) = &held.stopped {
        return Err(stopped.to_string());
    }
    match held.leftover.len() {
        0 => Ok(held.values),
        left => Err(format!(
            "{left} bytes are left behind what type {} has",
            object.otype
        )),
    }
}

/// Where an object is, if it says so.
pub(super) fn position(connection: &mut Connection, object: &Frame) -> Outcome<Option<[i64; 3]>> {
    if connection.version == Version::Tp03 {
        let axis = |name: &str| object.field("pos").get(name).and_then(Value::as_i64);
        let place = [axis("x"), axis("y"), axis("z")].map(Option::unwrap_or_default);
        return Ok(Some(place));
    }
    let one = BTreeMap::from([(object.id("id")?, object.clone())]);
    let described = descriptions(connection, &one)?;
    let held = parameters(object, &described).map_err(Stop::Fail);
    let held = held.needed("13.8")?;
    Ok(held.iter().find_map(|parameter| match parameter {
        game::ObjectParams::Position3d(it) if it.relative == 0 => {
            Some([it.position.x, it.position.y, it.position.z])
        }
        _ => None,
    }))
}

/// Objects that take orders of this player, with the id that orders are given to: of the object in
/// TP03, of its queue in TP04.
pub(super) fn commanded(connection: &mut Connection) -> Outcome<Vec<(u32, u32)>> {
    let objects = all(connection)?;
    if connection.version == Version::Tp03 {
        let takes = |object: &Frame| object.list("ordertypes").is_ok_and(|list| !list.is_empty());
        let own = objects.iter().filter(|(_, object)| takes(object));
        return Ok(own.map(|(id, _)| (*id, *id)).collect());
    }
    let described = descriptions(connection, &objects)?;
    let queues = ORDER_QUEUES.ids(connection)?;
    let mut own = Vec::new();
    for (id, object) in &objects {
        // What is not as it is described is the business of 13.7 and 13.8.
        for held in parameters(object, &described).unwrap_or_default() {
            if let game::ObjectParams::OrderQueue(queue) = held
                && queues.contains(&queue.queueid)
            {
                own.push((*id, queue.queueid));
            }
        }
    }
    Ok(own)
}

fn renamed(connection: &mut Connection) -> Outcome {
    let own = commanded(connection)?;
    require!(!own.is_empty(), "the player has nothing");
    let (id, _) = own.first().copied().unwrap_or_default();
    let before = OBJECTS.get(connection, id)?;
    let name = unique("Renamed");
    let fields = with(&before.fields, json!({ "name": name }));
    let reply = connection.ask("ModifyObject", fields)?;
    let frame = reply.only()?;
    prefer!(
        !frame.is_fail(),
        "objects cannot be modified: {}",
        frame.what()
    );
    ensure!(frame.name == "Object", "the answer is {}", frame.what());
    let renamed = OBJECTS.get(connection, id)?;
    connection.ask_one("ModifyObject", before.fields.clone(), "Object")?;
    let back = OBJECTS.get(connection, id)?;
    let (was, is) = (renamed.field("name"), back.field("name"));
    ensure!(*was == json!(name), "it was called {was}");
    ensure!(is == before.field("name"), "it is called {is} now");
    Ok(())
}
