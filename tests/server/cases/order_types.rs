//! An order with each type of parameter: given, read back, and removed.

use crate::case::{Case, rule};

use super::order_parameters::{TYPES, taken};
use super::order_queues::{give, got, removed, same};

const PARAMETERS: &str = "schema: parameter set OrderParams";

/// A case for each type, numbered by it.
pub(super) fn cases() -> Vec<Case> {
    (0_u32..).zip(TYPES).map(of_type).collect()
}

fn of_type((number, (name, _)): (u32, (&'static str, &'static str))) -> Case {
    let about = rule(format!("14.1.{number}"), PARAMETERS).alone();
    let about = if number >= 10 { about.tp04() } else { about };
    let done = "can be given, read back and removed.";
    about
        .says(format!(
            "An order with a parameter of type {number}, {name}, {done}"
        ))
        .tried_by_player(move |connection| {
            let order = taken(connection, Some(number))?;
            let slot = give(connection, &order, 1)?;
            let read = got(connection, order.to, slot);
            removed(connection, order.to, &[slot])?;
            same(connection.version, &order, &read?)
        })
}
