//! `tp orders` and `tp order`: what an object is told to do, and telling it.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use tp_frames::printable;
use tp_net::Error;
use tp_net::model::{Object, ObjectOrders, Order, OrderDesc, OrderDescExt as _, OrderValue};

use super::argument::{self, Given, is_called};
use super::{Session, listed, print_said};
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::OutputArgs;
use crate::prompt;

/// Whose orders.
#[derive(Args)]
pub(crate) struct OrdersArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// The object's id, or its name if no other object has it
    #[arg(value_name = "OBJECT")]
    object: String,

    /// Remove the orders in these slots instead
    #[arg(long, value_name = "SLOT")]
    remove: Vec<u32>,

    #[command(flatten)]
    output: OutputArgs,
}

/// An order, and to whom.
#[derive(Args)]
pub(crate) struct OrderArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// The object's id, or its name if no other object has it
    #[arg(value_name = "OBJECT")]
    object: String,

    /// What it is to do: the name or number of a type of orders that it takes; asked for if it is
    /// left out
    #[arg(value_name = "TYPE")]
    r#type: Option<String>,

    /// What the order needs, by its names for that; asked for if it is left out
    #[arg(value_name = "NAME=VALUE")]
    arguments: Vec<String>,

    /// Put it in front of the order in this slot, not behind all
    #[arg(long, value_name = "SLOT")]
    before: Option<u32>,

    /// Do not give the order: ask what it would take, and what may be chosen
    #[arg(long)]
    probe: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// `tp orders`.
pub(crate) fn orders(args: &OrdersArgs) -> Result<ExitCode, Failure> {
    let mut session = args.connection.session()?;
    let object = session.object(&args.object)?;
    if !args.remove.is_empty() {
        return remove(args, session, &object);
    }
    let orders = session.ask_many(|client| client.all_orders(&object))?;
    let descs = session.ask_many(|client| client.order_descs_of(&object))?;
    session.end();
    args.output.print(&orders, || {
        let mut text = String::new();
        for order in &orders {
            write_order(&mut text, order, desc_of(&descs, order));
        }
        let takes = listed(descs.iter().map(|it| it.name.printable()));
        // Memory takes it all.
        let _ = writeln!(text, "{} takes: {takes}", object.name.printable());
        text
    })
}

fn remove(args: &OrdersArgs, mut session: Session, object: &Object) -> Result<ExitCode, Failure> {
    let said = session.ask(|client| {
        let ObjectOrders { queue, .. } = client.orders_of(object)?;
        let said = client.remove_orders(queue, args.remove.clone())?;
        said.into_iter().collect::<Result<Vec<_>, _>>()
    })?;
    session.end();
    print_said(args.output, &said)
}

fn desc_of<'a>(descs: &'a [OrderDesc], order: &Order) -> Option<&'a OrderDesc> {
    descs.iter().find(|it| it.id == order.otype)
}

/// `tp order`.
pub(crate) fn order(args: &OrderArgs) -> Result<ExitCode, Failure> {
    let mut session = args.connection.session()?;
    let object = session.object(&args.object)?;
    let descs = session.ask_many(|client| client.order_descs_of(&object))?;
    let desc = chosen_type(args.r#type.as_deref(), &object, &descs)?;
    // What may be chosen, only an order from the server says. Not every server can tell.
    let unchosen = desc
        .order(&object)
        .unchosen()
        .build()
        .map_err(Failure::misuse)?;
    let probed = match session.client.probe_order(unchosen) {
        Err(Error::Refused(_)) => None,
        probed => Some(session.ask(|_| probed)?),
    };
    let mut builder = desc.order(&object);
    for (name, value) in arguments(args, desc, probed.as_ref())? {
        builder = builder.set_nth(name, value);
    }
    if let Some(slot) = args.before {
        builder = builder.before(slot);
    }
    if let Some(limits) = &probed {
        builder = builder.within(limits);
    }
    let order = builder.build().map_err(Failure::misuse)?;
    let given = match args.probe {
        true => Some(session.ask(|client| client.probe_order(order))?),
        false => session.ask(|client| client.insert_order(order))?,
    };
    session.end();
    args.output.print(&given, || match &given {
        Some(order) => shown(order, Some(desc)),
        // In TP03 servers do not say.
        None => "given\n".to_owned(),
    })
}

/// The type of orders that is meant.
fn chosen_type<'a>(
    given: Option<&str>,
    object: &Object,
    descs: &'a [OrderDesc],
) -> Result<&'a OrderDesc, Failure> {
    if descs.is_empty() {
        return Err(Failure::failed(format_args!(
            "{} takes no orders from you",
            object.name.printable()
        )));
    }
    let names = || listed(descs.iter().map(|it| it.name.printable()));
    let asked;
    let wanted = match given {
        Some(wanted) => wanted,
        None => {
            asked = prompt::ask(&format!("Order ({})", names()), "TYPE, the order's name,")?;
            asked.trim()
        }
    };
    let is_meant = |it: &&OrderDesc| is_called(&it.name, wanted) || it.id.to_string() == wanted;
    descs.iter().find(is_meant).ok_or_else(|| {
        Failure::misuse(format_args!(
            "{} takes no order {}; it takes {}",
            object.name.printable(),
            printable(wanted),
            names()
        ))
    })
}

/// The values by the places of the parameters; what is left out is asked for.
fn arguments(
    args: &OrderArgs,
    desc: &OrderDesc,
    probed: Option<&Order>,
) -> Result<Vec<(usize, OrderValue)>, Failure> {
    let names: Vec<_> = desc.parameters.iter().map(|it| &it.name).collect();
    let whose = format!("the order {}", desc.name.printable());
    let mut given = Given::of(&args.arguments, &whose, &names)?;
    let mut values = Vec::with_capacity(desc.parameters.len());
    for (place, parameter) in desc.parameters.iter().enumerate() {
        let said = probed.and_then(|it| it.parameters.values().get(place));
        let name = parameter.name.to_string();
        let form = || argument::form(parameter.r#type, said);
        let text = match given.take(&parameter.name) {
            Some(text) => text,
            None => {
                let missing = format!("{}={}", printable(&name), form());
                prompt::ask(&format!("{name} ({})", form()), &missing)?
            }
        };
        let value = argument::parse(&text, parameter.r#type, said);
        let value = value
            .map_err(|error| Failure::misuse(format_args!("{}: {error}", printable(&name))))?;
        values.push((place, value));
    }
    given.end()?;
    Ok(values)
}

/// An order in a line, and its arguments in one each.
pub(crate) fn shown(order: &Order, desc: Option<&OrderDesc>) -> String {
    let mut text = String::new();
    write_order(&mut text, order, desc);
    text
}

fn write_order(text: &mut String, order: &Order, desc: Option<&OrderDesc>) {
    let slot = order
        .slot
        .map_or_else(|| "-".to_owned(), |slot| slot.to_string());
    let name = match desc {
        Some(desc) => desc.name.printable().to_string(),
        None => format!("type {}", order.otype),
    };
    let turns = match order.turns {
        1 => "1 turn".to_owned(),
        turns => format!("{turns} turns"),
    };
    // Memory takes it all.
    let _ = writeln!(text, "{slot}  {name}  {turns}");
    let names = desc.into_iter().flat_map(|it| &it.parameters);
    for (parameter, value) in names.zip(order.parameters.values()) {
        let written = argument::written(value);
        let _ = writeln!(
            text,
            "    {}={}",
            parameter.name.printable(),
            printable(&written)
        );
    }
    for cost in &order.resources {
        let _ = writeln!(text, "    costs {} of resource {}", cost.amount, cost.id);
    }
}
