//! What can be asked of a list of ids, right and wrong.

use serde_json::json;

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, ensure, prefer, require};

use super::kinds::{ALL, CATEGORIES, Ids, Kind, OBJECTS, ORDER_TYPES, query};

const KEY: &str = "schema: packet GetIDSequence, key";
const START: &str = "schema: packet GetIDSequence, start";
const AMOUNT: &str = "schema: packet GetIDSequence, amount";
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
            case(
                "11.1",
                "A key of the list that is being read is taken.",
                KEY,
                |cx| {
                    let mut connection = cx.login()?;
                    let first = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    ORDER_TYPES.slice(&mut connection, first.key, 0, -1)?;
                    Ok(())
                },
            ),
            case("11.2", "A reply repeats the key of its list.", KEY, |cx| {
                let mut connection = cx.login()?;
                let first = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                let again = ORDER_TYPES.slice(&mut connection, first.key, 0, -1)?;
                ensure!(again.key == first.key, "{} became {}", first.key, again.key);
                Ok(())
            }),
            case(
                "11.3",
                "A key that was never given is refused.",
                KEY,
                |cx| {
                    let mut connection = cx.login()?;
                    refuses(&mut connection, ORDER_TYPES, 0x00ab_cdef, 0, -1)
                },
            ),
            case(
                "11.4",
                "A new list ends the old one: its key is refused.",
                KEY,
                |cx| {
                    let mut connection = cx.login()?;
                    let old = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    let new = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    prefer!(old.key != new.key, "both have key {}", new.key);
                    refuses(&mut connection, ORDER_TYPES, old.key, 0, -1)
                },
            ),
            case(
                "11.5",
                "A key of another kind of things is refused.",
                KEY,
                |cx| {
                    let mut connection = cx.login()?;
                    let other = CATEGORIES.slice(&mut connection, -1, 0, 0)?;
                    refuses(&mut connection, ORDER_TYPES, other.key, 0, -1)
                },
            ),
            case(
                "11.6",
                "Lists of two kinds can be read in turn.",
                KEY,
                in_turn,
            ),
            case(
                "11.7",
                "A key does not outlive its connection.",
                KEY,
                |cx| {
                    let mut old = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut old, -1, 0, 0)?;
                    old.close();
                    let mut new = cx.login()?;
                    refuses(&mut new, ORDER_TYPES, list.key, 0, -1)
                },
            ),
            case(
                "11.8",
                "A wrong key does not spoil the right one.",
                KEY,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    let wrong = query(0x00ab_cdef, 0, -1, -1);
                    connection.ask("GetOrderDescIDs", wrong)?.only()?;
                    let reply = connection.ask("GetOrderDescIDs", query(list.key, 0, -1, -1))?;
                    let frame = reply.only()?;
                    prefer!(
                        frame.name == "OrderDescIDs",
                        "the right key got {}",
                        frame.what()
                    );
                    let left = i128::try_from(Ids::of(frame)?.ids.len());
                    prefer!(left == Ok(list.remaining), "the list is empty now");
                    Ok(())
                },
            ),
            case(
                "11.9",
                "A start behind the end of the list is refused.",
                START,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    let behind = u32::try_from(list.remaining)
                        .unwrap_or_default()
                        .saturating_add(1);
                    refuses(&mut connection, ORDER_TYPES, list.key, behind, -1)
                },
            ),
            case(
                "11.10",
                "A start far behind the end of the list is refused.",
                START,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    refuses(&mut connection, ORDER_TYPES, list.key, u32::MAX, -1)
                },
            ),
            case(
                "11.11",
                "At the end of the list there are no ids, and none remain; or a Fail.",
                START,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    let end = u32::try_from(list.remaining).unwrap_or_default();
                    let reply = connection.ask("GetOrderDescIDs", query(list.key, end, -1, -1))?;
                    let frame = reply.only()?;
                    if !frame.is_fail() {
                        let end = Ids::of(frame)?;
                        ensure!(
                            end.ids.is_empty() && end.remaining == 0,
                            "it has {:?}",
                            end.only_ids()
                        );
                    }
                    connection.still_works()
                },
            ),
            case(
                "11.12",
                "More than there are gives those that there are; or a Fail.",
                AMOUNT,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    let more = i64::try_from(list.remaining)
                        .unwrap_or_default()
                        .saturating_add(5);
                    let reply = connection.ask("GetOrderDescIDs", query(list.key, 0, more, -1))?;
                    let frame = reply.only()?;
                    if !frame.is_fail() {
                        let all = Ids::of(frame)?;
                        let count = i128::try_from(all.ids.len()).unwrap_or_default();
                        ensure!(
                            count == list.remaining && all.remaining == 0,
                            "{count} came and {} remain",
                            all.remaining
                        );
                    }
                    connection.still_works()
                },
            ),
            case(
                "11.13",
                "A part that was read before is given again or refused, never something else.",
                START,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    require!(list.remaining >= 3, "there are too few order types");
                    let first = ORDER_TYPES.slice(&mut connection, list.key, 0, 2)?;
                    let reply = connection.ask("GetOrderDescIDs", query(list.key, 1, 1, -1))?;
                    let frame = reply.only()?;
                    if !frame.is_fail() {
                        let again = Ids::of(frame)?.only_ids();
                        let wanted: Vec<u32> = first.only_ids().into_iter().skip(1).collect();
                        ensure!(
                            again == wanted,
                            "{again:?} came where {wanted:?} had come before"
                        );
                    }
                    connection.still_works()
                },
            ),
            case(
                "11.14",
                "An amount of −1 gives all that are left.",
                AMOUNT,
                |cx| {
                    let mut connection = cx.login()?;
                    let list = ORDER_TYPES.slice(&mut connection, -1, 0, 0)?;
                    require!(list.remaining >= 2, "there are too few order types");
                    let rest = ORDER_TYPES.slice(&mut connection, list.key, 1, -1)?;
                    let count = i128::try_from(rest.ids.len()).unwrap_or_default();
                    let left = list.remaining.saturating_sub(1);
                    ensure!(
                        count == left && rest.remaining == 0,
                        "{count} of {left} came, {} remain",
                        rest.remaining
                    );
                    Ok(())
                },
            ),
            case(
                "11.15",
                "A body in the form of the other version is refused with Fail.",
                "schema: packet GetIDSequence, body of 12 bytes in TP03 and 20 in TP04",
                |cx| {
                    let mut connection = cx.login()?;
                    // What is too long is taken: bytes behind the last field do not count.
                    connection
                        .ask_raw("a short GetOrderDescIDs", 32, &[0xff; 8])?
                        .refused()?;
                    connection.still_works()
                },
            ),
            case(
                "11.16",
                "What changed since the far future is nothing.",
                FROM,
                |cx| {
                    let mut connection = cx.login()?;
                    let since = query(-1, 0, -1, i128::from(i64::MAX));
                    let reply = connection.ask("GetOrderDescIDs", since)?;
                    let none = Ids::of(reply.one("OrderDescIDs")?)?;
                    ensure!(
                        none.ids.is_empty() && none.remaining == 0,
                        "these: {:?}",
                        none.only_ids()
                    );
                    Ok(())
                },
            )
            .tp04(),
            case(
                "11.17",
                "A reply repeats since when changes were asked for.",
                FROM,
                |cx| {
                    let mut connection = cx.login()?;
                    for from in [-1, 5, 1_000_000] {
                        let reply = connection.ask("GetOrderDescIDs", query(-1, 0, 0, from))?;
                        let came = reply.one("OrderDescIDs")?.number("from")?;
                        ensure!(came == from, "asked from {from}, answered from {came}");
                    }
                    Ok(())
                },
            )
            .tp04(),
            case(
                "11.18",
                "What changed since before all are all that there are.",
                FROM,
                |cx| {
                    let mut connection = cx.login()?;
                    let now = OBJECTS.slice(&mut connection, -1, 0, -1)?;
                    let first = now
                        .ids
                        .iter()
                        .map(|(_, modtime)| *modtime)
                        .min()
                        .unwrap_or(2);
                    require!(first > 1, "the first change has no time before it");
                    let since = query(-1, 0, -1, first.saturating_sub(1));
                    let reply = connection.ask("GetObjectIDs", since)?;
                    let changed = Ids::of(reply.one("ObjectIDs")?)?;
                    let all = now
                        .only_ids()
                        .iter()
                        .all(|id| changed.only_ids().contains(id));
                    ensure!(all, "{:?} of {:?}", changed.only_ids(), now.only_ids());
                    Ok(())
                },
            )
            .tp04(),
            case(
                "11.19",
                "What changed since a time changed after it.",
                FROM,
                later,
            )
            .tp04(),
            case(
                "11.20",
                "All objects are in the greatest sphere around the centre.",
                POSITION,
                |cx| {
                    let mut connection = cx.login()?;
                    let all = sphere(&mut connection, [0, 0, 0], u64::MAX)?;
                    let listed = OBJECTS.ids(&mut connection)?;
                    let missing = listed.iter().find(|id| !all.contains(id));
                    ensure!(missing.is_none(), "{missing:?} is missing");
                    Ok(())
                },
            ),
            case(
                "11.21",
                "An object is found at its own place.",
                POSITION,
                at_its_place,
            ),
            case(
                "11.22",
                "Far away from everything there are no objects.",
                POSITION,
                |cx| {
                    let mut connection = cx.login()?;
                    let edge = i64::MAX;
                    let none = sphere(&mut connection, [edge, edge, edge], 0)?;
                    ensure!(none.is_empty(), "{none:?}");
                    Ok(())
                },
            ),
            case(
                "11.23",
                "GetObjectsByPos gives the objects whose ids GetObjectIDsByPos gives.",
                "schema: packet GetObjectsByPos",
                |cx| {
                    let mut connection = cx.login()?;
                    let mut ids = sphere(&mut connection, [0, 0, 0], u64::MAX)?;
                    let place = json!({ "pos": { "x": 0, "y": 0, "z": 0 }, "r": u64::MAX });
                    let reply = connection.ask("GetObjectsByPos", place)?;
                    let objects = reply.all(reply.frames.len(), "Object")?;
                    let mut came: Vec<u32> =
                        objects.iter().filter_map(|it| it.first_number()).collect();
                    ids.sort_unstable();
                    came.sort_unstable();
                    ensure!(came == ids, "{came:?} instead of {ids:?}");
                    Ok(())
                },
            ),
            case(
                "11.24",
                "What an object contains is what the object itself says.",
                CONTAINER,
                |cx| {
                    let mut connection = cx.login()?;
                    let listed = OBJECTS.some_ids(&mut connection)?;
                    for id in listed.into_iter().take(20) {
                        contained(&mut connection, id)?;
                    }
                    Ok(())
                },
            ),
            case(
                "11.25",
                "What an unknown object contains is refused.",
                CONTAINER,
                |cx| {
                    let mut connection = cx.login()?;
                    let unknown = OBJECTS.unknown_id(&mut connection)?;
                    let reply =
                        connection.ask("GetObjectIDsByContainer", json!({ "id": unknown }))?;
                    reply.refused()?;
                    connection.still_works()
                },
            ),
            case(
                "11.26",
                "A list stays what it was while it is read, whoever adds to it.",
                KEY,
                stays,
            )
            .alone(),
        ],
    }
}

/// A wrong use of a list, which not every server notices.
fn refuses(connection: &mut Connection, kind: Kind, key: i128, start: u32, amount: i64) -> Outcome {
    let reply = connection.ask(kind.list.name, query(key, start, amount, -1))?;
    let frame = reply.only()?;
    ensure!(frame.is_fail(), "it was answered with {}", frame.what());
    connection.still_works()
}

fn in_turn(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let all: Vec<Vec<u32>> = [ORDER_TYPES, CATEGORIES, OBJECTS]
        .iter()
        .map(|kind| kind.ids(&mut connection))
        .collect::<Outcome<_>>()?;
    let mut lists = Vec::new();
    for kind in [ORDER_TYPES, CATEGORIES, OBJECTS] {
        lists.push((kind, kind.slice(&mut connection, -1, 0, 0)?));
    }
    for ((kind, list), ids) in lists.iter().zip(&all) {
        let rest = kind.slice(&mut connection, list.key, 0, -1)?;
        ensure!(
            rest.only_ids() == *ids,
            "{} are {:?} instead of {ids:?}",
            kind.name,
            rest.only_ids()
        );
    }
    Ok(())
}

fn later(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    for kind in ALL.iter().filter(|kind| kind.modtime.is_some()) {
        let mut times: Vec<i128> = kind
            .slice(&mut connection, -1, 0, -1)?
            .ids
            .iter()
            .map(|(_, modtime)| *modtime)
            .collect();
        times.sort_unstable();
        let Some(middle) = times.get(times.len() / 2).copied().filter(|time| *time > 0) else {
            continue;
        };
        let changed = connection.ask(kind.list.name, query(-1, 0, -1, middle))?;
        let changed = Ids::of(changed.one(kind.ids)?)?;
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
    let reply = connection.ask("GetObjectIDsByPos", place)?;
    Ok(Ids::of(reply.one("ObjectIDs")?)?.only_ids())
}

fn at_its_place(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let ids = OBJECTS.some_ids(&mut connection)?;
    let mut found = 0_usize;
    for id in ids.into_iter().take(20) {
        let object = OBJECTS.get(&mut connection, id)?;
        let Some(place) = super::objects::position(&mut connection, &object)? else {
            continue;
        };
        // A little around it: some servers leave out what is exactly on the edge.
        let here = sphere(&mut connection, place, 2)?;
        ensure!(here.contains(&id), "{here:?} are at the place of {id}");
        found = found.saturating_add(1);
    }
    require!(found > 0, "no object says where it is");
    Ok(())
}

fn contained(connection: &mut Connection, id: u32) -> Outcome {
    let object = OBJECTS.get(connection, id)?;
    let own: Vec<u32> = super::objects::contains(&object)?;
    let reply = connection.ask("GetObjectIDsByContainer", json!({ "id": id }))?;
    let mut came = Ids::of(reply.one("ObjectIDs")?)?.only_ids();
    prefer!(
        !came.is_empty() || own.is_empty(),
        "no ids came of object {id}, which contains {own:?}"
    );
    let mut own = own;
    own.sort_unstable();
    came.sort_unstable();
    ensure!(came == own, "{came:?} where object {id} contains {own:?}");
    Ok(())
}

fn stays(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let before = CATEGORIES.slice(&mut connection, -1, 0, 0)?;
    super::categories::with_category(&mut connection, |connection, _| {
        let list = CATEGORIES.slice(connection, before.key, 0, -1)?;
        let count = i128::try_from(list.ids.len()).unwrap_or_default();
        ensure!(
            count == before.remaining && list.remaining == 0,
            "{} were announced, {count} came and {} remain",
            before.remaining,
            list.remaining
        );
        Ok(())
    })
}
