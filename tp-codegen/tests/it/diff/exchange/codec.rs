//! Values to bytes and back, by the wire format of the schema guide.

use tp_codegen::model::{Field, FieldKind, Model};

use super::{Record, Value, described, parameter, set, within};

pub(super) struct Encoder<'a> {
    pub(super) model: &'a Model,
    pub(super) out: &'a mut Vec<u8>,
}

impl Encoder<'_> {
    pub(super) fn fields(&mut self, fields: &[Field], record: &Record) {
        for field in fields {
            if let Some(value) = record.get(&field.name) {
                self.value(field, value);
            }
        }
    }

    fn count(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap();
        self.out.extend(count.to_be_bytes());
    }

    fn value(&mut self, field: &Field, value: &Value) {
        match value {
            Value::Number(number) => {
                let width = match &field.kind {
                    FieldKind::Enumeration(enumeration) => enumeration.integer.bits,
                    FieldKind::Integer { integer, .. } => integer.bits,
                    _ => unreachable!(),
                };
                let bytes = number.to_be_bytes();
                self.out.extend(&bytes[8 - usize::from(width / 8)..]);
            }
            Value::Bytes(bytes) => {
                if matches!(field.kind, FieldKind::String { .. }) {
                    self.count(bytes.len());
                }
                self.out.extend(bytes);
            }
            Value::List(entries) => {
                self.count(entries.len());
                for entry in entries {
                    self.fields(within(field), entry);
                }
            }
            Value::Group(group) => self.fields(within(field), group),
            Value::Description(kind, record) => {
                self.fields(described(self.model, field, *kind), record);
            }
            Value::Parameters(values) => {
                let FieldKind::Parameters(parameters) = &field.kind else {
                    unreachable!()
                };
                let set = set(self.model, &parameters.set).unwrap();
                for (kind, record) in values {
                    self.fields(&parameter(set, *kind).unwrap().use_fields, record);
                }
            }
        }
    }
}

/// Which optional fields are there.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Optional {
    /// Those for which bytes remain.
    Trailing,
    All,
    Nothing,
}

pub(super) struct Decoder<'a> {
    pub(super) model: &'a Model,
    pub(super) rest: &'a [u8],
    pub(super) options: Optional,
}

impl Decoder<'_> {
    pub(super) fn fields(&mut self, fields: &[Field]) -> Result<Record, Why> {
        let mut record = Record::new();
        for field in fields {
            if matches!(field.kind, FieldKind::Parameters(_)) {
                break;
            }
            if field.optional {
                match self.options {
                    Optional::Nothing => continue,
                    Optional::All => {}
                    Optional::Trailing => {
                        let before = self.rest;
                        if before.is_empty() {
                            break;
                        }
                        match self.value(field, &record) {
                            Ok(value) => {
                                record.insert(field.name.clone(), value);
                                continue;
                            }
                            Err(Why::Short) => {
                                self.rest = before;
                                break;
                            }
                            Err(why) => return Err(why),
                        }
                    }
                }
            }
            let value = self.value(field, &record)?;
            record.insert(field.name.clone(), value);
        }
        Ok(record)
    }

    fn take(&mut self, count: usize) -> Result<&[u8], Why> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Why::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self, width: u8) -> Result<u64, Why> {
        let bytes = self.take(usize::from(width / 8))?;
        Ok(bytes
            .iter()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)))
    }

    fn count(&mut self, max: Option<u32>) -> Result<usize, Why> {
        let count = self.number(32)?;
        if max.is_some_and(|max| count > u64::from(max)) {
            return Err(Why::Limit);
        }
        let count = usize::try_from(count).unwrap();
        if count > self.rest.len() {
            return Err(Why::Short);
        }
        Ok(count)
    }

    fn value(&mut self, field: &Field, before: &Record) -> Result<Value, Why> {
        Ok(match &field.kind {
            FieldKind::Character { count } => {
                Value::Bytes(self.take(usize::try_from(*count).unwrap())?.to_vec())
            }
            FieldKind::Integer { integer, .. } => Value::Number(self.number(integer.bits)?),
            FieldKind::Enumeration(enumeration) => {
                Value::Number(self.number(enumeration.integer.bits)?)
            }
            FieldKind::String { max, .. } => {
                let count = self.count(*max)?;
                Value::Bytes(self.take(count)?.to_vec())
            }
            FieldKind::List { max, .. } => {
                let count = self.count(*max)?;
                let entries = (0..count).map(|_| self.fields(within(field)));
                Value::List(entries.collect::<Result<_, _>>()?)
            }
            FieldKind::Group(group) => Value::Group(self.fields(&group.fields)?),
            FieldKind::Description { typefield, .. } => {
                let Some(Value::Number(kind)) = before.get(typefield) else {
                    return Err(Why::Short);
                };
                let kind = u32::try_from(*kind).unwrap_or(u32::MAX);
                Value::Description(kind, self.fields(described(self.model, field, kind))?)
            }
            FieldKind::Parameters(_) => unreachable!(),
        })
    }
}

/// Why a value cannot be read.
pub(super) enum Why {
    Short,
    Limit,
}
