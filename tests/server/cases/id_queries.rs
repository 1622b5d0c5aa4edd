//! What can be asked of a list of ids, right and wrong.

use serde_json::json;

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::outcome::{Outcome, Step as _, Stop, ensure, prefer, require};
use tp_tests::frame::Frame;

use super::kinds::{ALL, CATEGORIES, Ids, OBJECTS, ORDER_TYPES, query};

const KEY: &str = "schema: packet GetIDSequence, key";
const START: &str = "schema: packet GetIDSequence, start";
const AMOUNT: &str = "schema: packet GetIDSequence, amount";
const FORM: &str = "schema: packet GetIDSequence, body of 12 bytes in TP03 and 20 in TP04";
const FROM: &str = "schema: packet GetIDSequence, from";
const POSITION: &str = "schema: packet GetObjectIDsByPos";
const CONTAINER: &str = "schema: packet GetObjectIDsByContainer";

pub(super) fn group() -> Group {
    Group {
        number: 11,
        name: "Lists of ids, right and wrong",
        about: "Keys, places in a list, amounts, and changes since. Of a list that cannot be read \
                any more, a Fail says so; wrong ids would be worse.",
        cases: vec![
            rule("11.1", KEY)
                .says("A key of the list that is being read is taken.")
                .tried_by_player(|connection| {
                    let first = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    ORDER_TYPES.slice(connection, first.key, 0, -1).map(|_| ())
                }),
            rule("11.2", KEY)
                .says("A reply repeats the key of its list.")
                .tried_by_player(|connection| {
                    let first = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    let again = ORDER_TYPES.slice(connection, first.key, 0, -1)?;
                    ensure!(again.key == first.key, "{} became {}", first.key, again.key);
                    Ok(())
                }),
            rule("11.3", KEY)
                .says("A key that was never given is refused.")
                .tried_by_player(|connection| refuses(connection, 0x00ab_cdef, 0)),
            rule("11.4", KEY)
                .says("A new list ends the old one: its key is refused.")
                .tried_by_player(|connection| {
                    let old = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    let new = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    prefer!(old.key != new.key, "both have key {}", new.key);
                    refuses(connection, old.key, 0)
                }),
            rule("11.5", KEY)
                .says("A key of another kind of things is refused.")
                .tried_by_player(|connection| {
                    let other = CATEGORIES.slice(connection, -1, 0, 0)?;
                    refuses(connection, other.key, 0)
                }),
            rule("11.6", KEY)
                .says("Lists of two kinds can be read in turn.")
                .tried_by_player(in_turn),
            rule("11.7", KEY)
                .says("A key does not outlive its connection.")
                .tried_by(|cx| {
                    let mut old = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut old, -1, 0, 0)?;
                    old.close();
                    let mut new = cx.login()?;
                    refuses(&mut new, list.key, 0)
                }),
            rule("11.8", KEY)
                .says("A wrong key does not spoil the right one.")
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    let wrong = query(0x00ab_cdef, 0, -1, -1);
                    connection.ask("GetOrderDescIDs", wrong)?.only()?;
                    let reply = connection.ask("GetOrderDescIDs", query(list.key, 0, -1, -1))?;
                    let frame = reply.only()?;
                    prefer!(
                        frame.name == "OrderDescIDs",
                        "the right key got {}",
                        frame.what()
                    );
                    let left = Ids::of(frame)?.count();
                    prefer!(left == list.remaining, "the list is empty now");
                    Ok(())
                }),
            rule("11.9", START)
                .says("A start behind the end of the list is refused.")
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    let end = u32::try_from(list.remaining).unwrap_or_default();
                    refuses(connection, list.key, end.saturating_add(1))
                }),
            rule("11.10", START)
                .says("A start far behind the end of the list is refused.")
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    refuses(connection, list.key, u32::MAX)
                }),
            rule("11.11", START)
                .says("At the end of the list there are no ids, and none remain; or a Fail.")
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    let end = u32::try_from(list.remaining).unwrap_or_default();
                    if let Some(end) = part(connection, list.key, end, -1)? {
                        ensure!(
                            end.ids.is_empty() && end.remaining == 0,
                            "it has {:?}",
                            end.only_ids()
                        );
                    }
                    connection.still_works()
                }),
            rule("11.12", AMOUNT)
                .says("More than there are gives those that there are; or a Fail.")
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    let all = i64::try_from(list.remaining).unwrap_or_default();
                    let more = all.saturating_add(5);
                    if let Some(all) = part(connection, list.key, 0, more)? {
                        let count = all.count();
                        ensure!(
                            count == list.remaining && all.remaining == 0,
                            "{count} came and {} remain",
                            all.remaining
                        );
                    }
                    connection.still_works()
                }),
            rule("11.13", START)
                .says(
                    "A part that was read before is given again or refused, never something else.",
                )
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    require!(list.remaining >= 3, "there are too few order types");
                    let first = ORDER_TYPES.slice(connection, list.key, 0, 2)?;
                    if let Some(again) = part(connection, list.key, 1, 1)? {
                        let again = again.only_ids();
                        let wanted: Vec<u32> = first.only_ids().into_iter().skip(1).collect();
                        ensure!(
                            again == wanted,
                            "{again:?} came where {wanted:?} had come before"
                        );
                    }
                    connection.still_works()
                }),
            rule("11.14", AMOUNT)
                .says("An amount of −1 gives all that are left.")
                .tried_by_player(|connection| {
                    let list = ORDER_TYPES.slice(connection, -1, 0, 0)?;
                    require!(list.remaining >= 2, "there are too few order types");
                    let rest = ORDER_TYPES.slice(connection, list.key, 1, -1)?;
                    let count = rest.count();
                    let left = list.remaining.saturating_sub(1);
                    ensure!(
                        count == left && rest.remaining == 0,
                        "{count} of {left} came, {} remain",
                        rest.remaining
                    );
                    Ok(())
                }),
            rule("11.15", FORM)
                .says("A body in the form of the other version is refused with Fail.")
                .tried_by_player(|connection| {
                    // What is too long is taken: bytes behind the last field do not count.
                    let reply = connection.ask_raw("a short GetOrderDescIDs", 32, &[0xff; 8])?;
                    reply.refused()?;
                    connection.still_works()
                }),
            rule("11.16", FROM)
                .says("What changed since the far future is nothing.")
                .tp04()
                .tried_by_player(|connection| {
                    let none = ORDER_TYPES.changed(connection, i128::from(i64::MAX))?;
                    ensure!(
                        none.ids.is_empty() && none.remaining == 0,
                        "these: {:?}",
                        none.only_ids()
                    );
                    Ok(())
                }),
            rule("11.17", FROM)
                .says("A reply repeats since when changes were asked for.")
                .tp04()
                .tried_by_player(|connection| {
                    for from in [-1, 5, 1_000_000] {
                        let reply = connection.ask("GetOrderDescIDs", query(-1, 0, 0, from))?;
                        let came = reply.one("OrderDescIDs")?.number("from")?;
                        ensure!(came == from, "asked from {from}, answered from {came}");
                    }
                    Ok(())
                }),
            rule("11.18", FROM)
                .says("What changed since before all are all that there are.")
                .tp04()
                .tried_by_player(|connection| {
                    let now = OBJECTS.slice(connection, -1, 0, -1)?;
                    let times = now.ids.iter().map(|(_, modtime)| *modtime);
                    let first = times.min().unwrap_or(2);
                    require!(first > 1, "the first change has no time before it");
                    let changed = OBJECTS.changed(connection, first.saturating_sub(1))?;
                    let (now, changed) = (now.only_ids(), changed.only_ids());
                    let all = now.iter().all(|id| changed.contains(id));
                    ensure!(all, "{changed:?} of {now:?}");
                    Ok(())
                }),
            rule("11.19", FROM)
                .says("What changed since a time changed after it.")
                .tp04()
                .tried_by_player(later),
            rule("11.20", POSITION)
                .says("All objects are in the greatest sphere around the centre.")
                .tried_by_player(|connection| {
                    let all = sphere(connection, [0, 0, 0], u64::MAX)?;
                    let listed = OBJECTS.ids(connection)?;
                    let missing = listed.iter().find(|id| !all.contains(id));
                    ensure!(missing.is_none(), "{missing:?} is missing");
                    Ok(())
                }),
            rule("11.21", POSITION)
                .says("An object is found at its own place.")
                .tried_by_player(at_its_place),
            rule("11.22", POSITION)
                .says("Far away from everything there are no objects.")
                .tried_by_player(|connection| {
                    let edge = i64::MAX;
                    let none = sphere(connection, [edge, edge, edge], 0)?;
                    ensure!(none.is_empty(), "{none:?}");
                    Ok(())
                }),
            rule("11.23", "schema: packet GetObjectsByPos")
                .says("GetObjectsByPos gives the objects whose ids GetObjectIDsByPos gives.")
                .tried_by_player(|connection| {
                    let mut ids = sphere(connection, [0, 0, 0], u64::MAX)?;
                    let place = json!({ "pos": { "x": 0, "y": 0, "z": 0 }, "r": u64::MAX });
                    let reply = connection.ask("GetObjectsByPos", place)?;
                    let objects = reply.all(reply.frames.len(), "Object")?;
                    let mut came: Vec<u32> =
                        objects.iter().filter_map(|it| it.first_number()).collect();
                    ids.sort_unstable();
                    came.sort_unstable();
                    ensure!(came == ids, "{came:?} instead of {ids:?}");
                    Ok(())
                }),
            rule("11.24", CONTAINER)
                .says("What an object contains is what the object itself says.")
                .tried_by_player(|connection| {
                    let listed = OBJECTS.some_ids(connection)?;
                    let some = listed.iter().take(20);
                    for (id, object) in OBJECTS.those_there(connection, some)? {
                        contained(connection, id, &object)?;
                    }
                    Ok(())
                }),
            rule("11.25", CONTAINER)
                .says("What an unknown object contains is refused.")
                .tried_by_player(|connection| {
                    let unknown = OBJECTS.unknown_id(connection)?;
                    connection.is_refused("GetObjectIDsByContainer", json!({ "id": unknown }))
                }),
            rule("11.26", KEY)
                .says("A list stays what it was while it is read, whoever adds to it.")
                .alone()
                .tried_by_player(stays),
        ],
    }
}

/// A part of a list of order types, unless it is refused.
fn part(connection: &mut Connection, key: i128, start: u32, amount: i64) -> Outcome<Option<Ids>> {
    let reply = connection.ask("GetOrderDescIDs", query(key, start, amount, -1))?;
    let frame = reply.only()?;
    (!frame.is_fail()).then(|| Ids::of(frame)).transpose()
}

/// A wrong use of a list of order types, which not every server notices.
fn refuses(connection: &mut Connection, key: i128, start: u32) -> Outcome {
    let reply = connection.ask("GetOrderDescIDs", query(key, start, -1, -1))?;
    let frame = reply.only()?;
    ensure!(frame.is_fail(), "it was answered with {}", frame.what());
    connection.still_works()
}

fn in_turn(connection: &mut Connection) -> Outcome {
    let kinds = [ORDER_TYPES, CATEGORIES, OBJECTS];
    let all = kinds.iter().map(|kind| kind.ids(connection));
    let all: Vec<Vec<u32>> = all.collect::<Outcome<_>>()?;
    let lists = kinds.iter().map(|kind| kind.slice(connection, -1, 0, 0));
    let lists: Vec<Ids> = lists.collect::<Outcome<_>>()?;
    for ((kind, list), ids) in kinds.iter().zip(lists).zip(all) {
        let rest = kind.slice(connection, list.key, 0, -1)?.only_ids();
        ensure!(rest == ids, "{} are {rest:?} instead of {ids:?}", kind.name);
    }
    Ok(())
}

fn later(connection: &mut Connection) -> Outcome {
    for kind in ALL.iter().filter(|kind| kind.modtime.is_some()) {
        let listed = kind.slice(connection, -1, 0, -1);
        let listed = match listed.needed(&format!("10.{}.1", kind.list.r#type)) {
            // Other kinds have changed, too.
            Err(Stop::Skip(_)) => continue,
            listed => listed?.ids,
        };
        let mut times: Vec<i128> = listed.iter().map(|(_, modtime)| *modtime).collect();
        times.sort_unstable();
        let Some(middle) = times.get(times.len() / 2).copied().filter(|time| *time > 0) else {
            continue;
        };
        let changed = kind.changed(connection, middle)?;
        let early = changed.ids.iter().find(|(_, modtime)| *modtime <= middle);
        ensure!(
            early.is_none(),
            "{}: since {middle} came {early:?}",
            kind.name
        );
    }
    Ok(())
}

fn sphere(connection: &mut Connection, [x, y, z]: [i64; 3], radius: u64) -> Outcome<Vec<u32>> {
    let place = json!({ "pos": { "x": x, "y": y, "z": z }, "r": radius });
    let found = connection.ask_one("GetObjectIDsByPos", place, "ObjectIDs")?;
    Ok(Ids::of(&found)?.only_ids())
}

fn at_its_place(connection: &mut Connection) -> Outcome {
    let ids = OBJECTS.some_ids(connection)?;
    let mut found = 0_usize;
    for (id, object) in OBJECTS.those_there(connection, ids.iter().take(20))? {
        let place = match super::objects::position(connection, &object) {
            Err(Stop::Skip(_)) => None,
            place => place?,
        };
        let Some(place) = place else {
            continue;
        };
        // A little around it: some servers leave out what is exactly on the edge.
        let here = sphere(connection, place, 2)?;
        ensure!(here.contains(&id), "{here:?} are at the place of {id}");
        found = found.saturating_add(1);
    }
    require!(found > 0, "no object says where it is");
    Ok(())
}

fn contained(connection: &mut Connection, id: u32, object: &Frame) -> Outcome {
    let mut own = object.ids("contains")?;
    let list = connection.ask_one("GetObjectIDsByContainer", json!({ "id": id }), "ObjectIDs")?;
    let mut came = Ids::of(&list)?.only_ids();
    prefer!(
        !came.is_empty() || own.is_empty(),
        "no ids came of object {id}, which contains {own:?}"
    );
    own.sort_unstable();
    came.sort_unstable();
    ensure!(came == own, "{came:?} where object {id} contains {own:?}");
    Ok(())
}

fn stays(connection: &mut Connection) -> Outcome {
    let before = CATEGORIES.slice(connection, -1, 0, 0)?;
    super::categories::with_category(connection, |connection, _| {
        let list = CATEGORIES.slice(connection, before.key, 0, -1)?;
        let count = list.count();
        ensure!(
            count == before.remaining && list.remaining == 0,
            "{} were announced, {count} came and {} remain",
            before.remaining,
            list.remaining
        );
        Ok(())
    })
}
