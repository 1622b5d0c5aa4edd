//! Values made up from the schemas, so that a property holds for every packet without a line of
//! its own in the tests.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tp_codegen::Source;
use tp_codegen::family::Family;
use tp_codegen::model::{
    Enumeration, Field, FieldKind, History, Integer, Item, Model, Packet, ParameterSet, Role, Sign,
    Style,
};
use tp_frames::{TpStr, Version};

use crate::{PROTOCOLS, Protocol, to_hex};

/// The resolved schema of a protocol, as it was published.
///
/// # Panics
///
/// The schema is not there or wrong.
#[must_use]
pub fn schema(protocol: &Protocol) -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let bytes = std::fs::read(format!("{path}/{}", protocol.schema)).unwrap();
    tp_codegen::compile(&Source::new(protocol.schema, bytes).unwrap()).unwrap()
}

/// The same under the names of the newest version, as JSON has them; what had another name says so
/// in its history.
///
/// # Panics
///
/// The schemas are not there, wrong, or no versions of one protocol.
#[must_use]
pub fn model(protocol: &Protocol) -> Model {
    let is_admin = |one: &Protocol| one.name == "admin";
    let versions = PROTOCOLS
        .iter()
        .filter(|one| is_admin(one) == is_admin(protocol));
    let family = Family::merge("of tests", versions.map(schema).collect(), &[]).unwrap();
    let mut model = schema(protocol);
    let packets = model.packets.iter_mut();
    // Headers are not merged.
    for packet in packets.filter(|packet| packet.role != Role::Header) {
        let merged = newest(&family.model.packets, &packet.name, |it| {
            (&it.name, &it.history)
        });
        rename(&mut packet.name, &mut packet.history, &merged.name);
        rename_fields(&mut packet.fields, &merged.fields);
    }
    for set in &mut model.parameter_sets {
        let merged = family.model.parameter_sets.iter();
        let merged = merged.clone().find(|it| it.name == set.name).unwrap();
        for parameter in &mut set.parameters {
            let merged = newest(&merged.parameters, &parameter.name, |it| {
                (&it.name, &it.history)
            });
            rename(&mut parameter.name, &mut parameter.history, &merged.name);
            parameter.variant.clone_from(&merged.variant);
            rename_fields(&mut parameter.use_fields, &merged.use_fields);
        }
    }
    model
}

/// The one that is or was called so.
fn newest<'m, T>(
    merged: &'m [T],
    name: &String,
    named: impl Fn(&T) -> (&String, &History),
) -> &'m T {
    let was = |it: &&T| named(it).1.older_names.contains(name);
    let is = |it: &&T| named(it).0 == name;
    let mut all = merged.iter();
    let found = all.clone().find(was).or_else(|| all.find(is));
    found.unwrap_or_else(|| panic!("{name} was merged away"))
}

fn rename(name: &mut String, history: &mut History, newest: &str) {
    if name != newest {
        let own = std::mem::replace(name, newest.to_owned());
        history.older_names.push(own);
    }
}

fn rename_fields(fields: &mut [Field], merged: &[Field]) {
    for field in fields {
        let merged = newest(merged, &field.name, |it| (&it.name, &it.history));
        rename(&mut field.name, &mut field.history, &merged.name);
        field.stages.clone_from(&merged.stages);
        field.option = merged.option;
        match (&mut field.kind, &merged.kind) {
            // What was unsigned shows -1 like what is semisigned.
            (
                FieldKind::Integer { integer: own, .. },
                FieldKind::Integer {
                    integer: merged, ..
                },
            ) => *own = *merged,
            (FieldKind::Group(own), FieldKind::Group(merged)) => {
                rename_fields(&mut own.fields, &merged.fields);
            }
            (FieldKind::List { item: own, .. }, FieldKind::List { item: merged, .. }) => {
                match (own, merged) {
                    (Item::Record(own), Item::Record(merged)) => {
                        rename_fields(&mut own.fields, &merged.fields);
                    }
                    (Item::Field(_), Item::Field(_)) => {}
                    _ => panic!("the entries of {} became something else", field.name),
                }
            }
            _ => {}
        }
    }
}

/// The packets of a model that travel.
pub fn frames(model: &Model) -> impl Iterator<Item = &Packet> {
    model
        .packets
        .iter()
        .filter(|packet| packet.role == Role::Frame)
}

/// Any values of a packet, with as many of its optional fields as may be.
pub fn packet(version: Version, packet: &Packet) -> BoxedStrategy<Value> {
    let required = packet.fields.iter().filter(|field| !field.optional).count();
    (required..=packet.fields.len())
        .prop_flat_map({
            let all = packet.fields.clone();
            move |count| fields(version, &all[..count])
        })
        .boxed()
}

/// Any values of a packet with all its optional fields.
pub fn whole_packet(version: Version, packet: &Packet) -> BoxedStrategy<Value> {
    fields(version, &packet.fields)
}

/// Any parameters of a set, all with their optional fields or all without: types and values.
pub fn parameters(
    version: Version,
    set: &ParameterSet,
    optional: bool,
) -> BoxedStrategy<Vec<(u32, Value)>> {
    let each: Vec<_> = set
        .parameters
        .iter()
        .map(|parameter| {
            let shape: Vec<Field> = parameter
                .use_fields
                .iter()
                .filter(|field| optional || !field.optional)
                .cloned()
                .collect();
            let (id, variant) = (parameter.type_id, parameter.variant.clone());
            fields(version, &shape)
                .prop_map(move |values| (id, json!({ variant.clone(): values })))
                .boxed()
        })
        .collect();
    vec(proptest::strategy::Union::new(each), 0..5).boxed()
}

fn fields(version: Version, fields: &[Field]) -> BoxedStrategy<Value> {
    let there = fields.iter().filter_map(|field| {
        let value = value(version, field)?;
        Some(((field.name.clone(), may_be_none(field)), value))
    });
    let (names, values): (Vec<_>, Vec<_>) = there.unzip();
    values
        .prop_map(move |values| {
            let all = names.iter().zip(values);
            let said = all.filter(|((_, may_be_none), value)| !may_be_none || *value != json!(-1));
            let members = said.map(|((name, _), value)| (name.clone(), value));
            Value::Object(members.collect::<Map<_, _>>())
        })
        .boxed()
}

/// Whether the field is left out of JSON where it is -1: other versions do not have it.
#[must_use]
pub fn may_be_none(field: &Field) -> bool {
    let semisigned = matches!(&field.kind, FieldKind::Integer { integer, .. }
        if integer.sign == Sign::Semisigned);
    semisigned && !field.stages.is_empty() && !field.option
}

/// Nothing for a field that is not there in JSON.
fn value(version: Version, field: &Field) -> Option<BoxedStrategy<Value>> {
    Some(match &field.kind {
        FieldKind::Character { count } => {
            let widths = field.stages.iter().filter_map(|stage| stage.count);
            // Where another version has more of them, they are zero in this one.
            let most = usize::try_from(widths.max().unwrap_or(*count)).unwrap();
            let count = usize::try_from(*count).unwrap();
            vec(any::<u8>(), count)
                .prop_map(move |mut bytes| {
                    bytes.resize(most, 0);
                    json!(to_hex(&bytes))
                })
                .boxed()
        }
        FieldKind::Integer { integer, .. } => {
            let integer = *integer;
            bits(integer.bits)
                .prop_map(move |bits| number(integer, bits))
                .boxed()
        }
        FieldKind::String { .. } => text(),
        FieldKind::Enumeration(enumeration) => named(enumeration),
        FieldKind::List {
            item: Item::Field(entry),
            ..
        } => vec(value(version, entry).unwrap(), 0..4)
            .prop_map(Value::Array)
            .boxed(),
        FieldKind::List {
            item: Item::Record(record),
            ..
        } => vec(fields(version, &record.fields), 0..4)
            .prop_map(Value::Array)
            .boxed(),
        FieldKind::Group(record) => fields(version, &record.fields),
        FieldKind::Parameters(_) => vec(any::<u8>(), 0..24)
            .prop_map(move |bytes| json!(format!("{version}:{}", to_hex(&bytes))))
            .boxed(),
        FieldKind::Description {
            rust_name: None, ..
        } => return None,
        FieldKind::Description { .. } => panic!("no schema here has a descstruct"),
    })
}

/// Bit patterns, those at the ends of a range as often as all others.
fn bits(width: u8) -> BoxedStrategy<u64> {
    let top = u64::MAX >> (64 - width);
    let edges = [0, 1, top >> 1, (top >> 1) + 1, top - 1, top];
    prop_oneof![proptest::sample::select(edges.to_vec()), 0..=top].boxed()
}

fn number(integer: Integer, bits: u64) -> Value {
    let top = u64::MAX >> (64 - integer.bits);
    match integer.sign {
        Sign::Semisigned if bits == top => json!(-1),
        Sign::Unsigned | Sign::Semisigned => json!(bits),
        Sign::Signed => {
            let unused = 64 - integer.bits;
            json!(bits.cast_signed() << unused >> unused)
        }
    }
}

fn text() -> BoxedStrategy<Value> {
    let bytes = prop_oneof![
        "[a-zA-Z é星\\\\\"\n]{0,12}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..12),
        vec(1_u8.., 0..8).prop_map(|mut bytes| {
            bytes.push(0);
            bytes
        }),
    ];
    bytes
        .prop_map(|bytes| serde_json::to_value(TpStr::from_bytes(&bytes)).unwrap())
        .boxed()
}

fn named(enumeration: &Enumeration) -> BoxedStrategy<Value> {
    let values = enumeration.values.clone();
    let ids = values.iter().map(|value| u64::try_from(value.id).unwrap());
    let ids: Vec<u64> = ids.collect();
    let any_number = prop_oneof![
        proptest::sample::select(ids),
        bits(enumeration.integer.bits)
    ];
    match enumeration.style {
        Style::List | Style::Single => any_number
            .prop_map(move |number| {
                let named = values.iter().find(|value| value.id == i128::from(number));
                named.map_or_else(|| json!(number), |value| json!(value.name))
            })
            .boxed(),
        Style::Mask => any_number
            .prop_map(move |mut rest| {
                let mut list = Vec::new();
                for value in &values {
                    let bit = u64::try_from(value.id).unwrap();
                    if rest & bit == bit {
                        list.push(json!(value.name));
                        rest &= !bit;
                    }
                }
                if rest != 0 {
                    list.push(json!(rest));
                }
                Value::Array(list)
            })
            .boxed(),
    }
}
