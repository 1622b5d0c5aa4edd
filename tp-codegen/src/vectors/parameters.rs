//! Vectors of parameters: tails of which a description, or the type field alone, tells the types.

use serde::Serialize;

use super::Options;
use super::decode::{DecodeError, Decoder, Limits, Shape};
use super::encode::{EncodeError, encode, set_of};
use super::frames::{frame, packets};
use super::recipe::{Kind, Recipe};
use super::value::{Value, hex};
use crate::model::{
    Field, FieldKind, Item, Model, Packet, Parameter, ParameterSet, Parameters, PathStep,
};

/// A tail of parameters with their types.
#[derive(Serialize)]
pub(super) struct Tail<'a> {
    about: String,
    set: &'a str,
    types: Vec<u32>,
    hex: String,
    #[serde(flatten)]
    read: Read,
}

/// A frame with parameters and its description.
#[derive(Serialize)]
pub(super) struct Described {
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    frame: String,
    #[serde(flatten)]
    read: Read,
}

/// What a tail holds.
#[derive(Serialize)]
struct Read {
    values: Vec<Value>,
    leftover: String,
    stopped: Option<Stopped>,
}

/// Why reading ended early.
#[derive(Serialize)]
#[serde(tag = "kind")]
enum Stopped {
    UnknownType {
        index: usize,
        r#type: u32,
    },
    Malformed {
        index: usize,
        r#type: u32,
        error: DecodeError,
    },
    WrongDescription {
        wanted: u32,
        got: u32,
    },
}

/// A type that no set has.
const UNKNOWN: u32 = 99_999;

fn parameter_of(set: &ParameterSet, number: u32) -> Option<&Parameter> {
    set.parameters.iter().find(|it| it.type_id == number)
}

/// The reading that uses up the tail: with the optional fields of all parameters, or without. If
/// both do, or neither, with them.
fn read(model: &Model, set: &ParameterSet, types: &[u32], tail: &[u8]) -> Read {
    let full = read_shape(model, set, types, tail, Shape::Full);
    if !full.is_exact() {
        let short = read_shape(model, set, types, tail, Shape::Short);
        if short.is_exact() {
            return short;
        }
    }
    full
}

impl Read {
    fn is_exact(&self) -> bool {
        self.leftover.is_empty() && self.stopped.is_none()
    }
}

fn read_shape(model: &Model, set: &ParameterSet, types: &[u32], tail: &[u8], shape: Shape) -> Read {
    let mut made = Read {
        values: Vec::new(),
        leftover: hex(tail),
        stopped: None,
    };
    let Ok(mut decoder) = Decoder::new(model, "", tail, false, Limits::default()) else {
        return made;
    };
    for (index, &number) in types.iter().enumerate() {
        let Some(parameter) = parameter_of(set, number) else {
            made.stopped = Some(Stopped::UnknownType {
                index,
                r#type: number,
            });
            break;
        };
        decoder.packet.clone_from(&parameter.name);
        match decoder.fields(&parameter.use_fields, "", shape) {
            Ok(values) => {
                let value = (parameter.variant.clone(), values);
                made.values.push(Value::Record(vec![value]));
                made.leftover = hex(decoder.rest);
            }
            Err(error) => {
                made.stopped = Some(Stopped::Malformed {
                    index,
                    r#type: number,
                    error,
                });
                break;
            }
        }
    }
    made
}

/// The tail of these types that `recipe` makes.
fn tail_of(
    model: &Model,
    set: &ParameterSet,
    types: &[u32],
    recipe: &mut Recipe<'_>,
    optional: bool,
) -> Result<Vec<u8>, EncodeError> {
    let mut tail = Vec::new();
    let values = recipe.parameters(set, types, optional);
    let parameters = types.iter().filter_map(|number| parameter_of(set, *number));
    for (parameter, value) in parameters.zip(&values) {
        let nothing = Value::Record(Vec::new());
        let fields = value.get(&parameter.variant).unwrap_or(&nothing);
        tail.extend(encode(model, &parameter.use_fields, fields)?);
    }
    Ok(tail)
}

pub(super) fn tails(model: &Model, options: Options) -> Result<Vec<Tail<'_>>, EncodeError> {
    let mut all = Vec::new();
    for set in &model.parameter_sets {
        let mut add = |about: String, types: &[u32], tail: &[u8]| {
            all.push(Tail {
                about,
                set: &set.name,
                types: types.to_vec(),
                hex: hex(tail),
                read: read(model, set, types, tail),
            });
        };
        let recipe = |kind, name: &str| {
            let name = format!("{}/{kind:?}/{name}", set.name);
            Recipe::new(model, kind, options.seed, &name)
        };
        for parameter in &set.parameters {
            let Parameter { name, type_id, .. } = parameter;
            let types = [*type_id];
            let has_optional = parameter.use_fields.iter().any(|field| field.optional);
            let mut kinds = vec![Kind::Least, Kind::Most, Kind::Odd];
            kinds.extend((0..options.count).map(|_| Kind::Random));
            for (index, kind) in kinds.into_iter().enumerate() {
                let mut recipe = recipe(kind, &format!("{name}/{index}"));
                let about = kind.about();
                let tail = tail_of(model, set, &types, &mut recipe, true)?;
                add(format!("{name}: {about}"), &types, &tail);
                if has_optional {
                    let tail = tail_of(model, set, &types, &mut recipe, false)?;
                    let about = format!("{name}, without its optional fields: {about}");
                    add(about, &types, &tail);
                }
            }
            let mut recipe = recipe(Kind::Random, &format!("{name}/bad"));
            let tail = tail_of(model, set, &types, &mut recipe, true)?;
            let more = [&*tail, &[0]].concat();
            add(format!("{name}: bytes left over"), &types, &more);
            if let [cut @ .., _] = &*tail {
                add(format!("{name}: cut short"), &types, cut);
                add(format!("{name}: nothing"), &types, &[]);
            }
        }
        let every: Vec<u32> = set.parameters.iter().map(|it| it.type_id).collect();
        let again = every.iter().take(2);
        let backwards: Vec<u32> = every.iter().rev().chain(again).copied().collect();
        let mut recipe = recipe(Kind::Random, "every");
        for (about, types) in [
            ("every type in turn", &every),
            ("backwards, some twice", &backwards),
        ] {
            let tail = tail_of(model, set, types, &mut recipe, true)?;
            add(about.to_owned(), types, &tail);
            let short = tail_of(model, set, types, &mut recipe, false)?;
            add(format!("{about}, without optional fields"), types, &short);
        }
        let first: Vec<u32> = every.iter().take(1).copied().collect();
        let mut tail = tail_of(model, set, &first, &mut recipe, true)?;
        tail.extend([1, 2, 3]);
        let unknown = [&*first, &[UNKNOWN]].concat();
        add("a type nobody knows".to_owned(), &unknown, &tail);
        add("no parameters".to_owned(), &[], &[]);
        add("bytes but no parameters".to_owned(), &[], &[0, 1]);
    }
    Ok(all)
}

/// Whole frames together with the frame that describes their parameters.
pub(super) fn described(model: &Model, options: Options) -> Result<Vec<Described>, EncodeError> {
    let mut all = Vec::new();
    for (packet, id) in packets(model) {
        let parameters = packet.fields.iter().find_map(|field| match &field.kind {
            FieldKind::Parameters(parameters) => Some((field, parameters)),
            _ => None,
        });
        let Some((field, parameters)) = parameters else {
            continue;
        };
        let Some(set) = set_of(model, &parameters.set) else {
            continue;
        };
        let mut with = With {
            model,
            packet,
            id,
            field,
            parameters,
            set,
            seed: options.seed,
            turn: 0,
        };
        let every: Vec<u32> = set.parameters.iter().map(|it| it.type_id).collect();
        if parameters.typeframe.is_none() {
            for number in every.into_iter().chain([UNKNOWN]) {
                all.push(with.direct(number)?);
            }
            continue;
        }
        let two: Vec<u32> = every.iter().take(2).copied().collect();
        let last: Vec<u32> = every.last().map(|last| vec![*last; 2]).unwrap_or_default();
        for types in [&every, &two, &Vec::new(), &last] {
            all.extend(with.by_description(types, 5, 5)?);
        }
        all.extend(with.by_description(&two, 5, 6)?);
    }
    Ok(all)
}

/// A packet with parameters, and where they are.
struct With<'a> {
    model: &'a Model,
    packet: &'a Packet,
    id: u32,
    field: &'a Field,
    parameters: &'a Parameters,
    set: &'a ParameterSet,
    seed: u64,
    turn: u32,
}

impl<'a> With<'a> {
    fn recipe(&mut self) -> Recipe<'a> {
        self.turn = self.turn.saturating_add(1);
        let name = format!("{}/described/{}", self.packet.name, self.turn);
        Recipe::new(self.model, Kind::Random, self.seed, &name)
    }

    /// The whole frame that has this in its type field and this tail.
    fn frame(
        &self,
        recipe: &mut Recipe<'_>,
        number: u32,
        tail: &[u8],
    ) -> Result<String, EncodeError> {
        let mut values = recipe.values(&self.packet.fields, usize::MAX);
        values.set(&self.parameters.typefield, Value::Integer(number.into()));
        values.set(&self.field.name, Value::Bytes(tail.to_vec()));
        let body = encode(self.model, &self.packet.fields, &values)?;
        Ok(frame(self.model, self.id, 9, &body))
    }

    /// The type field is the type of the one parameter.
    fn direct(&mut self, number: u32) -> Result<Described, EncodeError> {
        let mut recipe = self.recipe();
        let tail = tail_of(self.model, self.set, &[number], &mut recipe, true)?;
        Ok(Described {
            about: format!("the type field names parameter type {number}"),
            description: None,
            frame: self.frame(&mut recipe, number, &tail)?,
            read: read(self.model, self.set, &[number], &tail),
        })
    }

    /// The frame wants a description of one number and gets that of another, maybe; nothing if
    /// the path cannot lead to so many types.
    fn by_description(
        &mut self,
        types: &[u32],
        wanted: u32,
        got: u32,
    ) -> Result<Option<Described>, EncodeError> {
        let Some(typeframe) = &self.parameters.typeframe else {
            return Ok(None);
        };
        let described = packets(self.model).find(|(it, _)| it.name == typeframe.packet);
        let Some((description, id)) = described else {
            return Ok(None);
        };
        let mut recipe = self.recipe();
        let mut values = recipe.values(&description.fields, usize::MAX);
        values.set(&typeframe.idfield, Value::Integer(got.into()));
        describe(
            &mut values,
            &description.fields,
            &typeframe.path,
            types,
            &mut recipe,
        );
        let mut found = Vec::new();
        types_in(&values, &typeframe.path, &mut found);
        if found != types {
            return Ok(None);
        }
        let tail = tail_of(self.model, self.set, types, &mut recipe, true)?;
        let body = encode(self.model, &description.fields, &values)?;
        let (about, read) = if wanted == got {
            let read = read(self.model, self.set, types, &tail);
            (format!("types {types:?}"), read)
        } else {
            let read = Read {
                values: Vec::new(),
                leftover: hex(&tail),
                stopped: Some(Stopped::WrongDescription { wanted, got }),
            };
            ("the description of something else".to_owned(), read)
        };
        Ok(Some(Described {
            about,
            description: Some(frame(self.model, id, 8, &body)),
            frame: self.frame(&mut recipe, wanted, &tail)?,
            read,
        }))
    }
}

/// Puts the types where the path leads. A list of lists has two entries if there are enough.
fn describe(
    values: &mut Value,
    fields: &[Field],
    path: &[PathStep],
    types: &[u32],
    recipe: &mut Recipe<'_>,
) {
    let [step, rest @ ..] = path else {
        return;
    };
    let Some(field) = fields.iter().find(|field| field.name == step.name) else {
        return;
    };
    let Some(mut value) = values.get(&step.name).cloned() else {
        return;
    };
    match (&field.kind, types) {
        (FieldKind::List { item, .. }, _) => {
            let half = types.len().div_ceil(2).max(1);
            let share = if rest.iter().any(|step| step.list) {
                half
            } else {
                1
            };
            let entry = |types: &[u32]| match (item, types) {
                (Item::Record(record), _) => {
                    let mut entry = recipe.values(&record.fields, usize::MAX);
                    describe(&mut entry, &record.fields, rest, types, recipe);
                    entry
                }
                (Item::Field(_), types) => {
                    Value::Integer(types.first().copied().unwrap_or_default().into())
                }
            };
            value = Value::List(types.chunks(share).map(entry).collect());
        }
        (FieldKind::Group(record), _) => {
            describe(&mut value, &record.fields, rest, types, recipe);
        }
        (_, [number]) => value = Value::Integer((*number).into()),
        _ => {}
    }
    values.set(&step.name, value);
}

/// The types to which the path leads.
fn types_in(value: &Value, path: &[PathStep], found: &mut Vec<u32>) {
    match (path, value) {
        ([], Value::Integer(number)) => found.extend(u32::try_from(*number)),
        // The entry of a list of plain numbers is its one field.
        ([_], Value::Integer(number)) => found.extend(u32::try_from(*number)),
        ([step, rest @ ..], value) => match value.get(&step.name) {
            Some(Value::List(entries)) => {
                for entry in entries {
                    types_in(entry, rest, found);
                }
            }
            Some(value) => types_in(value, rest, found),
            None => {}
        },
        _ => {}
    }
}
