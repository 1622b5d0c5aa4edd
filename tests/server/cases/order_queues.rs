//! Giving orders, reading them and taking them back, for the cases of orders.

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Step as _, Stop, ensure, require};
use crate::reply::Reply;
use tp_tests::frame::{Frame, Version};

use super::objects::commanded;
use super::order_parameters::{Order, count, taken};

/// An own object, and what its orders are given to.
pub(super) fn own(connection: &mut Connection) -> Outcome<(u32, u32)> {
    let own = commanded(connection)?;
    let first = own.first().copied();
    first.ok_or_else(|| Stop::Skip("the player has nothing that takes orders".into()))
}

/// As [`give`], where something else is tried.
pub(super) fn given(connection: &mut Connection, order: &Order, times: u32) -> Outcome<u32> {
    give(connection, order, times).needed("14.1")
}

/// Gives an order so many times, at the end; the slot of the first.
pub(super) fn give(connection: &mut Connection, order: &Order, times: u32) -> Outcome<u32> {
    let first = count(connection, order.to)?;
    for _ in 0..times {
        accepted(&connection.ask("OrderInsert", order.fields(-1))?)?;
    }
    Ok(first)
}

/// The two answers that servers give to an order they take.
pub(super) fn accepted(reply: &Reply) -> Outcome {
    let frame = reply.only()?;
    ensure!(
        matches!(frame.name, "Okay" | "Order"),
        "the order was answered with {}",
        frame.what()
    );
    Ok(())
}

/// Takes orders back. Where something else is tried, nobody asks whether that went well.
pub(super) fn removed(connection: &mut Connection, to: u32, slots: &[u32]) -> Outcome {
    connection
        .ask("RemoveOrder", json!({ "id": to, "slots": slots }))?
        .all(slots.len(), "Okay")
        .map(|_| ())
}

pub(super) fn got(connection: &mut Connection, to: u32, slot: u32) -> Outcome<Frame> {
    let request = json!({ "id": to, "slots": [slot] });
    connection.ask_one("GetOrder", request, "Order")
}

/// Whether an order that was read is the one that was given.
pub(super) fn same(version: Version, order: &Order, read: &Frame) -> Outcome {
    let otype = read.id("otype")?;
    ensure!(otype == order.otype, "it is of type {otype}");
    let values = order.read(version, read)?;
    let (wanted, came) = (Order::choices(&order.values), Order::choices(&values));
    ensure!(
        wanted == came,
        "{} was ordered, {} is read",
        json!(wanted),
        json!(came)
    );
    Ok(())
}

/// Gives orders, looks at them, and removes them whatever was seen.
pub(super) fn with_orders(
    cx: &mut Context<'_>,
    times: u32,
    look: impl Fn(&mut Connection, &Order, u32) -> Outcome,
) -> Outcome {
    let mut connection = cx.login()?;
    let order = taken(&mut connection, None)?;
    let first = given(&mut connection, &order, times)?;
    let seen = look(&mut connection, &order, first);
    let slots: Vec<u32> = (first..first.saturating_add(times)).rev().collect();
    let _ = removed(&mut connection, order.to, &slots);
    seen
}

/// The same order with another choice.
pub(super) fn differing(connection: &mut Connection, order: &Order) -> Outcome<Order> {
    let others = [
        ("Time", "turns", json!(2)),
        ("String", "string", json!("Another")),
        ("AbsSpaceCoords", "pos", json!({ "x": -7, "y": 8, "z": 0 })),
    ];
    let other = |value: &Value| {
        let mut value = value.clone();
        for (name, field, other) in &others {
            if let Some(choice) = value.get_mut(name).and_then(|it| it.get_mut(field)) {
                choice.clone_from(other);
            }
        }
        value
    };
    let differing = Order {
        values: order.values.iter().map(other).collect(),
        ..order.clone()
    };
    let probe = connection.ask("OrderProbe", differing.fields(-1))?;
    require!(!probe.only()?.is_fail(), "no second choice was found");
    Ok(differing)
}

/// An order of the other player's, on a connection of that player.
pub(super) fn anothers(cx: &mut Context<'_>) -> Outcome<(Order, Connection)> {
    cx.first()?;
    let mut other = cx.login_other()?;
    let order = taken(&mut other, None)?;
    Ok((order, other))
}
