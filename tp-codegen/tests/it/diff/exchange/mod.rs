//! What really gets across: frames are encoded by the rules of one schema and decoded by those of
//! another. Knows models and the wire format of the schema guide, and nothing of the diff.

mod codec;
mod make;

use std::collections::BTreeMap;

use tp_codegen::model::{
    Direction, Enumeration, Field, FieldKind, HeaderForm, Item, Model, Packet, Parameter,
    ParameterSet, Parameters, PathStep, ReplySequence, Role,
};

use crate::random::Random;

use codec::{Decoder, Encoder, Optional};

/// A value as a program holds it.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(u64),
    Bytes(Vec<u8>),
    List(Vec<Record>),
    Group(Record),
    Parameters(Vec<(u32, Record)>),
    Description(u32, Record),
}

/// Values by the name of their field; those that are absent are not in it.
type Record = BTreeMap<String, Value>;

/// Names that were changed: either way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Renamed(pub(crate) Vec<(String, String)>);

impl Renamed {
    fn other<'a>(&'a self, name: &str) -> Option<&'a str> {
        self.0.iter().find_map(|(old, new)| {
            if old == name {
                Some(new.as_str())
            } else if new == name {
                Some(old.as_str())
            } else {
                None
            }
        })
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other || self.other(one) == Some(other)
    }

    fn get<'a, T>(&self, record: &'a BTreeMap<String, T>, name: &str) -> Option<&'a T> {
        let found = record.get(name);
        found.or_else(|| record.get(self.other(name)?))
    }

    fn field<'a>(&self, fields: &'a [Field], name: &str) -> Option<&'a Field> {
        fields.iter().find(|field| self.same(name, &field.name))
    }
}

/// Between whom a frame no longer gets across: an old client and a new server, a new client and
/// an old server.
pub(crate) type Broken = (bool, bool);

/// Both programs, as far as one way of talking is concerned.
struct Line<'a> {
    sender: &'a Model,
    receiver: &'a Model,
    to_server: bool,
    renamed: &'a Renamed,
}

/// Tries every frame of the old schema between old and new programs. Frames that always get
/// across are left out.
pub(crate) fn broken(old: &Model, new: &Model, renamed: &Renamed) -> BTreeMap<String, Broken> {
    let mut all = BTreeMap::new();
    for was in old
        .packets
        .iter()
        .filter(|packet| packet.role == Role::Frame)
    {
        let mut partners = new.packets.iter();
        let is = partners.find(|packet| renamed.same(&was.name, &packet.name));
        let is = is.filter(|packet| packet.role == Role::Frame);
        let line = |sender, receiver, to_server| Line {
            sender,
            receiver,
            to_server,
            renamed,
        };
        // What a sender of that edition makes of it, if it ever sent it that way.
        let fails = |from_new: bool, to_server: bool| {
            if !goes(was, to_server) {
                return false;
            }
            if from_new {
                let sends = is.filter(|is| goes(is, to_server));
                sends.is_some_and(|is| line(new, old, to_server).fails(is))
            } else {
                line(old, new, to_server).fails(was)
            }
        };
        let mut broken = (
            fails(false, true) || fails(true, false),
            fails(true, true) || fails(false, false),
        );
        if let Some(is) = is {
            // An old client that knows no answers expects any.
            broken.0 |= !was.replies.is_empty() && !all_in(is, was, renamed);
            broken.1 |= !all_in(was, is, renamed);
        }
        let mut name = is.map_or(&was.name, |is| &is.name);
        // Something else that an old program takes for it.
        let mut others = new.packets.iter().filter(|other| other.id == was.id);
        let impostor = others.find(|other| {
            let mut old = old.packets.iter();
            is.is_none() && !old.any(|packet| renamed.same(&packet.name, &other.name))
        });
        if let Some(other) = impostor {
            broken.0 |= goes(other, false);
            broken.1 |= goes(other, true);
            name = &other.name;
        }
        if broken != (false, false) {
            all.insert(name.clone(), broken);
        }
    }
    all
}

/// Whether a packet ever goes to the server, or else to the client.
fn goes(packet: &Packet, to_server: bool) -> bool {
    let against = match to_server {
        true => Direction::Client,
        false => Direction::Server,
    };
    packet.direction != against
}

/// What may come after a request: a packet, bare or behind a Sequence, or nothing.
fn outcomes(packet: &Packet) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    for reply in &packet.replies {
        let (bare, behind) = match reply.sequence {
            ReplySequence::Never => (true, false),
            ReplySequence::Maybe => (true, true),
            ReplySequence::Always => (false, true),
        };
        all.extend(bare.then_some((reply.packet.as_str(), "bare")));
        all.extend(behind.then_some((reply.packet.as_str(), "sequence")));
        all.extend(reply.silent.then_some(("", "silence")));
    }
    all
}

/// Whether all that `some` may be answered with is what `other` may be.
fn all_in(some: &Packet, other: &Packet, renamed: &Renamed) -> bool {
    let all = outcomes(other);
    outcomes(some).iter().all(|(packet, how)| {
        let mut all = all.iter();
        all.any(|(other, way)| how == way && renamed.same(packet, other))
    })
}

/// How often a frame is tried with other values.
const TRIES: u64 = 80;

impl Line<'_> {
    /// Whether it ever fails to get across.
    fn fails(&self, sent: &Packet) -> bool {
        if header(self.sender) != header(self.receiver) {
            return true;
        }
        let mut known = self.receiver.packets.iter();
        let Some(known) = known.find(|packet| packet.id == sent.id) else {
            return true;
        };
        if !goes(known, self.to_server) {
            return true;
        }
        // A frame that is the same need not be tried, unless its shape is told elsewhere.
        if sent.fields == known.fields && !sent.fields.iter().any(is_told) {
            return false;
        }
        (0..TRIES).any(|seed| !self.gets_across(sent, known, &mut Random::new(seed + 1)))
    }

    fn gets_across(&self, sent: &Packet, known: &Packet, random: &mut Random) -> bool {
        let Some(message) = self.make(sent, random) else {
            return true;
        };
        let mut body = Vec::new();
        Encoder {
            model: self.sender,
            out: &mut body,
        }
        .fields(&sent.fields, &message.record);
        let mut decoder = Decoder {
            model: self.receiver,
            rest: &body,
            options: Optional::Trailing,
        };
        let Ok(got) = decoder.fields(&known.fields) else {
            return false;
        };
        self.same(&sent.fields, &known.fields, &message.record, &got)
            && self.same_parameters(sent, known, &message, &got, decoder.rest)
    }

    /// Parameters are read last, when the description is known.
    fn same_parameters(
        &self,
        sent: &Packet,
        known: &Packet,
        message: &Message<'_>,
        got: &Record,
        tail: &[u8],
    ) -> bool {
        let Some((sent_field, _)) = parameters(sent) else {
            return true;
        };
        let Some((field, parameters)) = parameters(known) else {
            return true;
        };
        if !self.renamed.same(&sent_field.name, &field.name) {
            return false;
        }
        let Some(Value::Number(kind)) = got.get(&parameters.typefield) else {
            return false;
        };
        let types: Vec<u32> = match (&parameters.typeframe, &message.description) {
            (None, _) => vec![u32::try_from(*kind).unwrap_or(u32::MAX)],
            (Some(frame), Some(description)) => {
                let id = self.renamed.get(description, &frame.idfield);
                if id != Some(&Value::Number(*kind)) {
                    return false;
                }
                let mut types = Vec::new();
                if !self.walk(description, &frame.path, &mut types) {
                    return false;
                }
                types
            }
            (Some(_), None) => return false,
        };
        let set = set(self.receiver, &parameters.set).unwrap();
        let read = |optional| {
            let mut decoder = Decoder {
                model: self.receiver,
                rest: tail,
                options: optional,
            };
            let mut values = Vec::new();
            for kind in &types {
                let Some(parameter) = parameter(set, *kind) else {
                    return (values, false);
                };
                match decoder.fields(&parameter.use_fields) {
                    Ok(value) => values.push((parameter, value)),
                    Err(_) => return (values, false),
                }
            }
            (values, decoder.rest.is_empty())
        };
        let (mut values, exact) = read(Optional::All);
        let optional = set.parameters.iter().flat_map(|one| &one.use_fields);
        if optional.clone().any(|field| field.optional) {
            let (short, fits) = read(Optional::Nothing);
            if exact && fits && short != values {
                // The bytes may be read either way, by accident: no edition is to blame.
                return true;
            }
            if fits {
                values = short;
            }
        }
        values.len() == message.parameters.len()
            && message
                .parameters
                .iter()
                .zip(values)
                .all(|((sent, was), (known, is))| {
                    self.renamed.same(&sent.name, &known.name)
                        && self.same(&sent.use_fields, &known.use_fields, was, &is)
                })
    }

    /// Collects the numbers at the end of a way through a description.
    fn walk(&self, record: &Record, steps: &[PathStep], types: &mut Vec<u32>) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            return false;
        };
        match self.renamed.get(record, &step.name) {
            Some(Value::Number(number)) if rest.is_empty() => {
                types.push(u32::try_from(*number).unwrap_or(u32::MAX));
                true
            }
            Some(Value::List(entries)) => entries.iter().all(|one| self.walk(one, rest, types)),
            Some(Value::Group(group)) => self.walk(group, rest, types),
            _ => false,
        }
    }

    /// Whether what was received is what was sent, as far as both know the fields.
    fn same(&self, sent: &[Field], known: &[Field], was: &Record, is: &Record) -> bool {
        let arrived = sent.iter().all(|from| {
            let Some(to) = self.renamed.field(known, &from.name) else {
                return true;
            };
            if matches!(from.kind, FieldKind::Parameters(_)) {
                return true;
            }
            if self.to_server && to.readonly {
                // The server does not look.
                return true;
            }
            match (was.get(&from.name), is.get(&to.name)) {
                (None, None) => true,
                // A client that fills a field with zeros does not mean them.
                (Some(_), Some(_)) if self.to_server && from.readonly => !carries(from),
                (Some(was), Some(is)) => self.same_value(from, to, was, is),
                _ => false,
            }
        });
        let nothing_else = known.iter().all(|to| {
            let unknown = self.renamed.field(sent, &to.name).is_none();
            let ignored = (self.to_server && to.readonly) || !carries(to);
            !unknown || ignored || !is.contains_key(&to.name)
        });
        arrived && nothing_else
    }

    fn same_value(&self, from: &Field, to: &Field, was: &Value, is: &Value) -> bool {
        match (was, is) {
            (Value::Number(was), Value::Number(is)) => {
                was == is && self.same_meaning(from, to, *was)
            }
            (Value::Bytes(was), Value::Bytes(is)) => {
                matches!(from.kind, FieldKind::String { .. })
                    == matches!(to.kind, FieldKind::String { .. })
                    && was == is
            }
            (Value::List(was), Value::List(is)) => {
                was.len() == is.len()
                    && was
                        .iter()
                        .zip(is)
                        .all(|(was, is)| self.same(within(from), within(to), was, is))
            }
            (Value::Group(was), Value::Group(is)) => self.same(within(from), within(to), was, is),
            (Value::Description(was, sent), Value::Description(is, got)) => {
                let from = described(self.sender, from, *was);
                let to = described(self.receiver, to, *is);
                was == is && self.same(from, to, sent, got)
            }
            // The same bytes, grouped in one of the two.
            (Value::Group(_), _) | (_, Value::Group(_)) => {
                leaves(was).is_some_and(|was| Some(was) == leaves(is))
            }
            _ => false,
        }
    }

    /// Whether a named number has the same name for the receiver, if any.
    fn same_meaning(&self, from: &Field, to: &Field, number: u64) -> bool {
        let (FieldKind::Enumeration(from), FieldKind::Enumeration(to)) = (&from.kind, &to.kind)
        else {
            return true;
        };
        let name = |all: &Enumeration| {
            let mut values = all.values.iter();
            let value = values.find(|value| bits(value.id, all.integer.bits) == number);
            value.map(|value| value.name.clone())
        };
        match (name(from), name(to)) {
            (Some(was), Some(is)) => self.renamed.same(&was, &is),
            (Some(was), None) => !to
                .values
                .iter()
                .any(|one| self.renamed.same(&was, &one.name)),
            (None, _) => true,
        }
    }
}

/// What a sender has to say.
struct Message<'a> {
    record: Record,
    /// The description that was sent before.
    description: Option<Record>,
    parameters: Vec<(&'a Parameter, Record)>,
}

/// Bytes 0 to 3 of every frame.
fn header(model: &Model) -> Vec<u8> {
    let number = model.version.trim_start_matches("TP").parse::<u8>();
    match model.header {
        HeaderForm::None => Vec::new(),
        HeaderForm::Ascii => model.version.as_bytes().to_vec(),
        HeaderForm::Binary => vec![b'T', b'P', number.unwrap(), 0],
    }
}

/// Whether the shape of a field, or of something in it, is told elsewhere.
fn is_told(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Parameters(_) | FieldKind::Description { .. } => true,
        _ => within(field).iter().any(is_told),
    }
}

/// The values in a value, if none of them is counted.
fn leaves(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Number(_) => Some(vec![value.clone()]),
        Value::Group(group) => {
            let each: Option<Vec<_>> = group.values().map(leaves).collect();
            Some(each?.concat())
        }
        _ => None,
    }
}

fn parameters(packet: &Packet) -> Option<(&Field, &Parameters)> {
    packet.fields.iter().find_map(|field| match &field.kind {
        FieldKind::Parameters(parameters) => Some((field, parameters)),
        _ => None,
    })
}

/// Whether it ever takes a byte.
fn carries(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Group(group) => group.fields.iter().any(carries),
        FieldKind::Description { rust_name, .. } => rust_name.is_some(),
        _ => true,
    }
}

fn within(field: &Field) -> &[Field] {
    match &field.kind {
        FieldKind::List {
            item: Item::Field(field),
            ..
        } => std::slice::from_ref(&**field),
        FieldKind::List {
            item: Item::Record(record),
            ..
        }
        | FieldKind::Group(record) => &record.fields,
        _ => &[],
    }
}

fn set<'m>(model: &'m Model, name: &str) -> Option<&'m ParameterSet> {
    model.parameter_sets.iter().find(|set| set.name == name)
}

fn parameter(set: &ParameterSet, kind: u32) -> Option<&Parameter> {
    set.parameters.iter().find(|one| one.type_id == kind)
}

/// The fields of the description that a field is if its type is `kind`.
fn described<'m>(model: &'m Model, field: &Field, kind: u32) -> &'m [Field] {
    let FieldKind::Description { set: name, .. } = &field.kind else {
        return &[];
    };
    let parameter = set(model, name).and_then(|set| parameter(set, kind));
    parameter.map_or(&[], |one| &one.desc_fields)
}

/// The bit pattern of a number of so many bits.
fn bits(number: i128, width: u8) -> u64 {
    let all = u64::MAX >> (64 - width);
    u64::try_from(number & i128::from(all)).unwrap()
}
