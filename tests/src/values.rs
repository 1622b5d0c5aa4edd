//! Values made up from the schemas, so that a property holds for every packet without a line of
//! its own in the tests.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tp_codegen::Source;
use tp_codegen::model::{
    Enumeration, Field, FieldKind, Integer, Item, Model, Packet, ParameterSet, Role, Sign, Style,
};
use tp_frames::TpStr;

use crate::{Protocol, to_hex};

/// The resolved schema of a protocol.
///
/// # Panics
///
/// The schema is not there or wrong.
#[must_use]
pub fn model(protocol: &Protocol) -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let bytes = std::fs::read(format!("{path}/{}", protocol.schema)).unwrap();
    tp_codegen::compile(&Source::new(protocol.schema, bytes).unwrap()).unwrap()
}

/// The packets of a model that travel.
pub fn frames(model: &Model) -> impl Iterator<Item = &Packet> {
    model
        .packets
        .iter()
        .filter(|packet| packet.role == Role::Frame)
}

/// Any values of a packet, with as many of its optional fields as may be.
pub fn packet(packet: &Packet) -> BoxedStrategy<Value> {
    let required = packet.fields.iter().filter(|field| !field.optional).count();
    (required..=packet.fields.len())
        .prop_flat_map({
            let all = packet.fields.clone();
            move |count| fields(&all[..count])
        })
        .boxed()
}

/// Any values of a packet with all its optional fields.
pub fn whole_packet(packet: &Packet) -> BoxedStrategy<Value> {
    fields(&packet.fields)
}

/// Any parameters of a set, all with their optional fields or all without: types and values.
pub fn parameters(set: &ParameterSet, optional: bool) -> BoxedStrategy<Vec<(u32, Value)>> {
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
            fields(&shape)
                .prop_map(move |values| (id, json!({ variant.clone(): values })))
                .boxed()
        })
        .collect();
    vec(proptest::strategy::Union::new(each), 0..5).boxed()
}

fn fields(fields: &[Field]) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = fields
        .iter()
        .filter_map(|field| value(field).map(|value| (field.name.clone(), value)))
        .unzip();
    values
        .prop_map(move |values| {
            Value::Object(names.iter().cloned().zip(values).collect::<Map<_, _>>())
        })
        .boxed()
}

/// Nothing for a field that is not there in JSON.
fn value(field: &Field) -> Option<BoxedStrategy<Value>> {
    Some(match &field.kind {
        FieldKind::Character { count } => {
            let count = usize::try_from(*count).unwrap();
            vec(any::<u8>(), count)
                .prop_map(|bytes| json!(to_hex(&bytes)))
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
        } => vec(value(entry).unwrap(), 0..4)
            .prop_map(Value::Array)
            .boxed(),
        FieldKind::List {
            item: Item::Record(record),
            ..
        } => vec(fields(&record.fields), 0..4)
            .prop_map(Value::Array)
            .boxed(),
        FieldKind::Group(record) => fields(&record.fields),
        FieldKind::Parameters(_) => vec(any::<u8>(), 0..24)
            .prop_map(|bytes| json!(to_hex(&bytes)))
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
    let Enumeration {
        integer,
        values,
        style,
        ..
    } = enumeration.clone();
    let ids: Vec<u64> = values
        .iter()
        .map(|value| u64::try_from(value.id).unwrap())
        .collect();
    let any_number = prop_oneof![proptest::sample::select(ids), bits(integer.bits)];
    match style {
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
