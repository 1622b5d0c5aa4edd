//! An order with each type of parameter: given, read back, and removed.

use crate::case::{Case, case};

use super::order_parameters::{TYPES, taken};
use super::order_queues::{given, got, removed, same};

const PARAMETERS: &str = "schema: parameter set OrderParams";

/// A case for each type, numbered by it.
pub(super) fn cases() -> Vec<Case> {
    (0_u32..).zip(TYPES).map(of_type).collect()
}

fn of_type((number, (name, _)): (u32, (&'static str, &'static str))) -> Case {
    let made = case(
        format!("14.1.{number}"),
        format!(
            "An order with a parameter of type {number}, {name}, can be given, read back and removed."
        ),
        PARAMETERS,
        move |cx| {
            let mut connection = cx.login()?;
            let order = taken(&mut connection, Some(number))?;
            let slot = given(&mut connection, &order, 1)?;
            let read = got(&mut connection, order.to, slot);
            removed(&mut connection, order.to, &[slot])?;
            same(cx.version, &order, &read?)
        },
    );
    let made = made.alone();
    if number >= 10 { made.tp04() } else { made }
}
