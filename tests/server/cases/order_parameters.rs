//! Orders that a server takes: values are made from its own descriptions, and tried.

use serde_json::{Value, json};
use tp_frames::{Packet, Parameters, game};

use crate::connection::Connection;
use crate::outcome::{Outcome, Step as _, Stop, ensure, require};
use tp_tests::frame::{Frame, Version, id};

use super::kinds::{OBJECTS, ORDER_QUEUES, ORDER_TYPES, PLAYERS};
use super::objects;

/// The names of the parameter types, by their numbers, and the field that the player fills in.
pub(super) const TYPES: [(&str, &str); 12] = [
    ("AbsSpaceCoords", "pos"),
    ("Time", "turns"),
    ("Object", "objectid"),
    ("Player", "playerid"),
    ("RelSpaceCoords", "objectid"),
    ("Range", "value"),
    ("List", "selection"),
    ("String", "string"),
    ("Reference", "reference"),
    ("ReferenceList", "references"),
    ("ResourceList", "selected"),
    ("GenericReferenceQuantityList", "selection"),
];

/// Most values that are tried for one order type.
const TRIES: usize = 120;

/// An order that the server takes.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// Whom it is given to: an object in TP03, an order queue in TP04.
    pub(super) to: u32,
    pub(super) otype: u32,
    /// The types of its parameters, and their values in the JSON form of `tp-frames`.
    pub(super) types: Vec<u32>,
    pub(super) values: Vec<Value>,
}

impl Order {
    /// The fields of a frame that gives it.
    pub(super) fn fields(&self, slot: i64) -> Value {
        json!({
            "id": self.to, "slot": slot, "otype": self.otype, "parameters": self.values,
        })
    }

    /// What an order in a queue says, if it says it as its type is described.
    pub(super) fn read(&self, version: Version, frame: &Frame) -> Outcome<Vec<Value>> {
        let (order, _) = game::Order::decode(version.header(), &frame.body)
            .map_err(|error| Stop::Fail(error.to_string()))?;
        values(order.parameters.decode(self.types.iter().copied()))
    }

    /// What the player chose in these values.
    pub(super) fn choices(values: &[Value]) -> Vec<Value> {
        let choice = |value: &Value| {
            let (name, field) = TYPES.iter().find(|(name, _)| value.get(name).is_some())?;
            value.get(name)?.get(field).cloned()
        };
        values
            .iter()
            .map(|value| choice(value).unwrap_or_default())
            .collect()
    }
}

fn values<S: serde::Serialize>(
    decoded: tp_frames::DecodedParameters<'_, S>,
) -> Outcome<Vec<Value>> {
    if let Some(stopped) = decoded.stopped {
        return Err(Stop::Fail(format!(
            "the order is not as its type is described: {stopped}"
        )));
    }
    let left = decoded.leftover.len();
    ensure!(
        left == 0,
        "{left} bytes are left behind the parameters that the type has"
    );
    let values = decoded.values.iter();
    Ok(values.map(|value| json!(value)).collect())
}

/// What may stand in parameters.
struct Pool {
    objects: Vec<u32>,
    players: Vec<u32>,
}

/// An order that the server takes with a parameter of this type; of any type if none is given.
pub(super) fn taken(connection: &mut Connection, wanted: Option<u32>) -> Outcome<Order> {
    let own = objects::commanded(connection)?;
    require!(!own.is_empty(), "the player has nothing that takes orders");
    let pool = Pool {
        objects: OBJECTS.ids(connection)?,
        players: PLAYERS.ids(connection)?,
    };
    let mut described = false;
    for (object, to) in own {
        let otypes = match types_of(connection, to).needed("12.74.1") {
            Err(Stop::Skip(_)) => continue,
            otypes => otypes?,
        };
        for (otype, types) in described_types(connection, &otypes)? {
            let fits = match wanted {
                Some(wanted) => types.contains(&wanted),
                // What costs nothing to try: few parameters of which most values are good.
                None => types.iter().all(|it| matches!(it, 0 | 1 | 7)),
            };
            if !fits {
                continue;
            }
            described = true;
            let order = |values| Order {
                to,
                otype,
                types: types.clone(),
                values,
            };
            let tries: Vec<Order> = tries(&pool, object, &types)
                .into_iter()
                .map(order)
                .collect();
            if let Some(good) = first_good(connection, &tries)? {
                return Ok(chosen(connection, good));
            }
        }
    }
    require!(described, "no order of this player's has such a parameter");
    Err(Stop::Skip(
        "no values were found that the server takes".into(),
    ))
}

/// The order types that an object or a queue takes.
pub(super) fn types_of(connection: &mut Connection, to: u32) -> Outcome<Vec<u32>> {
    Ok(holder(connection, to)?.ids("ordertypes")?)
}

/// How many orders there are.
pub(super) fn count(connection: &mut Connection, to: u32) -> Outcome<u32> {
    let holder = holder(connection, to)?;
    Ok(holder.id(match connection.version {
        Version::Tp03 => "orders",
        Version::Tp04 => "numorders",
    })?)
}

/// What knows the orders: the object in TP03, its queue in TP04.
fn holder(connection: &mut Connection, to: u32) -> Outcome<Frame> {
    match connection.version {
        Version::Tp03 => OBJECTS.get(connection, to),
        Version::Tp04 => ORDER_QUEUES.get(connection, to),
    }
}

/// Order types and the types of their parameters. One that nobody described, which 13.10 and 13.11
/// complain of, does no harm to the others.
fn described_types(connection: &mut Connection, otypes: &[u32]) -> Outcome<Vec<(u32, Vec<u32>)>> {
    let described = ORDER_TYPES.those_there(connection, otypes)?;
    let types = described.into_iter().map(|(otype, desc)| {
        let types = desc.list("parameters")?.iter();
        Ok((otype, types.filter_map(|it| id(it.get("type")?)).collect()))
    });
    types.collect()
}

/// Values for each parameter, so often that each gets each of its own.
fn tries(pool: &Pool, object: u32, types: &[u32]) -> Vec<Vec<Value>> {
    let columns: Vec<Vec<Value>> = types
        .iter()
        .map(|it| candidates(pool, object, *it))
        .collect();
    let most = columns.iter().map(Vec::len).max().unwrap_or(1).min(TRIES);
    if columns.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let nth = |index: usize| -> Vec<Value> {
        let of = |column: &Vec<Value>| column.iter().cycle().nth(index).cloned();
        columns.iter().filter_map(of).collect()
    };
    (0..most).map(nth).collect()
}

fn candidates(pool: &Pool, object: u32, r#type: u32) -> Vec<Value> {
    let others = pool.objects.iter().filter(|id| **id != object).copied();
    let place = |x: i64| json!({ "x": x, "y": 0, "z": 0 });
    match r#type {
        0 => [1000, 0].map(|x| json!({ "AbsSpaceCoords": { "pos": place(x) } })).to_vec(),
        1 => [3, 1].map(|turns| json!({ "Time": { "turns": turns, "maxtime": 0 } })).to_vec(),
        2 => others
            .flat_map(|id| {
                // The form of the schema, and the one that a well-known server wants in TP03.
                [Value::Null, json!([])].map(|types| {
                    json!({ "Object": { "objectid": id, "validtypes": types } })
                })
            })
            .collect(),
        3 => pool
            .players
            .iter()
            .rev()
            .map(|id| json!({ "Player": { "playerid": id, "mask": [] } }))
            .collect(),
        4 => others
            .map(|id| json!({ "RelSpaceCoords": { "objectid": id, "relpos": place(500) } }))
            .collect(),
        5 => [50, 10, 1, 0]
            .map(|value| {
                json!({ "Range": { "value": value, "minvalue": 0, "maxvalue": 0, "increment": 0 } })
            })
            .to_vec(),
        6 => vec![json!({ "List": { "possibleselections": [], "selection": [] } })],
        7 => vec![json!({ "String": { "maxlength": 0, "string": "Tested" } })],
        8 => others
            .map(|id| json!({ "Reference": { "reference": id, "allowed": [] } }))
            .collect(),
        9 => others
            .map(|id| json!({ "ReferenceList": { "references": [id], "allowed": [] } }))
            .collect(),
        10 => vec![json!({ "ResourceList": {
            "allowed": [], "maxmass": 0, "maxvolume": 0, "selected": [],
        } })],
        11 => vec![json!({ "GenericReferenceQuantityList": {
            "weightmaximums": [], "possibles": [], "selection": [],
        } })],
        _ => Vec::new(),
    }
}

/// The first of these that the server takes: by probes, or by giving and taking back where it
/// knows no probes.
fn first_good(connection: &mut Connection, tries: &[Order]) -> Outcome<Option<Order>> {
    let version = connection.version;
    let mut asked = Vec::new();
    for order in tries.iter().filter(|order| can_be_said(version, order)) {
        asked.push((connection.send("OrderProbe", order.fields(-1))?, order));
    }
    let mut good = None;
    for (number, order) in asked {
        let reply = connection.reply("OrderProbe", number)?;
        if good.is_none() && reply.only()?.name == "Order" {
            good = Some(order.clone());
        }
    }
    if good.is_some() {
        return Ok(good);
    }
    for order in tries
        .iter()
        .filter(|order| can_be_said(version, order))
        .take(8)
    {
        let slot = count(connection, order.to)?;
        let reply = connection.ask("OrderInsert", order.fields(-1))?;
        if !reply.only()?.is_fail() {
            let slots = json!({ "id": order.to, "slots": [slot] });
            connection.okays("RemoveOrder", slots)?;
            return Ok(Some(order.clone()));
        }
    }
    Ok(None)
}

/// Whether the version has a form for these values: only TP03 has two for an object.
fn can_be_said(version: Version, order: &Order) -> bool {
    let values = order.values.iter().cloned();
    let values: Result<Vec<game::OrderParams>, _> = values.map(serde_json::from_value).collect();
    values.is_ok_and(|values| Parameters::encode(version.header(), &values).is_ok())
}

/// The same order with something chosen from the options that the server names, if it takes that.
fn chosen(connection: &mut Connection, order: Order) -> Order {
    let more = |connection: &mut Connection| -> Outcome<Option<Order>> {
        let version = connection.version;
        let probe = connection.ask("OrderProbe", order.fields(-1))?;
        let mut values = order.read(version, probe.one("Order")?)?;
        for value in &mut values {
            choose(value);
        }
        let order = Order {
            values,
            ..order.clone()
        };
        let probe = connection.ask("OrderProbe", order.fields(-1))?;
        Ok((probe.only()?.name == "Order").then_some(order))
    };
    match more(connection) {
        Ok(Some(better)) => better,
        _ => order,
    }
}

/// Takes one of the first option there is.
fn choose(value: &mut Value) {
    let one = |list: &Value, options: &str, id: &str| {
        let first = list.get(options)?.as_array()?.first()?;
        first.get(id).cloned()
    };
    if let Some(list) = value.get_mut("List")
        && let Some(id) = one(list, "possibleselections", "id")
        && let Some(selection) = list.get_mut("selection")
    {
        *selection = json!([{ "id": id, "number": 1 }]);
    }
    if let Some(list) = value.get_mut("ResourceList")
        && let Some(id) = one(list, "allowed", "resourcetype")
        && let Some(selected) = list.get_mut("selected")
    {
        *selected = json!([{ "resourcetype": id, "quantity": 1 }]);
    }
    if let Some(list) = value.get_mut("GenericReferenceQuantityList")
        && let Some(id) = one(list, "possibles", "optionid")
        && let Some(selection) = list.get_mut("selection")
    {
        *selection = json!([{ "id": id, "number": 1 }]);
    }
}
