//! Orders: every type of parameter, and what players put in and take out of queues.

use serde_json::{Value, json};

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, prefer, require};

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
        case(
            "14.2",
            "A probe says what the order would be, and gives no order.",
            PROBE,
            probe,
        )
        .alone(),
        case(
            "14.3",
            "An order for slot −1 goes to the end.",
            SLOT,
            appended,
        )
        .alone(),
        case(
            "14.4",
            "An order for slot 0 goes before the others.",
            SLOT,
            in_front,
        )
        .alone(),
        case(
            "14.5",
            "An order for a slot behind the end is refused, or goes to the end.",
            SLOT,
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let before = count(&mut connection, order.to)?;
                let far = i64::from(before).saturating_add(50);
                let reply = connection.ask("OrderInsert", order.fields(far))?;
                if !reply.only()?.is_fail() {
                    removed(&mut connection, order.to, &[before])?;
                }
                ensure!(
                    count(&mut connection, order.to)? == before,
                    "the number of orders changed"
                );
                Ok(())
            },
        )
        .alone(),
        case(
            "14.6",
            "The reply to an order in TP04 is the order as it stands in the queue, slot and all.",
            "schema: packet OrderInsert, reply",
            placed,
        )
        .tp04()
        .alone(),
        case(
            "14.7",
            "The number of orders grows by one with each.",
            "schema: packets Object and OrderQueue",
            |cx| {
                with_orders(cx, 2, |connection, order, first| {
                    let now = count(connection, order.to)?;
                    let wanted = first.saturating_add(2);
                    ensure!(now == wanted, "there are {now} orders instead of {wanted}");
                    Ok(())
                })
            },
        )
        .alone(),
        case(
            "14.8",
            "An order that is read says what was ordered.",
            GET,
            |cx| {
                with_orders(cx, 1, |connection, order, first| {
                    let read = got(connection, order.to, first)?;
                    same(connection.version, order, &read)
                })
            },
        )
        .alone(),
        case(
            "14.9",
            "An order that is read names where it is and of which type.",
            GET,
            |cx| {
                with_orders(cx, 1, |connection, order, first| {
                    let read = got(connection, order.to, first)?;
                    ensure!(read.id("id")? == order.to, "it is of {}", read.id("id")?);
                    ensure!(
                        read.id("slot")? == first,
                        "it is in slot {}",
                        read.id("slot")?
                    );
                    ensure!(
                        read.id("otype")? == order.otype,
                        "it is of type {}",
                        read.id("otype")?
                    );
                    Ok(())
                })
            },
        )
        .alone(),
        case(
            "14.10",
            "Two orders are read by one request, in the order of the slots that it names.",
            GET,
            |cx| {
                with_orders(cx, 2, |connection, order, first| {
                    let slots = [first.saturating_add(1), first];
                    let reply =
                        connection.ask("GetOrder", json!({ "id": order.to, "slots": slots }))?;
                    for (frame, slot) in reply.all(2, "Order")?.iter().zip(slots) {
                        ensure!(
                            frame.id("slot")? == slot,
                            "slot {} came for {slot}",
                            frame.id("slot")?
                        );
                    }
                    Ok(())
                })
            },
        )
        .alone(),
        case(
            "14.11",
            "An order in a slot that is empty cannot be read.",
            GET,
            |cx| {
                let mut connection = cx.login()?;
                let (_, to) = own(&mut connection)?;
                let reply =
                    connection.ask("GetOrder", json!({ "id": to, "slots": [0x7abc_def0] }))?;
                reply.refused()?;
                connection.still_works()
            },
        ),
        case(
            "14.12",
            "An order in a slot that is empty cannot be removed.",
            REMOVE,
            |cx| {
                let mut connection = cx.login()?;
                let (_, to) = own(&mut connection)?;
                let reply =
                    connection.ask("RemoveOrder", json!({ "id": to, "slots": [0x7abc_def0] }))?;
                reply.refused()?;
                connection.still_works()
            },
        ),
        case(
            "14.13",
            "Two orders are removed by one request that names the later one first.",
            REMOVE,
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let first = given(&mut connection, &order, 2)?;
                removed(&mut connection, order.to, &[first.saturating_add(1), first])?;
                let now = count(&mut connection, order.to)?;
                ensure!(now == first, "{now} orders are left instead of {first}");
                Ok(())
            },
        )
        .alone(),
        case(
            "14.14",
            "A removed order lets those behind it move up.",
            REMOVE,
            moves_up,
        )
        .alone(),
        case(
            "14.15",
            "An order of a type that nobody described is refused.",
            "schema: packet OrderInsert, otype",
            |cx| {
                let mut connection = cx.login()?;
                let (_, to) = own(&mut connection)?;
                let unknown = ORDER_TYPES.unknown_id(&mut connection)?;
                let fields = json!({ "id": to, "slot": -1, "otype": unknown });
                connection.ask("OrderInsert", fields)?.refused()?;
                connection.still_works()
            },
        ),
        case(
            "14.16",
            "An order of a type that the object does not take is refused.",
            "schema: packet OrderInsert, otype",
            foreign_type,
        ),
        case(
            "14.17",
            "An order whose parameters are cut short is refused.",
            PARAMETERS,
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                require!(!order.types.is_empty(), "it has no parameters");
                let short = Order {
                    values: Vec::new(),
                    ..order.clone()
                };
                let before = count(&mut connection, order.to)?;
                let reply = connection.ask("OrderInsert", short.fields(-1))?;
                let frame = reply.only()?.clone();
                if !frame.is_fail() {
                    removed(&mut connection, order.to, &[before])?;
                }
                ensure!(frame.is_fail(), "it was answered with {}", frame.what());
                connection.still_works()
            },
        )
        .alone(),
        case(
            "14.18",
            "An order for something that is not there is refused.",
            INSERT,
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let lost = Order {
                    to: 0x7abc_def0,
                    ..order
                };
                connection.ask("OrderInsert", lost.fields(-1))?.refused()?;
                connection.still_works()
            },
        ),
        case(
            "14.19",
            "A probe for something that is not there is refused.",
            PROBE,
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let lost = Order {
                    to: 0x7abc_def0,
                    ..order
                };
                connection.ask("OrderProbe", lost.fields(-1))?.refused()?;
                connection.still_works()
            },
        ),
        case(
            "14.20",
            "Another player's things take no orders of this player.",
            INSERT,
            |cx| {
                let (order, mut other) = anothers(cx)?;
                let before = count(&mut other, order.to)?;
                let mut connection = cx.login()?;
                connection.ask("OrderInsert", order.fields(-1))?.refused()?;
                let now = count(&mut other, order.to)?;
                ensure!(now == before, "it has {now} orders, before {before}");
                Ok(())
            },
        )
        .alone(),
        case(
            "14.21",
            "Another player's orders cannot be removed.",
            REMOVE,
            |cx| {
                let (order, mut other) = anothers(cx)?;
                let slot = given(&mut other, &order, 1)?;
                let mut connection = cx.login()?;
                let slots = json!({ "id": order.to, "slots": [slot] });
                let refused = connection.ask("RemoveOrder", slots);
                let left = count(&mut other, order.to)?;
                if left > slot {
                    removed(&mut other, order.to, &[slot])?;
                }
                refused?.refused()?;
                ensure!(left > slot, "the order is gone");
                Ok(())
            },
        )
        .alone(),
        case(
            "14.22",
            "Another player's orders are not shown.",
            GET,
            |cx| {
                let (order, mut other) = anothers(cx)?;
                let slot = given(&mut other, &order, 1)?;
                let mut connection = cx.login()?;
                let slots = json!({ "id": order.to, "slots": [slot] });
                let shown = connection.ask("GetOrder", slots);
                removed(&mut other, order.to, &[slot])?;
                prefer!(shown?.only()?.is_fail(), "the order is shown");
                Ok(())
            },
        )
        .alone(),
        case(
            "14.23",
            "The turns and resources that a client sends are ignored.",
            READONLY,
            readonly,
        )
        .alone(),
        case(
            "14.24",
            "What a queue says of its last change changes with an order.",
            "schema: packet OrderQueue, serial",
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let serial = |connection: &mut Connection| -> Outcome<i128> {
                    Ok(ORDER_QUEUES.get(connection, order.to)?.number("serial")?)
                };
                let before = serial(&mut connection)?;
                let slot = given(&mut connection, &order, 1)?;
                let after = serial(&mut connection);
                removed(&mut connection, order.to, &[slot])?;
                ensure!(after? != before, "it is {before} before and after");
                Ok(())
            },
        )
        .tp04()
        .alone(),
        case(
            "14.25",
            "An order survives the connection that gave it.",
            INSERT,
            |cx| {
                let mut connection = cx.login()?;
                let order = taken(&mut connection, None)?;
                let slot = given(&mut connection, &order, 1)?;
                connection.close();
                let mut again = cx.login()?;
                let read = got(&mut again, order.to, slot);
                removed(&mut again, order.to, &[slot])?;
                same(cx.version, &order, &read?)
            },
        )
        .alone(),
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

fn probe(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let before = count(&mut connection, order.to)?;
    let reply = connection.ask("OrderProbe", order.fields(-1))?;
    let frame = reply.only()?;
    prefer!(
        !frame.is_fail(),
        "orders cannot be probed: {}",
        frame.what()
    );
    same(cx.version, &order, reply.one("Order")?)?;
    let after = count(&mut connection, order.to)?;
    ensure!(
        after == before,
        "there were {before} orders before and {after} after"
    );
    Ok(())
}

fn appended(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let other = differing(&mut connection, &order)?;
    let first = given(&mut connection, &order, 1)?;
    given(&mut connection, &other, 1)?;
    let last = first.saturating_add(1);
    let read = got(&mut connection, order.to, last);
    removed(&mut connection, order.to, &[last, first])?;
    same(cx.version, &other, &read?)
}

/// Two orders that differ, the second one put before the first.
fn in_front(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let before = count(&mut connection, order.to)?;
    require!(before == 0, "there are orders of the player's own");
    let first = given(&mut connection, &order, 1)?;
    let other = differing(&mut connection, &order)?;
    let fields = other.fields(0);
    let answer = connection.ask("OrderInsert", fields);
    let read = got(&mut connection, order.to, 0);
    let now = count(&mut connection, order.to)?;
    let slots: Vec<u32> = (first..now).rev().collect();
    removed(&mut connection, order.to, &slots)?;
    accepted(&answer?)?;
    same(cx.version, &other, &read?)
}

fn placed(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let slot = count(&mut connection, order.to)?;
    let reply = connection.ask("OrderInsert", order.fields(-1))?;
    accepted(&reply)?;
    removed(&mut connection, order.to, &[slot])?;
    let frame = reply.only()?;
    prefer!(frame.name == "Order", "the answer is {}", frame.what());
    same(cx.version, &order, frame)?;
    let came = frame.number("slot")?;
    prefer!(
        came == i128::from(slot),
        "the order is said to be in slot {came}, and is in {slot}"
    );
    Ok(())
}

fn moves_up(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let other = differing(&mut connection, &order)?;
    let first = given(&mut connection, &order, 1)?;
    given(&mut connection, &other, 1)?;
    removed(&mut connection, order.to, &[first])?;
    let read = got(&mut connection, order.to, first);
    removed(&mut connection, order.to, &[first])?;
    same(cx.version, &other, &read?)
}

/// An order type that one of the player's things takes and another does not.
fn foreign_type(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let own = commanded(&mut connection)?;
    let all = ORDER_TYPES.ids(&mut connection)?;
    for (_, to) in own {
        let takes = types_of(&mut connection, to)?;
        let Some(other) = all.iter().find(|it| !takes.contains(it)) else {
            continue;
        };
        let fields = json!({ "id": to, "slot": -1, "otype": other });
        connection.ask("OrderInsert", fields)?.refused()?;
        return connection.still_works();
    }
    Err(Stop::Skip("everything takes every type of order".into()))
}

fn readonly(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let slot = given(&mut connection, &order, 1)?;
    let plain = got(&mut connection, order.to, slot);
    removed(&mut connection, order.to, &[slot])?;
    let plain = plain?;
    let mut fields = order.fields(-1);
    if let Value::Object(fields) = &mut fields {
        fields.insert("turns".into(), json!(4_000_000_000_u32));
        fields.insert("resources".into(), json!([{ "id": 1, "amount": 77 }]));
    }
    let answer = connection.ask("OrderInsert", fields)?;
    accepted(&answer)?;
    let read = got(&mut connection, order.to, slot);
    removed(&mut connection, order.to, &[slot])?;
    let read = read?;
    for field in ["turns", "resources"] {
        let (wanted, came) = (plain.field(field), read.field(field));
        ensure!(wanted == came, "{field} is {came} instead of {wanted}");
    }
    Ok(())
}
