//! Orders: every type of parameter, and what players put in and take out of queues.

use serde_json::json;

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::outcome::{Outcome, Step as _, Stop, ensure, prefer, require};

use tp_tests::frame::with;

use super::kinds::{ORDER_QUEUES, ORDER_TYPES};
use super::objects::commanded;
use super::order_parameters::{Order, count, taken, types_of};
use super::order_queues::{
    accepted, anothers, differing, given, got, own, removed, same, with_orders,
};
use super::order_types;

const INSERT: &str = "schema: packet OrderInsert";
const PROBE: &str = "schema: packet OrderProbe";
const GET: &str = "schema: packet GetOrder";
const REMOVE: &str = "schema: packet RemoveOrder";
const SLOT: &str = "schema: packet OrderInsert, slot";
const PARAMETERS: &str = "schema: parameter set OrderParams";
const READONLY: &str =
    "protocol documentation: what is read-only is ignored when a client sends it";

pub(super) fn group() -> Group {
    let mut cases = order_types::cases();
    cases.extend([
        rule("14.2", PROBE)
            .says("A probe says what the order would be, and gives no order.")
            .alone()
            .tried_by_player(probe),
        rule("14.3", SLOT)
            .says("An order for slot −1 goes to the end.")
            .alone()
            .tried_by_player(appended),
        rule("14.4", SLOT)
            .says("An order for slot 0 goes before the others.")
            .alone()
            .tried_by_player(in_front),
        rule("14.5", SLOT)
            .says("An order for a slot behind the end is refused, or goes to the end.")
            .alone()
            .tried_by_player(|connection| {
                let order = taken(connection, None)?;
                let before = count(connection, order.to)?;
                let far = i64::from(before).saturating_add(50);
                let reply = connection.ask("OrderInsert", order.fields(far))?;
                if !reply.only()?.is_fail() {
                    removed(connection, order.to, &[before]).needed("14.1")?;
                }
                let after = count(connection, order.to)?;
                ensure!(after == before, "the number of orders changed");
                Ok(())
            }),
        rule("14.6", "schema: packet OrderInsert, reply")
            .says(
                "The reply to an order in TP04 is the order as it stands in the queue, slot \
                 and all.",
            )
            .tp04()
            .alone()
            .tried_by_player(placed),
        rule("14.7", "schema: packets Object and OrderQueue")
            .says("The number of orders grows by one with each.")
            .alone()
            .tried_by(|cx| {
                with_orders(cx, 2, |connection, order, first| {
                    let now = count(connection, order.to)?;
                    let wanted = first.saturating_add(2);
                    ensure!(now == wanted, "there are {now} orders instead of {wanted}");
                    Ok(())
                })
            }),
        rule("14.8", GET)
            .says("An order that is read says what was ordered.")
            .alone()
            .tried_by(|cx| {
                with_orders(cx, 1, |connection, order, first| {
                    let read = got(connection, order.to, first)?;
                    same(connection.version, order, &read)
                })
            }),
        rule("14.9", GET)
            .says("An order that is read names where it is and of which type.")
            .alone()
            .tried_by(|cx| {
                with_orders(cx, 1, |connection, order, first| {
                    let read = got(connection, order.to, first)?;
                    let (to, slot, otype) = (read.id("id")?, read.id("slot")?, read.id("otype")?);
                    ensure!(to == order.to, "it is of {to}");
                    ensure!(slot == first, "it is in slot {slot}");
                    ensure!(otype == order.otype, "it is of type {otype}");
                    Ok(())
                })
            }),
        rule("14.10", GET)
            .says("Two orders are read by one request, in the order of the slots that it names.")
            .alone()
            .tried_by(|cx| {
                with_orders(cx, 2, |connection, order, first| {
                    let slots = [first.saturating_add(1), first];
                    let reply =
                        connection.ask("GetOrder", json!({ "id": order.to, "slots": slots }))?;
                    for (frame, slot) in reply.all(2, "Order")?.iter().zip(slots) {
                        let came = frame.id("slot")?;
                        ensure!(came == slot, "slot {came} came for {slot}");
                    }
                    Ok(())
                })
            }),
        rule("14.11", GET)
            .says("An order in a slot that is empty cannot be read.")
            .tried_by_player(|connection| {
                let (_, to) = own(connection)?;
                connection.is_refused("GetOrder", json!({ "id": to, "slots": [0x7abc_def0] }))
            }),
        rule("14.12", REMOVE)
            .says("An order in a slot that is empty cannot be removed.")
            .tried_by_player(|connection| {
                let (_, to) = own(connection)?;
                connection.is_refused("RemoveOrder", json!({ "id": to, "slots": [0x7abc_def0] }))
            }),
        rule("14.13", REMOVE)
            .says("Two orders are removed by one request that names the later one first.")
            .alone()
            .tried_by_player(|connection| {
                let order = taken(connection, None)?;
                let first = given(connection, &order, 2)?;
                removed(connection, order.to, &[first.saturating_add(1), first])?;
                let now = count(connection, order.to)?;
                ensure!(now == first, "{now} orders are left instead of {first}");
                Ok(())
            }),
        rule("14.14", REMOVE)
            .says("A removed order lets those behind it move up.")
            .alone()
            .tried_by_player(moves_up),
        rule("14.15", "schema: packet OrderInsert, otype")
            .says("An order of a type that nobody described is refused.")
            .tried_by_player(|connection| {
                let (_, to) = own(connection)?;
                let unknown = ORDER_TYPES.unknown_id(connection)?;
                let fields = json!({ "id": to, "slot": -1, "otype": unknown });
                connection.is_refused("OrderInsert", fields)
            }),
        rule("14.16", "schema: packet OrderInsert, otype")
            .says("An order of a type that the object does not take is refused.")
            .tried_by_player(foreign_type),
        rule("14.17", PARAMETERS)
            .says("An order whose parameters are cut short is refused.")
            .alone()
            .tried_by_player(|connection| {
                let order = taken(connection, None)?;
                require!(!order.types.is_empty(), "it has no parameters");
                let short = Order {
                    values: Vec::new(),
                    ..order.clone()
                };
                let before = count(connection, order.to)?;
                let reply = connection.ask("OrderInsert", short.fields(-1))?;
                let frame = reply.only()?.clone();
                if !frame.is_fail() {
                    removed(connection, order.to, &[before]).needed("14.1")?;
                }
                ensure!(frame.is_fail(), "it was answered with {}", frame.what());
                connection.still_works()
            }),
        rule("14.18", INSERT)
            .says("An order for something that is not there is refused.")
            .tried_by_player(|connection| {
                let order = taken(connection, None)?;
                let lost = Order {
                    to: 0x7abc_def0,
                    ..order
                };
                connection.is_refused("OrderInsert", lost.fields(-1))
            }),
        rule("14.19", PROBE)
            .says("A probe for something that is not there is refused.")
            .tried_by_player(|connection| {
                let order = taken(connection, None)?;
                let lost = Order {
                    to: 0x7abc_def0,
                    ..order
                };
                connection.is_refused("OrderProbe", lost.fields(-1))
            }),
        rule("14.20", INSERT)
            .says("Another player's things take no orders of this player.")
            .alone()
            .tried_by(|cx| {
                let (order, mut other) = anothers(cx)?;
                let before = count(&mut other, order.to)?;
                let mut connection = cx.login()?;
                connection.refusal("OrderInsert", order.fields(-1))?;
                let now = count(&mut other, order.to)?;
                ensure!(now == before, "it has {now} orders, before {before}");
                Ok(())
            }),
        rule("14.21", REMOVE)
            .says("Another player's orders cannot be removed.")
            .alone()
            .tried_by(|cx| {
                let (order, mut other) = anothers(cx)?;
                let slot = given(&mut other, &order, 1)?;
                let mut connection = cx.login()?;
                let slots = json!({ "id": order.to, "slots": [slot] });
                let refused = connection.ask("RemoveOrder", slots);
                let left = count(&mut other, order.to)?;
                if left > slot {
                    let _ = removed(&mut other, order.to, &[slot]);
                }
                refused?.refused()?;
                ensure!(left > slot, "the order is gone");
                Ok(())
            }),
        rule("14.22", GET)
            .says("Another player's orders are not shown.")
            .alone()
            .tried_by(|cx| {
                let (order, mut other) = anothers(cx)?;
                let slot = given(&mut other, &order, 1)?;
                let mut connection = cx.login()?;
                let slots = json!({ "id": order.to, "slots": [slot] });
                let shown = connection.ask("GetOrder", slots);
                let _ = removed(&mut other, order.to, &[slot]);
                prefer!(shown?.only()?.is_fail(), "the order is shown");
                Ok(())
            }),
        rule("14.23", READONLY)
            .says("The turns and resources that a client sends are ignored.")
            .alone()
            .tried_by_player(readonly),
        rule("14.24", "schema: packet OrderQueue, serial")
            .says("What a queue says of its last change changes with an order.")
            .tp04()
            .alone()
            .tried_by_player(|connection| {
                let order = taken(connection, None)?;
                let serial = |connection: &mut Connection| -> Outcome<i128> {
                    Ok(ORDER_QUEUES.get(connection, order.to)?.number("serial")?)
                };
                let before = serial(connection)?;
                let slot = given(connection, &order, 1)?;
                let after = serial(connection);
                let _ = removed(connection, order.to, &[slot]);
                ensure!(after? != before, "it is {before} before and after");
                Ok(())
            }),
        rule("14.25", INSERT)
            .says("An order survives the connection that gave it.")
            .alone()
            .tried_by(|cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let slot = given(&mut connection, &order, 1)?;
                connection.close();
                let mut again = cx.login()?;
                let read = got(&mut again, order.to, slot);
                let _ = removed(&mut again, order.to, &[slot]);
                same(cx.version, &order, &read?)
            }),
    ]);
    Group {
        number: 14,
        name: "Orders",
        about: "What players want their things to do. The parameters of an order are what the \
                description of its type says; the cases 14.1 make values from those descriptions, \
                one case for each type of parameter.",
        cases,
    }
}

fn probe(connection: &mut Connection) -> Outcome {
    let order = taken(connection, None)?;
    let before = count(connection, order.to)?;
    let reply = connection.ask("OrderProbe", order.fields(-1))?;
    let frame = reply.only()?;
    prefer!(
        !frame.is_fail(),
        "orders cannot be probed: {}",
        frame.what()
    );
    same(connection.version, &order, reply.one("Order")?)?;
    let after = count(connection, order.to)?;
    ensure!(
        after == before,
        "there were {before} orders before and {after} after"
    );
    Ok(())
}

fn appended(connection: &mut Connection) -> Outcome {
    let order = taken(connection, None)?;
    let other = differing(connection, &order)?;
    let first = given(connection, &order, 1)?;
    given(connection, &other, 1)?;
    let last = first.saturating_add(1);
    let read = got(connection, order.to, last);
    let _ = removed(connection, order.to, &[last, first]);
    same(connection.version, &other, &read?)
}

/// Two orders that differ, the second one put before the first.
fn in_front(connection: &mut Connection) -> Outcome {
    let order = taken(connection, None)?;
    let before = count(connection, order.to)?;
    require!(before == 0, "there are orders of the player's own");
    let first = given(connection, &order, 1)?;
    let other = differing(connection, &order)?;
    let fields = other.fields(0);
    let answer = connection.ask("OrderInsert", fields);
    let read = got(connection, order.to, 0);
    let now = count(connection, order.to)?;
    let slots: Vec<u32> = (first..now).rev().collect();
    let _ = removed(connection, order.to, &slots);
    accepted(&answer?)?;
    same(connection.version, &other, &read?)
}

fn placed(connection: &mut Connection) -> Outcome {
    let order = taken(connection, None)?;
    let slot = count(connection, order.to)?;
    let reply = connection.ask("OrderInsert", order.fields(-1))?;
    accepted(&reply)?;
    let _ = removed(connection, order.to, &[slot]);
    let frame = reply.only()?;
    prefer!(frame.name == "Order", "the answer is {}", frame.what());
    same(connection.version, &order, frame)?;
    let came = frame.number("slot")?;
    prefer!(
        came == i128::from(slot),
        "the order is said to be in slot {came}, and is in {slot}"
    );
    Ok(())
}

fn moves_up(connection: &mut Connection) -> Outcome {
    let order = taken(connection, None)?;
    let other = differing(connection, &order)?;
    let first = given(connection, &order, 1)?;
    given(connection, &other, 1)?;
    removed(connection, order.to, &[first])?;
    let read = got(connection, order.to, first);
    let _ = removed(connection, order.to, &[first]);
    same(connection.version, &other, &read?)
}

/// An order type that one of the player's things takes and another does not.
fn foreign_type(connection: &mut Connection) -> Outcome {
    let own = commanded(connection)?;
    let all = ORDER_TYPES.ids(connection)?;
    for (_, to) in own {
        let takes = types_of(connection, to)?;
        let Some(other) = all.iter().find(|it| !takes.contains(it)) else {
            continue;
        };
        let fields = json!({ "id": to, "slot": -1, "otype": other });
        return connection.is_refused("OrderInsert", fields);
    }
    Err(Stop::Skip("everything takes every type of order".into()))
}

fn readonly(connection: &mut Connection) -> Outcome {
    let order = taken(connection, None)?;
    let slot = given(connection, &order, 1)?;
    let plain = got(connection, order.to, slot);
    removed(connection, order.to, &[slot]).needed("14.1")?;
    let plain = plain?;
    let wishes = json!({ "turns": 4_000_000_000_u32, "resources": [{ "id": 1, "amount": 77 }] });
    let fields = with(&order.fields(-1), wishes);
    let answer = connection.ask("OrderInsert", fields)?;
    accepted(&answer)?;
    let read = got(connection, order.to, slot);
    let _ = removed(connection, order.to, &[slot]);
    let read = read?;
    for field in ["turns", "resources"] {
        let (wanted, came) = (plain.field(field), read.field(field));
        ensure!(wanted == came, "{field} is {came} instead of {wanted}");
    }
    Ok(())
}
