//! Values that a schema allows.

use tp_codegen::model::{Field, FieldKind, Model, Packet, ParameterSet, PathStep};

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
                let to_server = std::mem::replace(&mut maker.to_server, false);
                let mut description = maker.record(&told.fields, false);
                describe(
                    &mut maker,
                    &told.fields,
                    &mut description,
                    &frame.path,
                    &chosen,
                )?;
                maker.to_server = to_server;
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

/// Makes `record` list these types at the end of a path through it. The last list on the way has as many
/// entries as there are types, those around it have one.
fn describe(
    maker: &mut Maker<'_>,
    fields: &[Field],
    record: &mut Record,
    path: &[PathStep],
    types: &[u32],
) -> Option<()> {
    let (step, rest) = path.split_first()?;
    let inner = within(fields.iter().find(|field| field.name == step.name)?);
    match (record.get_mut(&step.name)?, types) {
        (Value::Number(number), [kind]) => *number = u64::from(*kind),
        (Value::List(entries), _) => {
            let of_each: Vec<&[u32]> = match rest.iter().any(|step| step.list) {
                true => vec![types],
                false => types.chunks(1).collect(),
            };
            entries.clear();
            for types in of_each {
                let mut entry = maker.record(inner, false);
                describe(maker, inner, &mut entry, rest, types)?;
                entries.push(entry);
            }
        }
        (Value::Group(group), _) => describe(maker, inner, group, rest, types)?,
        _ => return None,
    }
    Some(())
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
