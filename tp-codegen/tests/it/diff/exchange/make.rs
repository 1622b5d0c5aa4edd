//! Values that a schema allows.

use tp_codegen::model::{Field, FieldKind, Model, Packet, ParameterSet, PathStep, TypeFrame};

use super::{Line, Message, Record, Value, bits, described, parameter, parameters, set, within};
use crate::random::Random;

impl Line<'_> {
    pub(super) fn make(&self, packet: &Packet, random: &mut Random) -> Option<Message<'_>> {
        let mut maker = Maker {
            model: self.sender,
            to_server: self.to_server,
            random,
        };
        let optional = packet.fields.iter().filter(|field| field.optional).count();
        let present = packet.fields.len() - maker.random.below(optional + 1);
        let mut message = Message {
            record: maker.record(&packet.fields[..present], false),
            description: None,
            parameters: Vec::new(),
        };
        let Some((field, parameters)) = parameters(packet) else {
            return Some(message);
        };
        let types = |model: &Model| {
            let mut sets = model.parameter_sets.iter();
            let set = sets.find(|set| self.renamed.same(&set.name, &parameters.set));
            set.map(types)
        };
        let mut known = types(self.sender)?;
        if self.to_server && parameters.typeframe.is_some() {
            // The server has told which types there are.
            let told = types(self.receiver).unwrap_or_default();
            known.retain(|one| told.contains(one));
        }
        let count = match parameters.typeframe {
            None => 1,
            Some(_) => maker.random.below(4),
        };
        let chosen: Vec<u32> = (0..count)
            .filter_map(|_| maker.random.pick(&known).copied())
            .collect();
        let kind = match &parameters.typeframe {
            None => u64::from(*chosen.first()?),
            Some(frame) => {
                let told = Packet::named(&self.sender.packets, &frame.packet)?;
                let mut description = describe(&mut maker, told, frame, &chosen)?;
                let Some(Value::Number(id)) = description.get_mut(&frame.idfield) else {
                    return None;
                };
                // A number that fits into the type field.
                let typefield = packet
                    .fields
                    .iter()
                    .find(|one| one.name == parameters.typefield)?;
                let FieldKind::Integer { integer, .. } = typefield.kind else {
                    return None;
                };
                *id &= u64::MAX >> (64 - integer.bits);
                let id = *id;
                message.description = Some(description);
                id
            }
        };
        message
            .record
            .insert(parameters.typefield.clone(), Value::Number(kind));
        let set = set(self.sender, &parameters.set)?;
        let with_optional = !maker.random.one_in(3);
        for kind in chosen {
            let parameter = parameter(set, kind)?;
            let fields = parameter.use_fields.iter();
            let fields: Vec<Field> = fields
                .filter(|field| with_optional || !field.optional)
                .cloned()
                .collect();
            message
                .parameters
                .push((parameter, maker.record(&fields, false)));
        }
        let values = message.parameters.iter();
        let values = values.map(|(one, record)| (one.type_id, record.clone()));
        let values = Value::Parameters(values.collect());
        message.record.insert(field.name.clone(), values);
        Some(message)
    }
}

/// The types of the parameters of a set.
fn types(set: &ParameterSet) -> Vec<u32> {
    set.parameters.iter().map(|one| one.type_id).collect()
}

/// A description that lists these types.
fn describe(
    maker: &mut Maker<'_>,
    packet: &Packet,
    frame: &TypeFrame,
    types: &[u32],
) -> Option<Record> {
    let was = std::mem::replace(&mut maker.to_server, false);
    let mut record = maker.record(&packet.fields, false);
    let mut members = packet.fields.as_slice();
    // One list on the way has as many entries as there are types, those around it have one.
    let lists = frame.path.iter().filter(|step| step.list).count();
    let mut at = vec![&mut record];
    let mut passed = 0;
    for step in &frame.path {
        let field = members.iter().find(|field| field.name == step.name)?;
        let mut deeper = Vec::new();
        for record in at {
            let value = record.get_mut(&step.name)?;
            if step.list {
                let count = if passed + 1 == lists { types.len() } else { 1 };
                let entries = (0..count).map(|_| maker.record(within(field), false));
                *value = Value::List(entries.collect());
            }
            match value {
                Value::List(entries) => deeper.extend(entries.iter_mut()),
                Value::Group(group) => deeper.push(group),
                _ => {}
            }
        }
        if step.list {
            passed += 1;
        }
        if !step.list && !matches!(field.kind, FieldKind::Group(_)) {
            break;
        }
        members = within(field);
        at = deeper;
        if at.is_empty() {
            break;
        }
    }
    maker.to_server = was;
    // Now the numbers.
    let mut types = types.iter();
    fill(&mut record, &frame.path, &mut types);
    types.next().is_none().then_some(record)
}

fn fill<'t>(record: &mut Record, path: &[PathStep], types: &mut impl Iterator<Item = &'t u32>) {
    let Some((step, rest)) = path.split_first() else {
        return;
    };
    match record.get_mut(&step.name) {
        Some(Value::Number(number)) => {
            if let Some(kind) = types.next() {
                *number = u64::from(*kind);
            }
        }
        Some(Value::List(entries)) => {
            for entry in entries {
                fill(entry, rest, types);
            }
        }
        Some(Value::Group(group)) => fill(group, rest, types),
        _ => {}
    }
}

/// Makes up values that the schema allows.
struct Maker<'a> {
    model: &'a Model,
    to_server: bool,
    random: &'a mut Random,
}

impl Maker<'_> {
    /// `empty`: something around is read-only, so that a client sends zeros.
    fn record(&mut self, fields: &[Field], empty: bool) -> Record {
        let mut record = Record::new();
        for field in fields {
            let empty = empty || (self.to_server && field.readonly);
            let value = match &field.kind {
                FieldKind::Parameters(_) => continue,
                FieldKind::Description { set, typefield, .. } => {
                    let types = self::set(self.model, set).map_or_else(Vec::new, types);
                    let kind = self.random.pick(&types).copied().unwrap_or(77);
                    record.insert(typefield.clone(), Value::Number(kind.into()));
                    let fields = described(self.model, field, kind);
                    Value::Description(kind, self.record(fields, empty))
                }
                _ => self.value(field, empty),
            };
            record.insert(field.name.clone(), value);
        }
        record
    }

    fn value(&mut self, field: &Field, empty: bool) -> Value {
        let length = |random: &mut Random, max: &Option<u32>| {
            let most = max.map_or(9, |max| usize::try_from(max).unwrap());
            if empty { 0 } else { random.below(most + 1) }
        };
        match &field.kind {
            FieldKind::Character { count } => {
                let bytes = (0..*count).map(|_| if empty { 0 } else { self.byte() });
                Value::Bytes(bytes.collect())
            }
            FieldKind::Integer { .. } | FieldKind::Enumeration(_) if empty => Value::Number(0),
            FieldKind::Integer { integer, .. } => {
                // Small numbers look like counts, large ones do not.
                let number = match self.random.below(3) {
                    0 => u64::try_from(self.random.below(4)).unwrap(),
                    _ => self.random.next(),
                };
                Value::Number(number & (u64::MAX >> (64 - integer.bits)))
            }
            FieldKind::Enumeration(enumeration) => {
                let value = self.random.pick(&enumeration.values).unwrap();
                Value::Number(bits(value.id, enumeration.integer.bits))
            }
            FieldKind::String { max, .. } => {
                let length = length(self.random, max);
                Value::Bytes((0..length).map(|_| self.byte()).collect())
            }
            FieldKind::List { max, .. } => {
                let length = length(self.random, max).min(8);
                let entries = (0..length).map(|_| self.record(within(field), false));
                Value::List(entries.collect())
            }
            FieldKind::Group(group) => Value::Group(self.record(&group.fields, empty)),
            FieldKind::Parameters(_) | FieldKind::Description { .. } => unreachable!(),
        }
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(1 + self.random.below(255)).unwrap()
    }
}
